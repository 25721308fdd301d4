"""The base of every block of a comparison's section: tables and figures under a heading, or none."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar

from bench.comparison.run_details import DetailedComparison
from bench.core.registry import Registry
from bench.report.elements import Block
from bench.report.links import Place


class ComparisonBlock(ABC):
    """A block that the page shows of every comparison; a subclass is registered under its name."""

    order: ClassVar[int]
    """The position: the smaller, the farther up. The built-in blocks take 10, 20, … 80."""

    @abstractmethod
    def block(self, place: Place, detailed: DetailedComparison) -> Block | None:
        """The block; None where this comparison has nothing to show in it. place: of the section on the page."""


BLOCKS: Registry[ComparisonBlock] = Registry("block", package="bench.report.sections", group="banmian.blocks")


def blocks_of(place: Place, detailed: DetailedComparison) -> tuple[Block, ...]:
    """All blocks of a comparison that have something to show, in order."""
    kinds = sorted(BLOCKS.classes().values(), key=lambda cls: cls.order)
    return tuple(block for cls in kinds if (block := cls().block(place, detailed)) is not None)
