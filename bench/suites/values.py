"""The values of a suite: data sets, systems with scores and ranks over them, tested pairs, and what is missing."""

from __future__ import annotations

from dataclasses import dataclass

from bench.comparison import Cell, Pair
from bench.suites.hierarchical import PosteriorDifference


@dataclass(frozen=True, slots=True)
class DataSet:
    """One table of scores. unit: number, from 0, of what counts as one data set: tables that share rows share it."""

    name: str
    unit: int
    rows: int
    classes: int
    splits: str


@dataclass(frozen=True, slots=True)
class System:
    """One system over all data sets.

    cells: by data set, in their order; None where it was not run. mean, rank: over units, with limits at 95 % for
    further data sets of this sort, which two data sets or more give; None for a system that is missing somewhere.
    """

    name: str
    control: bool
    cells: tuple[Cell | None, ...]
    mean: float | None = None
    mean_limits: tuple[float, float] | None = None
    rank: float | None = None
    rank_limits: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Pairing:
    """Two systems over all units, the one of the better mean rank first.

    wins, ties, losses: units on which the first scores higher, equal, lower. shown_wins, shown_losses: those of them
    that the data set's own paired test shows. signed_rank: p of Wilcoxon's test; holm: the same, corrected for all
    pairs; nemenyi: p by the difference of mean ranks, which is for all pairs together. likely: None where a data set
    has no test of its own.
    """

    first: str
    second: str
    wins: int
    ties: int
    losses: int
    shown_wins: int
    shown_losses: int
    signed_rank: float
    holm: float
    nemenyi: float
    likely: PosteriorDifference | None


@dataclass(frozen=True, slots=True)
class IncompleteSystem:
    """A system that is left out of ranks and tests. where: data set to why it has no score there."""

    system: str
    where: dict[str, str]


@dataclass(frozen=True, slots=True)
class Suite:
    """Systems over data sets, best mean rank first; those that are missing somewhere come last.

    units: how many data sets the tests count. p_friedman: None for fewer than two units or systems. exact: whether it
    is of all orders of ranks, else of random ones. critical: difference of mean ranks that Nemenyi's test shows, None
    where none can be. smallest: the least p that a pair's corrected signed-rank test can have with so many units.
    reference: the system that others are compared with. settings: system to the data sets on which its settings are
    others than on the first one that has it. undecided: pairs that no data set's own test tells apart. transductive:
    systems that are left out since they have learnt from the texts of test rows, which the others have not.
    """

    metric: str
    higher_is_better: bool
    data_sets: tuple[DataSet, ...]
    systems: tuple[System, ...]
    pairs: tuple[Pairing, ...]
    units: int
    statistic: float | None
    p_friedman: float | None
    exact: bool
    critical: float | None
    smallest: float
    reference: str | None
    region: float
    left: tuple[IncompleteSystem, ...]
    settings: dict[str, tuple[str, ...]]
    undecided: tuple[tuple[str, str], ...]
    transductive: tuple[str, ...] = ()

    @property
    def ranked(self) -> tuple[System, ...]:
        """The systems that are ranked and tested."""
        return tuple(system for system in self.systems if system.rank is not None)

    def between(self, first: str, second: str) -> Pairing | None:
        """The tested pair of two systems, in either order."""
        return next((pair for pair in self.pairs if {pair.first, pair.second} == {first, second}), None)


def distinguished(pair: Pair | None) -> bool:
    """Whether a data set's own paired test separates two systems, at 5 % over all pairs of its table."""
    return pair is not None and pair.adjusted < 0.05
