"""Splits are scikit-learn's, and data that cannot be split is refused."""

from __future__ import annotations

import warnings
from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.model_selection import StratifiedKFold

from bench.core.errors import BenchError
from bench.core.labelled_texts import LabelledTexts
from bench.experiment.protocols.repeated_stratified import RepeatedStratified
from bench.experiment.splits import Targets


def _data(*counts):
    labels = tuple(f"class{at}" for at, count in enumerate(counts) for _ in range(count))
    return LabelledTexts(tuple(map(str, range(len(labels)))), ("text",) * len(labels), labels)


def _protocol(**values):
    return RepeatedStratified(kind="repeated-stratified", **{"folds": 5, "repeats": 3, "inner_folds": 3, **values})


@pytest.mark.parametrize("repeat", [0, 2])
def test_folds_are_those_of_scikit_learn_and_part_the_rows(repeat):
    labels = np.array(_data(9, 7, 3).labels)
    protocol = _protocol(random_state=11)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        plain = list(StratifiedKFold(5, shuffle=True, random_state=11 + repeat).split(labels, labels))
    splits = protocol.outer(Targets.of(_data(9, 7, 3)), repeat)
    for split, (train, test) in zip(splits, plain, strict=True):
        np.testing.assert_array_equal(split.train, train)
        np.testing.assert_array_equal(split.test, test)
        assert not set(split.train) & set(split.test)
    assert sorted(np.concatenate([split.test for split in splits])) == list(range(len(labels)))


def test_inner_folds_are_of_the_training_rows_alone():
    targets, labels = Targets.of(_data(9, 7)), np.array(_data(9, 7).labels)
    protocol = _protocol(random_state=11)
    outer = protocol.outer(targets, 1)[0]
    plain = StratifiedKFold(3, shuffle=True, random_state=12).split(outer.train, labels[outer.train])
    for split, (inner_train, inner_test) in zip(protocol.inner(targets, 1, outer), plain, strict=True):
        np.testing.assert_array_equal(split.train, outer.train[inner_train])
        np.testing.assert_array_equal(split.test, outer.train[inner_test])


@pytest.mark.parametrize(
    ("counts", "values", "message"),
    [
        ((6,), {}, "all 6 rows have the label 'class0'; a classifier needs two or more"),
        ((6, 1), {}, "1 of 2 classes have one row only ('class1')"),
        ((4, 4), {}, "folds: 5, but no class has more than 4 rows; set 4 or fewer"),
        ((5, 5), {"inner_folds": 5}, "inner_folds: 5, but training rows hold at most 4 of a class"),
        ((9, 9), {"random_state": 2**32 - 1}, "random_state: repeat 3 would need 4294967297"),
    ],
)
def test_data_that_cannot_be_split_is_refused(counts, values, message):
    with pytest.raises(BenchError) as error:
        _protocol(**values).check(Targets.of(_data(*counts)), tuned=True)
    assert message in str(error.value)


def test_untuned_systems_need_no_inner_folds():
    assert _protocol(inner_folds=5).check(Targets.of(_data(5, 5)), tuned=False) == []


def test_a_class_smaller_than_the_folds_is_one_warning():
    [line] = _protocol().check(Targets.of(_data(9, 3, 2)), tuned=True)
    assert line.startswith("fewer rows than the 5 folds in: class1 (3), class2 (2)")


@given(
    labels=st.lists(st.integers(0, 4), min_size=6, max_size=60),
    rows=st.randoms(use_true_random=False),
    folds=st.integers(2, 6),
    random_state=st.integers(0, 2**32 - 1),
)
@settings(max_examples=150, deadline=None)
def test_rows_are_dealt_into_folds_as_scikit_learn_deals_them(labels, rows, folds, random_state):
    targets = Targets(tuple("abcde"), np.array(labels, dtype=np.int64))
    some = np.sort(np.array(rows.sample(range(len(labels)), rows.randint(2, len(labels)))))
    ours = partial(_protocol().split, targets, some, folds, random_state)
    splitter = StratifiedKFold(folds, shuffle=True, random_state=random_state)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if folds > np.bincount(targets.labels[some]).max():
            with pytest.raises(ValueError, match="n_splits"):
                ours()
            return
        theirs = list(splitter.split(some, targets.labels[some]))
    for split, (train, test) in zip(ours(), theirs, strict=True):
        assert (split.train.tolist(), split.test.tolist()) == (some[train].tolist(), some[test].tolist())


def test_a_scikit_learn_that_deals_otherwise_deals_itself(monkeypatch):
    from bench.experiment.protocols import repeated_stratified

    assert repeated_stratified._shuffles_as_known()
    targets = Targets(("a", "b"), np.arange(20) % 2)
    expected = [split.test.tolist() for split in _protocol().split(targets, np.arange(20), 5, 1)]
    monkeypatch.setattr(repeated_stratified, "_test_folds", lambda labels, *_: np.zeros(len(labels)))
    repeated_stratified._shuffles_as_known.cache_clear()
    assert not repeated_stratified._shuffles_as_known()
    assert [split.test.tolist() for split in _protocol().split(targets, np.arange(20), 5, 1)] == expected
    repeated_stratified._shuffles_as_known.cache_clear()
