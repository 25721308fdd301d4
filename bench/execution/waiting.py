"""Work that is handed out, and handed out again where whoever had it went away."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from typing import Any


class Waiting:
    """Numbered items that are not done, taken from their source when they are first handed out."""

    def __init__(self, items: Iterable[tuple[Any, ...]]) -> None:
        self._items = enumerate(items)
        self._open: dict[int, tuple[Any, ...]] = {}
        self._lock = threading.Lock()

    def handed_out(self) -> Iterator[tuple[int, tuple[Any, ...]]]:
        """Those of an earlier attempt, then new ones."""
        yield from list(self._open.items())
        while True:
            # joblib takes items in threads of its own, which may outlive their attempt.
            with self._lock:
                found = next(self._items, None)
                if found is None:
                    return
                self._open[found[0]] = found[1]
            yield found

    def done(self, number: int) -> bool:
        """Whether it had not been done before."""
        return self._open.pop(number, None) is not None
