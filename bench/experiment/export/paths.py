"""Paths in an exported script: relative to its own folder, and never into an installed package."""

from __future__ import annotations

import os
from pathlib import Path

_INSTALLED = {"site-packages", "dist-packages"}


def relative(path: Path, folder: Path) -> str:
    """A path as a script that lies in `folder` names it: from where links lead to, as it resolves its own place."""
    return Path(os.path.relpath(os.path.realpath(path), os.path.realpath(folder))).as_posix()


def is_installed(path: Path) -> bool:
    """Whether a path leads into an installed package, where it holds on this machine alone."""
    return not _INSTALLED.isdisjoint(Path(os.path.realpath(path)).parts)
