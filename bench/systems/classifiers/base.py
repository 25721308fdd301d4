"""What every classifier kind is: settings that build a scikit-learn classifier, and the values to be tuned."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray
from pydantic import Field
from sklearn.base import ClassifierMixin

from bench.core.registry import Registry
from bench.core.settings import Choice, Settings
from bench.systems.reading import Features, Matrix, RowIndex
from bench.systems.servers.served import Pending
from bench.systems.servers.settings import ServerSettings

Codes: TypeAlias = "NDArray[np.int64]"

Strength = Annotated[float, Field(ge=1e-10, le=1e10)]
"""Of a penalty or of smoothing. Solvers end within this range; far beyond it some of them do not, or give NaN."""

ScoreKind = Literal["probability", "decision", "similarity", "none"]


@dataclass(frozen=True, slots=True)
class TuningFold:
    """Training and test rows of one fold in which listed values are tried.

    train: (training rows, features), test: (test rows, features), labels: (training rows,). exact: gives `train` to the
    last bit as scikit-learn's `fit_transform` does; asked for where rounding could decide.
    """

    train: Matrix
    labels: Codes
    test: Matrix
    exact: Callable[[], Matrix]


@dataclass(frozen=True, slots=True)
class Foresight:
    """What a classifier that must know of all folds beforehand is told of them.

    classes: sorted; descriptions: of some of them, in words; labels: (rows,) codes of the rows' classes.
    splits: gives training and test rows of every fold of every repeat. advance: to be called as work is done.
    """

    classes: Sequence[str]
    descriptions: Mapping[str, tuple[str, ...]]
    labels: Codes
    splits: Callable[[], Iterable[tuple[RowIndex, RowIndex]]]
    random_state: int
    advance: Callable[[], None] = lambda: None


class ClassifierSettings(Settings, ABC):
    """Base of the settings of a classifier kind; a subclass is registered under its `kind`.

    Fields of type Tunable take one value or a list; the best of a list is chosen in inner folds of the training rows.
    """

    kind: str

    score_kind: ClassVar[ScoreKind]
    """What the classifier's scores are: `predict_proba`, `decision_function`, a similarity to a class, or none."""

    tunable: ClassVar[tuple[str, ...]] = ()
    """Names of the fields of type Tunable."""

    takes_features: ClassVar[bool] = True
    """False for one that takes no features of a system: what it reads of a text, `own_features` gives."""

    control: ClassVar[bool] = False
    """True for a control, which takes no features either, and is shown apart from the systems that it is there for."""

    abstains: ClassVar[bool] = False
    """True where it may name no class for a text; its guess is then the code past the last class."""

    dense_only: ClassVar[bool] = False
    """True where a sparse matrix is refused: such a classifier goes with dense features only."""

    non_negative_only: ClassVar[bool] = False
    """True where negative feature values are refused (naive Bayes on counts)."""

    @abstractmethod
    def build(self, *, random_state: int, **tuned: Any) -> ClassifierMixin:
        """The unfitted classifier with one value for each tunable field."""

    def guesses(
        self, candidates: Sequence[Mapping[str, Any]], fold: TuningFold, *, random_state: int
    ) -> list[Codes | Exception]:
        """What the classifier guesses for test rows, (test rows,) for each candidate; or why it failed.

        candidates: one value for each tunable field. Each is fitted on its own here; a kind that can do them together
        overrides this, and its guesses must be the same.
        """
        return self.completed(None, candidates, fold, random_state=random_state)

    def completed(
        self,
        found: Sequence[Codes | None] | None,
        candidates: Sequence[Mapping[str, Any]],
        fold: TuningFold,
        *,
        random_state: int,
    ) -> list[Codes | Exception]:
        """What a faster way found, and scikit-learn's own guess where it found none."""
        known = found or [None] * len(candidates)
        if all(guess is not None for guess in known):
            return [guess for guess in known if guess is not None]
        train = fold.exact()
        return [
            self.fitted_guess(values, train, fold, random_state=random_state) if guess is None else guess
            for guess, values in zip(known, candidates, strict=True)
        ]

    def fitted_guess(
        self, values: Mapping[str, Any], train: Matrix, fold: TuningFold, *, random_state: int
    ) -> Codes | Exception:
        """What the plain classifier, fitted on `train`, guesses with these values for the fold's test rows."""
        try:
            fitted = self.build(random_state=random_state, **values).fit(train, fold.labels)
            guess: Codes = fitted.predict(fold.test)
        except Exception as failure:  # noqa: BLE001  scored as missing, as scikit-learn does
            return failure
        return guess

    def own_features(self) -> Features | None:
        """What a control, or a classifier that takes no features, reads; None for one that takes the system's."""
        return None

    def reading(self) -> str:
        """Names what `own_features` reads: classifiers with equal readings share one reading of the same texts."""
        return f"control {self.kind}"

    @property
    def gives(self) -> ScoreKind:
        """What its scores are with these settings, where that hangs on them."""
        return self.score_kind

    @property
    def servers(self) -> tuple[ServerSettings, ...]:
        """The servers that texts are sent to."""
        return ()

    def check_classes(self, classes: Sequence[str]) -> None:
        """Raises BenchError for classes that it cannot tell apart with these settings; here, for none."""

    def foresee(self, rows: Any, foresight: Foresight) -> Any:
        """The rows of a reading with all that is to be known of them before folds are sent out; here, as they are."""
        del foresight
        return rows

    def pending(self, rows: Any, foresight: Foresight) -> Pending | None:
        """What `foresee` would send to a server; None for a classifier that asks none."""
        del rows, foresight
        return None

    def grid(self) -> dict[str, tuple[Any, ...]]:
        """Tunable field to the values asked for, at least one each."""
        return {name: getattr(self, name) for name in self.tunable}


CLASSIFIERS: Registry[ClassifierSettings] = Registry(
    "classifier", package="bench.systems.classifiers", group="banmian.classifiers"
)

AnyClassifier = Annotated[ClassifierSettings, Choice(CLASSIFIERS)]
"""The type of a field that holds the settings of any classifier kind."""
