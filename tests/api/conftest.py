from __future__ import annotations

import pytest

import bench

CHAR = {"kind": "tfidf", "tokens": "char", "ngrams": [1, 2]}


@pytest.fixture(scope="session")
def rows():
    """The shipped paragraphs, as a frame with names of labels."""
    found = bench.load_paragraphs()
    frame = found.to_pandas()
    return frame.assign(label=[found.features["label"].int2str(code) for code in frame["label"]])


@pytest.fixture(scope="session")
def mine(rows):
    """A small experiment on rows in memory, as a mapping."""
    return {
        "name": "mine",
        "data": rows,
        "protocol": {"kind": "repeated-stratified", "folds": 3, "repeats": 2, "inner_folds": 2, "random_state": 7},
        "systems": [
            {"name": "svm", "features": CHAR, "classifier": {"kind": "linear-svm", "C": [0.1, 1]}},
            {"name": "nb", "features": CHAR, "classifier": {"kind": "complement-nb"}},
            {"name": "majority", "classifier": {"kind": "majority"}},
        ],
    }


@pytest.fixture(scope="session")
def results(mine):
    return bench.run(mine, jobs=1)
