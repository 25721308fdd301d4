"""`bench` as a user calls it, in this process: parsing, streams and exit codes of a real call, without a new Python.

A new process costs two seconds and more of imports. Tests take one where it is what they test: signals, kills, closed
streams, variables that are read when Python starts, and what another process makes of the same files.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import signal
import subprocess
import sys
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from unittest.mock import patch

from bench import cli

SECONDS = 180
"""What has not ended by then hangs: no command of these tests computes for more than ten, and a machine may be busy."""

ONE_CORE = {"LOKY_MAX_CPU_COUNT": "1"}
"""For commands that would start processes for all cores, which other tests use just then."""

TERMINAL = {"COLUMNS": "120"}
"""The width that tables are fitted to, whatever terminal the tests run in; `block` has it for bash, too."""

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
    stderr: io.TextIOBase | None = None,
    encoding: str = "utf-8",
) -> subprocess.CompletedProcess[str]:
    """What `bench ARGUMENTS` does and prints in a folder, by the names of `subprocess.run`.

    stdin: what it reads; None: closed. environment: variables added. stderr: where it complains in place of memory.
    encoding: what standard output is, as PYTHONIOENCODING says it to a new Python.
    A command that hangs ends as one that got SIGALRM.
    """
    words = list(map(str, arguments))
    out, err = (_Stream(io.BytesIO(), encoding=name, newline="") for name in (encoding, "utf-8"))
    before = sys.argv, sys.stdin, sys.stdout, sys.stderr
    code: object = None
    try:
        # click would call the program `python -m pytest` where the tests were started so.
        with _in(Path(cwd), environment or {}), patch.object(sys.modules["__main__"], "__package__", None):
            sys.argv, sys.stdout, sys.stderr = ["bench", *words], out, stderr or err
            sys.stdin = None if stdin is None else io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8")  # type: ignore[assignment]
            cli.main()
    except SystemExit as ended:
        code = ended.code
    except HangsError:
        code = -signal.SIGALRM
    finally:
        sys.argv, sys.stdin, sys.stdout, sys.stderr = before
    for stream in (out, err):
        stream.flush()
    told = [stream.buffer.getvalue().decode(stream.encoding, "surrogateescape") for stream in (out, err)]  # type: ignore[attr-defined]
    return subprocess.CompletedProcess(words, int(code or 0) if isinstance(code, int) or code is None else 1, *told)


def bench(*arguments: object, cwd: Path, stdin: bytes = b"", **environment: str) -> subprocess.CompletedProcess[str]:
    """`python -W ignore -m bench ARGUMENTS` in a folder, on a terminal of 120 columns of a machine with one core."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return called(*arguments, cwd=cwd, stdin=stdin, environment={**TERMINAL, **ONE_CORE, **environment})


_PLAIN = re.compile(r"bench ([^|&;<>$`*?(){}'\"\\\\]|'[^']*')*")
"""A line that calls nothing but `bench`, with words that a shell passes on as they stand."""


def block(code: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """A page's block of commands, as `bash -e` runs it: calls of `bench` alone in this process, all else by bash."""
    together = re.search(r"<<|(&|\\)$", code, re.MULTILINE)  # lines that hang on each other
    told = ["", ""]
    for line in [code] if together else code.splitlines():
        piped, _, last = line.rpartition(" | ")
        if _PLAIN.fullmatch(last):
            done = _by_bash(piped, cwd, environment) if piped else subprocess.CompletedProcess(line, 0, "", "")
            if not done.returncode:
                done = bench(*shlex.split(last)[1:], cwd=cwd, stdin=done.stdout.encode(), **environment)
        else:
            done = _by_bash(line, cwd, environment)
        told = [before + now for before, now in zip(told, (done.stdout, done.stderr), strict=True)]
        if done.returncode:
            break
    return subprocess.CompletedProcess(code, done.returncode, *told)


def _by_bash(code: str, cwd: Path, environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    variables = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    variables |= {"PYTHONWARNINGS": "ignore", **TERMINAL, **ONE_CORE, **environment}
    words = ["bash", "-eo", "pipefail", "-c", code]
    return subprocess.run(
        words, capture_output=True, check=False, cwd=cwd, env=variables, encoding="utf-8", timeout=600
    )
