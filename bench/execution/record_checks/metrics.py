"""Whether the scores are the recorded ones."""

from __future__ import annotations

from bench.execution.record_checks.base import RECORD_CHECKS, Recheck, RecordCheck
from bench.execution.scoring import Score, score_predictions

_ROUNDING = 1e-9
"""How far a metric may lie from the recorded one, as a share of it, where processor or versions are others."""


@RECORD_CHECKS.register("metrics")
class MetricsCheck(RecordCheck):
    """Every metric of the stored predictions is the recorded one."""

    order = 20

    def fault(self, recheck: Recheck) -> str | None:
        """The first metric that differs."""
        probabilities = recheck.record.score_kind == "probability"
        for name, score in score_predictions(recheck.predictions, probabilities=probabilities).items():
            if not _is_same(recheck.record.scores.get(name), score, exact=recheck.exact):
                return f"the score {name} differs"
        return None


def _is_same(recorded: Score | None, score: Score, *, exact: bool) -> bool:
    if recorded is None or exact:
        return recorded == score
    if recorded.reason != score.reason:
        return False
    return all(
        len(one) == len(other)
        and all(
            a == b or (a is not None and b is not None and abs(a - b) <= _ROUNDING * max(1.0, abs(b)))
            for a, b in zip(one, other, strict=True)
        )
        for one, other in zip(_numbers(recorded), _numbers(score), strict=True)
    )


def _numbers(score: Score) -> list[list[float | None]]:
    return [[score.value], score.repeats, [value for fold in score.folds for value in fold]]
