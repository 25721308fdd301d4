"""Which splits by whole groups the data allow."""

from __future__ import annotations

from collections import Counter

from bench.core.languages import Bilingual
from bench.data.audit.base import CHECKS, AuditData, AuditSettings, Check, Examples, Finding
from bench.data.audit.excerpts import counted, listed, visible

FOLDS = 5


@CHECKS.register("blocked-splits")
class BlockedSplits(Check):
    """Leave-one-group-out and grouped 5-fold: classes that would be tested without having been trained."""

    def missing(self, data: AuditData) -> str | None:
        """Needs groups of which some hold more than one row."""
        groups = data.rows.groups
        if groups is None:
            return Bilingual("the data names no groups", "数据没有分组")
        if len(set(groups)) == len(groups):
            return Bilingual("every row is a group of its own", "每一行自成一组")
        return None

    def findings(self, data: AuditData, settings: AuditSettings) -> list[Finding]:
        """One for classes that live in a single group, one for too few groups, one for a group that is too large."""
        assert data.rows.groups is not None  # noqa: S101  missing() has seen it
        sizes = Counter(data.rows.groups)
        found = [self._untrained(data, settings), self._few(sizes), self._large(data, sizes)]
        return [finding for finding in found if finding is not None]

    def _untrained(self, data: AuditData, settings: AuditSettings) -> Finding | None:
        rows = data.rows
        homes: dict[str, set[str]] = {}
        for label, group in zip(rows.labels, rows.groups or (), strict=True):
            homes.setdefault(label, set()).add(group)
        single = {label: next(iter(groups)) for label, groups in sorted(homes.items()) if len(groups) == 1}
        if not single or len(set(rows.groups or ())) == 1:
            return None
        counts = rows.counts()
        table = tuple((label, counts[label], visible(group)) for label, group in single.items())
        concerned = [row for row, label in enumerate(rows.labels) if label in single]
        labels = listed(map(repr, single))
        text = Bilingual(
            f"leave-one-group-out and grouped k-fold would test {labels} untrained: "
            f"{'all its rows lie' if len(single) == 1 else 'all rows of each lie'} in one group",
            f"留一组法和分组 k 折会在没有训练过的情况下测试 {labels.chinese}："
            f"{'它的行' if len(single) == 1 else '其中每个标签的行'}全在同一组里",
        )
        examples = Examples(("label", "rows", "only group"), table[: settings.examples])
        return Finding(
            self.kind, "risk", text, rows=data.ids(concerned), figures={"labels": len(single)}, examples=examples
        )

    def _few(self, sizes: Counter[str]) -> Finding | None:
        if len(sizes) >= FOLDS:
            return None
        alone = len(sizes) == 1
        text = Bilingual(
            f"{counted(len(sizes), 'group')}: too few for {FOLDS} grouped folds"
            f"{', and no split can keep groups apart' if alone else ''}",
            f"只有 {len(sizes)} 个组：不够作 {FOLDS} 折的分组划分{'，任何划分都不能把组分开' if alone else ''}",
        )
        return Finding(self.kind, "risk", text, figures={"groups": len(sizes)})

    def _large(self, data: AuditData, sizes: Counter[str]) -> Finding | None:
        group, rows = sizes.most_common(1)[0]
        share = rows / len(data.rows)
        # With one fold of twice its fair size, grouped 5-fold has one large test set and four small ones.
        if len(sizes) == 1 or share <= 2 / FOLDS:
            return None
        text = Bilingual(
            f"group {visible(group)!r} holds {share:.0%} of all rows: grouped {FOLDS}-fold tests them at once, "
            f"trained on the other {1 - share:.0%}",
            f"组 {visible(group)!r} 占全部行的 {share:.0%}：分组 {FOLDS} 折把它们一次全部用于测试，"
            f"只用其余的 {1 - share:.0%} 训练",
        )
        return Finding(self.kind, "note", text, figures={"rows": rows, "share": round(share, 4)})
