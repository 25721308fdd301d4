"""One sign written in several ways: half-width and full-width, straight and curly."""

from __future__ import annotations

import re

from bench.corpus.audit.base import CHECKS, AuditData, AuditSettings, Check, Examples, Finding
from bench.corpus.audit.shown import counted, excerpt, listed

_BESIDE_HAN = "(?<=[\u3400-\u9fff]){0}|{0}(?=[\u3400-\u9fff])"

STYLES: dict[str, dict[str, re.Pattern[str]]] = {
    "letters and digits": {
        "half-width": re.compile("[A-Za-z0-9]"),
        "full-width": re.compile("[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]"),
    },
    "punctuation beside Chinese characters": {
        "half-width": re.compile(_BESIDE_HAN.format("[,;:?!]")),
        "full-width": re.compile("[，；：？！]"),
    },
    "brackets beside Chinese characters": {
        "half-width": re.compile(_BESIDE_HAN.format("[()]")),
        "full-width": re.compile("[（）]"),
    },
    "double quotation marks": {
        "straight": re.compile('["\uff02]'),
        "curly": re.compile("[“”]"),
        "corner": re.compile("[「」『』]"),
    },
    "percent signs": {"half-width": re.compile("%"), "full-width": re.compile("％")},
    "katakana": {"half-width": re.compile("[\uff66-\uff9f]"), "full-width": re.compile("[\u30a1-\u30fa]")},
    "blanks": {
        "ordinary": re.compile(" "),
        "ideographic": re.compile("\u3000"),
        "other": re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f]"),
    },
}
"""Sign to the styles that it is written in; data is sound where it keeps to one."""

_EXAMPLES = 3  # the styles are known from the counts


@CHECKS.register("widths")
class Widths(Check):
    """Signs for which the data uses more than one style: the same word counts as two."""

    def findings(self, data: AuditData, settings: AuditSettings) -> list[Finding]:
        """One for each sign in more than one style, with the rows that hold any but the commonest."""
        found = []
        for sign, styles in STYLES.items():
            rows = {style: _rows(data, pattern) for style, pattern in styles.items()}
            used = sorted((style for style in styles if rows[style]), key=lambda style: -len(rows[style]))
            if len(used) > 1:
                found.append(self._finding(data, settings, sign, {style: rows[style] for style in used}))
        return found

    def _finding(self, data: AuditData, settings: AuditSettings, sign: str, rows: dict[str, dict[int, int]]) -> Finding:
        main, *others = rows
        rare = [(style, row, at) for style in others for row, at in rows[style].items()]
        table = tuple(
            (data.rows.row_ids[row], style, excerpt(data.rows.texts[row], at))
            for style, row, at in rare[: min(_EXAMPLES, settings.examples)]
        )
        counts = listed([f"{style} in {counted(len(found), 'row')}" for style, found in rows.items()])
        text = f"{sign} are written in more than one way: {counts}"
        concerned = data.ids([row for _, row, _ in rare])
        figures: dict[str, str | int | float] = {style: len(found) for style, found in rows.items()}
        examples = Examples(("row", "style", "text"), table)
        return Finding(self.kind, "note", text, concerned, {"commonest": main, **figures}, examples)


def _rows(data: AuditData, pattern: re.Pattern[str]) -> dict[int, int]:
    """Row to the place of the first match in it."""
    matches = ((row, pattern.search(text)) for row, text in enumerate(data.rows.texts))
    return {row: match.start() for row, match in matches if match}
