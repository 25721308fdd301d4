from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
SEED = HERE.parents[2] / "seeds" / "000_f014655719903d2a.txt"


@pytest.fixture(scope="session")
def typeset():
    """The typesetter beside the tests, which no import path leads to."""
    spec = importlib.util.spec_from_file_location("page_typesetter", HERE / "typeset.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module.typeset


@pytest.fixture(scope="session")
def snapshot_path():
    return HERE / "snapshots" / "seed-page.txt"


@pytest.fixture(scope="session")
def sentences(snapshot_path):
    """Whole sentences of the seed page, from the reviewed snapshot."""
    lines = snapshot_path.read_text(encoding="utf-8").splitlines()
    found = [
        sentence for line in lines if line.startswith("    ") for sentence in re.findall(r"[^。]+。", line.strip())
    ]
    return [sentence for sentence in found if sentence.count("“") == sentence.count("”") and sentence[0] not in "”’"]


@pytest.fixture(scope="session")
def seed_path():
    return SEED


@pytest.fixture(scope="session")
def seed_text():
    return SEED.read_text(encoding="utf-8")
