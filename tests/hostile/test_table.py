"""Every case of the table where `BENCH_HOSTILE` is set, as `nox -s hostile` does; else some of them, at even distances."""

from __future__ import annotations

import os
from collections import Counter

import pytest

from hostile import archives, commands, data_files, experiment_files, processes, storage, tampering
from hostile.running import faults
from hostile.worlds import Worlds

FAMILIES = (experiment_files, data_files, archives, commands, tampering, storage, processes)
CASES = [case for family in FAMILIES for case in family.cases()]
SAMPLE = 41
"""Of so many cases, an ordinary run takes one: 20 seconds."""

CHOSEN = CASES if os.environ.get("BENCH_HOSTILE") else CASES[::SAMPLE]


@pytest.fixture(scope="session")
def worlds(tmp_path_factory):
    return Worlds(tmp_path_factory.mktemp("worlds"))


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("case", CHOSEN, ids=lambda case: case.name)
def test_a_hostile_case_ends_as_demanded(case, worlds, tmp_path):
    if missing := case.needs():
        pytest.skip(missing)
    assert not faults(case, worlds, tmp_path / "w")


def test_the_table_is_large_and_no_case_stands_twice():
    assert len(CASES) >= 600
    assert [name for name, count in Counter(case.name for case in CASES).items() if count > 1] == []
