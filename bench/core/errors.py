"""Errors that a user can mend: one clear line, exit code 2."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from pathlib import Path


class BenchError(Exception):
    """A fault in what the user gave, told in one line: the place, the value, what would be right.

    place: file, `file:line`, or `file: row 3`; left out where there is no file.
    """

    def __init__(self, message: str, *, place: str | Path | None = None) -> None:
        self.message = message
        self.place = None if place is None else str(place)
        super().__init__(message if place is None else f"{place}: {message}")


def suggest(value: object, known: Iterable[object]) -> str:
    """The end of an error message: the nearest known name, if one is near, and all of them.

    >>> suggest("liner-svm", ["linear-svm", "logistic"])
    "; did you mean 'linear-svm'? Known: linear-svm, logistic"
    >>> suggest("x", [])
    ''
    """
    names = [str(name) for name in known]
    near = difflib.get_close_matches(str(value), names, n=1, cutoff=0.6)
    hint = f"; did you mean {near[0]!r}?" if near else "."
    return f"{hint} Known: {', '.join(names)}" if names else ""
