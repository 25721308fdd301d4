"""Numbers and names of a comparison as every kind of output writes them."""

from __future__ import annotations

import re

from bench.evaluation.compare import Cell, Comparison, Pair

NONE = "–"
"""Stands where there is no value."""


def metric_name(metric: str) -> str:
    """What a metric is called before people.

    >>> metric_name("f1_macro"), metric_name("f1:reform")
    ('macro-F1', 'F1 reform')
    """
    return {"f1_macro": "macro-F1"}.get(metric, metric.replace("f1:", "F1 ", 1))


def rows_tested(comparison: Comparison) -> int:
    """How many rows the scores are of."""
    return sum(comparison.tested.values())


def digits_of(comparison: Comparison) -> int:
    """A digit finer than a tenth of one row's share would be noise."""
    return 2 if rows_tested(comparison) < 100 else 3


def short(value: float, digits: int) -> str:
    """Without the zero before the point.

    >>> short(-0.125, 2), short(1, 2)
    ('-.12', '1.00')
    """
    return re.sub(r"^(-?)0\.", r"\1.", f"{value:.{digits}f}")


def signed(value: float, digits: int) -> str:
    """With its sign, as differences stand."""
    text = short(value, digits)
    return text if text.startswith("-") else f"+{text}"


def p_text(value: float) -> str:
    """A p-value, to three digits."""
    return "<.001" if value < 0.001 else short(value, 3)


def score_text(cell: Cell, digits: int) -> str:
    """The mean of a score."""
    return NONE if cell.mean is None else short(cell.mean, digits)


def limits_text(cell: Cell, digits: int) -> str:
    """The limits of a score at 95 %."""
    if cell.low is None or cell.high is None:
        return NONE
    return f"[{short(cell.low, digits)}, {short(cell.high, digits)}]"


def pair_texts(pair: Pair | None, is_reference: bool, digits: int) -> list[str]:
    """Difference and p of a system against the reference; blank for the reference itself."""
    if is_reference:
        return ["", ""]
    if pair is None:
        return [NONE, NONE]
    return [signed(pair.difference, digits), p_text(pair.adjusted)]


def bounds(comparison: Comparison) -> list[tuple[str, dict[str, float]]]:
    """Ceiling and floors: what two annotators agree to, and what guesses that read nothing come to."""
    ceiling = [("ceiling: annotators", comparison.facts.ceiling)] if comparison.facts.ceiling else []
    return [*ceiling, *((f"floor: {name}", scores) for name, scores in comparison.floors.items())]
