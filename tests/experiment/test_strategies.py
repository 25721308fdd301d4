"""Every strategy chooses as many rows as asked, each once, the same for the same chance; and each what it promises."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from bench.core.errors import BenchError
from bench.experiment.config import Experiment
from bench.experiment.strategies.base import (
    STRATEGIES,
    Candidates,
    check_scores,
    chosen,
    spread_over,
    strategies,
)
from bench.experiment.variants import systems_run

KINDS = list(STRATEGIES.classes())


def _candidates(rows=60, classes=3, *, sparse=True, seed=0):
    rng = np.random.default_rng(seed)
    vectors, labelled = rng.random((rows, 8)), rng.random((5, 8))
    scores = rng.dirichlet(np.full(classes, 0.5), rows)
    counts = np.arange(1, classes + 1)
    if sparse:
        vectors, labelled = csr_matrix(vectors), csr_matrix(labelled)
    return Candidates(rows, counts, vectors, labelled, scores)


def _chosen(kind, candidates, count, state=3, **more):
    return chosen(*strategies(kind), candidates, count, np.random.default_rng(state), **more)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("sparse", [True, False])
@pytest.mark.parametrize("count", [1, 7, 60, 100])
def test_each_row_is_chosen_once_and_as_many_as_there_are(kind, sparse, count):
    candidates = _candidates(sparse=sparse)
    rows = [taken.row for taken in _chosen(kind, candidates, count)]
    assert len(rows) == len(set(rows)) == min(count, 60)
    assert set(rows) <= set(range(60))
    assert rows == [taken.row for taken in _chosen(kind, candidates, count)]


@pytest.mark.parametrize("kind", KINDS)
def test_equal_texts_and_a_pool_of_one_are_no_obstacle(kind):
    same = Candidates(9, np.array([2, 3]), np.ones((9, 4)), np.ones((5, 4)), np.full((9, 2), 0.5))
    assert sorted(taken.row for taken in _chosen(kind, same, 9)) == list(range(9))
    alone = Candidates(1, np.array([2, 3]), np.ones((1, 4)), np.ones((5, 4)), np.full((1, 2), 0.5))
    assert [taken.row for taken in _chosen(kind, alone, 3)] == [0]


def test_margin_takes_the_rows_whose_two_best_scores_lie_closest_whatever_kind_of_scores():
    scores = np.array([[3.0, 1.0, 0.0], [2.0, 1.9, -5.0], [-1.0, -1.5, -9.0], [0.0, 0.0, -np.inf], [4.0, -np.inf, 0.5]])
    rows = [taken.row for taken in _chosen("margin", Candidates(5, np.array([1, 1, 0]), scores=scores), 4)]
    assert rows == [3, 1, 2, 0]


def test_entropy_takes_what_is_spread_over_all_classes_where_margin_sees_two():
    scores = np.array([[0.5, 0.5, 0.0], [0.4, 0.3, 0.3], [0.9, 0.05, 0.05]])
    candidates = Candidates(3, np.array([1, 1, 1]), scores=scores)
    assert _chosen("entropy", candidates, 1)[0].row == 1
    assert _chosen("margin", candidates, 1)[0].row == 0


def test_rare_class_evens_out_what_is_labelled():
    scores = np.array([[0.9, 0.1]] * 6 + [[0.2, 0.8], [0.4, 0.6], [0.3, 0.7]])
    rows = [taken.row for taken in _chosen("rare-class", Candidates(9, np.array([4, 2]), scores=scores), 3)]
    assert rows[:2] == [6, 8]
    assert len(rows) == 3


def test_diversity_goes_where_nothing_is_labelled():
    rng = np.random.default_rng(0)
    centres = np.eye(4) * 10
    vectors = np.vstack([centre + rng.normal(scale=0.1, size=(10, 4)) for centre in centres])
    labelled = centres[:2] + rng.normal(scale=0.1, size=(2, 4))
    rows = [taken.row // 10 for taken in _chosen("diversity", Candidates(40, np.array([1, 1]), vectors, labelled), 2)]
    assert sorted(rows) == [2, 3]


def test_the_random_share_of_a_mixture_is_drawn_from_all_rows_alike():
    candidates = _candidates(rows=20)
    # Of one other strategy, and a cheap one: which others there are changes nothing for the random rows.
    mixture = STRATEGIES["mixture"].model_validate({"kind": "mixture", "of": ["margin"]})
    counts = np.zeros(20)
    for state in range(600):
        found = chosen(mixture, candidates, 8, np.random.default_rng(state))
        drawn = [taken.row for taken in found if taken.by == "random"]
        assert len(drawn) == 2
        counts[drawn] += 1
    # 1,200 draws over 20 rows: 60 each, give or take; 5 standard deviations are 37.
    assert np.abs(counts - 60).max() < 37


def test_parts_of_a_mixture_stand_by_turns_so_that_stopping_early_keeps_the_share():
    mixture = STRATEGIES["mixture"].model_validate({"kind": "mixture", "of": ["margin"], "random_share": 0.5})
    found = chosen(mixture, _candidates(), 20, np.random.default_rng(0))
    for first in (4, 10, 16):
        assert sum(taken.by == "random" for taken in found[:first]) == first / 2


def test_groups_are_spread_but_for_random_rows():
    groups = ["a"] * 50 + ["b"] * 5 + ["c"] * 5
    found = _chosen("margin", _candidates(), 9, most=spread_over(groups, 9))
    taken = [groups[each.row] for each in found]
    assert {name: taken.count(name) for name in "abc"} == {"a": 3, "b": 3, "c": 3}
    uneven = _chosen("margin", _candidates(), 30, most=spread_over(groups, 30))
    assert [groups[each.row] for each in uneven].count("a") == 20
    drawn = _chosen("random", _candidates(), 30, most=spread_over(groups, 30))
    assert [each.row for each in drawn] == [each.row for each in _chosen("random", _candidates(), 30)]


def test_what_needs_probabilities_is_refused_with_the_remedy():
    [entropy, margin, random] = strategies("entropy", "margin", "random")
    with pytest.raises(BenchError, match=r"needs probabilities.*calibration: sigmoid"):
        check_scores(entropy, "decision")
    with pytest.raises(BenchError, match="needs scores"):
        check_scores(margin, "none")
    check_scores(random, "none")


def _experiment(**protocol):
    char = {"kind": "tfidf", "tokens": "char"}
    return Experiment.model_validate(
        {
            "name": "try",
            "data": {"kind": "corpus"},
            "protocol": {"kind": "labelling", **protocol},
            "systems": [
                {"name": "svm", "features": char, "classifier": {"kind": "linear-svm"}},
                {"name": "majority", "classifier": {"kind": "majority"}},
            ],
        }
    )


def test_a_system_runs_once_a_strategy_and_a_control_with_random_rows_alone():
    half = {"kind": "mixture", "of": ["margin"], "random_share": 0.5}
    names = [system.name for system in systems_run(_experiment(strategies=["random", "margin", half]))]
    assert names == ["svm+random", "svm+margin", "svm+mixture-margin-0.5", "majority+random"]
    with pytest.raises(BenchError, match="system 'svm': strategy 'entropy' needs probabilities"):
        systems_run(_experiment(strategies=["entropy"]))
    with pytest.raises(BenchError, match="'svm\\+margin' would run twice"):
        systems_run(_experiment(strategies=["margin", {"kind": "margin"}]))
    with pytest.raises(BenchError, match="strategies: name at least one"):
        systems_run(_experiment(strategies=[]))
