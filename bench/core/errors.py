"""Errors that a user can mend: one clear line, exit code 2."""

from __future__ import annotations

import difflib
import re
import reprlib
from collections.abc import Iterable
from pathlib import Path

_HIDDEN = (
    "\x00-\x1f\x7f-\x9f"  # controls
    "\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff\ufe00-\ufe0f"
    # ↑ Unicode's Default_Ignorable_Code_Point: marks of writing direction, joiners, fillers, selectors, tags
    "\u2028\u2029\ufff9-\ufffb"  # line ends, marks of annotations
    "\ud800-\udfff"  # half surrogates
)
INVISIBLE = re.compile(f"[{_HIDDEN}]")
"""One character that a terminal obeys or hides."""

# In emoji, selectors choose colour and joiners combine several: they hide nothing there.
_EMOJI = "\u203c\u2049\u2122\u2139\u2190-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff"
_ESCAPED = re.compile(f"(?<![{_EMOJI}])[\ufe0e\ufe0f]|(?<![{_EMOJI}\ufe0f])\u200d|(?![\u200d\ufe0e\ufe0f])[{_HIDDEN}]")

LONGEST_LINE, LONGEST_PLACE = 499, 240
"""The most characters of a message, and of the path in it."""

_LONGEST_NAME, _MOST_NAMES = 80, 100


class BenchError(Exception):
    """A fault in what the user gave, in one line: the place, the value, what would be right.

    place: file, `file:line`, or `file: row 3`; left out where there is no file.
    Whatever the message quotes, it holds no character that a terminal would obey: those are escaped.
    """

    def __init__(self, message: str, *, place: str | Path | None = None) -> None:
        self.message = printable(message)
        self.place = None if place is None else printable(str(place))
        super().__init__(self.message if self.place is None else f"{self.place}: {self.message}")


class BenchWarning(UserWarning):
    """A doubt that stops nothing: data that splits badly, rows that were left out, a system that failed."""


class RowError(BenchError):
    """A fault in one row of labelled texts. row: its position from 0; fault: what is wrong, without the place."""

    def __init__(self, row: int, fault: str) -> None:
        self.row = row
        self.fault = fault
        super().__init__(f"row {row + 1}: {fault}")

    def __reduce__(self) -> tuple[type[RowError], tuple[int, str]]:
        return RowError, (self.row, self.fault)


def printable(text: str, *, keep: str = "") -> str:
    r"""A text with escapes in place of the characters that a terminal would obey or hide. keep: those that stay.

    >>> print(printable("red \x1b[31m, 左\u202e右"))
    red \x1b[31m, 左\u202e右
    """
    return _ESCAPED.sub(lambda match: match[0] if match[0] in keep else ascii(match[0])[1:-1], text)


def cut(text: str, most: int = LONGEST_LINE) -> str:
    """A text of at most so many characters: what is too much is taken out of its middle.

    >>> cut("from the beginning to the end", 15)
    'from th…the end'
    """
    if len(text) <= most:
        return text
    behind = (most - 1) // 2
    return f"{text[: most - 1 - behind]}…{text[len(text) - behind :]}"


def error_line(error: BenchError) -> str:
    """An error as one line; a long place and a long line are cut."""
    place = "" if error.place is None else f"{cut(error.place, LONGEST_PLACE)}: "
    return cut(f"{place}{error.message}")


def quoted(value: object) -> str:
    """A value as an error quotes it: its `repr`, cut where it is long, deep or has many items.

    >>> quoted(list(range(1000)))
    '[0, 1, 2, 3, 4, 5, …]'
    """
    return cut(_SHORT.repr(value), LONGEST_PLACE)


class _Short(reprlib.Repr):
    def __init__(self) -> None:
        super().__init__()
        self.maxlevel, self.maxlist, self.maxtuple, self.maxdict = 3, 6, 6, 6
        self.maxstring, self.maxlong, self.maxother = _LONGEST_NAME, 40, _LONGEST_NAME
        self.fillvalue = "…"

    def repr_str(self, x: str, level: int) -> str:
        del level
        return repr(x) if len(x) <= self.maxstring else f"{x[: self.maxstring]!r}…"

    def repr_int(self, x: int, level: int) -> str:
        # Python refuses to write thousands of digits.
        return super().repr_int(x, level) if x.bit_length() < 1000 else f"an integer of {x.bit_length()} bits"

    def repr_dict(self, x: dict[object, object], level: int) -> str:
        # As given: reprlib would sort the keys.
        if not x or level <= 0:
            return "{}" if not x else "{…}"
        items = [f"{self.repr1(key, level - 1)}: {self.repr1(x[key], level - 1)}" for key in list(x)[: self.maxdict]]
        return "{" + ", ".join([*items, *(["…"] if len(x) > self.maxdict else [])]) + "}"


_SHORT = _Short()


def suggest(value: object, known: Iterable[object]) -> str:
    """The end of an error message: the nearest known name, if one is near, and all of them (the first hundred).

    >>> suggest("liner-svm", ["linear-svm", "logistic"])
    "; did you mean 'linear-svm'? Known: linear-svm, logistic"
    >>> suggest("x", [])
    ''
    """
    names = [str(name) for name in known]
    # The search takes time quadratic in a name's length.
    near = difflib.get_close_matches(str(value)[:_LONGEST_NAME], names, n=1, cutoff=0.6)
    hint = f"; did you mean {near[0]!r}?" if near else "."
    listed = [name if len(name) <= _LONGEST_NAME else f"{name[:_LONGEST_NAME]}…" for name in names[:_MOST_NAMES]]
    more = ", …" if len(names) > _MOST_NAMES else ""
    return printable(f"{hint} Known: {', '.join(listed)}{more}") if names else ""
