"""Labels on which two annotators differ."""

from __future__ import annotations

from collections import Counter

from bench.core.languages import Bilingual
from bench.data.audit.base import CHECKS, AuditData, AuditSettings, Check, Examples, Finding, Severity
from bench.data.audit.excerpts import counted

_KAPPA = 0.8
"""Cohen's kappa below which labels are a risk (the customary bound of Krippendorff 2004), from it on a note."""


@CHECKS.register("annotators")
class Annotators(Check):
    """Which labels two annotators confuse, over the rows that both labelled."""

    def missing(self, data: AuditData) -> str | None:
        """Needs rows with two labels."""
        annotations = data.side.annotations
        if annotations is not None and any(annotations):
            return None
        return Bilingual("no row was labelled twice", "没有一行标注过两次")

    def findings(self, data: AuditData, settings: AuditSettings) -> list[Finding]:
        """One, where they differ at all; its table counts each confusion."""
        from sklearn.metrics import cohen_kappa_score

        pairs = {row: pair for row, pair in enumerate(data.side.annotations or ()) if pair is not None}
        differ = {row: pair for row, pair in pairs.items() if pair[0] != pair[1]}
        if not differ:
            return []
        kappa = float(cohen_kappa_score(*zip(*pairs.values(), strict=True)))
        first, second = data.side.annotators
        of_all = f"{len(differ):,} of {counted(len(pairs), 'row')}"
        text = Bilingual(
            f"{first} and {second} differ on {of_all} (Cohen's kappa {kappa:.2f})",
            f"标注过两次的 {len(pairs):,} 行中，有 {len(differ):,} 行两次不一致（Cohen's kappa {kappa:.2f}）",
        )
        confusions = Counter(differ.values()).most_common(settings.examples)
        examples = Examples((first, second, "rows"), tuple((*pair, count) for pair, count in confusions))
        figures = {"rows labelled twice": len(pairs), "differ": len(differ), "kappa": round(kappa, 4)}
        severity: Severity = "risk" if kappa < _KAPPA else "note"
        return [Finding(self.kind, severity, text, data.ids(list(differ)), figures, examples)]
