"""Fixed wording that gives a label away: openings, endings and long phrases that only one class has."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np

from bench.core.languages import Bilingual
from bench.core.multiple_tests import holm
from bench.data.audit.base import CHECKS, AuditData, AuditSettings, Check, Codes, Examples, Finding, Severity
from bench.data.audit.excerpts import counted, visible
from bench.data.audit.permutation import coded, sample

SHORTEST_OPENING, SHORTEST_ENDING, LONGEST = 3, 4, 20
"""Lengths of openings and endings in characters; Chinese titles end in fixed words of three (…之研究)."""

PHRASE = 8
"""Characters from which a phrase inside a text counts as fixed wording; shorter ones are a topic's own words."""

FEWEST_ROWS = 4
PURITY = 0.9
"""Share of the rows with a wording that must be of one class."""

_WIDE = 0.1
"""Share of a class's rows from which a finding is a risk, below a note."""

Wordings = Mapping[str, Sequence[int]]


@dataclass(frozen=True, slots=True)
class _Tell:
    """A wording, its rows, the class of most of them, how many have it, and the adjusted p-value."""

    wording: str
    rows: tuple[int, ...]
    label: int
    of_label: int
    p_value: float


@dataclass(frozen=True, slots=True)
class _Drawn:
    """The rows that are tested, one for each distinct text; labels: indices into the sorted names."""

    rows: tuple[int, ...]
    texts: Sequence[str]
    labels: Codes
    names: Sequence[str]


@CHECKS.register("boilerplate")
class Boilerplate(Check):
    """Datelines, bylines, section names and fixed phrases that hardly any other class has.

    A wording is reported where at least 4 distinct texts have it, 90 % of them of one class, and more than a draw of so
    many rows would give (one-sided hypergeometric test, adjusted by Holm over all wordings and classes of a place,
    each place at a third of the level).
    A set phrase of a topic is found as well as a stray byline: only a reader can decide which it is.
    """

    def missing(self, data: AuditData) -> str | None:
        """Nothing can give a label away where all rows have the same one."""
        return Bilingual("all rows have one label", "所有行都是同一个标签") if len(data.rows.classes) < 2 else None

    def findings(self, data: AuditData, settings: AuditSettings) -> list[Finding]:
        """One for openings, one for endings, one for phrases inside."""
        drawn = _drawn(data, settings)
        found = []
        known: list[_Tell] = []
        for place, wordings_of in _PLACES.items():
            tells = _tells(wordings_of(drawn.texts), drawn.labels, settings.level / len(_PLACES))
            if place == "phrase":
                tells = [_widened(tell, drawn.texts) for tell in tells]
            if kept := _telling(tells, known):
                known += kept
                found.append(self._finding(data, settings, place, kept, drawn))
        return found

    def _finding(
        self, data: AuditData, settings: AuditSettings, place: Bilingual, tells: Sequence[_Tell], drawn: _Drawn
    ) -> Finding:
        covered: dict[int, set[int]] = defaultdict(set)
        for tell in tells:
            covered[tell.label] |= set(tell.rows)
        widest = max(
            float(np.sum(drawn.labels[list(rows)] == label) / np.sum(drawn.labels == label))
            for label, rows in covered.items()
        )
        told = sorted(set().union(*covered.values()))
        text = Bilingual(
            f"{counted(len(tells), place)} in {counted(len(told), 'row')} {'gives' if len(tells) == 1 else 'give'} "
            "the label away: fixed wording, or a topic's own words",
            f"{len(told):,} 行中的 {len(tells):,} 个{place.chinese}透露了标签：是固定套话，或是某一主题自己的词语",
        )
        table = tuple(
            (visible(tell.wording), len(tell.rows), drawn.names[tell.label], tell.of_label, f"{tell.p_value:.2g}")
            for tell in tells[: settings.examples]
        )
        figures = {
            "wordings": len(tells),
            "rows": len(told),
            "largest share of a class": round(widest, 4),
            "rows tested": len(drawn.rows),
        }
        examples = Examples((place, "rows", "label", "of it", "p"), table)
        severity: Severity = "risk" if widest >= _WIDE else "note"
        return Finding(self.kind, severity, text, data.ids([drawn.rows[row] for row in told]), figures, examples)


def _drawn(data: AuditData, settings: AuditSettings) -> _Drawn:
    drawn = sample(len(data.rows), settings.most_rows, settings.random_state)
    # A repeated text is another check's business.
    rows = tuple({data.rows.texts[row]: row for row in drawn.tolist()}.values())
    own = [data.rows.labels[row] for row in rows]
    return _Drawn(rows, [data.rows.texts[row] for row in rows], coded(own), sorted(set(own)))


def _openings(texts: Sequence[str]) -> Wordings:
    return _ends(texts, SHORTEST_OPENING, lambda text, length: text[:length])


def _endings(texts: Sequence[str]) -> Wordings:
    return _ends(texts, SHORTEST_ENDING, lambda text, length: text[-length:])


def _ends(texts: Sequence[str], shortest: int, part: Callable[[str, int], str]) -> Wordings:
    found: dict[str, list[int]] = defaultdict(list)
    for row, text in enumerate(texts):
        for length in range(shortest, min(LONGEST, len(text) - 1) + 1):
            found[part(text, length)].append(row)
    return found


def _phrases(texts: Sequence[str]) -> Wordings:
    # Phrases are counted first: of millions, few occur in several rows, and only those get a list of rows.
    seen: dict[int, int] = defaultdict(int)
    for text in texts:
        for phrase in _windows(text):
            seen[hash(phrase)] += 1
    found: dict[str, list[int]] = defaultdict(list)
    for row, text in enumerate(texts):
        for phrase in _windows(text):
            if seen[hash(phrase)] >= FEWEST_ROWS:
                found[phrase].append(row)
    return found


def _windows(text: str) -> Iterator[str]:
    # Set order would vary from run to run.
    yield from dict.fromkeys(text[at : at + PHRASE] for at in range(1, len(text) - PHRASE))


_PLACES: Mapping[Bilingual, Callable[[Sequence[str]], Wordings]] = {
    Bilingual("opening", "开头"): _openings,
    Bilingual("ending", "结尾"): _endings,
    Bilingual("phrase", "短语"): _phrases,
}


def _tells(wordings: Wordings, labels: Codes, level: float) -> list[_Tell]:
    """The wordings that beat chance, most rows first, then longest."""
    from scipy.stats import hypergeom

    shared = {wording: rows for wording, rows in wordings.items() if len(rows) >= FEWEST_ROWS}
    if not shared:
        return []
    classes = np.bincount(labels)
    sizes = [len(rows) for rows in shared.values()]
    flat = np.fromiter(chain.from_iterable(shared.values()), dtype=np.int64, count=sum(sizes))
    cell = np.repeat(np.arange(len(shared)), sizes) * len(classes) + labels[flat]
    counts = np.bincount(cell, minlength=len(shared) * len(classes)).reshape(len(shared), len(classes))
    total, best = counts.sum(axis=1), counts.argmax(axis=1)
    of_best = counts[np.arange(len(counts)), best]
    # scipy sums each tail in Python; many wordings share the same few tails.
    tails, at_tail = np.unique(np.stack([of_best, classes[best], total]), axis=1, return_inverse=True)
    p_values = hypergeom.sf(tails[0] - 1, len(labels), tails[1], tails[2])[at_tail.ravel()]
    adjusted = holm(np.minimum(1.0, p_values * len(classes)))
    found = [
        _Tell(wording, tuple(rows), int(best[at]), int(of_best[at]), float(adjusted[at]))
        for at, (wording, rows) in enumerate(shared.items())
        if adjusted[at] <= level and of_best[at] >= PURITY * total[at]
    ]
    return sorted(found, key=lambda tell: (-len(tell.rows), -len(tell.wording), tell.wording))


def _telling(tells: Sequence[_Tell], known: Sequence[_Tell]) -> list[_Tell]:
    """Without wordings that contain, or lie in, one that is kept already, and those that concern no further row."""
    kept: list[_Tell] = []
    covered: set[int] = set()
    for tell in tells:
        nested = any(tell.wording in other.wording or other.wording in tell.wording for other in [*known, *kept])
        if not nested and not covered.issuperset(tell.rows):
            kept.append(tell)
            covered.update(tell.rows)
    return kept


def _widened(tell: _Tell, texts: Sequence[str]) -> _Tell:
    """The phrase extended by the characters around it that all its rows share."""
    around = [texts[row].partition(tell.wording)[::2] for row in tell.rows]
    before = _common_start([head[::-1] for head, _ in around])[::-1]
    behind = _common_start([tail for _, tail in around])
    return _Tell(f"{before}{tell.wording}{behind}", tell.rows, tell.label, tell.of_label, tell.p_value)


def _common_start(texts: Sequence[str]) -> str:
    first, last = min(texts), max(texts)  # what these two share, all between them share
    same = next((at for at, pair in enumerate(zip(first, last, strict=False)) if pair[0] != pair[1]), len(first))
    return first[:same]
