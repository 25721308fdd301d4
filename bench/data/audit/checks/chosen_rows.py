"""Rows that a strategy chose to be labelled."""

from __future__ import annotations

from bench.core.labelled_texts import AT_RANDOM
from bench.core.languages import Bilingual
from bench.data.audit.base import CHECKS, AuditData, AuditSettings, Check, Finding
from bench.data.audit.excerpts import counted


@CHECKS.register("chosen-rows")
class ChosenRows(Check):
    """Rows that a strategy chose to be labelled. Scores on them are biased, because they are no random sample.

    Cross-validation tests the rows that were drawn at random, and lets the others train.
    """

    def concerns(self, data: AuditData) -> bool:
        """Whether a column says what chose each row: most data have none, and then the check is not mentioned."""
        return data.rows.chosen_by is not None

    def findings(self, data: AuditData, settings: AuditSettings) -> list[Finding]:
        """One for all of them, if there are any; a fault where a class has no row left that a score may rest on."""
        del settings
        rows, by = data.rows, data.rows.chosen_by or ()
        chosen = [row for row, name in enumerate(by) if name != AT_RANDOM]
        if not chosen:
            return []
        drawn = {label for label, name in zip(rows.labels, by, strict=True) if name == AT_RANDOM}
        without = [label for label in rows.classes if label not in drawn]
        names = ", ".join(f"{name} {count}" for name, count in rows.chosen().items())
        lost = f"; no random row of {', '.join(without)}, which cannot be tested" if without else ""
        lost_zh = f"；{'、'.join(without)} 没有随机抽取的行，无法测试" if without else ""
        text = Bilingual(
            f"{counted(len(chosen), 'row')} of {len(rows)} were chosen by a strategy ({names}): a score on them is "
            f"biased, so that {len(rows) - len(chosen)} random rows are tested and the others only train{lost}",
            f"{len(rows)} 行中有 {len(chosen)} 行由策略选出（{names}）：在这些行上的得分有偏差，"
            f"因此只测试随机抽取的 {len(rows) - len(chosen)} 行，其余只用于训练{lost_zh}",
        )
        figures = {"chosen rows": len(chosen), "random rows": len(rows) - len(chosen)}
        return [Finding(self.kind, "fault" if without else "risk", text, data.ids(chosen), figures)]
