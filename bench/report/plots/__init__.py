"""Drawings of numbers: what is drawn (`scores`, `curves`, `costs`) and how it becomes SVG (`drawing`)."""

from bench.report.plots.costs import costs
from bench.report.plots.curves import curves, reliability
from bench.report.plots.drawing import (
    BESIDE,
    PALETTE,
    SIZES,
    STANDALONE,
    Size,
    Spec,
    Values,
    draw,
    draw_standing,
)
from bench.report.plots.scores import strips, whiskers

__all__ = [
    "BESIDE",
    "PALETTE",
    "SIZES",
    "STANDALONE",
    "Size",
    "Spec",
    "Values",
    "costs",
    "curves",
    "draw",
    "draw_standing",
    "reliability",
    "strips",
    "whiskers",
]
