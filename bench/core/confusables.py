"""Names that look alike but differ, found by their skeletons as in Unicode Technical Standard 39."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

# Cyrillic, Greek, Armenian and Cherokee letters with the Latin letter that they look like, and marks that pass for one
# another: the pairs of Unicode's confusables.txt (version 16.0, https://www.unicode.org/Public/security/) that most
# fonts draw alike. Latin letters and digits among themselves (l, I, 1) and Chinese characters are left out: there a
# name is read in context, and two such names hardly ever mean the same.
_ALIKE = str.maketrans(
    "АВЕЅІЈКМНОРСТУХЗаеоԁһіјӏрсѕԛԝух" + "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧοναριυϲϳ" + "ՕՏօսհոցզ" + "ᎪᏴᏟᎬᎻᎫᏦᏞᎷᏢᏒᏚᎢᏙᎳᏃ",
    "ABESIJKMHOPCTYX3aeodhijlpcsqwyx" + "ABEZHIKMNOPTYXovapiucj" + "OSouhngq" + "ABCEHJKLMPRSTVWZ",
)
_MARKS = str.maketrans(
    "\u2010\u2011\u2012\u2212\ufe63\u00b7\u2022\u2027\u22c5\u30fb\uff65\u2018\u2019\u02bc\u2032\u201c\u201d\u2044\u2215\u2236\ua789",
    "-----······''''\"\"//::",
)
_SAME_FORM = {"<wide>", "<narrow>", "<noBreak>", "<compat>", "<font>"}


def skeleton(name: str) -> str:
    """The skeleton of a name: equal for two names that most fonts draw alike.

    Full-width letters become plain ones, every blank one blank, and composed letters their parts.

    >>> skeleton("Ｓport\u00a0а") == skeleton("Sport a"), skeleton("①") == skeleton("1")
    (True, False)
    """
    if name.isascii():
        return " ".join(name.split())
    plain = "".join(_plain(character) for character in unicodedata.normalize("NFC", name))
    return " ".join(unicodedata.normalize("NFC", plain).translate(_ALIKE).translate(_MARKS).split())


def _plain(character: str) -> str:
    form, _, codes = unicodedata.decomposition(character).partition(" ")
    if form not in _SAME_FORM or not codes:
        return character
    return "".join(chr(int(code, 16)) for code in codes.split())


def look_alike(names: Iterable[str]) -> tuple[str, str] | None:
    """The first two different names that look alike, the one that came first and the other; None where none do."""
    first: dict[str, str] = {}
    for name in dict.fromkeys(names):
        before = first.setdefault(skeleton(name), name)
        if before != name:
            return before, name
    return None


def difference(one: str, other: str) -> str:
    """How two names that look alike differ, in a few words.

    >>> difference("体 育", "体\u00a0育")
    'U+00A0 stands where the other has U+0020'
    """
    for left, right in zip(one, other, strict=False):
        if left != right:
            return f"U+{ord(right):04X} stands where the other has U+{ord(left):04X}"
    return f"one has {abs(len(one) - len(other))} characters more"
