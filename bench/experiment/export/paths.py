"""Paths in an exported script: relative to its own folder, and never into an installed package."""

from __future__ import annotations

import os
from pathlib import Path

_INSTALLED = {"site-packages", "dist-packages"}


def relative(path: Path, folder: Path) -> str:
    """A path relative to `folder` for a script there, with links resolved, because the script resolves its own path."""
    return Path(os.path.relpath(os.path.realpath(path), os.path.realpath(folder))).as_posix()


def is_installed(path: Path) -> bool:
    """Whether a path leads into an installed package, and so is valid only on this machine."""
    return not _INSTALLED.isdisjoint(Path(os.path.realpath(path)).parts)
