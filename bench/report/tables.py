"""Comparisons as tables: for a terminal, Markdown, CSV and JSON."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import re
import textwrap
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from bench.core.errors import printable
from bench.evaluation.compare import Comparison, Row, SideBySide
from bench.evaluation.coverage import measured_coverage
from bench.evaluation.gate import Gate
from bench.evaluation.published import Published
from bench.evaluation.scored import train_size
from bench.report.shown import (
    NONE,
    bounds,
    digits_of,
    limits_text,
    metric_name,
    pair_texts,
    rows_tested,
    score_text,
    short,
    signed,
)

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

CONTROL_MARK = "*"
PUBLISHED_TITLE = "Published by others: other runs, maybe other rows; not compared with the above"
MOST_CLASSES = 8
"""Tables for people show the F1 of each class up to so many classes; CSV and JSON always do."""

_FORMULA = re.compile(r"^[=+\-@\t\r]")
_MOST_WARNED = 3


def title(comparison: Comparison) -> str:
    """What the runs of a table have in common, in one line."""
    facts = comparison.facts
    tested = rows_tested(comparison)
    apart = "" if tested == facts.rows else f", {tested} of them tested"
    names = ", ".join(comparison.experiments)
    size = f"{facts.rows} rows{apart}, {len(facts.classes)} classes"
    return f"{names}: {size}; {comparison.splits}; data {facts.sha256[:12]}"


def notes(comparison: Comparison) -> list[str]:
    """What a reader must know to read the table right, a line each."""
    heading = metric_name(comparison.metric)
    lines = []
    if any(row.cells[comparison.metric].low is not None for row in comparison.rows):
        lines.append(
            f"[ ]: 95 % interval of the procedure's {heading} on data of this size drawn anew, not of one fitted model."
        )
        lines += _coverage(comparison)
    if comparison.pairs:
        pairs = len(comparison.pairs)
        holm = f"Holm over {pairs} pair{'s' if pairs > 1 else ''}"
        tiers = f"Tier: what no paired test tells from the tier's best at 5 % ({holm}). "
        tested = f"Difference and p: against {comparison.reference}"
        lines.append(f"{tiers}{tested}." if _tiered(comparison) else f"{tested}, p by {holm}.")
    lines += cannot_show(comparison)
    if any(row.control for row in comparison.rows):
        lines.append(f"{CONTROL_MARK} control: reads no words.")
    if len(comparison.facts.classes) > MOST_CLASSES:
        lines.append(f"F1 of each of the {len(comparison.facts.classes)} classes: --format csv or json.")
    lines += [
        f"These runs used more than one version of {name}: {', '.join(versions)}."
        for name, versions in comparison.versions.items()
    ]
    lines += _warned(comparison)
    lines += dict.fromkeys(f"{NONE}: not computable: {row.error}" for row in comparison.rows if row.impossible)
    lines += [f"{row.system} failed: {row.error}" for row in comparison.rows if row.error and not row.impossible]
    reasons = {
        f"{NONE} in {metric}: {cell.reason}"
        for row in comparison.rows
        for metric, cell in row.cells.items()
        if cell.mean is None and cell.reason and not row.error
    }
    return lines + sorted(reasons)


def cannot_show(comparison: Comparison) -> list[str]:
    """What rows so few, or standing together so, cannot show, a line each."""
    lines = [*_resolution(comparison), f"One row is {100 / rows_tested(comparison):.2g} points of accuracy."]
    groups = comparison.facts.groups
    if groups is not None and groups < comparison.facts.rows and not comparison.blocked:
        lines.append(
            f"Rows stand in {groups} groups, which these splits part: scores are for new rows of the same groups, "
            f"and intervals take rows for independent."
        )
    return lines


def _coverage(comparison: Comparison) -> list[str]:
    """Measured coverage, where it strays from what 95 % promises."""
    if comparison.protocol["kind"] == "fixed" or train_size(comparison.protocol) is not None:
        return ["The interval takes training sets and tested rows as drawn anew; its coverage was not measured."]
    if comparison.protocol["kind"] == "leave-one-group-out":
        return ["No coverage was measured where each group is left out once (docs/intervals.md)."]
    rows, repeats = rows_tested(comparison), comparison.repeats
    found = measured_coverage(comparison.metric, rows, clustered=comparison.blocked, repeats=repeats)
    if found is None:
        return [f"No coverage was measured for intervals of {metric_name(comparison.metric)}."]
    if found.low >= 0.93 and found.high <= 0.97:
        return []
    shares = f"{found.low:.0%} to {found.high:.0%}"
    text = f"Measured on simulated data of {found.rows} rows, such intervals hold the true score in {shares} of cases"
    return [f"{text} (docs/intervals.md)."]


def _resolution(comparison: Comparison) -> list[str]:
    found = comparison.resolution
    if found is None:
        return []
    digits = digits_of(comparison)
    if found.rows is None:
        needed = "no number of rows, as they score the same"
    else:
        enough = found.rows <= rows_tested(comparison)
        needed = "no more rows than these" if enough else f"about {found.rows:,} rows"
    power = f"a single test here has 80 % power for a difference of {short(found.detectable, digits)}"
    apart = f"{short(abs(found.difference), digits)} apart"
    return [f"Resolution: {power}; to tell {found.first} from {found.second} ({apart}) takes {needed}."]


def _warned(comparison: Comparison) -> list[str]:
    warned: dict[str, list[str]] = {}
    for row in comparison.rows:
        for category, times in row.fit_warnings.items():
            warned.setdefault(category, []).append(f"{row.system} ({times} times)")
    return [
        f"{category} while fitting: {', '.join(rows[:_MOST_WARNED])}"
        + (f" and {len(rows) - _MOST_WARNED} more systems." if len(rows) > _MOST_WARNED else ".")
        for category, rows in sorted(warned.items())
    ]


def as_terminal(
    comparisons: Sequence[Comparison],
    beside: Sequence[SideBySide] = (),
    published: Sequence[Published] = (),
    *,
    width: int | None = None,
    colour: bool = False,
) -> str:
    """Tables for a terminal of `width` columns (its own width if None), aligned with Chinese in them."""
    from rich.console import Console
    from rich.text import Text

    target = io.StringIO()
    console = Console(file=target, width=width, force_terminal=colour, no_color=not colour, highlight=False)
    for number, comparison in enumerate(comparisons):
        if number:
            console.print()
        console.print(Text(title(comparison), style="bold"))
        _print_table(console, comparison)
        for line in notes(comparison):
            console.print(Text(line, style="dim"))
        console.print(Text(comparison.advice, style="bold"))
    for each in beside:
        console.print()
        console.print(Text(_beside_title(each), style="bold"))
        console.print(_beside_table(each))
    if published:
        console.print()
        console.print(Text(PUBLISHED_TITLE, style="bold"))
        console.print(_published_table(published))
    return "\n".join(line.rstrip() for line in target.getvalue().splitlines()) + "\n"


def _print_table(console: Console, comparison: Comparison) -> None:
    """With the F1 of each class where that fits, else without."""
    from rich.text import Text

    metrics = _shown_metrics(comparison)
    whole = _rich_table(comparison, metrics)
    if whole.__rich_measure__(console, console.options.update(max_width=10_000)).maximum <= console.width:
        console.print(whole)
        return
    few = [metric for metric in metrics if ":" not in metric or metric == comparison.metric]
    console.print(_rich_table(comparison, few))
    if few != metrics:
        console.print(Text("F1 of each class: in a wider terminal, or --format markdown, csv or json.", style="dim"))


def _rich_table(comparison: Comparison, metrics: Sequence[str]) -> Table:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1), collapse_padding=True)
    headings = _headings(comparison, metrics)
    longest = max(len(_name(row)) for row in comparison.rows)
    for number, heading in enumerate(headings):
        wrapped = "\n".join(textwrap.wrap(heading, 12, break_long_words=False))
        if heading == "system":
            table.add_column("system", overflow="fold", vertical="bottom", min_width=min(longest, 24))
        else:
            table.add_column(Text(wrapped), justify="right" if number else "left", overflow="fold", vertical="bottom")
    for row in comparison.rows:
        table.add_row(*map(Text, _line(comparison, row, metrics)), style="dim" if row.control else "")
    table.add_section()
    for name, scores in bounds(comparison):
        table.add_row(*map(Text, _floor_line(comparison, name, scores, metrics)), style="dim")
    return table


def _headings(comparison: Comparison, metrics: Sequence[str]) -> list[str]:
    tested = ["difference", "p"] if comparison.pairs else []
    equal = ["equal"] if _asked_region(comparison) else []
    tier = ["tier"] if _tiered(comparison) else []
    return [*tier, "system", metric_name(comparison.metric), "95 %", *tested, *equal, *map(metric_name, metrics[1:])]


def _tiered(comparison: Comparison) -> bool:
    return any(row.tier is not None for row in comparison.rows)


def _line(comparison: Comparison, row: Row, metrics: Sequence[str]) -> list[str]:
    digits = digits_of(comparison)
    cell = row.cells[comparison.metric]
    tested = pair_texts(row.against, row.system == comparison.reference, digits) if comparison.pairs else []
    equal = []
    if _asked_region(comparison):
        equal = [NONE if row.against is None or row.against.equivalent is None else f"{row.against.equivalent:.0%}"]
    tier = [NONE if row.tier is None else str(row.tier)] if _tiered(comparison) else []
    return [
        *tier,
        _name(row),
        score_text(cell, digits),
        limits_text(cell, digits),
        *tested,
        *equal,
        *(score_text(row.cells[metric], digits) for metric in metrics[1:]),
    ]


def _floor_line(comparison: Comparison, name: str, scores: dict[str, float], metrics: Sequence[str]) -> list[str]:
    digits = digits_of(comparison)
    shown = [short(scores[metric], digits) if metric in scores else NONE for metric in metrics]
    before = [""] if _tiered(comparison) else []
    blank = [""] * (len(_headings(comparison, metrics)) - len(before) - 1 - len(metrics))
    return [*before, name, shown[0], *blank, *shown[1:]]


def _asked_region(comparison: Comparison) -> bool:
    return any(pair.equivalent is not None for pair in comparison.pairs)


def _beside_title(each: SideBySide) -> str:
    return f"{metric_name(each.metric)} of the same rows (data {each.data[:12]}) under each protocol"


def _beside_cells(each: SideBySide) -> Iterator[list[str]]:
    for system, row in each.values.items():
        yield [system, *(_with_gap(value, each.gaps.get(system, {}).get(at)) for at, value in enumerate(row))]


def _with_gap(value: float | None, gap: float | None) -> str:
    if value is None:
        return NONE
    return short(value, 3) if gap is None else f"{short(value, 3)} ({signed(gap, 3)})"


def _beside_table(each: SideBySide) -> Table:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1), collapse_padding=True)
    table.add_column("system", overflow="fold", vertical="bottom")
    for protocol in each.protocols:
        table.add_column(Text("\n".join(textwrap.wrap(protocol, 16))), justify="right", vertical="bottom")
    for cells in _beside_cells(each):
        table.add_row(*map(Text, cells))
    return table


def _published_metrics(published: Sequence[Published]) -> list[str]:
    return list(dict.fromkeys(name for entry in published for name in entry.scores))


def _published_line(entry: Published, metrics: Sequence[str]) -> list[str]:
    numbers = (short(entry.scores[name], 3) if name in entry.scores else NONE for name in metrics)
    return [entry.system, *numbers, entry.protocol, entry.source]


def _published_table(published: Sequence[Published]) -> Table:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    metrics = _published_metrics(published)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1), collapse_padding=True)
    table.add_column("system", overflow="fold")
    for name in metrics:
        table.add_column(Text(metric_name(name)), justify="right")
    table.add_column("protocol", overflow="fold")
    table.add_column("source", overflow="fold")
    for entry in published:
        table.add_row(*map(Text, map(printable, _published_line(entry, metrics))))
    return table


def as_markdown(
    comparisons: Sequence[Comparison], beside: Sequence[SideBySide] = (), published: Sequence[Published] = ()
) -> str:
    """GitHub tables, each under a line that says what its runs have in common."""
    parts = [line for comparison in comparisons for line in _markdown(comparison)]
    for each in beside:
        parts += [f"**{_escaped(_beside_title(each))}**\n", _markdown_row(["system", *each.protocols])]
        parts += ["|---|" + "---:|" * len(each.protocols), *map(_markdown_row, _beside_cells(each)), ""]
    if published:
        metrics = _published_metrics(published)
        headings = ["system", *map(metric_name, metrics), "protocol", "source"]
        parts += [f"**{PUBLISHED_TITLE}**\n", _markdown_row(headings), "|---|" + "---:|" * len(metrics) + "---|---|"]
        parts += [*(_markdown_row(_published_line(entry, metrics)) for entry in published), ""]
    return "\n".join(parts)


def _markdown(comparison: Comparison) -> Iterator[str]:
    metrics = _shown_metrics(comparison)
    headings = _headings(comparison, metrics)
    yield f"**{_escaped(title(comparison))}**\n"
    yield _markdown_row(headings)
    yield "|" + "".join("---|" if heading == "system" else "---:|" for heading in headings)
    for row in comparison.rows:
        yield _markdown_row(_line(comparison, row, metrics))
    for name, scores in bounds(comparison):
        yield _markdown_row(_floor_line(comparison, name, scores, metrics))
    yield ""
    for line in [*notes(comparison), comparison.advice]:
        yield f"- {_escaped(line)}"
    yield ""


def _markdown_row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(map(_escaped, cells))} |"


def as_csv(
    comparisons: Sequence[Comparison], beside: Sequence[SideBySide] = (), published: Sequence[Published] = ()
) -> str:
    """One line a system and metric, numbers in full."""
    del beside  # the same numbers again
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\n")
    columns = ["experiments", "data", "splits", "system", "control", "tier", "metric"]
    writer.writerow([*columns, "mean", "spread", "low", "high", "reason"])
    for comparison in comparisons:
        where = ["+".join(comparison.experiments), comparison.facts.sha256, comparison.splits]
        for row in comparison.rows:
            for metric, cell in row.cells.items():
                line = [*where, row.system, row.control, row.tier, metric, *dataclasses.astuple(cell)]
                writer.writerow([_plain(value) for value in line])
    for entry in published:
        for metric, value in entry.scores.items():
            line = ["published", "", entry.protocol, entry.system, False, None, metric, value]
            writer.writerow([_plain(cell) for cell in [*line, None, None, None, entry.source]])
    return target.getvalue()


def as_json(
    comparisons: Sequence[Comparison], beside: Sequence[SideBySide] = (), published: Sequence[Published] = ()
) -> str:
    """Everything that comparisons hold: an object of `comparisons`, `side_by_side` and `published`."""
    plain = {
        "comparisons": [
            {
                **{
                    field.name: getattr(comparison, field.name)
                    for field in dataclasses.fields(comparison)
                    if field.name not in {"facts", "rows", "pairs", "resolution"}
                },
                "facts": comparison.facts.model_dump(),
                "rows": [dataclasses.asdict(row) for row in comparison.rows],
                "pairs": [dataclasses.asdict(pair) for pair in comparison.pairs],
                "resolution": None if comparison.resolution is None else dataclasses.asdict(comparison.resolution),
            }
            for comparison in comparisons
        ],
        "side_by_side": [dataclasses.asdict(each) for each in beside],
        "published": [entry.model_dump(mode="json") for entry in published],
    }
    return json.dumps(plain, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def gate_lines(found: Gate) -> list[str]:
    """What a comparison with older runs came to, a line a system."""
    lines = []
    for pair in found.pairs:
        verdict = "worse" if pair.first in found.worse else "not shown to be worse"
        lines.append(
            f"{pair.first}: {found.metric} {signed(pair.difference, 4)} [{signed(pair.low, 4)}, "
            f"{signed(pair.high, 4)}], p {pair.adjusted:.3f} (Holm): {verdict}"
        )
    failed = [name for name in found.worse if name not in {pair.first for pair in found.pairs}]
    return lines + [f"{name}: worse: it has no scores any more" for name in failed]


def _shown_metrics(comparison: Comparison) -> list[str]:
    few = len(comparison.facts.classes) <= MOST_CLASSES
    return [metric for metric in comparison.metrics if few or ":" not in metric or metric == comparison.metric]


def _name(row: Row) -> str:
    return f"{row.system} {CONTROL_MARK}" if row.control else row.system


def _escaped(text: str) -> str:
    return re.sub(r"([\\|*_`<>\[\]])", r"\\\1", text)


def _plain(value: object) -> object:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{value}" if isinstance(value, str) and _FORMULA.match(value) else value


FORMATS: dict[str, Callable[[Sequence[Comparison], Sequence[SideBySide], Sequence[Published]], str]] = {
    "markdown": as_markdown,
    "csv": as_csv,
    "json": as_json,
}
"""Formats that hang on nothing but the comparisons; `as_terminal` hangs on the terminal too."""
