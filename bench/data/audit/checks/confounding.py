"""Labels that can be predicted without reading: from the group, the length or the position alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bench.core.languages import Bilingual
from bench.core.multiple_tests import holm
from bench.data.audit.base import (
    CHECKS,
    AuditData,
    AuditSettings,
    Check,
    CheckResult,
    Codes,
    Examples,
    Finding,
    Severity,
    Value,
)
from bench.data.audit.excerpts import visible
from bench.data.audit.permutation import (
    FOLDS,
    PermutationTest,
    binned,
    coded,
    cramers_v,
    permutation_test,
    sample,
)

_STRONG = 0.1
"""Share of the way from chance to perfect from which a finding is a risk, below a note."""


@dataclass(frozen=True, slots=True)
class _Column:
    codes: Codes
    examples: Examples


@CHECKS.register("confounding")
class Confounding(Check):
    """Balanced accuracy of guessing the label from one side column, out of fold, against permutations."""

    def missing(self, data: AuditData) -> str | None:
        """Needs two labels, and 10 rows for cross-validation."""
        if len(data.rows.classes) < 2:
            return Bilingual("all rows have one label", "所有行都是同一个标签")
        if max(data.rows.counts().values()) < FOLDS or len(data.rows) < 2 * FOLDS:
            return Bilingual(
                "no label has 5 rows, or there are fewer than 10 rows", "没有一个标签达到 5 行，或者总共不足 10 行"
            )
        return None

    def findings(self, data: AuditData, settings: AuditSettings) -> list[Finding]:
        """One for each column that beats chance; all columns together do so by luck as often as `level` says."""
        return list(self.make(data, settings).findings)

    def make(self, data: AuditData, settings: AuditSettings) -> CheckResult:
        """The findings, and how well each column predicts whether it beats chance or not."""
        rows = sample(len(data.rows), settings.most_rows, settings.random_state)
        labels = coded(data.label_codes()[rows])
        if len(np.unique(labels)) < 2 or np.bincount(labels).max() < FOLDS:
            return CheckResult(())  # a sample of very many classes
        columns = _columns(data, rows, settings.examples)
        told = {
            name: permutation_test(
                column.codes, labels, permutations=settings.permutations, random_state=settings.random_state
            )
            for name, column in columns.items()
        }
        adjusted = dict(zip(told, holm([found.p_value for found in told.values()]).tolist(), strict=True))
        measured: dict[str, str] = {
            Bilingual(f"label from {name} alone", f"只凭{name.chinese}猜标签"): Bilingual(
                f"balanced accuracy {found.score:.2f}, chance {found.chance:.2f}, p = {adjusted[name]:.2g}",
                f"平衡准确率 {found.score:.2f}，随机水平 {found.chance:.2f}，p = {adjusted[name]:.2g}",
            )
            for name, found in told.items()
        }
        beating = [name for name in told if adjusted[name] <= settings.level]
        findings = (self._finding(name, columns[name], told[name], adjusted[name], labels) for name in beating)
        return CheckResult(tuple(findings), measured)

    def _finding(
        self, name: Bilingual, column: _Column, found: PermutationTest, p_value: float, labels: Codes
    ) -> Finding:
        strength = (found.score - found.chance) / (1 - found.chance)
        text = Bilingual(
            f"the {name} alone guesses the label with a balanced accuracy of {found.score:.2f}, "
            f"where chance gives {found.chance:.2f} (p = {p_value:.3g})",
            f"只凭{name.chinese}猜标签，平衡准确率就有 {found.score:.2f}，"
            f"而随机水平是 {found.chance:.2f}（p = {p_value:.3g}）",
        )
        figures: dict[str, Value] = {
            "balanced accuracy": round(found.score, 4),
            "chance": round(found.chance, 4),
            "p-value": round(p_value, 6),
            "permutations": found.permutations,
            "rows tested": len(labels),
        }
        strongest = cramers_v(column.codes, labels)
        if strongest is not None:
            figures["Cramér's V"] = round(strongest, 4)
        severity: Severity = "risk" if strength >= _STRONG else "note"
        return Finding(self.kind, severity, text, figures=figures, examples=column.examples)


def _columns(data: AuditData, rows: Codes, most: int) -> dict[Bilingual, _Column]:
    """The side columns that the data have, by name."""
    labels = [data.rows.labels[row] for row in rows]
    found: dict[Bilingual, _Column] = {}
    if data.rows.groups is not None:
        groups = [data.rows.groups[row] for row in rows]
        found[Bilingual("group", "分组")] = _Column(coded(groups), _by_group(groups, labels, most))
    numbers: Mapping[Bilingual, Sequence[int] | None] = {
        Bilingual("length", "长度"): [len(data.rows.texts[row]) for row in rows],
        Bilingual("position", "位置"): None
        if data.side.positions is None
        else [data.side.positions[row] for row in rows],
    }
    for name, values in numbers.items():
        if values is not None:
            found[name] = _Column(binned(values), _by_label(name, values, labels, most))
    return {name: column for name, column in found.items() if column.codes.max() > 0}


def _by_group(groups: Sequence[str], labels: Sequence[str], most: int) -> Examples:
    table = []
    for group, rows in Counter(groups).most_common(most):
        label, count = Counter(own for its, own in zip(groups, labels, strict=True) if its == group).most_common(1)[0]
        table.append((visible(group), rows, label, f"{count / rows:.0%}"))
    return Examples(("group", "rows", "commonest label", "its share"), tuple(table))


def _by_label(name: str, values: Sequence[int], labels: Sequence[str], most: int) -> Examples:
    own: dict[str, list[int]] = {}
    for label, value in zip(labels, values, strict=True):
        own.setdefault(label, []).append(value)
    table: list[tuple[Value, ...]] = [
        (label, len(found), *(float(np.quantile(found, share)) for share in (0.25, 0.5, 0.75)))
        for label, found in sorted(own.items(), key=lambda item: -len(item[1]))[:most]
    ]
    return Examples(("label", "rows", f"{name}: lower quarter", "median", "upper quarter"), tuple(table))
