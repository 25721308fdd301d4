"""The first screen of a comparison: the figures behind its advice, and what its data cannot show."""

from __future__ import annotations

import math
from collections.abc import Iterator

from bench.comparison import Comparison, Row
from bench.comparison.run_details import MOST_SYSTEMS, DetailedComparison
from bench.report.elements import Fact
from bench.report.links import Place
from bench.report.plots.costs import seconds_in_words
from bench.report.sections.cost import seconds_of
from bench.report.tables import cannot_show, numbers
from bench.report.wording import first_screen as wording
from bench.report.wording.base import Bilingual


def facts(place: Place, detailed: DetailedComparison) -> Iterator[Fact]:
    """Best score, runner-up, the advised system, its cost, and bounds of scores, as far as there are any."""
    comparison = detailed.comparison
    scored = [row for row in comparison.rows if row.cells[comparison.metric].mean is not None]
    if not scored:
        return
    at = {row.system: place.system(number) for number, row in enumerate(comparison.rows)}
    best = scored[0]
    advised = next((row for row in scored if row.system == comparison.advised), None)
    yield Fact(wording.best(numbers.heading(comparison.metric)), _score(comparison, best), f"#{at[best.system]}")
    second = next((row for row in scored[1:] if not row.control), None)
    if second is not None:
        yield Fact(wording.RUNNER_UP, _runner_up(comparison, best, second), f"#{at[second.system]}")
    if advised is not None and advised is not best:
        yield Fact(wording.ADVISED, _score(comparison, advised), f"#{at[advised.system]}")
    if advised is not None:
        yield Fact(wording.COST, _cost(detailed, advised), f"#{place.key}-cost" if detailed.scored else "")
    bounds = tuple(_bounds(comparison))
    if bounds:
        yield Fact(wording.BOUNDS, wording.listed(bounds))


def _score(comparison: Comparison, row: Row) -> Bilingual:
    cell, places = row.cells[comparison.metric], numbers.digits(comparison)
    limits = "" if cell.low is None else numbers.limits(cell, places)
    return wording.scored(row.system, numbers.shown(cell, places), limits)


def _runner_up(comparison: Comparison, best: Row, second: Row) -> Bilingual:
    places = numbers.digits(comparison)
    score = numbers.shown(second.cells[comparison.metric], places)
    pair = comparison.pairs.between(best.system, second.system) if comparison.pairs else None
    if pair is None:
        return wording.scored(second.system, score, "")
    p = "" if pair.adjusted >= 0.05 else numbers.probability(pair.adjusted)
    return wording.runner_up(second.system, score, numbers.short(abs(pair.difference), places), p)


def _cost(detailed: DetailedComparison, advised: Row) -> Bilingual:
    detail = next(each for each in detailed.systems if each.row is advised)
    learn, label = seconds_of(detail, "read", "fit"), seconds_of(detail, "read", "predict")
    if learn and label:
        return wording.times(seconds_in_words(learn), seconds_in_words(label))
    classifier = detail.record.config["classifier"]
    return wording.fits(math.prod(len(value) for value in classifier.values() if isinstance(value, list)))


def _bounds(comparison: Comparison) -> Iterator[Bilingual]:
    """Ceiling and floors."""
    places = numbers.digits(comparison)
    for name, scores in numbers.bounds(comparison):
        if comparison.metric in scores:
            value = numbers.short(scores[comparison.metric], places)
            yield wording.bound_value(name, value)


def limits(detailed: DetailedComparison) -> Iterator[str]:
    """What is left out, then what the data cannot show, the tiers first."""
    comparison, shown = detailed.whole, len(detailed.comparison.rows)
    if shown < len(comparison.rows):
        yield wording.shown(shown, len(comparison.rows), MOST_SYSTEMS)
    scored = [row for row in comparison.rows if row.cells[comparison.metric].mean is not None]
    errors = dict.fromkeys(row.error for row in comparison.rows if row.impossible and row.error)
    yield from (wording.impossible(error) for error in errors)
    top = sum(row.tier == 1 for row in scored)
    if top > 1:
        yield wording.first_tier(top, len(scored))
    if scored:
        yield from cannot_show(comparison)
