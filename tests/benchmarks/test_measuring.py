"""What the benchmarks measure with: clocks, rounds and draws."""

from __future__ import annotations

import functools
import itertools
from importlib import import_module

import parts
import peers
import pytest


def _doors():
    found = []
    for place in itertools.chain.from_iterable(parts.PARTS.values()):
        module, _, name = place.partition(":")
        found.append(functools.reduce(getattr, name.split("."), import_module(module)))
    return found


@pytest.mark.filterwarnings("ignore:The least populated class:UserWarning")
@pytest.mark.parametrize("kind", peers.TUNED)
def test_shares_of_parts_add_up_to_one_and_every_door_is_as_it_was(kind):
    data, before = peers.page(), _doors()
    with parts.clocked() as shares:
        prediction = peers.our_nested(data, kind, (0.3, 3.0))
        found = shares()
    assert sum(found.values()) == pytest.approx(1)
    assert min(found[part] for part in ("solvers", "matrices of folds", "splits")) > 0
    assert _doors() == before
    assert prediction == peers.our_nested(data, kind, (0.3, 3.0))


def test_a_ratio_pairs_the_seconds_of_one_round():
    paired = peers.Paired({"plain": [10.0, 40.0, 9.0], "ours": [1.0, 2.0, 3.0]})
    assert paired.times_faster == {"plain": 10.0}  # of 10, 20 and 3; the ratio of medians would be 5
    assert paired.told()["rounds"] == 3


def test_draws_are_balanced_distinct_and_the_same_each_time():
    data = peers.reviews(500)
    assert data == peers.reviews(500)
    assert data.counts() == {"neg": 250, "pos": 250}
    assert len(set(zip(data.texts, data.labels, strict=True))) == 500
    texts, labels = peers.sentences(500)
    assert (texts, labels) == peers.sentences(500)
    assert set(labels) == {"neg", "pos"}
