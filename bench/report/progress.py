"""How far a command has come: a bar in a terminal or a notebook, nothing elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import escape
from typing import Any

_LEAST_SECONDS = 0.1
"""Between two pictures of a bar in a notebook, each of which is sent to a browser."""


@contextmanager
def progress(steps: int | None, *, shown: bool = True) -> Iterator[Callable[[str], None]]:
    """A bar, and what moves it on by one, named: on standard error of a terminal, or under a notebook's cell.

    steps: how many there will be, None where nobody knows. The bar is gone when the block ends, however it ends.
    """
    if not shown or steps == 0:
        yield lambda _: None
        return
    if _in_notebook():
        with _notebook_bar(steps) as advance:
            yield advance
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda _: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    # Lines printed meanwhile stand above the bar; where standard output is no terminal, they are left alone.
    with Progress(*columns, console=console, transient=True, redirect_stdout=sys.stdout.isatty()) as bar:
        task = bar.add_task("", total=steps)
        yield lambda name: bar.update(task, advance=1, description=name)


def _in_notebook() -> bool:
    """Whether this is a kernel that shows HTML: Jupyter, VS Code, Colab."""
    shell = sys.modules.get("IPython")
    found: Any = None if shell is None else shell.get_ipython()
    return found is not None and getattr(found, "kernel", None) is not None


@contextmanager
def _notebook_bar(steps: int | None) -> Iterator[Callable[[str], None]]:
    """The browser's own bar, which needs no widgets and takes the notebook's colours."""
    import time

    from IPython.display import HTML, display

    total = 0 if steps is None else steps
    done, last = 0, 0.0
    handle = display(HTML(_bar(done, total, "")), display_id=True)

    def advance(name: str) -> None:
        nonlocal done, last
        done += 1
        now = time.monotonic()
        if now - last >= _LEAST_SECONDS or done == total:
            last = now
            handle.update(HTML(_bar(done, total, name)))

    try:
        yield advance
    finally:
        handle.update(HTML(""))


def _bar(done: int, total: int, name: str) -> str:
    bar = (
        f'<progress value="{done}" max="{total}"></progress> {done:,} / {total:,}' if total else "<progress></progress>"
    )
    return f'<div style="font-variant-numeric: tabular-nums">{bar} {escape(name)}</div>'
