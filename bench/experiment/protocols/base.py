"""The base of every protocol: settings that say which rows train, which tune and which test."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Annotated, ClassVar

import numpy as np
from pydantic import Field

from bench.core.errors import BenchError
from bench.core.registry import Registry
from bench.core.settings import Choice, Settings
from bench.experiment.splits import RowIndex, Split, Targets, named

LARGEST_STATE = 2**32 - 1
RandomState = Annotated[int, Field(ge=0, le=LARGEST_STATE)]


class Protocol(Settings, ABC):
    """Base of the settings of a protocol; a subclass is registered under its `kind`."""

    kind: str

    chinese: ClassVar[str] = ""
    """Its name in Chinese; its kind, where it has no such name."""

    blocked: ClassVar[bool] = False
    """Whether splits keep groups whole: then groups, not rows, are the units drawn at random."""

    calibrates: ClassVar[bool] = True
    """Whether its inner splits are of the training rows, so that a classifier can be calibrated in them."""

    cross_validates: ClassVar[bool] = True
    """Whether each row is tested by models that other rows trained; else some rows only train, others only test."""

    replays: ClassVar[bool] = False
    """Whether systems choose their own training rows, each by its strategy."""

    random_state: RandomState = 0
    """The random state of all splits and solvers, 0 to 2**32 - 1."""

    def expand(self) -> list[Protocol]:
        """The protocols within which scores are comparable: one for each training size, otherwise only itself."""
        return [self]

    @property
    def suffix(self) -> str:
        """A suffix for the names of this protocol's runs, as `@20` for 20 training rows; or nothing."""
        return ""

    @abstractmethod
    def check(self, targets: Targets, *, tuned: bool) -> list[str]:
        """Warnings about data that splits badly, one line each.

        tuned: whether inner splits are needed.
        Raises BenchError for data that cannot be split so, ImpossibleSplitError where a class would be untrained.
        """

    def tested(self, targets: Targets) -> RowIndex:
        """The rows that every repeat tests, ascending."""
        return np.arange(len(targets))

    @abstractmethod
    def repeat_count(self, targets: Targets) -> int:
        """How often the tested rows are predicted."""

    @abstractmethod
    def describe(self, groups: int) -> str:
        """Its splits of data with so many groups, in a few words, as `10 × 5 folds`."""

    @abstractmethod
    def fit_count(self, targets: Targets, candidates: int) -> int:
        """How many classifiers are fitted for a system with so many combinations of listed values."""

    @abstractmethod
    def outer(self, targets: Targets, repeat: int) -> list[Split]:
        """The folds of one repeat, counted from 0; together they test each tested row once."""

    def fold_count(self, targets: Targets, repeat: int) -> int:
        """How many folds a repeat has."""
        return len(self.outer(targets, repeat))

    @abstractmethod
    def inner(self, targets: Targets, repeat: int, split: Split) -> list[Split]:
        """The splits in which listed values are tuned for an outer split, as positions in the data."""


def check_whole_data(targets: Targets) -> None:
    """Raises BenchError for data that is to be split but has parts of its own, one class, or a class of one row."""
    if targets.parts is not None and (targets.parts.validation or targets.parts.test):
        text = "'validation' and 'test' set rows apart, which this protocol would mix with the others"
        raise BenchError(f"{text}; leave them out, or set protocol.kind to 'fixed'")
    counts = targets.counts()
    if len(counts) < 2:
        text = f"all {len(targets)} rows have the label {targets.classes[0]!r}; a classifier needs two or more"
        raise BenchError(text)
    rare = [name for name, count in counts.items() if count < 2]
    if rare:
        text = f"{len(rare)} of {len(counts)} classes have one row only ({named(rare)})"
        raise BenchError(f"{text}; a class needs 2 rows to be trained and tested")


PROTOCOLS: Registry[Protocol] = Registry("protocol", package="bench.experiment.protocols", group="banmian.protocols")

AnyProtocol = Annotated[Protocol, Choice(PROTOCOLS)]
"""The type of a field that holds the settings of any protocol."""
