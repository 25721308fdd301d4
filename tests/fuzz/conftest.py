"""The line of counts at the end of `nox -s fuzz`."""

from __future__ import annotations

import os

import pytest

from fuzz.trying import tried


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many cases every reader was given, and how many readers met one that they did not bear."""
    if not os.environ.get("BENCH_FUZZ"):
        return
    crashes = sum(
        "tests/fuzz/" in report.nodeid
        for kind in ("failed", "error")
        for report in terminalreporter.stats.get(kind, ())
    )
    counts = ", ".join(f"{reader} {count:,}" for reader, count in tried.items())
    terminalreporter.write_line(f"fuzz: {tried.total():,} cases ({counts}), {crashes} crashes")
