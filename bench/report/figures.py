"""Drawings of comparisons, for our page, for notebooks and for files."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.comparison import Comparison
from bench.core.digests import digest
from bench.core.errors import BenchError, suggest
from bench.core.files import write_whole
from bench.core.languages import Bilingual, in_chinese
from bench.experiment.metrics.base import metric_of
from bench.report import plots
from bench.report.notebook_html import framed
from bench.report.tables import numbers
from bench.report.wording import first_screen
from bench.report.wording import scores as wording

_INK = "#1d1c1a"
_FORMS = (".svg", ".png", ".pdf")


@dataclass(frozen=True, slots=True)
class Drawing:
    """What is drawn, in any size. title: what a reader hears who does not see it."""

    make: Callable[[plots.Size], dict[str, Any]]
    title: str


def drawn(svg: str, path: Path) -> bytes:
    """SVG mark-up, dark on white, as what a path's ending asks for: .svg, .png or .pdf.

    Raises BenchError for another ending.
    """
    import vl_convert

    form = path.suffix.lower()
    if form not in _FORMS:
        raise BenchError(f"unknown ending {form!r}{suggest(form, _FORMS)}", place=path)
    end = svg.index(">", svg.index("<svg")) + 1
    paper = '<rect width="100%" height="100%" fill="#ffffff"/>'
    plain = f"{svg[:end]}{paper}{svg[end:]}".replace("currentColor", _INK)
    if form == ".svg":
        return plain.encode()
    found: bytes = vl_convert.svg_to_png(plain, scale=2) if form == ".png" else vl_convert.svg_to_pdf(plain)
    return found


@dataclass(frozen=True, slots=True)
class Plot:
    """A drawing on its own. In a notebook it shows itself, in the colours of the page around it.

    svg: its mark-up. title: what it shows.
    """

    svg: str = field(repr=False)
    title: str

    def save(self, path: str | Path) -> None:
        """Write it, dark on white, as .svg, .png or .pdf. Raises BenchError for another ending."""
        path = Path(path)
        write_whole(path, drawn(self.svg, path))

    def _repr_html_(self) -> str:
        return framed(self.svg)


def score_plot(comparison: Comparison) -> Plot:
    """Scores with their 95 % intervals, a row a system, best first. Raises BenchError where there are none."""
    drawing = score_drawing(comparison)
    if drawing is None:
        raise BenchError(f"no system has a {numbers.heading(comparison.metric)} that could be drawn")
    key = f"plot-{digest([comparison.data_summary.sha256, drawing.title, str(comparison.protocol)])[:12]}"
    cells = {row.system: row.cells[comparison.metric] for row in comparison.rows}
    words = "; ".join(f"{name} {numbers.shown(cell, 3)} {numbers.limits(cell, 3)}" for name, cell in cells.items())
    return Plot(plots.draw_standing(drawing.make, key=key, title=drawing.title, description=words), drawing.title)


def score_drawing(comparison: Comparison, links: Mapping[str, str] | None = None) -> Drawing | None:
    """Dots with whiskers for scores, lines for ceiling and floors; None where no system has a score.

    links: where the mark of a system leads.
    """
    metric, heading = comparison.metric, numbers.heading(comparison.metric)
    places = numbers.digits(comparison)
    values = [
        {
            "name": row.system,
            "tip": first_screen.scored(
                Bilingual(f"{row.system}: {heading}", in_chinese(f"{row.system}：", heading)),
                numbers.shown(row.cells[metric], places),
                "" if row.cells[metric].low is None else numbers.limits(row.cells[metric], places),
            ),
            "link": (links or {}).get(row.system, ""),
            "mean": row.cells[metric].mean,
            "low": row.cells[metric].low,
            "high": row.cells[metric].high,
            "kind": "control" if row.control else "first" if row.tier in {1, None} else "other",
        }
        for row in comparison.rows
        if row.cells[metric].mean is not None
    ]
    if not values:
        return None
    marks = [
        {"at": scores[metric], "name": wording.reference(name.removeprefix("floor: ").replace("ceiling: ", ""))}
        for name, scores in numbers.bounds(comparison)
        if metric in scores
    ]
    lowest, highest = metric_of(metric).bounds
    domain = (lowest, highest) if math.isfinite(lowest) and math.isfinite(highest) else None
    return Drawing(
        lambda size: plots.whiskers(size, values, marks, axis=heading, domain=domain),
        wording.whiskers_title(heading, len(values)),
    )
