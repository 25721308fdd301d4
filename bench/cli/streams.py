"""Standard input, output and error as the caller left them: closed, or of an encoding that lacks characters."""

from __future__ import annotations

import codecs
import io
import os
import sys
from typing import TextIO

from bench.core.errors import BenchError


def make_usable() -> None:
    """Standard input and error that are closed become empty ones, and no character stops what is printed for people.

    Raises BenchError for a closed standard output: what was asked for would be lost, and the next file that is opened
    would take its place.
    """
    if sys.stdin is None:
        sys.stdin = _null(0, os.O_RDONLY)
    if sys.stderr is None:
        sys.stderr = _null(2, os.O_WRONLY)
    if sys.stdout is None:
        sys.stdout = _null(1, os.O_WRONLY)
        raise BenchError("is closed; send it to a file, or to /dev/null", place="standard output")
    if isinstance(sys.stdout, io.TextIOWrapper) and codecs.lookup(sys.stdout.encoding).name == "ascii":
        # ASCII is the default of old machines, never a choice; click assumes so, too.
        sys.stdout.reconfigure(encoding="utf-8")
    _set_errors("backslashreplace")


def demand_every_character() -> None:
    """Make standard output write every character unchanged or raise UnicodeEncodeError, because it carries data."""
    _set_errors("strict")


def _set_errors(errors: str) -> None:
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors=errors)


def _null(number: int, flags: int) -> TextIO:
    """Open the null device under this descriptor, so that no file gets it."""
    opened = os.open(os.devnull, flags)
    if opened != number:
        os.dup2(opened, number)
        os.close(opened)
    return os.fdopen(number, "w" if flags == os.O_WRONLY else "r", encoding="utf-8", closefd=False)
