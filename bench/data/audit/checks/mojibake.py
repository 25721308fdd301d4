"""Text that was decoded by the wrong encoding."""

from __future__ import annotations

import re

from bench.core.languages import Bilingual
from bench.data.audit.base import CHECKS, AuditData, AuditSettings, Check, Examples, Finding
from bench.data.audit.excerpts import counted, excerpt, visible

_SIGNS = re.compile("锟斤拷?|锟斤|斤拷|烫烫烫|屯屯屯|锘匡豢|ï»¿")
"""Signs of wrong decoding: what U+FFFD, uninitialised memory and a byte order mark turn into."""

_UPPER = [bytes([value]) for value in range(0x80, 0x100)]
_BYTES = {byte.decode("latin-1"): byte for byte in _UPPER} | {
    # Windows-1252 leaves five bytes without a character; readers let them through as Latin-1 does.
    byte.decode("cp1252", "ignore"): byte
    for byte in _UPPER
    if byte.decode("cp1252", "ignore")
}
"""Character of Latin-1 or Windows-1252 to its byte."""

_LATIN = re.compile(f"[{''.join(map(re.escape, _BYTES))}]+")
_HAN = re.compile("[\u3400-\u9fff\ue000-\uf8ff]{5,}")
_OWN_HAN = re.compile("[\u4e00-\u9fff]")
_THREE_BYTES = re.compile("[\u2010-\u2027\u3000-\u30ff\u4e00-\u9fff\uff00-\uffef]")
_LIKELY = re.compile("[\u00a0-\u00ff\u2010-\u2027\u3000-\u30ff\u3400-\u9fff\uff00-\uffef]+")
"""Latin letters, Chinese, kana and their marks: the characters of text after correct decoding."""

_LETTERS = frozenset(map(chr, range(0xC0, 0x100))) - {"×", "÷"}
_FEWEST_LATIN = 4
_MOST_OF = 0.75
"""Share of a run's bytes that must be whole UTF-8 characters; its ends may have lost their halves."""


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
            (data.rows.name_of(row), run, meant, excerpt(data.rows.texts[row], at))
            for row, (at, run, meant) in list(found.items())[: settings.examples]
        )
        text = Bilingual(
            f"{counted(len(found), 'row')} with text that was decoded by the wrong encoding",
            f"{len(found):,} 行含有用错误的编码解出的文字",
        )
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
        meant = _from_gbk(match[0])
        if meant is not None:
            return match.start(), visible(match[0][:20]), visible(meant[:20])
    return None


def _from_gbk(run: str) -> str | None:
    """UTF-8 that was read as GBK, as far as the run keeps its characters whole; None for Chinese as it should be."""
    try:
        data = run.encode("gbk")
    except UnicodeEncodeError:
        return None
    # Characters of two bytes are left out: ordinary GBK text is full of such pairs.
    meant = "".join(_THREE_BYTES.findall(data.decode("utf-8", "ignore")))
    # Two such characters occur in sound text once in a million rows (面反射镜 holds 淴侵), three do not.
    return meant if len(meant) > 2 and len(meant.encode()) >= _MOST_OF * len(data) else None


def _from_latin(run: str) -> str | None:
    """UTF-8 or GBK that was read as Latin-1 or Windows-1252; None for letters as they should be."""
    data = b"".join(_BYTES[character] for character in run)
    meant = data.decode("utf-8", "ignore")
    if _LIKELY.fullmatch(meant) and len(meant.encode()) >= _MOST_OF * len(data):
        return meant
    meant = data.decode("gbk", "ignore")
    of_han = len("".join(_OWN_HAN.findall(meant)).encode("gbk"))
    # Dashes and quotation marks are ordinary in any number (———— would be 棗棗); signs among Latin letters are not.
    letters = sum(character in _LETTERS for character in run)
    sound = len(data) < _FEWEST_LATIN or max(run) > "\u00ff" or letters < len(data) / 4
    return None if sound or of_han < _MOST_OF * len(data) else meant
