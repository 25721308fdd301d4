"""Rows whose label no system ever predicted, in any repeat."""

from __future__ import annotations

import numpy as np

from bench.core.labelled_texts import NO_CLASS
from bench.core.languages import Bilingual
from bench.data.audit.base import CHECKS, AuditData, AuditSettings, Check, Examples, Finding
from bench.data.audit.excerpts import counted, excerpt, listed

FEWEST_SYSTEMS = 2


@CHECKS.register("contradicted")
class Contradicted(Check):
    """Rows on which every stored out-of-fold prediction differs from the label: wrong, hard, or unique."""

    def missing(self, data: AuditData) -> str | None:
        """Needs stored predictions of two systems or more: one alone only shows its own limits."""
        if len(data.predictions) >= FEWEST_SYSTEMS:
            return None
        number = len(data.predictions)
        return Bilingual(
            f"stored predictions of these rows are there from {counted(number, 'system')}, {FEWEST_SYSTEMS} are needed",
            f"这些行的已存预测来自 {number} 个系统，至少需要 {FEWEST_SYSTEMS} 个",
        )

    def findings(self, data: AuditData, settings: AuditSettings) -> list[Finding]:
        """One, with the rows on which the systems agree most on another label first."""
        classes = [
            *sorted({*data.rows.classes, *(name for stored in data.predictions for name in stored.classes)}),
            NO_CLASS,
        ]
        code = {name: at for at, name in enumerate(classes)}
        labels = np.array([code[label] for label in data.rows.labels])
        predictions = np.concatenate(
            [
                np.array([code[name] for name in (*stored.classes, NO_CLASS)])[stored.prediction]
                for stored in data.predictions
            ]
        )
        wrong = np.flatnonzero((predictions != labels).all(axis=0))
        if not len(wrong):
            return []
        votes = np.array([np.bincount(predictions[:, row], minlength=len(classes)) for row in wrong])
        share = votes.max(axis=1) / len(predictions)
        order = np.lexsort((wrong, -share))[: settings.examples]
        table = tuple(
            (
                data.rows.name_of(wrong[at]),
                data.rows.labels[wrong[at]],
                classes[votes[at].argmax()],
                f"{share[at]:.0%}",
                excerpt(data.rows.texts[wrong[at]]),
            )
            for at in order
        )
        systems = [stored.system for stored in data.predictions]
        names = listed(systems)
        text = Bilingual(
            f"{counted(len(wrong), 'row')} whose label was never predicted, in "
            f"{len(predictions):,} out-of-fold predictions each "
            f"of {counted(len(systems), 'system')} ({names}); read them again",
            f"{len(wrong):,} 行的标签从未被猜中，尽管 {len(systems):,} 个系统（{names.chinese}）对每行共作了 "
            f"{len(predictions):,} 次折外猜测；请重读这些行",
        )
        figures = {
            "rows": len(wrong),
            "guesses a row": len(predictions),
            "systems": len(systems),
            "rows where all agree on one other label": int(np.count_nonzero(share == 1)),
        }
        examples = Examples(("row", "label", "commonest prediction", "its share", "text"), table)
        return [Finding(self.kind, "risk", text, data.ids(wrong), figures, examples)]
