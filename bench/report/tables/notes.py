"""What a comparison's runs have in common, and what a reader must know to read its table right."""

from __future__ import annotations

from bench.comparison import Comparison
from bench.comparison.coverage import Coverage, GroupCoverage, measured_coverage, measured_group_coverage
from bench.comparison.scored_runs import train_size
from bench.comparison.uncertainty import FEWEST_GROUPS, FEWEST_PURE_GROUPS
from bench.execution.halves import ADVISED
from bench.report.tables.columns.base import shown_columns
from bench.report.tables.numbers import CONTROL_MARK, MOST_CLASSES, NONE, digits, heading, short, tested_rows

_MOST_WARNED = 3
_MOST_NAMED = 5


def title(comparison: Comparison) -> str:
    """What the runs of a table have in common, in one line."""
    data_summary = comparison.data_summary
    tested = tested_rows(comparison)
    apart = "" if tested == data_summary.rows else f", {tested} of them tested"
    names = ", ".join(comparison.experiments)
    size = f"{data_summary.rows} rows{apart}, {len(data_summary.classes)} classes"
    return f"{names}: {size}; {comparison.splits}; data {data_summary.sha256[:12]}"


def notes(comparison: Comparison) -> list[str]:
    """What a reader must know to read the table right, a line each."""
    metric_heading = heading(comparison.metric)
    lines = []
    if any(row.cells[comparison.metric].low is not None for row in comparison.rows):
        lines.append(
            f"[ ]: 95 % interval of the procedure's {metric_heading} on data of this size drawn anew, "
            "not of one fitted model (that of all rows is usually a little better)."
        )
        lines += _coverage(comparison)
    lines += _few_groups(comparison)
    if comparison.pairs:
        pairs = comparison.pairs.family
        holm = f"Holm over {pairs} pair{'s' if pairs > 1 else ''}"
        tiers = f"Tier: what no paired test tells from the tier's best at 5 % ({holm}). "
        tested = f"Difference and p: against {comparison.reference}"
        lines.append(
            f"{tiers}{tested}." if any(row.tier is not None for row in comparison.rows) else f"{tested}, p by {holm}."
        )
        lines += _best(comparison)
    lines += _halves(comparison)
    lines += _chosen(comparison)
    lines += cannot_show(comparison)
    if any(row.control for row in comparison.rows):
        lines.append(f"{CONTROL_MARK} control: reads no words.")
    if len(comparison.data_summary.classes) > MOST_CLASSES:
        lines.append(f"F1 of each of the {len(comparison.data_summary.classes)} classes: --format csv or json.")
    lines += [line for columns in shown_columns(comparison) for line in columns.notes(comparison)]
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


def _untested(comparison: Comparison) -> list[str]:
    classes = comparison.data_summary.classes
    without = [name for name in classes if name not in comparison.tested]
    if not without:
        return []
    named = f"{', '.join(without[:_MOST_WARNED])}{', …' if len(without) > _MOST_WARNED else ''}"
    have = "has" if len(without) == 1 else "have"
    return [f"{len(without)} of {len(classes)} classes {have} no test row ({named}): means are over the others."]


def cannot_show(comparison: Comparison) -> list[str]:
    """What rows so few, or standing together so, cannot show, a line each."""
    lines = [*_untested(comparison), *_resolution(comparison)]
    lines += [f"One row is {100 / tested_rows(comparison):.2g} points of accuracy."]
    lines += _chosen_rows(comparison)
    groups = comparison.data_summary.groups
    if groups is not None and groups < comparison.data_summary.rows and not comparison.blocked:
        lines.append(
            f"The rows come from {groups} groups, and random folds part the rows of a group: scores are for new rows "
            f"of the same groups, and intervals take rows as independent."
        )
    return lines


def _chosen_rows(comparison: Comparison) -> list[str]:
    """Rows that a strategy chose to be labelled: a score on them would be biased."""
    chosen = comparison.data_summary.chosen
    if not chosen:
        return []
    names = ", ".join(f"{name} {rows}" for name, rows in chosen.items())
    said = f"{sum(chosen.values())} of {comparison.data_summary.rows} rows were chosen by a strategy ({names})"
    if comparison.protocol["kind"] == "fixed":
        return [f"{said}: scores on those among the test rows are biased."]
    part = "take no part" if comparison.protocol["kind"] == "labelling" else "only train"
    drawn = comparison.data_summary.rows - sum(chosen.values())
    return [f"{said}: they {part}, as scores on them would be biased; scores rest on the {drawn} drawn at random."]


def _coverage(comparison: Comparison) -> list[str]:
    """How often such intervals held on real text most like this data."""
    if comparison.held_out or train_size(comparison.protocol) is not None:
        return ["The interval takes training sets and tested rows as drawn anew; its coverage was not measured."]
    if comparison.protocol["kind"] == "leave-one-group-out":
        return ["No coverage was measured where each group is left out once (docs/intervals.md)."]
    metric, repeats = comparison.metric, comparison.repeats
    if comparison.blocked:
        groups = comparison.data_summary.groups or 0
        of_groups = measured_group_coverage(metric, groups, pure=comparison.pure_groups, repeats=repeats)
        if of_groups is None:
            return [_not_measured(metric)]
        what = f"{of_groups.groups} groups{' of one class each' if of_groups.kind == 'pure' else ''}"
        return [_held(of_groups, f"{what}, {of_groups.rows} rows")]
    found = measured_coverage(
        metric, tested_rows(comparison), len(comparison.tested), min(comparison.tested.values()), repeats=repeats
    )
    if found is None:
        return [_not_measured(metric)]
    return [_held(found, f"{found.rows} rows, {found.classes} classes, the smallest of {found.smallest}")]


def _held(found: Coverage | GroupCoverage, data: str) -> str:
    low, high = 100 * found.low, 100 * found.high
    shares = f"{low:.0f} %" if round(low) == round(high) else f"{low:.0f} to {high:.0f} %"
    text = f"On the real text most like this that was studied ({found.population}: {data}) such intervals"
    held = f"held the true score in {shares} of {found.samples} samples, depending on the system"
    return f"{text} {held} (docs/intervals.md)."


def _not_measured(metric: str) -> str:
    return f"No coverage was measured for intervals of {heading(metric)}."


def _few_groups(comparison: Comparison) -> list[str]:
    """Why there is neither interval nor test."""
    few = comparison.few_groups
    if few is None:
        return []
    kind = f"{few.groups} groups{' of one class each' if few.pure else ''}"
    fewest = FEWEST_PURE_GROUPS if few.pure else FEWEST_GROUPS
    lines = [f"No intervals and no tests: {kind} are too few, {fewest} or more are needed (docs/intervals.md)."]
    found = measured_group_coverage(
        comparison.metric, few.groups, pure=few.pure, repeats=comparison.repeats, fewer_than=fewest
    )
    if found is not None:
        what = f"{found.groups} such groups of real titles ({found.population})"
        off = f"{short(abs(found.bias), 2)} too {'low' if found.bias < 0 else 'high'}"
        held = f"intervals held the true score in {100 * found.low:.0f} to {100 * found.high:.0f} % of samples"
        lines.append(f"In {what} {held}, and the score of a system lay up to {off}.")
    return lines


def _best(comparison: Comparison) -> list[str]:
    """Which systems may be the best, and what choosing among them does to the first one's score."""
    best, among = comparison.may_be_best, len(comparison.pairs.names)
    if len(best) < 2:
        return []
    names = f": {', '.join(best)}" if len(best) <= _MOST_NAMED else ""
    luck = "The first of several such systems owes part of its score to luck; its interval does not allow for that."
    return [f"May be the best, at 95 %: {len(best)} of {among} systems{names}. {luck}"]


def _halves(comparison: Comparison) -> list[str]:
    """What paired tests know of training sets."""
    if comparison.halvings:
        return [f"Tests count what training sets do, from {comparison.halvings} halvings of the rows."]
    if comparison.protocol["kind"] != "repeated-stratified" or train_size(comparison.protocol) is not None:
        return []
    missed = "Tests of systems that read the same features miss differences that the data could show"
    return [f"{missed}: bench run … --halves {ADVISED} adds what they lack."]


def _resolution(comparison: Comparison) -> list[str]:
    found = comparison.resolution
    if found is None:
        return []
    places = digits(comparison)
    power = f"a single test here has 80 % power for a difference of {short(found.detectable, places)}"
    apart = f"{short(abs(found.difference), places)} apart"
    return [f"Resolution: {power}; to tell {found.first} from {found.second} ({apart}) {_rows_needed(comparison)}."]


def _rows_needed(comparison: Comparison) -> str:
    found, rows = comparison.resolution, tested_rows(comparison)
    if found is None:
        raise ValueError("a comparison without a resolution needs no rows")
    if found.most_rows is None:
        more = found.least_rows > rows
        least = f"takes {found.least_rows:,} rows or more" if more else "may take more rows than these"
        return f"{least}; how many cannot be said, as they may be equal"
    if found.most_rows <= rows:
        return "takes no more rows than these"
    if found.least_rows <= rows:
        return f"may take up to {found.most_rows:,} rows"
    return f"takes {found.least_rows:,} to {found.most_rows:,} rows"


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


def _chosen(comparison: Comparison) -> list[str]:
    """What of the stored runs is shown, and how, where that was asked for."""
    lines = []
    if comparison.left_out:
        systems = "1 system" if comparison.left_out == 1 else f"{comparison.left_out} systems"
        lines.append(f"{systems} left out by --systems: tests, Holm and tiers are among those shown alone.")
    if comparison.sort is not None and comparison.sort != comparison.metric:
        lines.append(f"Rows by {heading(comparison.sort)}; tests and tiers by {heading(comparison.metric)}.")
    return lines
