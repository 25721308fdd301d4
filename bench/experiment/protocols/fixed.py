"""The data's own training, validation and test rows, as few-shot benchmarks give them."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from bench.core.errors import BenchError
from bench.core.records import GivenParts
from bench.experiment.protocols.base import (
    PROTOCOLS,
    ImpossibleSplitError,
    Protocol,
    RowIndex,
    Split,
    Targets,
    named,
)


@PROTOCOLS.register("fixed")
class Fixed(Protocol):
    """One run a training part: fitted on it alone, tuned on its validation part, scored on the test rows.

    A list of values is tuned by macro-F1 on the validation part, the first best winning; the winner is fitted on the
    training part alone. The repeat is the index of the training part, the fold is 0.
    """

    calibrates: ClassVar[bool] = False

    kind: Literal["fixed"]

    def check(self, targets: Targets, *, tuned: bool) -> list[str]:
        """Raises BenchError for data without a test part, and for listed values without validation parts.

        Raises ImpossibleSplitError for a part that does not train a class that is tested, and for a class that no row
        tests.
        """
        parts = self._parts(targets)
        if tuned and not parts.validation:
            raise BenchError("values are listed, but the data has no 'validation' part; name its file, or list none")
        chosen = np.setdiff1d(self.tested(targets), targets.testable)
        tested = np.unique(targets.labels[self.tested(targets)])
        if len(tested) < len(targets.classes):
            missing = [name for code, name in enumerate(targets.classes) if code not in tested]
            text = f"no test row of the classes {named(missing)}; take their rows out, or add such rows"
            raise ImpossibleSplitError(text)
        for number, part in enumerate(parts.train):
            trained = np.unique(targets.labels[list(part)])
            if len(trained) < len(targets.classes):
                missing = [name for code, name in enumerate(targets.classes) if code not in trained]
                text = f"training part {number} has no row of the classes {named(missing)}, which are tested"
                raise ImpossibleSplitError(f"{text}; add such rows, or take the classes out")
        if len(chosen):
            return [
                f"{len(chosen)} of {len(self.tested(targets))} test rows were chosen by a strategy: scores are biased"
            ]
        return []

    def tested(self, targets: Targets) -> RowIndex:
        """The test part."""
        test = self._parts(targets).test
        if test is None:
            raise BenchError("protocol 'fixed' needs test rows; name their file: data.test")
        return np.arange(test.start, test.stop)

    def repeat_count(self, targets: Targets) -> int:
        """One a training part."""
        return len(self._parts(targets).train)

    def describe(self, groups: int) -> str:
        """Nothing is split."""
        return "the data's own training and test rows"

    def fit_count(self, targets: Targets, candidates: int) -> int:
        """One a training part, and one a combination where there is more than one."""
        return self.repeat_count(targets) * (1 + (candidates > 1) * candidates)

    def outer(self, targets: Targets, repeat: int) -> list[Split]:
        """One split."""
        part = self._parts(targets).train[repeat]
        return [Split(np.arange(part.start, part.stop), self.tested(targets))]

    def inner(self, targets: Targets, repeat: int, split: Split) -> list[Split]:
        """The training part against its validation part."""
        validation = self._parts(targets).validation_of(repeat)
        if validation is None:
            raise BenchError("the data has no 'validation' part to tune on")
        return [Split(split.train, np.arange(validation.start, validation.stop))]

    @staticmethod
    def _parts(targets: Targets) -> GivenParts:
        if targets.parts is None:
            raise BenchError("protocol 'fixed' needs the data's own parts; name its files: data.train and data.test")
        return targets.parts
