"""Where the command starts and ends: signals, errors, exit codes."""

from __future__ import annotations

import codecs
import errno
import os
import signal
import sys
import traceback
from typing import NoReturn

import click

from bench.cli import commands  # noqa: F401  adds them to the group
from bench.cli.common import BUG, INTERRUPTED, USER_ERROR, echo
from bench.cli.group import ReaderLeft, bench
from bench.cli.signals import Stopped, signals_stop, tell
from bench.cli.streams import make_usable
from bench.core.errors import LONGEST_PLACE, BenchError, cut, error_line

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EBADF}


def main() -> NoReturn:
    """Run the command line and exit.

    0 done, 1 a check did not hold or a system failed, 2 the user can mend it, 70 a bug, 130 interrupted (SIGINT),
    143 terminated (SIGTERM); the last two leave no worker process, and finished systems with their results.
    """
    try:
        make_usable()  # before anything is opened that could get the number of a closed stream
        with signals_stop():
            bench.main(standalone_mode=False)
        sys.exit(0)
    except BenchError as error:
        _fail(error_line(error))
    except click.ClickException as error:
        _fail(error.format_message())
    except Stopped as stopped:
        tell(stopped)
        sys.exit(stopped.code)
    except (click.Abort, KeyboardInterrupt):
        tell(Stopped(signal.SIGINT))
        sys.exit(INTERRUPTED)
    except (BrokenPipeError, ReaderLeft):
        # The reader of our output closed it, as `head` does once it has enough.
        _leave_output()
        sys.exit(0)
    except (UnicodeEncodeError, OSError) as error:
        _unwritten(error)
    except Exception:  # noqa: BLE001  whatever is left is a bug, and keeps its traceback
        _bug()


def _unwritten(error: UnicodeEncodeError | OSError) -> NoReturn:
    """Report a file that cannot be read or written, or a character that standard output lacks; the rest is a bug."""
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
    """Discard what is still to be printed: Python would try once more when it ends, and complain."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _bug() -> NoReturn:
    traceback.print_exc()
    click.echo("This is a bug in bench; please report it with the lines above.", err=True)
    sys.exit(BUG)


def _fail(message: str) -> NoReturn:
    echo(f"bench: {' '.join(message.splitlines())}", err=True)
    sys.exit(USER_ERROR)
