"""Shows the progress of a command: a bar in a terminal or a notebook, elsewhere a line from time to time."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

_LEAST_SECONDS = 0.1
"""The least seconds between two pictures of a bar in a notebook, each of which is sent to a browser."""

_FIRST_LINE, _EVERY_LINE = 10.0, 30.0
"""Seconds before the first line where no bar can be drawn, and between two of them."""


class Bar:
    """A progress bar: a call with a step's name advances it by one. This base class shows nothing."""

    def __call__(self, name: str) -> None:
        """A step is done."""

    def embedded(self, done: int, texts: int) -> None:
        """So many texts are embedded, of all that must be embedded before the next step."""


@contextmanager
def progress(steps: int | None, names: Sequence[str] = (), *, shown: bool = True) -> Iterator[Bar]:
    """A bar of steps, and of texts while some are embedded, in a terminal (standard error) or under a notebook's cell.

    steps: how many there will be, None where nobody knows. names: of each step, so that the bar says what is being
    done now; left out, it says what was done last. The bar is gone when the block ends, however it ends. Where standard
    error is no terminal, a line is written now and then to what takes longer.
    """
    if not shown or steps == 0:
        yield Bar()
        return
    if _in_notebook():
        with _notebook_bar(steps, names) as bar:
            yield bar
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    console = Console(stderr=True)
    if not console.is_terminal:
        yield _Lines(steps, names)
        return
    words = TextColumn("{task.description}", markup=False)
    times = (TimeElapsedColumn(), TextColumn("elapsed,"), TimeRemainingColumn(), TextColumn("left"))
    columns = (words, BarColumn(bar_width=20), MofNCompleteColumn(), *times)
    # Lines printed meanwhile go above the bar; where standard output is no terminal, they are left alone.
    with Progress(*columns, console=console, transient=True, redirect_stdout=sys.stdout.isatty()) as drawn:
        yield _TerminalBar(drawn, steps, names)


class _TerminalBar(Bar):
    """Drawn by rich, the texts on a line of their own that goes when they are done."""

    def __init__(self, drawn: Progress, steps: int | None, names: Sequence[str]) -> None:
        self._drawn, self._names, self._done = drawn, names, 0
        self._steps = drawn.add_task(_now(names, 0, ""), total=steps)
        self._texts: TaskID | None = None

    def __call__(self, name: str) -> None:
        self._done += 1
        self._drawn.update(self._steps, advance=1, description=_now(self._names, self._done, name))

    def embedded(self, done: int, texts: int) -> None:
        if self._texts is None:
            self._texts = self._drawn.add_task("embedding texts", total=texts)
        self._drawn.update(self._texts, completed=done)
        if done == texts:
            self._drawn.remove_task(self._texts)
            self._texts = None


class _Lines(Bar):
    """A line on standard error now and then, where no bar can be drawn."""

    def __init__(self, steps: int | None, names: Sequence[str]) -> None:
        self._total, self._names, self._done = steps, names, 0
        self._start = time.monotonic()
        self._last = self._start - _EVERY_LINE + _FIRST_LINE

    def __call__(self, name: str) -> None:
        self._done += 1
        self._say(_now(self._names, self._done, name), self._done, self._total)

    def embedded(self, done: int, texts: int) -> None:
        self._say("embedding texts", done, texts)

    def _say(self, what: str, done: int, total: int | None) -> None:
        now = time.monotonic()
        if now - self._last < _EVERY_LINE or done == total:
            return
        self._last = now
        spent = now - self._start
        left = "" if not total or not done else f", about {_duration(spent * (total - done) / done)} left"
        count = f"{done:,} of {total:,}" if total else f"{done:,}"
        with suppress(OSError, ValueError):
            sys.stderr.write(f"bench: {what}: {count} done, {_duration(spent)} elapsed{left}\n")
            sys.stderr.flush()


def _now(names: Sequence[str], done: int, last: str) -> str:
    """The name of the step after so many; the last one's where steps have no names."""
    if not names:
        return last
    return names[done] if done < len(names) else names[-1]


def _duration(seconds: float) -> str:
    """A time as people say it.

    >>> _duration(42.4), _duration(312), _duration(7500)
    ('42 s', '5 min 12 s', '2 h 5 min')
    """
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    return f"{whole // 60} min {whole % 60} s" if whole < 3600 else f"{whole // 3600} h {whole % 3600 // 60} min"


def _in_notebook() -> bool:
    """Whether this is a kernel that shows HTML: Jupyter, VS Code, Colab."""
    shell = sys.modules.get("IPython")
    found: Any = None if shell is None else shell.get_ipython()
    return found is not None and getattr(found, "kernel", None) is not None


@contextmanager
def _notebook_bar(steps: int | None, names: Sequence[str]) -> Iterator[Bar]:
    from IPython.display import HTML, display

    handle = display(HTML(_bar(0, steps or 0, "")), display_id=True)
    try:
        yield _NotebookBar(steps or 0, lambda html: handle.update(HTML(html)), names)
    finally:
        handle.update(HTML(""))


class _NotebookBar(Bar):
    """The browser's own bar, which needs no widgets and takes the notebook's colours. show: takes its HTML."""

    def __init__(self, total: int, show: Callable[[str], None], names: Sequence[str] = ()) -> None:
        self._total, self._show, self._names = total, show, names
        self._done, self._last, self._began = 0, 0.0, 0.0

    def __call__(self, name: str) -> None:
        self._done += 1
        self._draw(self._done, self._total, _now(self._names, self._done, name))

    def embedded(self, done: int, texts: int) -> None:
        now = time.monotonic()
        if done == 0:
            self._began = now
        left = f", about {(now - self._began) * (texts - done) / done:.0f} s left" if done else ""
        self._draw(done, texts, f"embedding texts{left}")

    def _draw(self, done: int, total: int, name: str) -> None:
        now = time.monotonic()
        if now - self._last >= _LEAST_SECONDS or done == total:
            self._last = now
            self._show(_bar(done, total, name))


def _bar(done: int, total: int, name: str) -> str:
    bar = (
        f'<progress value="{done}" max="{total}"></progress> {done:,} / {total:,}' if total else "<progress></progress>"
    )
    return f'<div style="font-variant-numeric: tabular-nums">{bar} {escape(name)}</div>'
