"""Work that is handed out to workers, and handed out again where a worker is lost; closing of joblib's results."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Generator, Iterable, Iterator
from typing import Any, TypeVar

Result = TypeVar("Result")


class WorkQueue:
    """Numbered items that are not done, taken from their source when they are first handed out."""

    def __init__(self, items: Iterable[tuple[Any, ...]]) -> None:
        self._items = enumerate(items)
        self._open: dict[int, tuple[Any, ...]] = {}
        self._lock = threading.Lock()

    def handed_out(self) -> Iterator[tuple[int, tuple[Any, ...]]]:
        """Give the items of an earlier attempt, then new ones."""
        yield from list(self._open.items())
        while True:
            # joblib takes items in its own threads, which may outlive their attempt.
            with self._lock:
                found = next(self._items, None)
                if found is None:
                    return
                self._open[found[0]] = found[1]
            yield found

    def done(self, number: int) -> bool:
        """Mark an item as done; False where it was done before."""
        return self._open.pop(number, None) is not None


def until_closed(results: Generator[Result, None, None]) -> Generator[Result, None, None]:
    """The results of joblib's `Parallel`, which are closed with this generator: without the warning that work is left.

    Work that is left unfinished is the purpose of closing it early.
    """
    try:
        for each in results:  # noqa: UP028  `yield from` would pass the closing on, with its warning
            yield each
    finally:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            results.close()
