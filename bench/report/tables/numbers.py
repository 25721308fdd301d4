"""How scores, differences and names are written in tables for people."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bench.comparison import Cell, Comparison, Pair, Row
from bench.core.languages import Bilingual
from bench.report.wording.scores import FLOORS

CONTROL_MARK = "*"
TRANSDUCTIVE_MARK = "†"
NONE = "–"
"""Written where there is no number."""

METRICS = {
    "accuracy": "准确率",
    "balanced_accuracy": "平衡准确率",
    "precision_macro": "宏平均精确率",
    "recall_macro": "宏平均召回率",
}
"""Chinese names of metrics; the others keep their names."""

MOST_CLASSES = 8
"""Tables for people show the F1 of each class up to so many classes; CSV and JSON always do."""


def heading(metric: str) -> str:
    """A metric as a column is headed.

    >>> heading("f1:reform")
    'F1 reform'
    """
    if metric in METRICS:
        return Bilingual(metric, METRICS[metric])
    return {"f1_macro": "macro-F1"}.get(metric, metric.replace("f1:", "F1 ", 1))


def name(row: Row) -> str:
    """A system, marked where it is a control, and where it has learnt from the texts of test rows."""
    marks = [*([CONTROL_MARK] if row.control else []), *([TRANSDUCTIVE_MARK] if row.transductive else [])]
    return " ".join([row.system, *marks])


def tested_rows(comparison: Comparison) -> int:
    """How many rows are tested."""
    return sum(comparison.tested.values())


def digits(comparison: Comparison) -> int:
    """A digit finer than a tenth of one row's share would be noise."""
    return 2 if tested_rows(comparison) < 100 else 3


def short(value: float, places: int) -> str:
    """A number without the 0 before its point.

    >>> short(-0.456, 2)
    '-.46'
    """
    return re.sub(r"^(-?)0\.", r"\1.", f"{value:.{places}f}")


def signed(value: float, places: int) -> str:
    """A difference, with its sign; without one where nothing of it is left.

    >>> signed(-0.0004, 2), signed(0.12, 2)
    ('.00', '+.12')
    """
    text = short(value, places)
    if not float(text):
        return text.removeprefix("-")
    return text if text.startswith("-") else f"+{text}"


def probability(value: float) -> str:
    """A p value."""
    return "<.001" if value < 0.001 else short(value, 3)


def shown(cell: Cell, places: int) -> str:
    """A score."""
    return NONE if cell.mean is None else short(cell.mean, places)


def limits(cell: Cell, places: int) -> str:
    """Its interval."""
    if cell.low is None or cell.high is None:
        return NONE
    return f"[{short(cell.low, places)}, {short(cell.high, places)}]"


def bound(comparison: Comparison, scores: Mapping[str, float], metric: str) -> str:
    """What a floor or ceiling has of a metric."""
    return short(scores[metric], digits(comparison)) if metric in scores else NONE


def figures(value: float | None) -> str:
    """Three figures, which is more than costs and times repeat to.

    >>> figures(1234.5), figures(0.01234), figures(None)
    ('1,234', '0.0123', '–')
    """
    if value is None:
        return NONE
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def tested(pair: Pair | None, *, is_reference: bool, places: int) -> list[str]:
    """Difference and p against the system that all others are compared with."""
    if is_reference:
        return ["", ""]
    return [NONE, NONE] if pair is None else [signed(pair.difference, places), probability(pair.adjusted)]


def bounds(comparison: Comparison) -> list[tuple[str, dict[str, float]]]:
    """Ceiling and floors: the agreement of two annotators, and scores of predictions that read no text."""
    summary = comparison.data_summary
    ceiling = [(Bilingual("ceiling: annotators", "上限：标注者"), summary.ceiling)] if summary.ceiling else []
    floors = ((_floor(prediction), scores) for prediction, scores in comparison.floors.items())
    return [*ceiling, *floors]


def _floor(prediction: str) -> str:
    return Bilingual(f"floor: {prediction}", f"下限：{FLOORS.get(prediction, prediction)}")
