"""Whether tuning chose the recorded values."""

from __future__ import annotations

from bench.execution.record_checks.base import RECORD_CHECKS, Recheck, RecordCheck


@RECORD_CHECKS.register("chosen-values")
class ChosenValuesCheck(RecordCheck):
    """Tuning chose the recorded values in every fold."""

    order = 40

    def fault(self, recheck: Recheck) -> str | None:
        """Every fold of every repeat counts."""
        chosen = [[dict(values) for values in repeat] for repeat in recheck.run.chosen]
        return None if recheck.record.chosen == chosen else "other values of the listed ones were chosen"
