"""The line of counts at the end of `nox -s hostile`."""

from __future__ import annotations

import os

import pytest


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many cases were tried and how many ended as demanded."""
    if not os.environ.get("BENCH_HOSTILE"):
        return
    of = {
        outcome: sum("test_a_hostile_case_ends_as_demanded" in report.nodeid for report in terminalreporter.stats.get(outcome, ()))
        for outcome in ("passed", "failed", "error", "skipped")
    }  # fmt: skip
    right, wrong, skipped = of["passed"], of["failed"] + of["error"], of["skipped"]
    left_out = f", {skipped} that this machine cannot try" if skipped else ""
    terminalreporter.write_line(f"hostile: {right + wrong} cases, {right} as expected, {wrong} not{left_out}")
