"""What every classifier kind is: settings that build a scikit-learn classifier, and the values to be tuned."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Annotated, Any, ClassVar, Literal

from sklearn.base import ClassifierMixin

from bench.core.registry import Registry
from bench.core.settings import Choice, Settings
from bench.systems.reading import Features

ScoreKind = Literal["probability", "decision", "similarity", "none"]


class ClassifierSettings(Settings, ABC):
    """Base of the settings of a classifier kind; a subclass is registered under its `kind`.

    Fields of type Tunable take one value or a list; the best of a list is chosen in inner folds of the training rows.
    """

    kind: str

    score_kind: ClassVar[ScoreKind]
    """What the classifier's scores are: `predict_proba`, `decision_function`, a similarity to a class, or none."""

    tunable: ClassVar[tuple[str, ...]] = ()
    """Names of the fields of type Tunable."""

    control: ClassVar[bool] = False
    """True for a control, which takes no features: what it reads of a text, `own_features` gives."""

    dense_only: ClassVar[bool] = False
    """True where a sparse matrix is refused: such a classifier goes with dense features only."""

    non_negative_only: ClassVar[bool] = False
    """True where negative feature values are refused (naive Bayes on counts)."""

    @abstractmethod
    def build(self, *, random_state: int, **tuned: Any) -> ClassifierMixin:
        """The unfitted classifier with one value for each tunable field."""

    def own_features(self) -> Features | None:
        """The features of a control; None for a classifier that takes the system's features."""
        return None

    def grid(self) -> dict[str, tuple[Any, ...]]:
        """Tunable field to the values asked for, at least one each."""
        return {name: getattr(self, name) for name in self.tunable}


CLASSIFIERS: Registry[ClassifierSettings] = Registry(
    "classifier", package="bench.systems.classifiers", group="banmian.classifiers"
)

AnyClassifier = Annotated[ClassifierSettings, Choice(CLASSIFIERS)]
"""The type of a field that holds the settings of any classifier kind."""
