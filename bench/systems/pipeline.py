"""Joins features and classifier: which pairs can work, the plain pipeline, and scores for every class."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import ClassifierMixin
from sklearn.calibration import CalibratedClassifierCV, _CalibratedClassifier, _SigmoidCalibration
from sklearn.isotonic import IsotonicRegression
from sklearn.model_selection import BaseCrossValidator
from sklearn.pipeline import Pipeline
from sklearn.utils import get_tags

from bench.core.errors import BenchError
from bench.systems.classifiers.base import ClassifierSettings, ScoreKind, own_scores
from bench.systems.embedders.base import EmbedderSettings
from bench.systems.encoding import Features, Matrix
from bench.systems.features.base import FeatureSettings
from bench.systems.features.embedding import Embedding
from bench.systems.name_rows import NameRows, NamesWeight, fit_with_names
from bench.systems.union import weighed


def check_pair(
    features: FeatureSettings | None, classifier: ClassifierSettings, calibration: str | None = None
) -> None:
    """Raises BenchError, in one line, for features and a classifier that cannot work together."""
    kind = classifier.kind
    if calibration is not None and classifier.score_kind == "none":
        raise BenchError(f"{kind!r} gives no scores that could be calibrated; leave 'calibration' out")
    if calibration is not None and classifier.score_kind == "similarity":
        raise BenchError(f"{kind!r} gives similarities, which scikit-learn's calibration does not read; leave it out")
    if calibration is not None and not classifier.takes_features and not classifier.control:
        why = "each fold of it would be asked anew" if classifier.servers else "calibrate its members"
        raise BenchError(f"{kind!r} cannot be calibrated: {why}; leave 'calibration' out")
    if classifier.control or not classifier.takes_features:
        if features is not None:
            what = "control" if classifier.control else "classifier"
            raise BenchError(f"the {what} {kind!r} takes no features; leave 'features' out")
    elif features is None:
        raise BenchError(f"the classifier {kind!r} needs features; add the key 'features'")
    elif classifier.dense_only and not features.dense:
        raise BenchError(
            f"{kind!r} needs dense features, {features.kind!r} gives sparse ones; take 'lsa' or 'embedding'"
        )
    elif classifier.non_negative_only and not features.non_negative:
        raise BenchError(f"{kind!r} needs features of 0 or more, {features.kind!r} gives negative ones; take 'tfidf'")


FITTED_TYPES: tuple[type, ...] = (
    Pipeline,
    CalibratedClassifierCV,
    _CalibratedClassifier,
    _SigmoidCalibration,
    IsotonicRegression,
)
"""Classes of what fitting leaves behind around features and classifier: what a saved model may hold by name."""


class ScoresError(BenchError):
    """A fitted classifier whose scores are no numbers, as where its settings overflow."""


def build_features(features: FeatureSettings | None, classifier: ClassifierSettings, *, random_state: int) -> Features:
    """The unfitted features of a system: its own, or those that its classifier brings.

    Raises BenchError for a pair that cannot work and for a back end that is not installed.
    """
    check_pair(features, classifier)
    make = classifier.own_features if features is None else features.build
    built = make(random_state=random_state)
    if built is None:
        raise TypeError(f"{classifier.kind!r} takes no features, and gives none of its own")
    return built


def embedders_of(features: Iterable[Features]) -> list[EmbedderSettings]:
    """The back ends that these features, fitted or not, ask for vectors; parts of unions too, each once, in order."""
    found: dict[str, EmbedderSettings] = {}
    for each in features:
        own = [each.backend] if isinstance(each, Embedding) else []
        for backend in [*own, *embedders_of(each.made_from())]:
            found.setdefault(backend.identity(), backend)
    return list(found.values())


class TextPipeline(Pipeline):  # type: ignore[misc]
    """scikit-learn's `Pipeline`, which says of itself what its first step takes: texts, no arrays of numbers."""

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags = get_tags(self.steps[0][1]).input_tags
        return tags


def build_pipeline(
    features: FeatureSettings | None, classifier: ClassifierSettings, *, random_state: int, **tuned: Any
) -> Pipeline:
    """The system as a plain scikit-learn pipeline over a list of texts.

    tuned: one value for each tunable field; the first of the listed ones is taken for those left out.
    """
    grid = {**classifier.grid(), **({} if features is None else features.grid())}
    values = {name: tuned.get(name, listed[0]) for name, listed in grid.items()}
    unknown = sorted(set(tuned) - set(values))
    if unknown:
        raise TypeError(f"{classifier.kind!r} tunes {sorted(values)}, not {unknown}")
    return TextPipeline(
        [
            ("features", weighed(build_features(features, classifier, random_state=random_state), values)),
            ("classifier", classifier.build_of(values, random_state=random_state)),
        ]
    )


def fit_pipeline(
    pipeline: Pipeline,
    texts: Sequence[str],
    labels: Sequence[Any],
    names: Sequence[tuple[Any, str]] = (),
    *,
    names_weight: NamesWeight = 0,
    names_only: bool = False,
) -> Pipeline:
    """Fit a system on texts and on label and text of names of the classes; returns it.

    Features are fitted on the texts alone, and where nothing but names is learnt, on the names.
    names_weight: how many texts the names of a class count for together, or `auto`.
    """
    if not names:
        return pipeline.fit(texts, labels)
    features, classifier = pipeline.named_steps["features"], pipeline.named_steps["classifier"]
    name_labels, name_texts = np.array([label for label, _ in names]), [text for _, text in names]
    if names_only:
        return pipeline.fit(name_texts, name_labels)
    train = features.fit_transform(texts)
    rows = NameRows.of(features.transform(name_texts), name_labels, names_weight)
    fit_with_names(classifier, train, np.asarray(labels), rows)
    return pipeline


def calibrated(
    classifier: ClassifierMixin, method: str, folds: Sequence[tuple[NDArray[np.intp], ...]] | BaseCrossValidator
) -> CalibratedClassifierCV:
    """The unfitted classifier with its scores turned into probabilities: scikit-learn's, with `ensemble=False`.

    folds: training and test positions among the rows that it will be fitted on, or what gives them.
    """
    cv = folds if isinstance(folds, BaseCrossValidator) else list(folds)
    return CalibratedClassifierCV(classifier, method=method, cv=cv, ensemble=False)


def row_scores(
    classifier: ClassifierMixin, matrix: Matrix, classes: Sequence[Any] | NDArray[Any], kind: ScoreKind
) -> tuple[NDArray[Any], NDArray[np.float64] | None]:
    """What a fitted classifier predicts, and its scores with one column for each of `classes`, sorted.

    prediction: (rows,), `classifier.predict` itself; scores: (rows, classes), None where `kind` is "none".
    A binary decision d is written as -d, d. A class without training rows has probability 0, and -inf for other kinds.
    Raises ScoresError for NaN and infinity, which order nothing.
    """
    prediction = classifier.predict(matrix)
    if kind == "none":
        return prediction, None
    own = own_scores(classifier, matrix, kind)
    wrong = len(own) - int(np.isfinite(own).all(axis=1).sum())
    if wrong:
        text = f"{wrong} of {len(own)} texts get scores that are no finite numbers; a setting is too large or too small"
        raise ScoresError(text)
    scores = np.full((len(own), len(classes)), 0.0 if kind == "probability" else -np.inf)
    scores[:, np.searchsorted(np.asarray(classes), classifier.classes_)] = own
    return prediction, scores
