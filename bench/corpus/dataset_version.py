"""The dataset's changelog, `seeds/CHANGELOG.md`: it holds the version, tied to the content by its SHA-256."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from bench.core.errors import BenchError
from bench.core.text_files import read_text

CHANGELOG = "CHANGELOG.md"

_HEADING = re.compile(r"## (?P<number>\d+\.\d+\.\d+) \((?P<date>\d{4}-\d{2}-\d{2})\)")
_CONTENT = re.compile(r"Content SHA-256: `(?P<sha256>[0-9a-f]{64})`")


@dataclass(frozen=True, slots=True)
class Version:
    """The newest entry of a changelog. line: the line of its SHA-256, from 1; text: the whole changelog."""

    number: str
    date: str
    content: str
    line: int
    text: str


def read_version(path: Path) -> Version | None:
    """The newest version; None where there is no changelog, as beside pages that were never released.

    The first line that begins with `## ` is its heading, `## 1.2.3 (2026-01-31)`, and the next that is not empty is
    `Content SHA-256:` with 64 hex digits in backticks. Raises BenchError with `file:line` for anything else.
    """
    if not path.exists():
        return None
    text = read_text(path)
    lines = text.splitlines()
    at = next((at for at, line in enumerate(lines) if line.startswith("## ")), len(lines))
    heading = _HEADING.fullmatch(lines[at].strip()) if at < len(lines) else None
    if heading is None:
        found = repr(lines[at]) if at < len(lines) else "none"
        raise BenchError(f"needs an entry like '## 1.2.3 (2026-01-31)', got {found}", place=f"{path}:{at + 1}")
    at = next((below for below in range(at + 1, len(lines)) if lines[below].strip()), len(lines))
    content = _CONTENT.fullmatch(lines[at].strip()) if at < len(lines) else None
    if content is None:
        text = f"{heading['number']} needs the line 'Content SHA-256: `<64 hex digits>`' under its heading"
        raise BenchError(text, place=f"{path}:{at + 1}")
    return Version(heading["number"], heading["date"], content["sha256"], at + 1, text)
