"""Which system to take, or that the data cannot tell."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

from bench.comparison.scored_runs import ScoredRun
from bench.comparison.tested_pairs import Pairs
from bench.comparison.uncertainty import LEVEL
from bench.comparison.values import Row
from bench.core.languages import Bilingual, in_language
from bench.execution.record import Record
from bench.experiment.metrics.base import metric_of
from bench.systems.classifiers.base import CLASSIFIERS
from bench.systems.features.base import FEATURES


class Advice(NamedTuple):
    """One sentence, and the system that it recommends, None where it recommends none."""

    text: Bilingual
    system: str | None = None


def advice(runs: Sequence[ScoredRun], rows: Sequence[Row], pairs: Pairs, metric: str) -> Advice:
    """Which system to take, or that the data cannot tell."""
    top = [row for row in rows if row.tier == 1]
    if rows and all(row.impossible for row in rows):
        english = "No score can be computed with this protocol on this data."
        return Advice(Bilingual(english, "在这些数据上，这种协议算不出任何分数。"))
    scored = [row.system for row in rows if row.cells[metric].mean is not None]
    if not scored:
        return Advice(Bilingual("No system has a score.", "没有系统得到分数。"))
    if len(scored) == 1:
        english = f"{scored[0]} is the only system with a score: run another one, and a control, to compare it with."
        return Advice(Bilingual(english, f"只有 {scored[0]} 一个系统：再运行一个系统和一个对照，才有比较。"))
    if not pairs:
        english = f"No advice: {metric} was not tested here, so the order of the systems may be chance."
        return Advice(Bilingual(english, f"没有建议：{metric} 没有检验，系统的先后可能只是偶然。"))
    best, controls = top[0].system, [row.system for row in top if row.control]
    if top[0].control:
        english = f"No system is shown to use the words: the best one, {best}, is a control that does not read them."
        return Advice(Bilingual(english, f"分数最高的是不看文字的对照 {best}：没有系统显示出它用上了文字。"))
    if controls:
        return Advice(
            Bilingual(
                f"Label more rows before you choose: {best}, the best system, is not shown to beat {controls[0]}, "
                f"which does not read the words.",
                f"先多标一些行再选：最好的 {best} 未必胜过不看文字的 {controls[0]}。",
            )
        )
    if len(top) == 1:
        english = f"Take {best}: tests show that it is better than every other system here."
        return Advice(Bilingual(english, f"选 {best}：检验表明它好于这里的其他系统。"), best)
    cost = {run.name: _cost(run.record) for run in runs}
    cheapest = min(top, key=lambda row: (cost[row.system], -(row.cells[metric].mean or 0), row.system)).system
    english = (
        f"Take {cheapest}: of the {len(top)} systems that may be equally good, it is the simplest (cheapest features, "
        f"fewest values to tune)."
    )
    chinese = f"选 {cheapest}：可能同样好的 {len(top)} 个系统里，它最简单（特征最省，要调的参数最少）。"
    beyond = _not_shown_to_beat(cheapest, rows, pairs)
    if beyond is not None:
        english += f" It is not shown to beat {beyond}, which does not read the words."
        chinese += f"它好于不看文字的 {beyond} 还没有得到证明。"
    return Advice(Bilingual(english, chinese), cheapest)


def _not_shown_to_beat(system: str, rows: Sequence[Row], pairs: Pairs) -> str | None:
    """The best control that no test shows to be worse than the system, None where there is none."""
    for row in rows:
        pair = pairs.between(system, row.system) if row.control else None
        if pair is not None and pair.adjusted >= 1 - LEVEL:
            return row.system
    return None


def baseline_advice(rows: Sequence[Row], metric: str, baseline: str) -> Advice:
    """Which systems a test shows to be better or worse than the baseline."""
    if baseline not in {row.system for row in rows}:
        english = f"{baseline} is not in this table, so nothing here is compared with it."
        return Advice(Bilingual(english, f"这张表里没有 {baseline}，所以没有与它的比较。"))
    sign = 1 if metric_of(metric).higher_is_better else -1
    shown = {
        row.system: sign * row.against.difference for row in rows if row.against and row.against.adjusted < 1 - LEVEL
    }
    better = [name for name, difference in shown.items() if difference > 0]
    worse = [name for name, difference in shown.items() if difference < 0]
    english = (
        f"Shown to be better than {baseline}: {', '.join(better) or 'none'}; worse: {', '.join(worse) or 'none'}. "
        f"Other differences may be chance."
    )
    chinese = (
        f"好于 {baseline}：{'、'.join(better) or '无'}；差于它：{'、'.join(worse) or '无'}。其余的差别可能只是偶然。"
    )
    return Advice(Bilingual(english, chinese))


def transductive_advice(said: Advice) -> Advice:
    """The same for systems that have learnt from the texts of test rows, with what that means for who takes them."""
    english = (
        f"{said.text} But all systems here have learnt from the texts of the test rows, without labels: such a score "
        f"says nothing of texts that come later, and is not compared with those of other systems."
    )
    chinese = (
        f"{in_language(said.text, 'zh')}不过这里的系统都见过测试行的文字（不含标签）："
        f"这样的分数说明不了以后出现的文字，也不与其他系统比较。"
    )
    return Advice(Bilingual(english, chinese), said.system)


def _cost(record: Record) -> tuple[int, int, bool, int]:
    """A system's cost: that of its features or classifier, its members, unlabelled texts, values to choose from."""
    classifier = record.config["classifier"]
    members = classifier.get("members") or []  # an ensemble's, each with features and values of its own
    own_settings = {name: value for name, value in classifier.items() if name != "members"}
    every = [own_settings, *(member["classifier"] for member in members)]
    combinations = math.prod(len(value) for each in every for value in each.values() if isinstance(value, list))
    kind = CLASSIFIERS.classes().get(classifier.get("kind", ""))
    own = 0 if kind is None else kind.cost
    cost = max(own, _feature_cost(record.config.get("features")), _feature_cost(members))
    return cost, len(members), record.config.get("unlabelled") is not None, combinations


def _feature_cost(settings: Any) -> int:
    if isinstance(settings, list):
        return max(map(_feature_cost, settings), default=0)
    if not isinstance(settings, dict):
        return 0
    kind = FEATURES.classes().get(settings.get("kind", ""))
    return max([0 if kind is None else kind.cost, *map(_feature_cost, settings.values())])
