"""Rows with the same text."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bench.core.labelled_texts import LabelledTexts
from bench.core.languages import Bilingual
from bench.data.audit.base import CHECKS, AuditData, AuditSettings, Check, Examples, Finding, Severity
from bench.data.audit.excerpts import counted, excerpt
from bench.data.audit.similar import groups_of_equal_texts

Rows = Sequence[int]


_LABELS = Bilingual("with more than one label: at least one is wrong", "标签不止一个：至少有一个是错的")
_SPLITS = Bilingual(
    "in more than one split: seen in training and tested on", "所在的划分不止一个：训练时见过，又用来测试"
)
_MOST_NAMED = 3
_PLAIN = Bilingual("with one label: a random split puts them on both sides", "标签相同：随机划分会把它们放到两边")


@CHECKS.register("duplicates")
class Duplicates(Check):
    """Texts that occur more than once; equal but for blanks, punctuation, case and width counts as equal."""

    def findings(self, data: AuditData, settings: AuditSettings) -> list[Finding]:
        """One for texts with several labels, one for texts in several splits, one for the rest."""
        groups = groups_of_equal_texts(data.rows.texts)
        by_class = [rows for rows in groups if _values(data.rows.labels, rows) > 1]
        splits = data.side.splits
        by_split = [] if splits is None else [rows for rows in groups if _values(splits, rows) > 1]
        told = {id(rows) for rows in [*by_class, *by_split]}
        plain = [rows for rows in groups if id(rows) not in told]
        found = [
            self._finding(data, settings, by_class, "fault", _LABELS),
            self._finding(data, settings, by_split, "fault", _SPLITS),
            self._finding(data, settings, plain, "risk", _PLAIN),
        ]
        return [finding for finding in found if finding is not None]

    def _finding(
        self, data: AuditData, settings: AuditSettings, groups: Sequence[Rows], severity: Severity, what: Bilingual
    ) -> Finding | None:
        if not groups:
            return None
        rows = [row for group in groups for row in group]
        number = len(groups)
        largest = sorted(groups, key=len, reverse=True)[: settings.examples]
        column = _column(data)
        table = tuple(
            (
                len(group),
                ", ".join(sorted({column(row) for row in group})),
                _some([data.rows.name_of(row) for row in group]),
                excerpt(data.rows.texts[group[0]]),
            )
            for group in largest
        )
        text = Bilingual(
            f"{counted(number, 'text')} {'stands' if number == 1 else 'stand'} in {counted(len(rows), 'row')} {what}",
            f"{number:,} 段文字出现在 {len(rows):,} 行中，{what.chinese}",
        )
        figures = {"texts": number, "rows": len(rows)}
        examples = Examples(("rows", "labels and splits", "where", "text"), table)
        return Finding(self.kind, severity, text, data.ids(rows), figures, examples)


def _some(names: Sequence[str]) -> str:
    return ", ".join([*names[:_MOST_NAMED], *(["…"] if len(names) > _MOST_NAMED else [])])


def _values(column: Sequence[str], rows: Rows) -> int:
    return len({column[row] for row in rows})


def _column(data: AuditData) -> Callable[[int], str]:
    labelled: LabelledTexts = data.rows
    splits = data.side.splits
    return lambda row: labelled.labels[row] if splits is None else f"{labelled.labels[row]} ({splits[row]})"
