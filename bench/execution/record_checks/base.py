"""The base of every check of a record, and what a check is given."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

from bench.core.registry import Registry
from bench.execution.engine import Run
from bench.execution.predictions import Predictions
from bench.execution.record import Record
from bench.experiment.config import System


@dataclass(frozen=True, slots=True)
class Recheck:
    """A record whose run was repeated and gave the same predictions.

    predictions: the stored ones. run: the new one. exact: whether numbers must be the same to the last bit; False where
    processor or versions are others than those recorded, which may move a number by rounding.
    """

    record: Record
    predictions: Predictions
    run: Run
    system: System
    exact: bool


class RecordCheck(ABC):
    """A check of what a record says; a subclass is registered under its name."""

    order: ClassVar[int]
    """Order in which checks are made: the first that finds something ends them."""

    @abstractmethod
    def fault(self, recheck: Recheck) -> str | None:
        """What is wrong in the record, in words that follow "the predictions are the same, but"; None if nothing is."""


RECORD_CHECKS: Registry[RecordCheck] = Registry(
    "check of a record", package="bench.execution.record_checks", group="banmian.record_checks"
)


def first_fault(recheck: Recheck) -> str | None:
    """The first fault that a check finds; None where no check finds one."""
    checks = [cls() for cls in sorted(RECORD_CHECKS.classes().values(), key=lambda cls: cls.order)]
    return next((fault for check in checks if (fault := check.fault(recheck)) is not None), None)
