"""One sign written in several ways: half-width and full-width, straight and curly."""

from __future__ import annotations

import re

from bench.core.languages import Bilingual
from bench.data.audit.base import CHECKS, AuditData, AuditSettings, Check, Examples, Finding
from bench.data.audit.excerpts import counted, excerpt, listed

HALF, FULL = Bilingual("half-width", "半角"), Bilingual("full-width", "全角")

_BESIDE_HAN = "(?<=[\u3400-\u9fff]){0}|{0}(?=[\u3400-\u9fff])"

STYLES: dict[Bilingual, dict[Bilingual, re.Pattern[str]]] = {
    Bilingual("letters and digits", "字母和数字"): {
        HALF: re.compile("[A-Za-z0-9]"),
        FULL: re.compile("[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]"),
    },
    Bilingual("punctuation beside Chinese characters", "汉字旁的标点"): {
        HALF: re.compile(_BESIDE_HAN.format("[,;:?!]")),
        FULL: re.compile("[，；：？！]"),
    },
    Bilingual("brackets beside Chinese characters", "汉字旁的括号"): {
        HALF: re.compile(_BESIDE_HAN.format("[()]")),
        FULL: re.compile("[（）]"),
    },
    Bilingual("double quotation marks", "双引号"): {
        Bilingual("straight", "直引号"): re.compile('["\uff02]'),
        Bilingual("curly", "弯引号"): re.compile("[“”]"),
        Bilingual("corner", "直角引号"): re.compile("[「」『』]"),
    },
    Bilingual("percent signs", "百分号"): {HALF: re.compile("%"), FULL: re.compile("％")},
    Bilingual("katakana", "片假名"): {HALF: re.compile("[\uff66-\uff9f]"), FULL: re.compile("[\u30a1-\u30fa]")},
    Bilingual("blanks", "空白"): {
        Bilingual("ordinary", "普通空格"): re.compile(" "),
        Bilingual("ideographic", "全角空格"): re.compile("\u3000"),
        Bilingual("other", "其他空白"): re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f]"),
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

    def _finding(
        self, data: AuditData, settings: AuditSettings, sign: Bilingual, rows: dict[Bilingual, dict[int, int]]
    ) -> Finding:
        main, *others = rows
        rare = [(style, row, at) for style in others for row, at in rows[style].items()]
        table = tuple(
            (data.rows.name_of(row), style, excerpt(data.rows.texts[row], at))
            for style, row, at in rare[: min(_EXAMPLES, settings.examples)]
        )
        counts = listed(
            Bilingual(f"{style} in {counted(len(found), 'row')}", f"{style.chinese} {len(found):,} 行")
            for style, found in rows.items()
        )
        text = Bilingual(
            f"{sign} are written in more than one way: {counts}",
            f"{sign.chinese}的写法不止一种：{counts.chinese}",
        )
        concerned = data.ids([row for _, row, _ in rare])
        figures: dict[str, str | int | float] = {style: len(found) for style, found in rows.items()}
        examples = Examples(("row", "style", "text"), table)
        return Finding(self.kind, "note", text, concerned, {"commonest": main, **figures}, examples)


def _rows(data: AuditData, pattern: re.Pattern[str]) -> dict[int, int]:
    """Row to the place of the first match in it."""
    matches = ((row, pattern.search(text)) for row, text in enumerate(data.rows.texts))
    return {row: match.start() for row, match in matches if match}
