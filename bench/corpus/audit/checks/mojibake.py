"""Text that was decoded by the wrong encoding."""

from __future__ import annotations

import re

from bench.corpus.audit.base import CHECKS, AuditData, AuditSettings, Check, Examples, Finding
from bench.corpus.audit.shown import counted, excerpt, visible

_SIGNS = re.compile("锟斤拷?|锟斤|斤拷|烫烫烫|屯屯屯|锘匡豢|ï»¿")
"""What U+FFFD, uninitialised memory and a byte order mark turn into."""

_LATIN = re.compile(
    "[\u0080-\u00ff\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]+"
)
_HAN = re.compile("[\u3400-\u9fff\ue000-\uf8ff]{4,}")
_OWN_HAN = re.compile("[\u4e00-\u9fff]")
_FEWEST_LATIN = 4
_FEWEST_HAN = 2


@CHECKS.register("mojibake")
class Mojibake(Check):
    """Runs of characters that make sense once they are decoded again.

    Told are UTF-8 read as Latin-1 or Windows-1252 (`Ã©` for é), GBK read as Latin-1 (`ÖÐ¹ú` for 中国), UTF-8 read as
    GBK (`娴嬭瘯` for 测试), and the signs of data lost on the way (`锟斤拷`). ftfy mends only the first of these.
    """

    def findings(self, data: AuditData, settings: AuditSettings) -> list[Finding]:
        """One for all rows."""
        found: dict[int, tuple[int, str, str]] = {}
        for row, text in enumerate(data.rows.texts):
            fault = _fault(text)
            if fault is not None:
                found[row] = fault
        if not found:
            return []
        table = tuple(
            (data.rows.row_ids[row], run, meant, excerpt(data.rows.texts[row], at))
            for row, (at, run, meant) in list(found.items())[: settings.examples]
        )
        text = f"{counted(len(found), 'row')} with text that was decoded by the wrong encoding"
        examples = Examples(("row", "stands", "was", "text"), table)
        return [Finding(self.kind, "fault", text, data.ids(list(found)), {"rows": len(found)}, examples)]


def _fault(text: str) -> tuple[int, str, str] | None:
    """Position of the first damaged run, the run, and what it was; None where the text is sound."""
    sign = _SIGNS.search(text)
    if sign:
        return sign.start(), sign[0], "lost"
    for match in _LATIN.finditer(text):
        meant = _from_latin(match[0])
        if meant is not None:
            return match.start(), visible(match[0][:20]), visible(meant[:20])
    for match in _HAN.finditer(text):
        meant = _again(match[0], "gbk", "utf-8")
        # A run cut in the middle of a character leaves one odd half at its end.
        if meant is not None and len(_OWN_HAN.findall(meant)) >= _FEWEST_HAN:
            return match.start(), visible(match[0][:20]), visible(meant[:20])
    return None


def _from_latin(run: str) -> str | None:
    for codec in ("latin-1", "cp1252"):
        meant = _again(run, codec, "utf-8")
        if meant is not None:
            return meant
    meant = _again(run, "latin-1", "gbk") if len(run) >= _FEWEST_LATIN else None
    return meant if meant is not None and len(_OWN_HAN.findall(meant)) == len(meant) else None


def _again(run: str, wrong: str, right: str) -> str | None:
    """The run decoded again, None where it cannot be, or where it stays what it is."""
    try:
        meant = run.encode(wrong).decode(right)
    except UnicodeError:
        return None
    return meant if meant != run else None
