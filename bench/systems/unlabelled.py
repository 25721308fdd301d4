"""What a system learns from texts without labels: its settings, and scikit-learn's self-training beside names."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator
from scipy.sparse import issparse, vstack
from sklearn.base import ClassifierMixin
from sklearn.semi_supervised import SelfTrainingClassifier

from bench.core.errors import BenchError
from bench.core.settings import OneOrMany, Settings
from bench.systems.classifiers.base import CLASSIFIERS, ClassifierSettings
from bench.systems.encoding import Matrix
from bench.systems.name_rows import LearntFromNames, NameRows, fit_with_names

HOW_TO_LEARN = "as unlabelled: {self_training: {share: 0.5}}"


class SelfTraining(Settings):
    """A classifier labels texts, learns from those that it is surest of as from training rows, and labels further ones.

    scikit-learn's `SelfTrainingClassifier`: `rounds` is its `max_iter`, `share` its `k_best` as a share of the texts.
    """

    rounds: Annotated[int, Field(ge=1, le=100)] = 1
    """How often texts are labelled, 1 to 100; fewer where no text is left, or none is sure enough."""

    share: Annotated[float, Field(gt=0, le=1)] | None = None
    """What share of all unlabelled texts is added in each round, the surest first, above 0 to 1; or `threshold`."""

    threshold: Annotated[float, Field(ge=0, lt=1)] | None = None
    """Texts whose likeliest class has a higher probability than this are added in each round, 0 to below 1."""

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.share is None) == (self.threshold is None):
            raise ValueError("give either 'share', as 0.3, or 'threshold', as 0.9")
        return self

    def criterion(self, texts: int) -> dict[str, Any]:
        """What scikit-learn takes, of so many texts: at least one is added in a round."""
        if self.share is None:
            return {"criterion": "threshold", "threshold": self.threshold}
        return {"criterion": "k_best", "k_best": max(1, round(self.share * texts))}


class Unlabelled(Settings):
    """What a system learns from texts without labels. Of test rows it is the texts alone, never the labels."""

    texts: OneOrMany[Literal["data", "test"]] = ("data",)
    """`data`: the data's `unlabelled` texts. `test`: the texts of the test rows of each fold, which makes the system
    transductive: it is shown apart, and compared with no system that has not seen them. A list takes both."""

    features: bool = False
    """Whether all that features learn (vocabulary and IDF, axes, the mean of `centred` and its whitening) is learnt
    from training rows and these texts together; else from training rows alone."""

    self_training: SelfTraining | None = None
    """Whether the classifier also learns from these texts, with the labels that it gives them; left out, not."""

    @property
    def transductive(self) -> bool:
        """Whether it learns from the texts of test rows."""
        return "test" in self.texts


def check_unlabelled(unlabelled: Unlabelled, classifier: ClassifierSettings, calibration: str | None) -> None:
    """Raises BenchError, in one line, for a system that cannot learn from texts without labels in this way."""
    if classifier.control or not classifier.takes_features:
        raise BenchError(f"{classifier.kind!r} learns from no unlabelled texts; leave 'unlabelled' out")
    if unlabelled.self_training is None:
        if not unlabelled.features:
            raise BenchError("unlabelled: nothing learns from them; give 'self_training', or set features: true")
        return
    if classifier.gives != "probability":
        able = [
            kind
            for kind, cls in CLASSIFIERS.classes().items()
            if cls.score_kind == "probability" and cls.takes_features and not cls.control
        ]
        text = f"takes the texts with the highest probabilities, and {classifier.kind!r} gives none"
        raise BenchError(f"unlabelled.self_training {text}; take one of {', '.join(able)}")
    if calibration is not None:
        text = "the texts that a classifier labelled for itself would calibrate it, too"
        raise BenchError(f"unlabelled.self_training goes without 'calibration': {text}; leave one of them out")


def self_trained(
    classifier: ClassifierMixin,
    train: Matrix,
    labels: NDArray[np.int64],
    names: NameRows | None,
    *,
    unlabelled: Matrix,
    settings: SelfTraining,
) -> ClassifierMixin:
    """The classifier fitted on rows, names and the texts that it labelled itself: scikit-learn's self-training.

    train: (rows, features); labels: (rows,) codes from 0; unlabelled: (texts, features). A name counts in each fit as
    one beside training rows does. What is left is the classifier of the last round alone.
    """
    if not unlabelled.shape[0]:
        return fit_with_names(classifier, train, labels, names)
    both = vstack([train, unlabelled], format="csr") if issparse(train) else np.vstack([train, unlabelled])
    known = np.concatenate([labels, np.full(unlabelled.shape[0], -1, dtype=labels.dtype)])
    learner = classifier if names is None else LearntFromNames(classifier, names)
    criterion = settings.criterion(unlabelled.shape[0])
    trained = SelfTrainingClassifier(learner, **criterion, max_iter=settings.rounds).fit(both, known)
    last = trained.estimator_
    return last if names is None else last.classifier_
