"""`bench` as a user calls it, in this process: parsing, streams and exit codes of a real call, without a new Python.

A new process costs two seconds and more of imports. Tests take one where it is what they test: signals, kills, closed
streams, variables that are read when Python starts, and what another process makes of the same files.
"""

from __future__ import annotations

import contextlib
import io
import os
import signal
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from bench import cli

SECONDS = 180
"""What has not ended by then hangs: no command of these tests computes for more than ten, and a machine may be busy."""

_OURS = (signal.SIGINT, signal.SIGTERM, signal.SIGALRM)


class _Stream(io.TextIOWrapper):
    """Standard output or error, kept in memory, that has a file's number as the real ones have."""

    def fileno(self) -> int:
        """Of a file that takes everything."""
        return os.open(os.devnull, os.O_WRONLY)


class HangsError(BaseException):
    """No Exception, so that nothing that bench catches hides it."""


def _too_long(*_: object) -> None:
    raise HangsError


@contextlib.contextmanager
def _in(folder: Path, environment: Mapping[str, str]) -> Iterator[None]:
    """Another working folder and other variables; a time-out; afterwards all as before, handlers of signals too."""
    handlers = {number: signal.getsignal(number) for number in _OURS}
    variables, here = dict(os.environ), Path.cwd()
    os.chdir(folder)
    os.environ.update(environment)
    signal.signal(signal.SIGALRM, _too_long)
    signal.setitimer(signal.ITIMER_REAL, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        for number, handler in handlers.items():
            signal.signal(number, handler)
        os.chdir(here)
        os.environ.clear()
        os.environ.update(variables)


def called(
    *arguments: object,
    cwd: Path,
    stdin: bytes | None = b"",
    environment: Mapping[str, str] | None = None,
    main: Callable[[], object] = cli.main,
) -> subprocess.CompletedProcess[str]:
    """What `bench ARGUMENTS` does and prints in a folder, by the names of `subprocess.run`.

    stdin: what it reads; None: closed. environment: variables added. main: another program than `bench`, as `sys.argv`
    and the streams reach it. A command that hangs ends as one that got SIGALRM.
    """
    words = list(map(str, arguments))
    out, err = (_Stream(io.BytesIO(), encoding="utf-8", newline="") for _ in range(2))
    before = sys.argv, sys.stdin, sys.stdout, sys.stderr
    code: object = None
    try:
        with _in(Path(cwd), environment or {}):
            sys.argv, sys.stdout, sys.stderr = ["bench", *words], out, err
            sys.stdin = None if stdin is None else io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8")  # type: ignore[assignment]
            main()
    except SystemExit as ended:
        code = ended.code
    except HangsError:
        code = -signal.SIGALRM
    finally:
        sys.argv, sys.stdin, sys.stdout, sys.stderr = before
    for stream in (out, err):
        stream.flush()
    told = [stream.buffer.getvalue().decode("utf-8", "surrogateescape") for stream in (out, err)]  # type: ignore[attr-defined]
    return subprocess.CompletedProcess(words, int(code or 0) if isinstance(code, int) or code is None else 1, *told)


def bench(*arguments: object, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """`python -W ignore -m bench ARGUMENTS` in a folder, on a terminal of 120 columns."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return called(*arguments, cwd=cwd, environment={"COLUMNS": "120", **environment})
