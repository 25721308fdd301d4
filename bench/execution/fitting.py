"""Tunes and fits one system on the training rows of a split, with scikit-learn's results."""

from __future__ import annotations

import copy
import functools
import time
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from joblib import parallel_config
from sklearn.base import ClassifierMixin

from bench.core.threads import one_thread
from bench.execution.tasks import Codes, EncodedTexts, Task
from bench.experiment.splits import RowIndex, Split
from bench.experiment.tuning import USUAL, tuning_scores
from bench.systems.classifiers.base import NAMES_WEIGHT, TuningFold
from bench.systems.classifiers.ensemble import EnsembleSettings, MeanOfMembers, weighted_mean
from bench.systems.encoding import Features, Matrix
from bench.systems.ensemble_features import Matrices
from bench.systems.name_rows import NameRows, fit_calibrated, fit_with_names
from bench.systems.pipeline import calibrated
from bench.systems.union import WEIGHTS, weighed
from bench.systems.unlabelled import self_trained


class UntunedWarning(UserWarning):
    """Inner folds gave no score for the listed values, as where a rare class leaves a fold without a second class."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """A system fitted on training rows. train: their matrix; values: one for each tunable field, as tuned.

    seconds, cpu_seconds: that fitting took, tuning left out.
    """

    features: Features
    classifier: ClassifierMixin
    train: Matrix
    values: dict[str, Any]
    seconds: float
    cpu_seconds: float


def fitted(task: Task, encoded: EncodedTexts, split: Split) -> Fitted:
    """The task's system, tuned in the inner splits of the training rows and fitted on all of them.

    Raises what encoding, tuning or fitting raises.
    """
    if isinstance(encoded.rows, Exception):
        raise encoded.rows
    if isinstance(task.system.classifier, EnsembleSettings):
        return _ensemble(task, encoded, split, task.system.classifier)
    return _with_values(task, encoded, split, best_values(task, encoded, split))


def _with_values(task: Task, encoded: EncodedTexts, split: Split, values: dict[str, Any]) -> Fitted:
    """The task's system, fitted on the training rows with these values."""
    start, cpu = time.perf_counter(), time.thread_time()
    learnt = TrainingRows.of(task, encoded, split.train, encoded.unlabelled(task.system, split)).with_values(values)
    names = encoded.names(task.system, learnt.features, values.get(NAMES_WEIGHT, 0))
    train, more = learnt.matrices()
    if task.system.calibration is None:
        classifier = learnt.fit(task, values, names, (train, more))
    else:
        inner = task.protocol.inner(encoded.targets, task.repeat, split)
        folds = [tuple(np.searchsorted(split.train, rows) for rows in (each.train, each.test)) for each in inner]
        classifier = calibrated(task.build(values), task.system.calibration, folds)
        fit_calibrated(classifier, train, learnt.labels, names)
        classifier.set_params(cv=None)  # which rows were in which fold is no part of what was fitted
    spent = time.perf_counter() - start, time.thread_time() - cpu
    return Fitted(learnt.features, classifier, train, values, *spent)


def _ensemble(task: Task, encoded: EncodedTexts, split: Split, settings: EnsembleSettings) -> Fitted:
    """Each member tuned and fitted on its own, then joined; listed weights are chosen in the inner splits."""
    parts = _member_tasks(task, settings)
    done = [fitted(each, encoded.of_member(at), split) for at, each in enumerate(parts)]
    values = {
        name: done[at].values[name.removeprefix(f"members.{at}.")]
        for at in range(len(parts))
        for name in settings.grid()
        if name.startswith(f"members.{at}.")
    }
    if len(settings.vectors) > 1:
        values["weights"] = _best_weights(task, encoded, split, settings, [each.values for each in done])
    start, cpu = time.perf_counter(), time.thread_time()
    joined = _joined(settings, values, done, task.protocol.random_state)
    features = copy.copy(task.features)
    features.parts_ = [each.features for each in done]
    train = Matrices(tuple(each.train for each in done))
    seconds, cpu_seconds = time.perf_counter() - start, time.thread_time() - cpu
    seconds += sum(each.seconds for each in done)
    return Fitted(features, joined, train, values, seconds, cpu_seconds + sum(each.cpu_seconds for each in done))


def _member_tasks(task: Task, settings: EnsembleSettings) -> list[Task]:
    """A task for each member, of the same protocol and repeat, with the names of the ensemble."""
    found = []
    for member, features in zip(settings.systems, task.features.parts, strict=True):
        own = {"features": member.features, "classifier": member.classifier, "calibration": member.calibration}
        found.append(replace(task, system=task.system.model_copy(update=own), features=features))
    return found


def _joined(
    settings: EnsembleSettings, values: Mapping[str, Any], done: Sequence[Fitted], random_state: int
) -> MeanOfMembers:
    joined: MeanOfMembers = settings.build_of(values, random_state=random_state)
    return joined.joined([each.classifier for each in done], Matrices(tuple(each.train for each in done)))


def _best_weights(
    task: Task,
    encoded: EncodedTexts,
    outer: Split,
    settings: EnsembleSettings,
    values: Sequence[dict[str, Any]],
) -> tuple[float, ...]:
    """The listed weights with the highest mean score over inner folds, the first of equals.

    values: of each member, tuned in the same folds. Members are fitted anew on the training rows of each inner fold.
    """
    parts, scores = _member_tasks(task, settings), []
    for split in task.protocol.inner(encoded.targets, task.repeat, outer):
        done = [
            _with_values(each, encoded.of_member(at), split, own)
            for at, (each, own) in enumerate(zip(parts, values, strict=True))
        ]
        rows = [encoded.of_member(at).rows.take(split.test) for at in range(len(parts))]
        tested = Matrices(tuple(one.features.transform_rows(own) for one, own in zip(done, rows, strict=True)))
        joined = _joined(settings, {}, done, task.protocol.random_state)
        said = joined.scores(tested)
        predictions = np.stack(
            [joined.classes_[weighted_mean(said, weights).argmax(axis=1)] for weights in settings.vectors]
        )
        tune_by = task.system.tune_by or USUAL
        scores.append(tuning_scores(tune_by, encoded.labels[split.test], predictions, encoded.n_classes))
    means = np.average(np.stack(scores), axis=0)
    best = int(np.argmax(np.where(np.isnan(means), -np.inf, means)))
    return settings.vectors[best] or ()


@contextmanager
def alone() -> Iterator[None]:
    """Within the block, BLAS and OpenMP compute on one thread, and joblib on the caller's thread alone.

    Otherwise fits inside a fold would be sent to the cluster that waits for the fold.
    """
    with one_thread(), parallel_config(backend="sequential", n_jobs=1):
        yield


def best_values(task: Task, encoded: EncodedTexts, outer: Split) -> dict[str, Any]:
    """The candidate with the highest mean score over inner folds, the first of equals, as `GridSearchCV` finds it.

    The score is that of the system's `tune_by`, macro-F1 where it names none.

    A candidate that fails in a fold is out, as with `error_score=nan`; where that leaves none, the first one is taken
    and a warning is counted. Raises the first failure where every fit fails.
    """
    candidates = task.candidates()
    if len(candidates) == 1:
        return candidates[0]
    tune_by = task.system.tune_by or USUAL
    splits = task.protocol.inner(encoded.targets, task.repeat, outer)
    more = encoded.unlabelled(task.system, outer)  # inner folds test labelled rows, whose texts these are not
    scores = np.full((len(candidates), len(splits)), np.nan)
    failures: list[Exception] = []
    for column, split in enumerate(splits):
        test = encoded.rows.take(split.test)
        try:
            predictions = _predictions(
                task, encoded, candidates, TrainingRows.of(task, encoded, split.train, more), test
            )
        except Exception as failure:  # noqa: BLE001  scored as missing, as scikit-learn does
            failures.append(failure)
            continue
        failures += [prediction for prediction in predictions if isinstance(prediction, Exception)]
        told = {row: prediction for row, prediction in enumerate(predictions) if not isinstance(prediction, Exception)}
        if told:
            found = tuning_scores(tune_by, encoded.labels[split.test], np.stack(list(told.values())), encoded.n_classes)
            scores[list(told), column] = found
    if np.isnan(scores).all():
        raise failures[0]
    means = np.average(scores, axis=1)
    if np.isnan(means).all():
        warnings.warn("every candidate failed in an inner fold: nothing was tuned", UntunedWarning, stacklevel=2)
    return candidates[int(np.argmax(np.where(np.isnan(means), -np.inf, means)))]


@dataclass(frozen=True, slots=True)
class TrainingRows:
    """Fitted features, and what they and a classifier learn from.

    rows: what features were fitted on: those that train, and behind them unlabelled texts where features learn from
    these, too. labels: (training rows,). more: the unlabelled texts; None for a system that learns from none.
    """

    features: Features
    rows: Any
    labels: Codes
    more: Any = None

    @classmethod
    def of(cls, task: Task, encoded: EncodedTexts, train: RowIndex, more: RowIndex) -> TrainingRows:
        """Fit the task's features. train: places of training rows; more: of texts without labels."""
        places, labels = encoded.training(task.system, train)
        own = task.system.unlabelled
        rows = encoded.rows.take(places if own is None or not own.features else np.concatenate([places, more]))
        # Fitting sets what is learnt on the copy alone: the settings are shared.
        features = copy.copy(task.features).fit_rows(rows)
        return cls(features, rows, labels, None if own is None else encoded.rows.take(more))

    def with_values(self, values: Mapping[str, Any]) -> TrainingRows:
        """The same rows with features that have these tuned weights."""
        return replace(self, features=weighed(self.features, values))

    def matrices(self) -> tuple[Matrix, Matrix | None]:
        """(rows, columns) of training rows and of unlabelled texts; what was fitted is as `fit_transform` has it."""
        matrix, count = self.features.training_matrix(self.rows), len(self.labels)
        if len(self.rows) > count:
            return matrix[:count], matrix[count:]
        return matrix, None if self.more is None else self.features.transform_rows(self.more)

    def fold(self, test: Any) -> TuningFold:
        """The training fold on which classifiers are tried."""
        train = self.rows if len(self.rows) == len(self.labels) else self.rows.take(np.arange(len(self.labels)))
        matrices = (self.features.transform_rows(each) for each in (train, test))
        return TuningFold(next(matrices), self.labels, next(matrices), lambda: self.matrices()[0])

    def fit(
        self,
        task: Task,
        values: Mapping[str, Any],
        names: NameRows | None,
        matrices: tuple[Matrix, Matrix | None],
    ) -> ClassifierMixin:
        """The classifier, fitted also on what it labels itself where the system asks for that.

        matrices: what the method of that name gives, so that several fits share them.
        """
        train, more = matrices
        classifier, own = task.build(values), task.system.unlabelled
        if more is None or own is None or own.self_training is None:
            return fit_with_names(classifier, train, self.labels, names)
        return self_trained(classifier, train, self.labels, names, unlabelled=more, settings=own.self_training)


def _predictions(
    task: Task, encoded: EncodedTexts, candidates: Sequence[Mapping[str, Any]], learnt: TrainingRows, test: Any
) -> list[Codes | Exception]:
    """The predictions of each candidate in an inner fold; candidates with the same features and names run together."""
    settings, state = task.system.classifier, task.protocol.random_state
    found: dict[int, Codes | Exception] = {}
    places: dict[Any, dict[Any, list[int]]] = {}
    for place, values in enumerate(candidates):
        places.setdefault(values.get(WEIGHTS), {}).setdefault(values.get(NAMES_WEIGHT, 0), []).append(place)
    for alike in places.values():
        weighted = learnt.with_values(candidates[next(iter(alike.values()))[0]])
        fold = weighted.fold(test)
        matrices = weighted.matrices() if task.system.self_trains else None
        for weight, at in alike.items():
            own = [{name: candidates[place][name] for name in settings.tunable} for place in at]
            names = encoded.names(task.system, weighted.features, weight)
            if matrices is not None:
                fits = [functools.partial(weighted.fit, task, values, names, matrices) for values in own]
                predictions = [_prediction(fit, fold.test) for fit in fits]
            else:
                predictions = settings.predictions(own, replace(fold, names=names), random_state=state)
            found |= zip(at, predictions, strict=True)
    return [found[place] for place in range(len(candidates))]


def _prediction(fit: Callable[[], ClassifierMixin], test: Matrix) -> Codes | Exception:
    """What a candidate that trains itself predicts in an inner fold. fit: gives its fitted classifier."""
    try:
        prediction: Codes = fit().predict(test)
    except Exception as failure:  # noqa: BLE001  scored as missing, as scikit-learn does
        return failure
    return prediction
