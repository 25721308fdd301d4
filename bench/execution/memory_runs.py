"""Runs that are not written to a folder: the same record, with predictions and timings in memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.core.errors import BenchError
from bench.execution.engine import Run
from bench.execution.identity import RunIdentity
from bench.execution.predictions import Predictions
from bench.execution.results import StoredRun, make_record, timings_of


@dataclass(frozen=True, slots=True)
class MemoryRun(StoredRun):
    """A run in memory. folder: the path it would have in a results folder; nothing is written there."""

    held: Predictions | None = field(default=None, repr=False)
    measured: Mapping[str, Any] = field(default_factory=dict, repr=False)

    def predictions(self) -> Predictions:
        """The predictions. Raises BenchError for a run that failed."""
        if self.held is None:
            raise BenchError(f"has no predictions: {self.record.error}", place=self.folder)
        return self.held

    def timings(self) -> dict[str, Any]:
        """What may differ from run to run."""
        return dict(self.measured)


def hold(identity: RunIdentity, run: Run, *, impossible: bool = False) -> MemoryRun:
    """The run with its record and its predictions."""
    record = make_record(identity, run, impossible=impossible)
    return MemoryRun(identity.folder(Path(), run.system), record, run.predictions, timings_of(run))
