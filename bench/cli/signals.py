"""Ends the command on SIGINT and SIGTERM: in order where Python can react, otherwise by force a moment later."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType

GRACE = 1.0
"""How many seconds an orderly end may take."""

_SHOW_CURSOR = "\x1b[?25h"


class Stopped(BaseException):
    """A signal requested the end. Not an Exception or KeyboardInterrupt, for which click prints a line of its own."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number

    @property
    def code(self) -> int:
        """The exit code, as a shell would have it."""
        return 128 + self.number


_telling = threading.Lock()


def tell(stopped: Stopped) -> None:
    """Say once how the command ended."""
    if _telling.acquire(blocking=False):
        how = "terminated" if stopped.number == signal.SIGTERM else "interrupted"
        with suppress(OSError, ValueError):
            print(f"{how}; results of finished systems stand", file=sys.stderr, flush=True)


@contextmanager
def signals_stop() -> Iterator[None]:
    """SIGINT and SIGTERM raise Stopped once; further ones do not disturb the end. Ignored signals stay ignored.

    Where the process has not ended a second later, as inside a long native call or beside workers that are slow to
    start, it ends with its workers all the same: files are written whole or not at all.
    """
    if threading.current_thread() is not threading.main_thread():
        yield  # handlers are the main thread's
        return
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    ours = {number for number, before in handlers.items() if before in {signal.SIG_DFL, signal.default_int_handler}}

    def stop(number: int, _: FrameType | None) -> None:
        for each in ours:
            signal.signal(each, signal.SIG_IGN)
        raise Stopped(number)

    # Python's handlers run only in the main thread; the system writes a signal's number to this descriptor at once.
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    before = signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    threading.Thread(target=_enforce, args=(reader, frozenset(ours)), daemon=True).start()
    for number in ours:
        signal.signal(number, stop)
    stopped = False
    try:
        yield
    except Stopped:
        stopped = True
        raise
    finally:
        if not stopped:  # else the end is still watched
            for number in ours:
                signal.signal(number, handlers[number])
            signal.set_wakeup_fd(before)
            os.close(writer)  # which ends the thread


def _enforce(reader: int, ours: frozenset[int]) -> None:
    while numbers := os.read(reader, 1):
        if numbers[0] in ours:
            threading.Event().wait(GRACE)
            _end(Stopped(numbers[0]))
    os.close(reader)


def _end(stopped: Stopped) -> None:
    tell(stopped)
    with suppress(Exception):
        from multiprocessing import active_children

        for child in active_children():
            with suppress(OSError):
                os.kill(child.pid or 0, signal.SIGKILL)
    with suppress(OSError, ValueError):
        if sys.stderr.isatty():  # a bar that was being drawn had hidden it
            print(_SHOW_CURSOR, end="", file=sys.stderr, flush=True)
    os._exit(stopped.code)
