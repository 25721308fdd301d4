"""Where the command starts and ends: signals, errors, exit codes."""

from __future__ import annotations

import codecs
import errno
import os
import signal
import sys
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

import click

from bench.cli import verbs  # noqa: F401  adds them to the group
from bench.cli.group import bench
from bench.cli.screen import BUG, INTERRUPTED, USER_ERROR, echo
from bench.cli.streams import make_usable
from bench.core.errors import LONGEST_PLACE, BenchError, cut, told

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EBADF}


class _Stopped(BaseException):
    """A signal asked for the end. No Exception, and no KeyboardInterrupt, for which click prints a line of its own."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


@contextmanager
def _signals_stop() -> Iterator[None]:
    """SIGINT and SIGTERM raise _Stopped once; more of them do not disturb the end. What was ignored stays ignored."""
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    ours = {number for number, before in handlers.items() if before in {signal.SIG_DFL, signal.default_int_handler}}
    if threading.current_thread() is not threading.main_thread():
        ours = set()  # handlers are the main thread's

    def stop(number: int, _: FrameType | None) -> None:
        for each in ours:
            signal.signal(each, signal.SIG_IGN)
        raise _Stopped(number)

    for number in ours:
        signal.signal(number, stop)
    stopped = False
    try:
        yield
    except _Stopped:
        stopped = True
        raise
    finally:
        for number in set() if stopped else ours:
            signal.signal(number, handlers[number])


def main() -> NoReturn:
    """Run the command line and exit.

    0 done, 1 a check did not hold or a system failed, 2 the user can mend it, 70 a bug, 130 interrupted (SIGINT),
    143 terminated (SIGTERM); the last two leave no worker process, and finished systems with their results.
    """
    try:
        with _signals_stop():
            make_usable()
            bench.main(standalone_mode=False)
        sys.exit(0)
    except BenchError as error:
        _fail(told(error))
    except click.ClickException as error:
        _fail(error.format_message())
    except _Stopped as stopped:
        _end("terminated" if stopped.number == signal.SIGTERM else "interrupted", 128 + stopped.number)
    except (click.Abort, KeyboardInterrupt):
        _end("interrupted", INTERRUPTED)
    except BrokenPipeError:
        # The reader of our output went away, as `head` does.
        _leave_output()
        sys.exit(0)
    except (UnicodeEncodeError, OSError) as error:
        _unwritten(error)
    except Exception:  # noqa: BLE001  whatever is left is a bug, and keeps its traceback
        _bug()


def _unwritten(error: UnicodeEncodeError | OSError) -> NoReturn:
    """Tell of a file that cannot be read or written, or of what standard output cannot take; the rest is a bug."""
    if isinstance(error, UnicodeEncodeError):
        if codecs.lookup(error.encoding).name == "utf-8":
            _bug()  # no fault of standard output
        character = ascii(error.object[error.start])
        _fail(f"standard output: its encoding, {error.encoding}, has no {character}; set PYTHONIOENCODING=utf-8")
    if error.filename is not None:
        place = cut(str(error.filename), LONGEST_PLACE)
        _fail(f"{place}: {error.strerror}")
    if error.errno not in _FULL:
        _bug()
    _leave_output()
    _fail(f"output: {error.strerror}")


def _leave_output() -> None:
    """What is still to be printed goes nowhere: Python would try once more at its end, and complain."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _end(how: str, code: int) -> NoReturn:
    click.echo(f"{how}; results of finished systems stand", err=True)
    sys.exit(code)


def _bug() -> NoReturn:
    traceback.print_exc()
    click.echo("This is a bug in bench; please report it with the lines above.", err=True)
    sys.exit(BUG)


def _fail(message: str) -> NoReturn:
    echo(f"bench: {' '.join(message.splitlines())}", err=True)
    sys.exit(USER_ERROR)
