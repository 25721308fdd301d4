"""Characters that nobody typed: replacement, private-use, invisible and control characters, look-alikes."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from bench.core.languages import Bilingual
from bench.data.audit.base import CHECKS, AuditData, AuditSettings, Check, Examples, Finding, Severity
from bench.data.audit.excerpts import counted, excerpt


@dataclass(frozen=True, slots=True)
class _Fault:
    severity: Severity
    pattern: re.Pattern[str]
    what: Bilingual


def _any_of(characters: str) -> re.Pattern[str]:
    return re.compile(f"[{characters}]")


FAULTS: dict[str, _Fault] = {
    "replacement": _Fault(
        "fault",
        _any_of("\ufffd"),
        Bilingual("the replacement character U+FFFD: text was lost in decoding", "替换字符 U+FFFD：解码时丢失了文字"),
    ),
    "control": _Fault(
        "fault",
        _any_of("\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f\\ufff9-\\ufffb\\ufdd0-\\ufdef\\ufffe\\uffff"),
        Bilingual("control characters", "控制字符"),
    ),
    "private use": _Fault(
        "risk",
        _any_of("\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd"),
        Bilingual(
            "private-use characters, as GBK fonts leave them: no one else can read them",
            "私用区字符，多由 GBK 字库留下：别人无法读出",
        ),
    ),
    "invisible": _Fault(
        "risk",
        # U+200D between two emoji joins them to one emoji.
        re.compile(
            "[\u00ad\u061c\u180e\u200b\u200c\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufe00-\ufe0e"
            "\U000e0100-\U000e01ef\U000e0000-\U000e007f]|(?<![\u2190-\u2bff\ufe0f\U0001f000-\U0001faff])\u200d"
        ),
        Bilingual(
            "characters without width or that turn the writing direction: equal texts differ by them",
            "没有宽度或改变书写方向的字符：相同的文字会因此不同",
        ),
    ),
    "look-alike": _Fault(
        "risk",
        # Twelve characters of the compatibility block are ordinary ideographs.
        _any_of(
            "\u2e80-\u2ef3\u2f00-\u2fd5\uf900-\ufa0d\ufa10\ufa12\ufa15-\ufa1e\ufa20\ufa22\ufa25\ufa26"
            "\ufa2a-\ufad9\U0002f800-\U0002fa1d"
        ),
        Bilingual(
            "radicals or compatibility ideographs that look like ordinary characters and are others",
            "部首或兼容汉字：看似普通汉字，其实是另一个字符",
        ),
    ),
    "combining": _Fault(
        "note",
        _any_of("\u0300-\u036f\u1ab0-\u1aff\u20d0-\u20f0\u3099\u309a\ufe20-\ufe2f"),
        Bilingual("combining marks: one letter written in two characters", "组合用记号：一个字母写成两个字符"),
    ),
}
"""What is looked for. Line feeds and tabs are blanks, and no fault."""


@CHECKS.register("encoding")
class Encoding(Check):
    """Characters that should not be in a text, by their code points."""

    def findings(self, data: AuditData, settings: AuditSettings) -> list[Finding]:
        """One for each sort of character."""
        everything = "\n".join(data.rows.texts)
        present = [name for name, fault in FAULTS.items() if fault.pattern.search(everything)]
        return [self._finding(data, settings, name) for name in present]

    def _finding(self, data: AuditData, settings: AuditSettings, name: str) -> Finding:
        fault = FAULTS[name]
        first: dict[int, int] = {}
        seen: Counter[str] = Counter()
        for row, text in enumerate(data.rows.texts):
            for match in fault.pattern.finditer(text):
                first.setdefault(row, match.start())
                seen[f"U+{ord(match[0]):04X}"] += 1
        number = sum(seen.values())
        text = Bilingual(
            f"{counted(len(first), 'row')} with {fault.what}", f"{len(first):,} 行含有{fault.what.chinese}"
        )
        table = tuple(
            (data.rows.name_of(row), f"U+{ord(data.rows.texts[row][at]):04X}", excerpt(data.rows.texts[row], at))
            for row, at in list(first.items())[: settings.examples]
        )
        commonest = ", ".join(f"{point} {count}" for point, count in seen.most_common(5))
        figures: dict[str, str | int | float] = {
            "sort": name,
            "characters": number,
            "rows": len(first),
            "commonest": commonest,
        }
        examples = Examples(("row", "character", "text"), table)
        return Finding(self.kind, fault.severity, text, data.ids(list(first)), figures, examples)
