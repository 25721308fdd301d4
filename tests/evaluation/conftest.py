"""A small experiment on the real page."""

from __future__ import annotations

import pytest

from bench.experiment.config import Experiment


@pytest.fixture(scope="session")
def experiment() -> Experiment:
    char = {"kind": "tfidf", "tokens": "char", "ngrams": [1, 2]}
    return Experiment.model_validate(
        {
            "name": "try",
            "data": {"kind": "corpus"},
            "protocol": {"kind": "repeated-stratified", "folds": 3, "repeats": 2, "inner_folds": 2, "random_state": 7},
            "systems": [
                {"name": "majority", "classifier": {"kind": "majority"}},
                {"name": "svm", "features": char, "classifier": {"kind": "linear-svm", "C": [0.1, 10]}},
                {"name": "nb", "features": char, "classifier": {"kind": "complement-nb"}},
                {"name": "lsa", "features": {**char, "kind": "lsa", "components": 4}, "classifier": {"kind": "lda"}},
            ],
        }
    )


@pytest.fixture(scope="session")
def data(experiment):
    return experiment.data.load()


@pytest.fixture(scope="session")
def runs(experiment, data):
    from bench.evaluation.engine import run_systems

    return list(run_systems(data, experiment.protocol, experiment.systems, jobs=1))
