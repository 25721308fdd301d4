"""Tasks (one system in one repeat) and their results: the values that travel to workers and back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import ParameterGrid

from bench.execution.checkpoints import Checkpoints
from bench.experiment.config import System
from bench.experiment.protocols.base import Protocol
from bench.experiment.splits import Split, Targets
from bench.systems.encoding import Features
from bench.systems.name_rows import NameRows, NamesWeight

Codes: TypeAlias = "NDArray[np.int64]"
Chosen: TypeAlias = "Mapping[str, Any]"


@dataclass(slots=True)
class Cost:
    """The cost of the fits that test rows, without tuning: seconds, rows, and the largest number of features.

    The seconds are by the clock, those of `cpu` what the one thread that computed got of a core.
    """

    fit_seconds: float = 0.0
    fitted_rows: int = 0
    predict_seconds: float = 0.0
    predicted_rows: int = 0
    features: int = 0
    fit_cpu_seconds: float = 0.0
    predict_cpu_seconds: float = 0.0

    def __add__(self, other: Cost) -> Cost:
        return Cost(
            self.fit_seconds + other.fit_seconds,
            self.fitted_rows + other.fitted_rows,
            self.predict_seconds + other.predict_seconds,
            self.predicted_rows + other.predicted_rows,
            max(self.features, other.features),
            self.fit_cpu_seconds + other.fit_cpu_seconds,
            self.predict_cpu_seconds + other.predict_cpu_seconds,
        )

    def by_row(self) -> dict[str, float]:
        """Seconds for each row."""
        return {
            "fit_seconds_per_row": self.fit_seconds / max(self.fitted_rows, 1),
            "predict_seconds_per_row": self.predict_seconds / max(self.predicted_rows, 1),
            "fit_cpu_seconds_per_row": self.fit_cpu_seconds / max(self.fitted_rows, 1),
            "predict_cpu_seconds_per_row": self.predict_cpu_seconds / max(self.predicted_rows, 1),
            "features": self.features,
        }


@dataclass(frozen=True, eq=False)
class EncodedTexts:
    """What the tasks of systems that encode texts alike share. rows: of the texts, behind them of the names of classes
    and then of the data's unlabelled texts, where they are learnt from; or the failure that encoding ended in.
    name_labels: (names,) indices into the classes; empty where none are learnt.

    name: of the data and of how it is read, by content; empty where nothing is to be found again by it.
    Without slots, so that a back end can know by a weak reference that it has sent it already.
    """

    rows: Any
    targets: Targets
    name: str = ""
    name_labels: Codes = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    @classmethod
    def of(cls, rows: Any, targets: Targets, system: System, name: str = "") -> EncodedTexts:
        """rows: read of the texts and, behind them, of the system's `texts_beside`."""
        code = {label: at for at, label in enumerate(targets.classes)}
        labels = [code[label] for label, _ in system.name_texts]
        return cls(rows, targets, name, np.array(labels, dtype=np.int64))

    @property
    def name_rows(self) -> NDArray[np.intp]:
        """The positions of the names among the rows: behind all texts, so that no split can test one."""
        return np.arange(len(self.targets), len(self.targets) + len(self.name_labels))

    def training(self, system: System, train: NDArray[np.intp]) -> tuple[NDArray[np.intp], Codes]:
        """Positions and labels for fitting: of the training rows, or of names where no text is learnt from."""
        return (self.name_rows, self.name_labels) if system.classifier.names_only else (train, self.labels[train])

    def unlabelled(self, system: System, split: Split) -> NDArray[np.intp]:
        """Positions of the texts from which the system learns without labels in a fold; none for most systems."""
        found = [np.zeros(0, dtype=np.intp)]
        if system.reads_unlabelled:
            found.append(np.arange(len(self.targets) + len(self.name_labels), len(self.rows)))
        if system.transductive:
            found.append(split.test)
        return np.concatenate(found)

    def names(self, system: System, features: Features, weight: NamesWeight) -> NameRows | None:
        """The names, transformed by features fitted on training rows, where the system learns from both."""
        if system.classifier.names_only or weight == 0 or not len(self.name_labels):
            return None
        return NameRows.of(features.transform_rows(self.rows.take(self.name_rows)), self.name_labels, weight)

    def of_member(self, at: int) -> EncodedTexts:
        """The encoded texts of a member of an ensemble, by its number."""
        return replace(self, rows=self.rows.parts[at])

    @property
    def labels(self) -> Codes:
        """(rows,) indices into the classes."""
        return self.targets.labels

    @property
    def n_classes(self) -> int:
        """How many classes there are."""
        return len(self.targets.classes)


@dataclass(frozen=True, slots=True)
class Task:
    """One system in one repeat."""

    system: System
    features: Features
    protocol: Protocol
    repeat: int

    def candidates(self) -> list[dict[str, Any]]:
        """All combinations of the listed values, in the order in which `GridSearchCV` tries them.

        It sorts by the names of parameters: those of the classifier, of the features, and the weight of names.
        """
        grid = self.system.grid()
        tunable = self.system.classifier.tunable
        sorted_as = {name: ("classifier__" if name in tunable else "") + name for name in grid}
        found = ParameterGrid({sorted_as[name]: list(values) for name, values in grid.items()})
        return [{name: values[sorted_as[name]] for name in grid} for values in found]

    def build(self, values: Mapping[str, Any]) -> Any:
        """The unfitted classifier."""
        return self.system.classifier.build_of(values, random_state=self.protocol.random_state)


@dataclass(frozen=True, slots=True)
class FoldResult:
    """The result of one fold. number: the fold's, from 0. test: (tested,) rows, prediction and scores one a tested row.

    scores: None where the system gives none. warnings: category of a warning to how often. error: what ended the fold.
    """

    number: int
    test: NDArray[np.intp]
    prediction: Codes
    scores: NDArray[np.float64] | None
    chosen: Chosen
    warnings: Mapping[str, int]
    error: str | None
    seconds: float
    cost: Cost
    cpu_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class TaskResult:
    """The result of a whole task. fold, prediction: (rows,); scores: (rows, classes) or None; chosen: by fold."""

    fold: Codes
    prediction: Codes
    scores: NDArray[np.float64] | None
    chosen: tuple[Chosen, ...]
    warnings: Mapping[str, int]
    error: str | None
    seconds: float
    cost: Cost
    cpu_seconds: float = 0.0

    @classmethod
    def of(cls, encoded: EncodedTexts, folds: Sequence[FoldResult]) -> TaskResult:
        """The result from the folds in order; folds after one that failed are ignored, as if they had not been run."""
        rows = len(encoded.targets)
        fold = np.zeros(rows, dtype=np.int64)
        prediction = np.zeros(rows, dtype=np.int64)
        scores: NDArray[np.float64] | None = np.zeros((rows, encoded.n_classes))
        seen: Counter[str] = Counter()
        seconds, cpu, cost, chosen = 0.0, 0.0, Cost(), []
        error = None
        for result in folds:
            seen.update(result.warnings)
            seconds += result.seconds
            cpu += result.cpu_seconds
            error = result.error
            if error is not None:
                break
            cost += result.cost
            chosen.append(result.chosen)
            fold[result.test], prediction[result.test] = result.number, result.prediction
            if scores is None or result.scores is None:
                scores = None
            else:
                scores[result.test] = result.scores
        return cls(fold, prediction, scores, tuple(chosen), dict(seen), error, seconds, cost, cpu)

    def keep(self, checkpoints: Checkpoints, repeat: int) -> None:
        """Store it, unless it failed: a failed task is tried again."""
        if self.error is None:
            arrays: dict[str, NDArray[Any]] = {"fold": self.fold, "guess": self.prediction}
            arrays |= {} if self.scores is None else {"scores": self.scores}
            values = {"chosen": [dict(one) for one in self.chosen], "warnings": dict(self.warnings)}
            checkpoints.put(repeat, arrays, {**values, **self._spent()})

    def _spent(self) -> dict[str, Any]:
        return {"seconds": self.seconds, "cpu_seconds": self.cpu_seconds, "cost": asdict(self.cost)}

    @classmethod
    def kept(cls, checkpoints: Checkpoints, task: Task, encoded: EncodedTexts) -> TaskResult | None:
        """The result that `keep` stored of a task; None where there is none, or one that cannot belong to it."""
        found = checkpoints.get(task.repeat)
        if found is None:
            return None
        try:
            arrays, values = found
            cost = Cost(**values["cost"])
            chosen = tuple(dict(one) for one in values["chosen"])
            warnings = {str(name): int(count) for name, count in values["warnings"].items()}
            spent = (values["seconds"], cost, values["cpu_seconds"])
            stored = cls(arrays["fold"], arrays["guess"], arrays.get("scores"), chosen, warnings, None, *spent)
            return stored if stored._fits(task, encoded) else None
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
            return None

    def _fits(self, task: Task, encoded: EncodedTexts) -> bool:
        """Whether this can be the result of a task: its sizes and ranges fit the task's rows, classes and folds."""
        rows, classes, folds = len(encoded.targets), encoded.n_classes, len(self.chosen)
        prediction_names = classes + task.system.classifier.abstains
        codes = ((self.fold, folds), (self.prediction, prediction_names))
        whole = all(
            each.dtype == np.int64 and each.shape == (rows,) and bool(((each >= 0) & (each < most)).all())
            for each, most in codes
        )
        scored = self.scores is None or (
            self.scores.dtype == np.float64
            and self.scores.shape == (rows, classes)
            and not bool(np.isnan(self.scores).any())
        )
        tuned = {name for name, values in task.system.grid().items() if len(values) > 1}
        spent = (self.seconds, self.cpu_seconds, *asdict(self.cost).values())
        numbers = all(isinstance(value, (int, float)) for value in spent)
        return whole and scored and numbers and all(set(one) == tuned for one in self.chosen)
