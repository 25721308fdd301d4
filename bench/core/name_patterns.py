"""Names chosen by shell-style patterns, as every option that takes systems reads them."""

from __future__ import annotations

import fnmatch
from collections.abc import Sequence

from bench.core.errors import BenchError, suggest


def matching(names: Sequence[str], pattern: str) -> list[str]:
    """The names that fit one of the patterns, in the order given. pattern: shell-style, several parted by commas.

    Letters' case counts. Raises BenchError for a pattern that fits no name, with the nearest one.

    >>> matching(["majority", "char-svm", "word-svm"], "char-*, majority")
    ['majority', 'char-svm']
    """
    parts = [part.strip() for part in pattern.split(",")]
    for part in parts:
        if not any(fnmatch.fnmatchcase(name, part) for name in names):
            raise BenchError(f"no system fits {part!r}{suggest(part, names)}")
    return [name for name in names if any(fnmatch.fnmatchcase(name, part) for part in parts)]
