"""Whether the confusion matrix is the recorded one."""

from __future__ import annotations

from bench.execution.record_checks.base import RECORD_CHECKS, Recheck, RecordCheck


@RECORD_CHECKS.register("confusion")
class ConfusionCheck(RecordCheck):
    """The recorded confusion matrix is that of the stored predictions."""

    order = 30

    def fault(self, recheck: Recheck) -> str | None:
        """Every cell counts."""
        same = recheck.record.confusion == recheck.predictions.confusion()
        return None if same else "the confusion matrix differs"
