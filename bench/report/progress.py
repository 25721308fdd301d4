"""How far a command has come: a bar in a terminal or a notebook, nothing elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

_LEAST_SECONDS = 0.1
"""Between two pictures of a bar in a notebook, each of which is sent to a browser."""


class Bar:
    """Called with a step's name, it moves on by one. Here it shows nothing."""

    def __call__(self, name: str) -> None:
        """A step is done."""

    def embedded(self, done: int, texts: int) -> None:
        """So many texts are embedded, of so many that are to be before the next step."""


@contextmanager
def progress(steps: int | None, *, shown: bool = True) -> Iterator[Bar]:
    """A bar of steps, and of texts while some are embedded, in a terminal (standard error) or under a notebook's cell.

    steps: how many there will be, None where nobody knows. The bar is gone when the block ends, however it ends.
    """
    if not shown or steps == 0:
        yield Bar()
        return
    if _in_notebook():
        with _notebook_bar(steps) as bar:
            yield bar
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    if not console.is_terminal:
        yield Bar()
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    # Lines printed meanwhile stand above the bar; where standard output is no terminal, they are left alone.
    with Progress(*columns, console=console, transient=True, redirect_stdout=sys.stdout.isatty()) as drawn:
        yield _TerminalBar(drawn, steps)


class _TerminalBar(Bar):
    """Drawn by rich, the texts on a line of their own that goes when they are done."""

    def __init__(self, drawn: Progress, steps: int | None) -> None:
        self._drawn = drawn
        self._steps = drawn.add_task("", total=steps)
        self._texts: TaskID | None = None

    def __call__(self, name: str) -> None:
        self._drawn.update(self._steps, advance=1, description=name)

    def embedded(self, done: int, texts: int) -> None:
        if self._texts is None:
            self._texts = self._drawn.add_task("texts embedded", total=texts)
        self._drawn.update(self._texts, completed=done)
        if done == texts:
            self._drawn.remove_task(self._texts)
            self._texts = None


def _in_notebook() -> bool:
    """Whether this is a kernel that shows HTML: Jupyter, VS Code, Colab."""
    shell = sys.modules.get("IPython")
    found: Any = None if shell is None else shell.get_ipython()
    return found is not None and getattr(found, "kernel", None) is not None


@contextmanager
def _notebook_bar(steps: int | None) -> Iterator[Bar]:
    from IPython.display import HTML, display

    handle = display(HTML(_bar(0, steps or 0, "")), display_id=True)
    try:
        yield _NotebookBar(steps or 0, lambda html: handle.update(HTML(html)))
    finally:
        handle.update(HTML(""))


class _NotebookBar(Bar):
    """The browser's own bar, which needs no widgets and takes the notebook's colours. show: takes its HTML."""

    def __init__(self, total: int, show: Callable[[str], None]) -> None:
        self._total, self._show = total, show
        self._done, self._last, self._began = 0, 0.0, 0.0

    def __call__(self, name: str) -> None:
        self._done += 1
        self._draw(self._done, self._total, name)

    def embedded(self, done: int, texts: int) -> None:
        now = time.monotonic()
        if done == 0:
            self._began = now
        left = f", about {(now - self._began) * (texts - done) / done:.0f} s left" if done else ""
        self._draw(done, texts, f"texts embedded{left}")

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
