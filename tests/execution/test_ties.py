"""Where classes tie, predictions are still those of plain scikit-learn: random small tables, every kind of system.

`TIES_CELLS` says how many predictions are compared; `nox -s ties` compares a million.
"""

from __future__ import annotations

import json
import os
import random
import warnings
from pathlib import Path

import numpy as np
import pytest
import sklearn
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.model_selection import GridSearchCV, StratifiedKFold
from sklearn.pipeline import FeatureUnion, Pipeline

from bench.core.labelled_texts import LabelledTexts
from bench.execution.engine import run_systems
from bench.experiment.config import System, load_experiment
from bench.experiment.protocols.repeated_stratified import RepeatedStratified
from bench.systems.classifiers.base import CLASSIFIERS
from bench.systems.segmentation import Segmenter

CELLS = int(os.environ.get("TIES_CELLS", "4000"))
SHARDS = 20
TIES = Path(__file__).parents[3] / "shared" / "cases" / "ties" / "own.yaml"
ALPHABETS = ["甲", "甲乙", "改革开放", "考核改革监督基层领导班子", "iIİı", "aİıI ", "改革 开放"]
# A kind that learns from names alone reads no rows, and these tables have no names: tests/execution/test_name_rows.py.
KINDS = sorted(
    kind
    for kind, cls in CLASSIFIERS.classes().items()
    if cls.takes_features and not cls.dense_only and not cls.control and not cls.names_only
)
GRIDS = {
    "linear-svm": {"C": [0.01, 0.3, 1.0, 30.0, 100.0]},
    "logistic": {"C": [0.1, 1.0, 10.0, 30.0]},
    "complement-nb": {"alpha": [0.01, 0.1, 1.0, 3.0]},
    "multinomial-nb": {"alpha": [0.01, 0.1, 1.0, 3.0]},
    "ridge": {"alpha": [0.1, 1.0, 10.0]},
    "nb-svm": {"C": [0.3, 1.0, 10.0]},
    "knn": {"n_neighbors": [1, 2, 3]},
    "centroid": {},
}


def _table(rng: random.Random) -> LabelledTexts:
    """Short texts over few signs, most of them several times, under labels in turn or under labels drawn by chance."""
    signs = rng.choice(ALPHABETS)
    labels = [f"c{at}" for at in range(rng.randint(2, 4))]
    pool = ["".join(rng.choices(signs, k=rng.randint(1, 12))) for _ in range(rng.randint(2, 12))]
    pool = [text if text.strip() else "甲" for text in pool]
    pool += [text * 2 for text in pool if rng.random() < 0.1]
    rows = len(labels) * rng.randint(4, rng.choice([10, 40]))
    texts = tuple(rng.choice(pool) for _ in range(rows))
    in_turn = (labels * rows)[:rows]
    if rng.random() < 0.5:
        in_turn[2 * len(labels) :] = rng.choices(labels, k=rows - 2 * len(labels))
    return LabelledTexts(tuple(f"r{at}" for at in range(rows)), texts, tuple(in_turn))


def _system(rng: random.Random) -> System:
    kind = rng.choice(KINDS)
    grid = {name: sorted(rng.sample(values, rng.randint(1, len(values)))) for name, values in GRIDS[kind].items()}
    weight = (
        {"class_weight": "balanced"}
        if "class_weight" in CLASSIFIERS.classes()[kind].model_fields and rng.random() < 0.3
        else {}
    )
    features = {
        "kind": "tfidf",
        "tokens": rng.choice(["char", "char", "word", "word+char"]),
        "ngrams": rng.choice([[1, 1], [1, 2], [1, 3]]),
        "sublinear_tf": rng.random() < 0.5,
        "norm": rng.choice(["l2", "l2", "l1", None]),
        "min_df": rng.choice([1, 1, 1, 2]),
    }
    return System.model_validate({"name": "one", "features": features, "classifier": {"kind": kind, **grid, **weight}})


def _plain_features(features) -> TfidfVectorizer | FeatureUnion:
    """Written out for scikit-learn alone, as a user would."""
    weights = {
        "min_df": features.min_df,
        "sublinear_tf": features.sublinear_tf,
        "norm": features.norm,
        "lowercase": False,
    }
    words = {"tokenizer": Segmenter().words, "token_pattern": None, "ngram_range": tuple(features.ngrams)}
    if features.tokens == "word":
        return TfidfVectorizer(**words, **weights)
    if features.tokens == "char":
        return TfidfVectorizer(analyzer="char", ngram_range=tuple(features.ngrams), **weights)
    parts = [
        ("word", TfidfVectorizer(**words, **weights)),
        ("char", TfidfVectorizer(analyzer="char", ngram_range=(1, 2), **weights)),
    ]
    return FeatureUnion(parts)


def _plain(data: LabelledTexts, system: System, protocol: RepeatedStratified) -> np.ndarray | None:
    """(repeats, rows) predictions of `GridSearchCV` over a plain pipeline; None where scikit-learn cannot fit it."""
    texts, labels = np.array(data.texts, dtype=object), np.array(data.labels)
    grid = {f"classifier__{name}": list(values) for name, values in system.classifier.grid().items()}
    first = {name: values[0] for name, values in system.classifier.grid().items()}
    found = np.empty((protocol.repeats, len(texts)), dtype=object)
    for repeat in range(protocol.repeats):
        state = protocol.random_state + repeat
        for train, test in StratifiedKFold(protocol.folds, shuffle=True, random_state=state).split(texts, labels):
            classifier = system.classifier.build(random_state=protocol.random_state, **first)
            model = Pipeline([("features", _plain_features(system.features)), ("classifier", classifier)])
            if system.combinations > 1:
                inner = StratifiedKFold(protocol.inner_folds, shuffle=True, random_state=state)
                model = GridSearchCV(model, grid, cv=inner, scoring="f1_macro")
            try:
                found[repeat, test] = model.fit(texts[train], labels[train]).predict(texts[test])
            except ValueError:
                return None
    return found


def _differing(data: LabelledTexts, system: System, protocol: RepeatedStratified) -> tuple[int, int]:
    """Predictions compared, and how many of them differ."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        # A fit of ten rows takes longer to check its parameters than to compute.
        with sklearn.config_context(skip_parameter_validation=True, assume_finite=True):
            theirs = _plain(data, system, protocol)
        [ours] = run_systems(data, protocol, [system], jobs=1)
    if theirs is None:
        return 0, 0
    assert ours.predictions is not None, (ours.error, system)
    prediction = np.array(data.classes, dtype=object)[ours.predictions.prediction]
    return prediction.size, int((prediction != theirs).sum())


@pytest.mark.parametrize("shard", range(SHARDS))
def test_every_prediction_is_that_of_plain_scikit_learn_on_tables_full_of_ties(shard):
    rng = random.Random(f"ties {shard}")
    compared = 0
    while compared < CELLS / SHARDS:
        data, system = _table(rng), _system(rng)
        protocol = RepeatedStratified(
            kind="repeated-stratified", folds=2, repeats=2, inner_folds=2, random_state=rng.randint(0, 99)
        )
        cells, differing = _differing(data, system, protocol)
        assert not differing, (differing, cells, json.dumps([data.texts, data.labels]), system, protocol)
        compared += cells


def test_equal_texts_under_different_labels_are_predicted_as_by_plain_scikit_learn():
    if not TIES.is_file():
        pytest.skip(f"the case {TIES} is not on this machine")
    experiment = load_experiment(TIES)
    for system in experiment.systems:
        cells, differing = _differing(experiment.data.load(), system, experiment.protocol)
        assert (cells, differing) == (40, 0), system.name
