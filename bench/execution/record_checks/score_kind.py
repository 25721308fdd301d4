"""Whether the kind of score (probability, decision, similarity) is the recorded one."""

from __future__ import annotations

from bench.execution.record_checks.base import RECORD_CHECKS, Recheck, RecordCheck


@RECORD_CHECKS.register("score-kind")
class ScoreKindCheck(RecordCheck):
    """The record names the kind of scores that the system gives."""

    order = 10

    def fault(self, recheck: Recheck) -> str | None:
        """`none` is right where the predictions hold no scores."""
        kind = "none" if recheck.predictions.scores is None else recheck.system.score_kind
        if recheck.record.score_kind == kind:
            return None
        return f"their scores are of the kind {kind!r}, not {recheck.record.score_kind!r}"
