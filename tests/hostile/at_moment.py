"""Runs bench, and sends it a signal as it opens, makes or renames its n-th file: at_moment.py EVENT N SIGNAL ARGUMENT..."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def send_at(event: str, count: int, number: int) -> None:
    """Set a hook that counts what happens in the working folder and, at the moment, sends the signal."""
    here, left = f"{Path.cwd()}{os.sep}", [count]

    def hook(name: str, arguments: tuple[object, ...]) -> None:
        if name != event and (name, event) != ("os.link", "os.rename"):
            return
        if not isinstance(arguments[0], str | bytes | os.PathLike):
            return
        path = os.path.join(here, os.fsdecode(arguments[0]))  # noqa: PTH118  a hook makes nothing that has hooks
        if path.startswith(here) and "__pycache__" not in path:
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), number)

    sys.addaudithook(hook)


if __name__ == "__main__":
    from bench.cli import main

    event, count, number = sys.argv[1:4]
    sys.argv = ["bench", *sys.argv[4:]]
    send_at(event, int(count), int(number))
    main()
