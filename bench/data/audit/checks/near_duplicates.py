"""Rows with nearly the same text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from bench.core.languages import Bilingual
from bench.data.audit.base import CHECKS, AuditData, AuditSettings, Check, Examples, Finding, Severity
from bench.data.audit.excerpts import counted, excerpt
from bench.data.audit.similar import Pairs, bare, similar_pairs

_LABELS = Bilingual("have different labels", "标签却不同")
_SPLITS = Bilingual("lie in different splits", "却在不同的划分里")
_PLAIN = Bilingual("have one label: a random split puts them on both sides", "标签相同：随机划分会把它们放到两边")


@CHECKS.register("near-duplicates")
class NearDuplicates(Check):
    """Pairs of texts that share most of their character 3-grams; no pair is missed and none is guessed.

    At the default similarity of 0.7, 8,000 titles of scientific papers hold 3 such pairs; at 0.5, where titles that
    merely follow one pattern begin, they hold 11.
    """

    def findings(self, data: AuditData, settings: AuditSettings) -> list[Finding]:
        """One for pairs across labels, one for pairs across splits, one for the rest."""
        first_row: dict[str, int] = {}
        for row, text in enumerate(data.rows.texts):
            first_row.setdefault(bare(text), row)
        texts, rows = list(first_row), np.fromiter(first_row.values(), dtype=np.int64)
        labels = data.label_codes()
        splits = None if data.side.splits is None else np.unique(data.side.splits, return_inverse=True)[1]
        across_labels, across_splits, plain = (_Collected(settings.examples) for _ in range(3))
        for part in similar_pairs(texts, settings.similarity):
            pairs = Pairs(rows[part.first], rows[part.second], part.similarity)
            other_label = labels[pairs.first] != labels[pairs.second]
            other_split = _differ(splits, pairs)
            across_labels.add(pairs, other_label)
            across_splits.add(pairs, other_split)
            plain.add(pairs, ~(other_label | other_split))
        share = settings.similarity
        found = [
            self._finding(data, across_labels, share, "risk", _LABELS),
            self._finding(data, across_splits, share, "fault", _SPLITS),
            self._finding(data, plain, share, "risk", _PLAIN),
        ]
        return [finding for finding in found if finding is not None]

    def _finding(
        self, data: AuditData, collected: _Collected, share: float, severity: Severity, what: Bilingual
    ) -> Finding | None:
        if not collected.pairs:
            return None
        pairs = collected.pairs
        text = Bilingual(
            f"{counted(pairs, 'pair')} of texts share {share:.0%} or more of their character 3-grams and {what}",
            f"{pairs:,} 对文字共有 {share:.0%} 或更多的字符 3-gram，{what.chinese}",
        )
        best = max(similarity for similarity, _, _ in collected.best)
        figures = {"pairs": collected.pairs, "largest similarity": round(best, 4)}
        return Finding(self.kind, severity, text, data.ids(list(collected.rows)), figures, _table(data, collected.best))


@dataclass(slots=True)
class _Collected:
    """Pairs of one kind: their number, their rows, and the few most similar; never all pairs at once."""

    most: int
    pairs: int = 0
    rows: set[int] = field(default_factory=set)
    best: list[tuple[float, int, int]] = field(default_factory=list)

    def add(self, pairs: Pairs, of_this_sort: NDArray[np.bool_]) -> None:
        first, second, similarity = (column[of_this_sort] for column in (pairs.first, pairs.second, pairs.similarity))
        self.pairs += len(first)
        self.rows.update(first.tolist(), second.tolist())
        top = np.lexsort((second, first, -similarity))[: self.most]
        here = zip(similarity[top].tolist(), first[top].tolist(), second[top].tolist(), strict=True)
        self.best = sorted([*self.best, *here], key=lambda pair: (-pair[0], *pair[1:]))[: self.most]


def _differ(column: NDArray[np.intp] | None, pairs: Pairs) -> NDArray[np.bool_]:
    if column is None:
        return np.zeros(len(pairs.first), dtype=np.bool_)
    return np.asarray(column[pairs.first] != column[pairs.second])


def _table(data: AuditData, best: Sequence[tuple[float, int, int]]) -> Examples:
    """Two lines a pair: texts under each other show best where they differ."""
    rows = data.rows
    splits = data.side.splits or ("",) * len(rows)
    lines: list[tuple[str | int | float, ...]] = []
    for similarity, *pair in best:
        for shown, row in zip((f"{similarity:.2f}", ""), pair, strict=True):
            label = f"{rows.labels[row]} ({splits[row]})" if splits[row] else rows.labels[row]
            lines.append((shown, rows.name_of(row), label, excerpt(rows.texts[row], around=30)))
    return Examples(("similarity", "row", "label", "text"), tuple(lines))
