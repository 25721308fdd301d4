"""What a model's file may hold: classes named by a word each, and the marks of its other values."""

from __future__ import annotations

import functools
from typing import Any

from numpy.typing import NDArray

Arrays = dict[str, NDArray[Any]]
"""The arrays of a file, by the path of the attribute that holds each."""

TAG = "is"
"""Key of a node that says what its other keys make."""

CSR = ("data", "indices", "indptr")
"""The arrays that make a sparse matrix, in the order of its constructor."""


class DamagedStateError(ValueError):
    """Values or arrays that no `dump` wrote."""


@functools.cache
def known_classes() -> dict[str, type]:
    """Word to class: everything that fitting a kind of ours leaves behind. Attributes are set, no constructor runs."""
    from sklearn.calibration import CalibratedClassifierCV, _CalibratedClassifier, _SigmoidCalibration
    from sklearn.decomposition import TruncatedSVD
    from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
    from sklearn.dummy import DummyClassifier
    from sklearn.isotonic import IsotonicRegression
    from sklearn.linear_model import LogisticRegression, RidgeClassifier
    from sklearn.naive_bayes import ComplementNB, MultinomialNB
    from sklearn.pipeline import Pipeline
    from sklearn.preprocessing import LabelBinarizer, PolynomialFeatures, StandardScaler
    from sklearn.svm import LinearSVC

    from bench.systems.classifiers.centroid import CosineCentroid
    from bench.systems.classifiers.knn import CappedKNeighbors
    from bench.systems.classifiers.lda import NamedLDA
    from bench.systems.classifiers.nb_svm import NBSVM
    from bench.systems.counts import Terms
    from bench.systems.features.centred import Centred
    from bench.systems.features.embedding import Embedding
    from bench.systems.features.lsa import LSA
    from bench.systems.features.tfidf import Tfidf
    from bench.systems.length import Length
    from bench.systems.segment import Segmenter
    from bench.systems.union import Union

    scikit_learn: list[type] = [
        CalibratedClassifierCV, ComplementNB, DummyClassifier, IsotonicRegression, LabelBinarizer,
        LinearDiscriminantAnalysis, LinearSVC, LogisticRegression, MultinomialNB, Pipeline, PolynomialFeatures,
        RidgeClassifier, StandardScaler, TruncatedSVD, _CalibratedClassifier, _SigmoidCalibration,
    ]  # fmt: skip
    own = [
        CappedKNeighbors, Centred, CosineCentroid, Embedding, LSA, Length, NBSVM, NamedLDA, Segmenter, Terms, Tfidf,
        Union,
    ]  # fmt: skip
    return {cls.__name__: cls for cls in [*scikit_learn, *own]}


def item_of(template: Any, at: int) -> Any:
    """What of an unfitted object stands in the place of a fitted one's item; None where there is nothing."""
    return template[at] if isinstance(template, (list, tuple)) and at < len(template) else None


def attribute_of(template: Any, name: str) -> Any:
    """What of an unfitted object stands in the place of a fitted one's attribute; None where there is nothing.

    As in scikit-learn, `parts_` are the fitted clones of the parameter `parts`.
    """
    return getattr(template, name.removesuffix("_"), None)
