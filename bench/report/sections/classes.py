"""The classes of a comparison: how well systems recognise each, and with which they confuse it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from bench.comparison.run_details import DetailedComparison, RunDetails
from bench.core.labelled_texts import NO_CLASS
from bench.report.elements import Block, Entry, Heading, Line, Table
from bench.report.links import Place
from bench.report.sections.base import BLOCKS, ComparisonBlock
from bench.report.sections.entries import score, system
from bench.report.tables import numbers
from bench.report.wording import classes as wording
from bench.report.wording.headings import CAPTIONS, COLUMNS, TITLES

MOST_CLASSES = 12
"""Confusion matrices are shown whole up to so many classes; with more, the commonest confusions are listed."""

_MOST_CONFUSIONS = 20
_MOST_IN_WORDS = 5
_SHOWN = 6


def classes(place: Place, detailed: DetailedComparison) -> Block | None:
    """The F1 of each class by each system; None where no run has predictions or the metric of classes is not there."""
    comparison = detailed.comparison
    metrics = {name.removeprefix("f1:"): name for name in comparison.metrics if name.startswith("f1:")}
    if not metrics or not detailed.scored:
        return None
    digits = numbers.digits(comparison)
    headings = [Heading(COLUMNS["system"])]
    headings += [Heading(f"{label} ({comparison.tested.get(label, 0)})", numeric=True) for label in metrics]
    rows = tuple(
        (
            system(place, detailed, detail),
            *(
                score(
                    detail.row.cells[name],
                    digits,
                    limits=True,
                    link=place.rows_of(system=detail.row.system, label=label),
                )
                for label, name in metrics.items()
            ),
        )
        for detail in detailed.scored
    )
    foot = tuple(
        (
            Entry(name),
            *(
                Entry(numbers.short(scores[each], digits) if each in scores else numbers.NONE)
                for each in metrics.values()
            ),
        )
        for name, scores in numbers.bounds(comparison)
    )
    smallest = min(comparison.tested, key=lambda label: comparison.tested[label])
    words = wording.classes_words(smallest, comparison.tested[smallest])
    table = Table(f"{place.key}-topic-scores", CAPTIONS["classes"], tuple(headings), rows, foot, style="scores")
    return Block(f"{place.key}-topics", TITLES["classes"], (words,), (), (table,))


def mistakes(place: Place, detailed: DetailedComparison) -> Block | None:
    """The confusions of systems: the commonest in words, then each system; None where no run has predictions."""
    scored = detailed.scored
    if not scored:
        return None
    names = tuple(detailed.comparison.data_summary.classes)
    if len(names) > MOST_CLASSES:
        return _commonest(place, detailed, names)
    tables = tuple(_confusion(place, at, detail, names) for at, detail in enumerate(scored))
    return Block(
        f"{place.key}-confusions",
        TITLES["mistakes"],
        (wording.confusions_words(detailed.comparison.repeats),),
        (),
        tables[:_SHOWN],
        tables[_SHOWN:],
        small=True,
        lines=tuple(_in_words(place, detailed.readers or scored, names)),
        more=wording.others(len(tables) - _SHOWN),
    )


def _in_words(place: Place, readers: Sequence[RunDetails], names: Sequence[str]) -> Iterator[Line]:
    """The most frequent mistakes of all systems that read words together."""
    counts = _mistakes(readers, names)
    totals: Counter[str] = Counter()
    for detail in readers:
        totals.update({name: sum(row) for name, row in zip(names, detail.record.confusion, strict=True)})
    if not counts:
        yield Line(wording.NO_MISTAKES)
    most = sorted(counts, key=lambda pair: -counts[pair] / max(totals[pair[0]], 1))[:_MOST_IN_WORDS]
    for label, predicted in most:
        worst, share = max(
            ((detail.row.system, _share(detail, names, label, predicted)) for detail in readers),
            key=lambda pair: pair[1],
        )
        text = wording.mistake(
            label,
            predicted,
            f"{counts[label, predicted] / max(totals[label], 1):.0%}",
            worst if len(readers) > 1 else "",
            f"{share:.0%}",
        )
        yield Line(text, place.rows_of(label=label, predicted=predicted))


def _share(detail: RunDetails, names: Sequence[str], label: str, predicted: str) -> float:
    row = detail.record.confusion[names.index(label)]
    found = dict(zip(_predicted([row], names), row, strict=True))
    return found.get(predicted, 0) / (sum(row) or 1)


def _mistakes(details: Sequence[RunDetails], names: Sequence[str]) -> Counter[tuple[str, str]]:
    """Label and another prediction to how often."""
    counts: Counter[tuple[str, str]] = Counter()
    for detail in details:
        for name, row in zip(names, detail.record.confusion, strict=True):
            for predicted, count in zip(_predicted([row], names), row, strict=True):
                if name != predicted and count:
                    counts[name, predicted] += count
    return counts


def _predicted(confusion: Sequence[Sequence[int]], names: Sequence[str]) -> tuple[str, ...]:
    """The columns: the classes, and `no class` where some rows were predicted so."""
    return (*names, NO_CLASS)[: len(confusion[0]) if confusion else len(names)]


def _confusion(place: Place, at: int, detail: RunDetails, names: Sequence[str]) -> Table:
    columns = _predicted(detail.record.confusion, names)
    headings = (
        Heading(COLUMNS["label_predicted"], sortable=False),
        *(Heading(name, sortable=False) for name in columns),
    )
    rows = tuple(
        (
            Entry(name),
            *(_cell(place, detail, name, predicted, counts) for predicted, counts in _by_column(row, columns)),
        )
        for name, row in zip(names, detail.record.confusion, strict=True)
    )
    return Table(f"{place.key}-confusion-{at}", detail.row.system, headings, rows, style="confusion")


def _by_column(row: Sequence[int], columns: Sequence[str]) -> Iterator[tuple[str, tuple[int, int]]]:
    total = sum(row) or 1
    return ((name, (count, total)) for name, count in zip(columns, row, strict=True))


def _cell(place: Place, detail: RunDetails, label: str, predicted: str, counts: tuple[int, int]) -> Entry:
    """The cell of a share: right predictions have no colour, mistakes a stronger one the more frequent they are."""
    count, total = counts
    if not count:
        return Entry("0", style="none")
    share = count / total
    style = "right" if label == predicted else f"h{min(5, 1 + int(6 * share))}"
    link = place.rows_of(system=detail.row.system, label=label, predicted=predicted)
    return Entry(f"{share:.0%}" if share >= 0.005 else "<1%", style=style, link=link)


def _commonest(place: Place, detailed: DetailedComparison, names: Sequence[str]) -> Block:
    """With many classes: the commonest confusions of the best systems."""
    readers = detailed.readers[:10] or detailed.scored[:1]
    counts = _mistakes(readers, names)
    rows = tuple(
        (
            Entry(name),
            Entry(predicted),
            Entry(f"{count:,}", sort=count, link=place.rows_of(label=name, predicted=predicted)),
        )
        for (name, predicted), count in counts.most_common(_MOST_CONFUSIONS)
    )
    headings = (Heading(COLUMNS["label"]), Heading(COLUMNS["predicted"]), Heading(COLUMNS["times"], numeric=True))
    words = wording.many_classes(
        len(names), len(rows), detailed.comparison.repeats, [detail.row.system for detail in readers]
    )
    table = Table(f"{place.key}-commonest", CAPTIONS["commonest"], headings, rows, row_heads=2)
    return Block(f"{place.key}-confusions", TITLES["mistakes"], (words,), (), (table,))


@BLOCKS.register("classes")
class ClassesBlock(ComparisonBlock):
    """How well systems know each class."""

    order = 40

    def block(self, place: Place, detailed: DetailedComparison) -> Block | None:
        """As `classes`."""
        return classes(place, detailed)


@BLOCKS.register("mistakes")
class MistakesBlock(ComparisonBlock):
    """The confusions of systems."""

    order = 50

    def block(self, place: Place, detailed: DetailedComparison) -> Block | None:
        """As `mistakes`."""
        return mistakes(place, detailed)
