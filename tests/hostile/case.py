"""What a row of the table says: what is bad, the command that meets it, and what it must answer."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Case:
    """One bad input, storage fault, signal or tampering, with the answer that is demanded.

    family, what: its name in the table. world: the folder that it starts from, see worlds.py.
    arguments: of `bench`. says: a regular expression found in what is told (standard error; of exit 0 or 1, all output).
    change: what is done to the folder before. during: what is in force while the command runs, in this process.
    stdin: what the command reads; None: closed. environment: variables added.
    writes: a regular expression of the paths that may be new or changed; an empty one allows none.
    same: files that must then be, byte for byte, those of the unharmed world of this name, as (world, path).
    unharmed: the command may also answer as if nothing had been changed, with the same output and exit code 0.
    begun: something may be printed before the fault is met, as what is going to be run.
    process: a process of its own; bash: what that does with it, where it stands as "$@".
    moment: (audit event, how many of them, signal) at which that process gets a signal.
    then: a command that must end well afterwards, before files are compared. needs: what this machine must have.
    """

    family: str
    what: str
    arguments: tuple[str, ...]
    says: str
    code: int = 2
    world: str = "own"
    change: Callable[[Path], object] = lambda _: None
    during: Callable[[Path], AbstractContextManager[object]] = lambda _: contextlib.nullcontext()
    stdin: bytes | None = b""
    environment: Mapping[str, str] = field(default_factory=dict)
    writes: str = ""
    same: tuple[tuple[str, str], ...] = ()
    unharmed: bool = False
    begun: bool = False
    process: bool = False
    bash: str = ""
    moment: tuple[str, int, int] | None = None
    then: tuple[str, ...] = ()
    needs: Callable[[], str | None] = lambda: None

    @property
    def name(self) -> str:
        """What the table calls it, printable on any terminal."""
        return f"{self.family}: {ascii(self.what)[1:-1]}"[:150]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command left: exit code and streams."""

    code: int
    out: str
    err: str


def write(name: str, content: str | bytes) -> Callable[[Path], object]:
    """A change: this file holds that."""

    def change(folder: Path) -> object:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass"))

    return change


def replace(name: str, old: str, new: str, count: int = 1) -> Callable[[Path], object]:
    """A change: of this file, `old` becomes `new`."""

    def change(folder: Path) -> object:
        text = (folder / name).read_text(encoding="utf-8")
        assert old in text, f"{name} holds no {old!r}"
        return (folder / name).write_bytes(text.replace(old, new, count).encode("utf-8", "surrogatepass"))

    return change


def both(*changes: Callable[[Path], object]) -> Callable[[Path], object]:
    """Several changes, in order."""

    def change(folder: Path) -> object:
        return [each(folder) for each in changes]

    return change
