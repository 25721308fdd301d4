"""How much faster cross-validation is here than in plain scikit-learn, with the same predictions.

Left out of ordinary runs: `nox -s performance` measures, `nox -s benchmarks` runs all of it once with few rows.
"""

from __future__ import annotations

import numpy as np
import parts
import peers
import pytest

pytestmark = pytest.mark.filterwarnings("ignore:The least populated class:UserWarning")

SIX, TWO = (0.1, 0.3, 1.0, 3.0, 10.0, 30.0), (0.3, 3.0)
NAMES = {"linear-svm": "linear SVM", "complement-nb": "complement naive Bayes", "logistic": "logistic regression"}
FEW_TITLES, FEW_REVIEWS = 200, 500
REVIEWS, UNSEEN = 10_000, 1_000


def _measured(benchmark, work, ways, own, *, rounds, goals, demand_same=peers.demand_equal):
    paired = peers.in_turn(benchmark, ways, own, rounds=rounds, demand_same=demand_same)
    with parts.clocked() as shares:
        own()
        found = shares()
    assert found["solvers"] > 0
    benchmark.extra_info.update(kind="fits", work=work, goals=goals, parts=found, **paired.told())


@pytest.mark.parametrize(
    ("text", "kind", "rounds", "goals"),
    [
        ("page", "linear-svm", 5, {"plain": 40, "memoised": 15}),
        ("page", "complement-nb", 5, {"plain": 90, "memoised": 25}),
        ("page", "logistic", 5, {"plain": 8, "memoised": 4}),
        ("titles", "linear-svm", 5, {"plain": 12, "memoised": 2.5}),
        ("titles", "complement-nb", 5, {"plain": 100, "memoised": 30}),
        ("titles", "logistic", 3, {"plain": 4, "memoised": 2.5}),
    ],
)
def test_nested_cross_validation_predicts_what_scikit_learn_does(benchmark, whole, text, kind, rounds, goals):
    data = peers.page() if text == "page" else peers.titles(1000 if whole else FEW_TITLES)
    values = SIX if whole else TWO
    _measured(
        benchmark,
        f"{text} ({len(data):,} rows), {NAMES[kind]}",
        {
            "plain": lambda: peers.plain_nested(data, kind, values, memoised=False),
            "memoised": lambda: peers.plain_nested(data, kind, values, memoised=True),
        },
        lambda: peers.our_nested(data, kind, values),
        rounds=rounds,
        goals=goals,
    )


@pytest.mark.parametrize(
    ("kind", "goals"),
    [("linear-svm", {"plain": 25, "memoised": 6}), ("complement-nb", {"plain": 60, "memoised": 15})],
)
def test_tuning_in_one_five_fold_chooses_and_predicts_what_grid_search_does(benchmark, whole, kind, goals):
    data = peers.reviews(REVIEWS if whole else FEW_REVIEWS)
    others = sorted(set().union(*peers.review_lines().values()) - set(data.texts))
    unseen = np.random.default_rng(peers.RANDOM_STATE).choice(others, size=UNSEEN, replace=False).tolist()

    def same(theirs, mine):
        assert (mine.chosen, mine.predict(unseen)) == (theirs.chosen, theirs.predict(unseen))

    _measured(
        benchmark,
        f"reviews ({len(data):,} rows), {NAMES[kind]}",
        {
            "plain": lambda: peers.plain_search(data, kind, TWO, memoised=False),
            "memoised": lambda: peers.plain_search(data, kind, TWO, memoised=True),
        },
        lambda: peers.our_search(data, kind, TWO),
        rounds=3,
        goals=goals,
        demand_same=same,
    )
