"""Learning curves of samples whose later points are known: what `summarise_curves.py` measures coverage on.

    python docs/studies/labelling/curves.py FOLDER [--csl ../shared/data/csl] [--samples 6]

writes one file a sample and one a known point into FOLDER and leaves alone what is there already, so that it can be
stopped and started again. A sample is so many rows of a set, cross-validated at five training sizes; a known point is
the mean score of systems trained on more rows and tested on 3,000 others.
"""

from __future__ import annotations

import argparse
import functools
import itertools
import json
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from replay import csl_titles, reviews

import bench
from bench.comparison.learning_curves import curve_of
from bench.comparison.scored_runs import load_scored_runs
from bench.core.files import write_whole
from bench.experiment.config import System
from bench.systems.pipeline import build_pipeline

SAMPLES = {160: [16, 32, 64, 96, "all"], 400: [25, 50, 100, 200, "all"]}
"""Rows of a sample to the training sizes that are tried."""
FARTHER = (2, 4, 8)
"""Known points, in multiples of a sample's largest training size, which is four fifths of its rows."""
TESTED, DRAWS, METRIC = 3000, 3, "f1_macro"
SYSTEMS: list[dict[str, Any]] = [
    {
        "name": name,
        "features": {"kind": "tfidf", "tokens": "char", "ngrams": [1, 2], "sublinear_tf": True},
        "classifier": classifier,
    }
    for name, classifier in (
        ("nb", {"kind": "complement-nb"}),
        ("centroid", {"kind": "centroid"}),
        ("svm", {"kind": "linear-svm"}),
    )
]
LEAST_SHARE = 0.035
"""Of the rows, that a class must have to be kept, so that samples hold it."""
FEW = ("工学", "医学", "农学", "理学", "管理学")


def sets(csl: Path) -> dict[str, list[tuple[str, str]]]:
    """Rows of each set, in random order."""
    titles = csl_titles(csl)
    counts = Counter(label for _, label in titles)
    usual = [row for row in titles if counts[row[1]] >= LEAST_SHARE * len(titles)]
    found = {"csl": usual, "csl-few": [row for row in titles if row[1] in FEW], "reviews": reviews()}
    rng = np.random.default_rng(1)
    return {name: [rows[at] for at in rng.permutation(len(rows))] for name, rows in found.items()}


def drawn(rows: list[tuple[str, str]], size: int, number: int) -> list[tuple[str, str]]:
    """So many rows at random, the first draw in which each class has three rows or more."""
    classes = {label for _, label in rows}
    for attempt in itertools.count():
        order = np.random.default_rng([size, number, attempt]).permutation(len(rows) - TESTED)[:size]
        mine = [rows[at] for at in order]
        counts = Counter(label for _, label in mine)
        if min(counts[label] for label in classes) >= 3:
            return mine
    raise AssertionError("unreachable")


def sample(mine: list[tuple[str, str]], size: int) -> dict[str, list[Any]]:
    """The curve of each system on a sample: sizes, scores and their covariance."""
    protocol = {"kind": "repeated-stratified", "folds": 5, "repeats": 3, "train_sizes": SAMPLES[size]}
    data = bench.dataset([text for text, _ in mine], [label for _, label in mine])
    runs = bench.run({"name": "curves", "data": data, "protocol": protocol, "systems": SYSTEMS}, jobs=1, progress=False)
    found = {}
    for system in SYSTEMS:
        own = [run for run in runs if run.record.system == system["name"]]
        curve = curve_of([load_scored_runs([run], [METRIC], METRIC)[0] for run in own], METRIC)
        if curve is not None:
            arrays = (curve.sizes, curve.scores, curve.covariance)
            found[system["name"]] = [each.tolist() for each in arrays]
    return found


def known(rows: list[tuple[str, str]], size: int) -> dict[str, list[float]]:
    """Macro-F1 of each system trained on so many rows, a value a draw."""
    from sklearn.metrics import f1_score

    test, pool = rows[-TESTED:], rows[:-TESTED]
    found: dict[str, list[float]] = {system["name"]: [] for system in SYSTEMS}
    for draw in range(DRAWS):
        train = [pool[at] for at in np.random.default_rng([size, draw, 7]).permutation(len(pool))[:size]]
        for settings in SYSTEMS:
            system = System.model_validate(settings)
            pipeline = build_pipeline(system.features, system.classifier, random_state=0)
            pipeline.fit([text for text, _ in train], [label for _, label in train])
            prediction = pipeline.predict([text for text, _ in test])
            found[system.name].append(float(f1_score([label for _, label in test], prediction, average="macro")))
    return found


def cells(folder: Path, csl: Path, samples: int) -> Iterator[tuple[Path, Callable[[], Any]]]:
    """The file of each cell, and what makes it."""
    every = sets(csl)
    for name, rows in every.items():
        for size in SAMPLES:
            for times in FARTHER:
                last = round(size * 4 / 5) * times
                yield folder / f"known-{name}-{last}.json", functools.partial(known, rows, last)
    for number, size, (name, rows) in itertools.product(range(samples), SAMPLES, every.items()):
        make = functools.partial(lambda *which: sample(drawn(*which), which[1]), rows, size, number)
        yield folder / f"sample-{name}-{size}-{number}.json", make


def main() -> None:
    """Run what is left."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--csl", type=Path, default=Path("../shared/data/csl"))
    parser.add_argument("--samples", type=int, default=6)
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    for path, make in cells(given.folder, given.csl, given.samples):
        if not path.exists():
            write_whole(path, json.dumps(make()).encode())
            print(path.name, flush=True)


if __name__ == "__main__":
    main()
