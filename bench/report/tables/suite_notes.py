"""Notes on results on several data sets, in both languages."""

from __future__ import annotations

from collections.abc import Iterator

from bench.core.languages import Bilingual
from bench.report.tables.numbers import CONTROL_MARK, probability, short
from bench.suites import Suite
from bench.suites.ranking import LEVEL

_MOST_NAMED = 6


def suite_advice(suite: Suite) -> Bilingual:
    """Which system has the best mean rank, and what tests show it to be ahead of."""
    if suite.reference is None:
        return Bilingual(
            "No system ran on all data sets: nothing can be ranked.", "没有系统在全部数据集上运行过，无法排名。"
        )
    best = suite.ranked[0].name
    pairs = [pair for pair in suite.pairs if pair.first == best]
    signed = [pair.second for pair in pairs if pair.holm < LEVEL]
    by_ranks = [pair.second for pair in pairs if pair.nemenyi <= LEVEL and pair.second not in signed]
    said, said_zh = [], []
    if signed:
        said.append(f"signed ranks show it ahead of {', '.join(signed)}")
        said_zh.append(f"符号秩检验表明它领先于 {'、'.join(signed)}")
    if by_ranks:
        said.append(f"mean ranks alone show it ahead of {', '.join(by_ranks)}")
        said_zh.append(f"只有平均名次表明它领先于 {'、'.join(by_ranks)}")
    ahead = "; ".join(said) or "no test over data sets shows it ahead of any other"
    ahead_zh = "；".join(said_zh) or "没有一种跨数据集的检验表明它领先于别的系统"
    return Bilingual(f"{best} has the best mean rank; {ahead}.", f"{best} 的平均名次最好；{ahead_zh}。")


def suite_notes(suite: Suite) -> Iterator[Bilingual]:
    """What must be known to read the table right, a line each."""
    yield from _friedman(suite)
    pairs = len(suite.pairs)
    yield Bilingual(
        f"p, wins, ties and losses: against {suite.reference}; Wilcoxon's signed-rank test, exact, corrected for "
        f"{pairs} tests (Holm).",
        f"p 与胜、平、负都是与 {suite.reference} 相比；Wilcoxon 符号秩检验，精确，对 {pairs} 对作 Holm 校正。",
    )
    if suite.smallest > LEVEL and suite.pairs:
        smallest = "1" if suite.smallest >= 1 else short(suite.smallest, 3)
        yield Bilingual(
            f"{suite.units} data sets are few: the smallest p that this test can give here is {smallest}, so it cannot "
            f"show any difference.",
            f"{suite.units} 个数据集太少：这种检验在这里能给出的最小 p 是 {smallest}，无论分数如何都显示不出差别。",
        )
    yield Bilingual(
        f"Better: how probable it is that the system scores more than {short(suite.region, 3)} above {suite.reference} on "
        f"a further data set (Bayesian hierarchical model, docs/suites.md).",
        f"更好的概率：在另一个数据集上，该系统比 {suite.reference} 高出 {short(suite.region, 3)} 以上的概率（贝叶斯层次模型，docs/suites.md）。",
    )
    yield Bilingual(
        "[ ]: 95 % limits for further data sets of this sort, by Student's t; they take data sets as independent.",
        "[ ]：对同类其他数据集的 95 % 界限，按 t 分布；各数据集看作彼此独立。",
    )
    yield from _together(suite)
    yield from _what_no_set_shows(suite)
    for each in suite.left:
        where = "; ".join(f"{name}: {reason}" for name, reason in each.where.items())
        yield Bilingual(
            f"{each.system} is left out of ranks and tests: {where}.", f"{each.system} 不参加排名与检验：{where}。"
        )
    for system, names in suite.settings.items():
        named = ", ".join(names)
        yield Bilingual(
            f"{system} has other settings on {named}: under one name it is not one system.",
            f"{system} 在 {named} 上设置不同：同一个名称下不是同一个系统。",
        )
    if suite.transductive:
        names = suite.transductive
        yield Bilingual(
            f"Left out, since they have learnt from the texts of test rows and the others have not: {', '.join(names)}.",
            f"下列系统见过测试行的文字，其他系统没有，因此不在此列：{'、'.join(names)}。",
        )
    if any(each.control for each in suite.systems):
        yield Bilingual(f"{CONTROL_MARK}: control, does not read the words.", f"{CONTROL_MARK}：对照，不看文字。")


def _friedman(suite: Suite) -> Iterator[Bilingual]:
    """Whether mean ranks differ at all, and by how much they must."""
    if suite.p_friedman is None or suite.statistic is None:
        return
    how, how_zh = (
        ("exact, over all orders of ranks", "精确，取遍名次的所有排列")
        if suite.exact
        else ("by 20,000 random orders of ranks", "用名次的 20,000 个随机排列")
    )
    p = probability(suite.p_friedman)
    sign = "" if p.startswith("<") else "= "
    statistic = f"{suite.statistic:.2f}"
    yield Bilingual(
        f"Friedman's test that all rank alike: chi-square {statistic}, p {sign}{p} ({how}).",
        f"Friedman 检验（假设各系统名次相同）：卡方 {statistic}，p {sign}{p}（{how_zh}）。",
    )
    if suite.critical is None:
        yield Bilingual(
            "Nemenyi: with so few data sets no difference in mean rank can be shown at 5 %.",
            "Nemenyi：数据集这样少，在 5 % 水平上显示不出平均名次的差别。",
        )
        return
    yield Bilingual(
        f"Nemenyi: mean ranks {suite.critical:.2f} or more apart differ at 5 % (by the same orders).",
        f"Nemenyi：平均名次相差 {suite.critical:.2f} 以上，才在 5 % 水平上有差别（用同样的排列）。",
    )


def _together(suite: Suite) -> Iterator[Bilingual]:
    for unit in range(suite.units):
        names = [each.name for each in suite.data_sets if each.unit == unit]
        if len(names) > 1:
            yield Bilingual(
                f"{' and '.join(names)} share rows: they count as one data set, their scores averaged.",
                f"{'、'.join(names)} 有共同的行：算作一个数据集，分数取平均。",
            )


def _what_no_set_shows(suite: Suite) -> Iterator[Bilingual]:
    count = len(suite.undecided)
    if not count:
        return
    shown = [f"{first} and {second}" for first, second in suite.undecided[:_MOST_NAMED]]
    more = f" and {count - _MOST_NAMED} more" if count > _MOST_NAMED else ""
    yield Bilingual(
        f"{count} of {len(suite.pairs)} pairs are not shown to differ on any data set: {', '.join(shown)}{more}.",
        f"{len(suite.pairs)} 对中有 {count} 对，没有一个数据集自己的检验显示出差别："
        f"{'、'.join(f'{first} 与 {second}' for first, second in suite.undecided[:_MOST_NAMED])}"
        f"{' 等' if more else ''}。",
    )
