"""Labels that confident learning takes for wrong."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bench.core.languages import Bilingual
from bench.data.audit.base import CHECKS, AuditData, AuditSettings, Check, Codes, Examples, Finding, StoredPredictions
from bench.data.audit.excerpts import counted, excerpt, listed


@CHECKS.register("confident-learning")
class ConfidentLearning(Check):
    """Rows off the diagonal of the confident joint (Northcutt, Jiang and Chuang 2021), as cleanlab counts it.

    A row is counted for another label where its probability, the mean over repeats, reaches the mean probability of
    that label among the rows that have it. Told are the rows that every system with probabilities flags.
    """

    def missing(self, data: AuditData) -> str | None:
        """Needs out-of-fold probabilities, from systems that know exactly the labels of the data."""
        if _able(data):
            return None
        return Bilingual("no stored predictions of these rows hold probabilities", "这些行的已存预测都不含概率")

    def findings(self, data: AuditData, settings: AuditSettings) -> list[Finding]:
        """One, with the rows of the least probable labels first."""
        able = _able(data)
        labels = data.label_codes()
        probabilities = np.mean([_mean_over_repeats(stored) for stored in able], axis=0)
        flagged = np.logical_and.reduce([_flagged(labels, _mean_over_repeats(stored)) for stored in able])
        rows = np.flatnonzero(flagged)
        if not len(rows):
            return []
        own = probabilities[rows, labels[rows]]
        table = tuple(
            (
                data.rows.name_of(rows[at]),
                data.rows.labels[rows[at]],
                f"{own[at]:.2f}",
                data.rows.classes[probabilities[rows[at]].argmax()],
                f"{probabilities[rows[at]].max():.2f}",
                excerpt(data.rows.texts[rows[at]]),
            )
            for at in np.lexsort((rows, own))[: settings.examples]
        )
        systems = [stored.system for stored in able]
        names = listed(systems)
        text = Bilingual(
            f"confident learning takes the label of {counted(len(rows), 'row')} for wrong, by every one of "
            f"{counted(len(systems), 'system')} with probabilities ({names}); read them again",
            f"置信学习认为 {len(rows):,} 行的标签有误，给出概率的 {len(systems):,} 个系统（{names.chinese}）无一例外；"
            "请重读这些行",
        )
        figures = {"rows": len(rows), "systems": len(systems)}
        examples = Examples(("row", "label", "its p", "likelier", "its p", "text"), table)
        return [Finding(self.kind, "note", text, data.ids(rows), figures, examples)]


def _able(data: AuditData) -> list[StoredPredictions]:
    own = data.rows.classes
    if len(own) < 2:
        return []
    return [stored for stored in data.predictions if stored.probabilities is not None and stored.classes == own]


def _mean_over_repeats(stored: StoredPredictions) -> NDArray[np.float64]:
    assert stored.probabilities is not None  # noqa: S101  _able has seen it
    return np.asarray(stored.probabilities.mean(axis=0), dtype=np.float64)


def _flagged(labels: Codes, probabilities: NDArray[np.float64]) -> NDArray[np.bool_]:
    from cleanlab.filter import find_label_issues

    # Its own processes would start again for every call.
    found = find_label_issues(labels, probabilities, filter_by="confident_learning", n_jobs=1)
    return np.asarray(found, dtype=np.bool_)
