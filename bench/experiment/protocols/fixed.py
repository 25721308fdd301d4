"""The data's own training, validation and test rows, as few-shot benchmarks give them."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from bench.core.errors import BenchError
from bench.core.labelled_texts import GivenParts
from bench.core.languages import Bilingual
from bench.core.settings import ExtendedSettings
from bench.experiment.protocols.base import PROTOCOLS, Protocol
from bench.experiment.protocols.cross_validation import MOST_FOLDS
from bench.experiment.protocols.repeated_stratified import stratified_folds
from bench.experiment.splits import ImpossibleSplitError, RowIndex, Split, Targets, named


@PROTOCOLS.register("fixed")
class Fixed(Protocol, ExtendedSettings):
    """One run a training part: fitted on it alone, tuned on its validation part, scored on the test rows.

    A list of values is tuned by macro-F1 on the validation part, the first best winning; the winner is fitted on the
    training part alone. Where the data has no validation part, it is tuned in `StratifiedKFold(inner_folds,
    shuffle=True, random_state=random_state + repeat)` of the training part. The repeat is the index of the training
    part, the fold is 0.
    """

    calibrates: ClassVar[bool] = False
    cross_validates: ClassVar[bool] = False

    chinese: ClassVar[str] = "给定划分"

    kind: Literal["fixed"]

    inner_folds: Annotated[int, Field(ge=2, le=MOST_FOLDS)] = 5
    """Folds of the training part in which listed values are tuned where the data has no validation part, 2 or more."""

    added: ClassVar[tuple[str, ...]] = ("inner_folds",)

    def check(self, targets: Targets, *, tuned: bool) -> list[str]:
        """Raises BenchError for data without a test part, and for a training part with too few rows to be tuned in.

        Raises ImpossibleSplitError for a part that does not train a class that is tested. Warns of classes that no row
        tests: official test files of benchmarks lack some.
        """
        parts = self._parts(targets)
        if tuned and not parts.validation:
            self._check_tuned(targets)
        chosen = np.setdiff1d(self.tested(targets), targets.testable)
        tested = np.unique(targets.labels[self.tested(targets)])
        for number, part in enumerate(parts.train):
            lacking = np.setdiff1d(tested, targets.labels[list(part)])
            if len(lacking):
                missing = [targets.classes[code] for code in lacking]
                text = f"training part {number} has no row of the classes {named(missing)}, which are tested"
                raise ImpossibleSplitError(f"{text}; add such rows, or take the classes out")
        warnings = []
        if len(tested) < len(targets.classes):
            missing = [name for code, name in enumerate(targets.classes) if code not in tested]
            text = f"no row tests {len(missing)} of {len(targets.classes)} classes ({named(missing)})"
            means = f"macro-F1 and other means of classes are over the {len(tested)} that are there"
            warnings.append(f"{text}: {means}; a row guessed to be of a class that is not is wrong")
        if len(chosen):
            share = f"{len(chosen)} of {len(self.tested(targets))} test rows"
            warnings.append(f"{share} were chosen by a strategy: scores are biased")
        return warnings

    def _check_tuned(self, targets: Targets) -> None:
        for number, part in enumerate(self._parts(targets).train):
            most = int(np.bincount(targets.labels[list(part)]).max())
            if most < self.inner_folds:
                text = (
                    f"inner_folds: {self.inner_folds}, but training part {number} holds at most {most} rows of a class"
                )
                remedy = f"set {most} or fewer" if most > 1 else "list no values"
                raise BenchError(f"{text}; {remedy}, or name a file to tune on: data.validation")

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
        return Bilingual("the data's own training and test rows", "数据自带的训练行和测试行")

    def fit_count(self, targets: Targets, candidates: int) -> int:
        """One a training part, and where there is more than one combination, one for each and validation part."""
        splits = 1 if self._parts(targets).validation else self.inner_folds
        return self.repeat_count(targets) * (1 + (candidates > 1) * candidates * splits)

    def outer(self, targets: Targets, repeat: int) -> list[Split]:
        """One split."""
        part = self._parts(targets).train[repeat]
        return [Split(np.arange(part.start, part.stop), self.tested(targets))]

    def inner(self, targets: Targets, repeat: int, split: Split) -> list[Split]:
        """The training part against its validation part; else folds of the training part."""
        validation = self._parts(targets).validation_of(repeat)
        if validation is None:
            return stratified_folds(targets, split.train, self.inner_folds, self.random_state + repeat)
        return [Split(split.train, np.arange(validation.start, validation.stop))]

    @staticmethod
    def _parts(targets: Targets) -> GivenParts:
        if targets.parts is None:
            raise BenchError("protocol 'fixed' needs the data's own parts; name its files: data.train and data.test")
        return targets.parts
