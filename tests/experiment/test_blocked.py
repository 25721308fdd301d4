"""Blocked protocols keep groups whole inside and out, and refuse or report what cannot be split."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.model_selection import GroupKFold, StratifiedGroupKFold
from sklearn.model_selection import LeaveOneGroupOut as Plain

from bench.core.errors import BenchError
from bench.core.labelled_texts import LabelledTexts
from bench.experiment.protocols.base import PROTOCOLS
from bench.experiment.splits import ImpossibleSplitError, Targets, stratified_subset

SPLITTERS = {
    "grouped": lambda folds, state: GroupKFold(folds, shuffle=True, random_state=state),
    "stratified-grouped": lambda folds, state: StratifiedGroupKFold(folds, shuffle=True, random_state=state),
    "leave-one-group-out": lambda folds, state: Plain(),
}


def _targets(rows=36, groups=9, classes=3):
    labels = tuple(f"class{at % classes}" for at in range(rows))
    names = tuple(f"group{at * groups // rows}" for at in range(rows))
    return Targets.of(LabelledTexts(tuple(map(str, range(rows))), ("text",) * rows, labels, names))


def _protocol(kind, **values):
    if kind != "leave-one-group-out":
        values = {"folds": 3, "repeats": 2, **values}
    return PROTOCOLS[kind].model_validate({"kind": kind, "inner_folds": 3, "random_state": 5, **values})


@pytest.mark.parametrize("kind", SPLITTERS)
def test_folds_are_those_of_scikit_learn_inside_and_out(kind):
    targets, protocol = _targets(), _protocol(kind)
    repeat = protocol.repeat_count(targets) - 1
    zeros = np.zeros(len(targets))
    plain = list(SPLITTERS[kind](3, 5 + repeat).split(zeros, targets.labels, targets.groups))
    outer = protocol.outer(targets, repeat)
    assert [split.test.tolist() for split in outer] == [test.tolist() for _, test in plain]
    inner = SPLITTERS["stratified-grouped" if kind == "leave-one-group-out" else kind](3, 5 + repeat)
    train = outer[1].train
    expected = list(inner.split(train, targets.labels[train], targets.groups[train]))
    found = protocol.inner(targets, repeat, outer[1])
    assert [split.test.tolist() for split in found] == [train[test].tolist() for _, test in expected]


@pytest.mark.parametrize("kind", SPLITTERS)
def test_no_group_stands_on_both_sides_inside_or_out(kind):
    targets, protocol = _targets(), _protocol(kind)
    for repeat in range(protocol.repeat_count(targets)):
        splits = protocol.outer(targets, repeat)
        assert sorted(np.concatenate([split.test for split in splits])) == list(range(len(targets)))
        for split in splits:
            for each in [split, *protocol.inner(targets, repeat, split)]:
                assert not set(targets.groups[each.train]) & set(targets.groups[each.test])
            assert all(
                set(inner.train) | set(inner.test) == set(split.train)
                for inner in protocol.inner(targets, repeat, split)
            )


@pytest.mark.parametrize("kind", SPLITTERS)
def test_data_without_groups_is_refused(kind):
    labels = ("a", "b") * 9
    bare = Targets.of(LabelledTexts(tuple(map(str, range(18))), ("text",) * 18, labels))
    with pytest.raises(BenchError, match=r"needs groups; name their column: data\.group"):
        _protocol(kind).check(bare, tuned=False)


@pytest.mark.parametrize("kind", SPLITTERS)
def test_a_class_of_one_group_is_refused_with_its_name_and_what_would_work(kind):
    labels = ("a", "b") * 9 + ("rare",) * 3
    groups = tuple(f"group{at // 2}" for at in range(18)) + ("last",) * 3
    targets = Targets.of(LabelledTexts(tuple(map(str, range(21))), ("text",) * 21, labels, groups))
    with pytest.raises(ImpossibleSplitError) as error:
        _protocol(kind).check(targets, tuned=False)
    assert "would train on no row of class 'rare'" in str(error.value)
    assert "all its rows stand in the group 'last': only splits that part groups can train and test it" in str(
        error.value
    )


@pytest.mark.parametrize(
    ("values", "tuned", "message"),
    [
        ({"folds": 10}, False, "folds: 10, but the data has 9 groups; set 9 or fewer"),
        ({"inner_folds": 7}, True, "inner_folds: 7, but fold 0 of repeat 0 trains on 6 groups; set 6 or fewer"),
    ],
)
def test_more_folds_than_groups_are_refused(values, tuned, message):
    with pytest.raises(BenchError) as error:
        _protocol("stratified-grouped", **values).check(_targets(), tuned=tuned)
    assert message in str(error.value)


@given(size=st.integers(3, 30), larger=st.integers(3, 30), state=st.integers(0, 2**32 - 1))
def test_training_subsets_are_nested_and_stratified(size, larger, state):
    labels, rows = np.array([0] * 20 + [1] * 10 + [2] * 6), np.arange(0, 36)
    small, large = sorted((size, larger))
    subset = stratified_subset(labels, rows, small, [state])
    assert len(subset) == small
    assert set(subset) <= set(stratified_subset(labels, rows, large, [state]))
    shares = np.bincount(labels[subset], minlength=3) - small * np.array([20, 10, 6]) / 36
    assert np.abs(shares).max() < 2
    assert set(labels[subset]) == {0, 1, 2}


def test_a_curve_is_one_protocol_a_training_size():
    protocol = PROTOCOLS["repeated-stratified"].model_validate(
        {"kind": "repeated-stratified", "folds": 3, "repeats": 2, "train_sizes": [6, 12, "all"]}
    )
    targets = _targets()
    expanded = protocol.expand()
    assert [each.suffix for each in expanded] == ["@6", "@12", ""]
    sets = [[set(split.train) for split in each.outer(targets, 1)] for each in expanded]
    tests = [[split.test.tolist() for split in each.outer(targets, 1)] for each in expanded]
    assert tests[0] == tests[1] == tests[2]
    for small, middle, whole in zip(*sets, strict=True):
        assert small < middle < whole
        assert (len(small), len(middle)) == (6, 12)


@pytest.mark.parametrize(
    ("size", "tuned", "message"),
    [
        (25, False, "train_sizes: 25, but a fold trains on 24 rows; set 24 or 'all'"),
        (2, False, "would train on no row of class 'class"),
        (6, True, "train_sizes: 6 rows hold at most 2 of a class, fewer than the inner_folds 3"),
    ],
)
def test_training_sizes_that_cannot_be_are_refused(size, tuned, message):
    protocol = PROTOCOLS["repeated-stratified"].model_validate(
        {"kind": "repeated-stratified", "folds": 3, "repeats": 2, "inner_folds": 3, "train_sizes": [size]}
    )
    with pytest.raises(BenchError) as error:
        protocol.check(_targets(), tuned=tuned)
    assert message in str(error.value)


def test_groups_that_random_splits_part_are_told():
    protocol = PROTOCOLS["repeated-stratified"].model_validate({"kind": "repeated-stratified", "folds": 3})
    [line] = protocol.check(_targets(), tuned=False)
    assert line == "training and test may share groups (9 in all); kind 'stratified-grouped' keeps groups whole"
