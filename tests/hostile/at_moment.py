"""Runs bench, and sends it a signal as it opens, makes or renames its n-th file: at_moment.py EVENT N SIGNAL ARGUMENT..."""

from __future__ import annotations

import os
import sys

event, count, number = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
left = [count]


def hook(name: str, arguments: tuple[object, ...]) -> None:
    """Count what happens in the working folder; at the moment, send the signal."""
    if (
        (name != event and (name, event) != ("os.link", "os.rename"))
        or not arguments
        or not isinstance(arguments[0], str | bytes | os.PathLike)
    ):
        return
    path = os.path.abspath(os.fsdecode(arguments[0]))
    if path.startswith(here) and "__pycache__" not in path:
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), number)


if __name__ == "__main__":
    here = os.getcwd() + os.sep
    sys.argv = ["bench", *sys.argv[4:]]
    from bench.cli import main

    sys.addaudithook(hook)
    main()
