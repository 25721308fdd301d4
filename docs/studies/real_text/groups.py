"""Experiments on titles that come in groups, with splits that keep groups whole; true scores are of new groups.

    python docs/studies/real_text/groups.py FOLDER

A group is a cluster of similar titles (k-means on latent semantics), as paragraphs of one article are similar. It may
mix classes, or is a cluster within one class. Resumable, as `experiments.py`.
"""

from __future__ import annotations

import functools
import sys
import warnings
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from experiments import FOLDS, write
from numpy.typing import NDArray
from populations import POPULATIONS
from systems import compact, counted, predicted

Array: TypeAlias = "NDArray[Any]"
REPEATS, EXPERIMENTS, TRUE_SETS, TRUE_ROWS = 4, 200, 60, 800
NAMES = ("complement-nb", "ridge", "centroid")
CLUSTERS = {"mixed": 300, "pure": 75}
"""How many clusters a population has: of all its titles, or of each class."""


@dataclass(frozen=True)
class Cell:
    """Experiments of so many groups of at most so many rows each."""

    population: str
    kind: str
    groups: int
    size: int

    @property
    def name(self) -> str:
        """Names its files."""
        return f"{self.population}.{self.kind}.{self.groups}x{self.size}"


CELLS = tuple(
    Cell(population, kind, groups, size)
    for population in ("titles4-easy", "titles4-hard")
    for groups, size in ((8, 12), (20, 5), (40, 4), (80, 3))
    for kind in ("mixed", "pure")
)


@functools.cache
def clustered(population: str, kind: str) -> tuple[list[str], Array, Array]:
    """Texts, classes and clusters of a population."""
    from sklearn.cluster import KMeans
    from sklearn.decomposition import TruncatedSVD
    from sklearn.preprocessing import normalize

    members = POPULATIONS[population].members
    rng = np.random.default_rng(7)
    kept = {code: list(rng.permutation(np.array(texts, dtype=object))[:900]) for code, texts in members.items()}
    texts = [text for of_class in kept.values() for text in of_class]
    labels = np.repeat(np.array(list(kept)), [len(of_class) for of_class in kept.values()])
    counts = counted(texts)
    df = np.bincount(counts.indices, minlength=counts.shape[1])
    counts = counts[:, df > 1]
    counts.data *= np.log(len(texts) / df[df > 1])[counts.indices]
    dense = normalize(TruncatedSVD(50, random_state=0).fit_transform(normalize(counts)))
    clusters = np.zeros(len(texts), dtype=int)
    parts = [labels == code for code in kept] if kind == "pure" else [np.full(len(texts), True)]
    for at, part in enumerate(parts):
        made = KMeans(CLUSTERS[kind], n_init=1, max_iter=10, random_state=0).fit_predict(dense[part])
        clusters[part] = made + at * CLUSTERS[kind]
    return texts, labels, clusters


def draw(cell: Cell, groups: int, rng: np.random.Generator) -> tuple[Array, Array]:
    """Rows and clusters of so many groups, each class there, of pure groups in two or more."""
    _, labels, clusters = clustered(cell.population, cell.kind)
    while True:
        drawn = rng.permutation(clusters.max() + 1)[:groups]
        rows = np.concatenate([rng.permutation(np.flatnonzero(clusters == one))[: cell.size] for one in drawn])
        spread = [len(np.unique(clusters[rows][labels[rows] == code])) for code in range(labels.max() + 1)]
        if min(spread) >= 2:
            return rows, clusters[rows]


def experiment(cell: Cell, number: int) -> dict[str, Array] | None:
    """Labels, groups and guesses of one experiment, padded with 255; None where a fold would train without a class."""
    from sklearn.model_selection import StratifiedGroupKFold

    texts, labels, _ = clustered(cell.population, cell.kind)
    rng = np.random.default_rng([zlib.crc32(cell.name.encode()), number])
    rows, groups = draw(cell, cell.groups, rng)
    codes = labels[rows]
    train, test = [], []
    for _ in range(REPEATS):
        splitter = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=int(rng.integers(2**31)))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for inside, outside in splitter.split(codes, codes, groups):
                train.append(np.isin(np.arange(len(rows)), inside))
                test.append(np.isin(np.arange(len(rows)), outside))
                if len(np.unique(codes[inside])) <= labels.max():
                    return None
    found = predicted(compact(counted([texts[row] for row in rows])), codes, np.stack(train), NAMES)
    padding = cell.groups * cell.size - len(rows)
    arrays = {"labels": codes, "groups": np.unique(groups, return_inverse=True)[1]}
    for name, prediction in found.items():
        table = np.zeros((REPEATS, len(rows)), dtype=np.uint8)
        for at, tested in enumerate(test):
            table[at // FOLDS, tested] = prediction[at, tested]
        arrays[name] = table
    return {
        key: np.pad(each.astype(np.uint8), [(0, 0)] * (each.ndim - 1) + [(0, padding)], constant_values=255)
        for key, each in arrays.items()
    }


def truth(cell: Cell) -> dict[str, Array]:
    """System to (sets, classes, classes) confusion on rows of other groups, after training on four of five groups."""
    texts, labels, clusters = clustered(cell.population, cell.kind)
    rng = np.random.default_rng([zlib.crc32(cell.name.encode()), 999_983])
    found: dict[str, list[Array]] = {name: [] for name in NAMES}
    classes = int(labels.max()) + 1
    for _ in range(TRUE_SETS):
        rows, groups = draw(cell, cell.groups, rng)
        kept = np.isin(groups, rng.permutation(np.unique(groups))[: round(cell.groups * (1 - 1 / FOLDS))])
        if len(np.unique(labels[rows[kept]])) < classes:
            continue
        fresh = rng.permutation(np.flatnonzero(~np.isin(clusters, groups)))[:TRUE_ROWS]
        both = np.concatenate([rows[kept], fresh])
        train = (np.arange(len(both)) < kept.sum())[None]
        predictions = predicted(compact(counted([texts[row] for row in both])), labels[both], train, NAMES)
        for name, prediction in predictions.items():
            table = np.bincount(labels[fresh] * classes + prediction[0, kept.sum() :], minlength=classes**2)
            found[name].append(table.reshape(classes, classes) / len(fresh))
    return {name: np.stack(tables) for name, tables in found.items()}


def main() -> None:
    """Run what is missing."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for cell in CELLS:
        target = folder / f"{cell.name}.npz"
        if target.exists():
            continue
        made = [experiment(cell, number) for number in range(EXPERIMENTS)]
        done = [one for one in made if one is not None]
        arrays = {key: np.stack([one[key] for one in done]) for key in done[0]} if done else {}
        write(target, {**arrays, **{f"true {name}": table for name, table in truth(cell).items()}})
        print(cell.name, len(done), flush=True)


if __name__ == "__main__":
    main()
