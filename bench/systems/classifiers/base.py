"""The base of every classifier kind: settings that build a scikit-learn classifier, and the values to be tuned."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray
from pydantic import Field
from sklearn.base import ClassifierMixin

from bench.core.errors import BenchError
from bench.core.registry import Registry
from bench.core.settings import Choice, ExtendedSettings, Tunable
from bench.systems.encoding import Features, Matrix, RowIndex
from bench.systems.name_rows import USUAL_WEIGHT, NameRows, fit_with_names, takes_names
from bench.systems.score_sums import ScoreSum, linear_scores
from bench.systems.servers.settings import ServerSettings
from bench.systems.servers.usage import PendingRequests

Codes: TypeAlias = "NDArray[np.int64]"

Strength = Annotated[float, Field(ge=1e-10, le=1e10)]
"""The strength of a penalty or of smoothing. Far beyond this range some solvers do not end, or give NaN."""

ScoreKind = Literal["probability", "decision", "similarity", "none"]

_METHODS = {"probability": "predict_proba", "decision": "decision_function", "similarity": "similarity"}


def own_scores(classifier: Any, matrix: Any, kind: ScoreKind) -> NDArray[np.float64]:
    """(rows, classes of the fitted classifier) its scores of this kind; a binary decision d is written as -d, d."""
    own = np.asarray(getattr(classifier, _METHODS[kind])(matrix), dtype=np.float64)
    return np.stack([-own, own], axis=1) if own.ndim == 1 else own


@dataclass(frozen=True, slots=True)
class TuningFold:
    """Training and test rows of one fold in which listed values are tried.

    train: (training rows, features), test: (test rows, features), labels: (training rows,). exact: computes
    `train` so that it equals the matrix of scikit-learn's `fit_transform` to the last bit; called where rounding could
    decide a prediction. names: the names of the classes, as further training rows, where there are any.
    """

    train: Matrix
    labels: Codes
    test: Matrix
    exact: Callable[[], Matrix]
    names: NameRows | None = None

    def with_names(self) -> tuple[Matrix, Codes, NDArray[np.float64] | None]:
        """Training rows with the names behind them, their labels, and the weight of each: (rows,), None for 1."""
        if self.names is None:
            return self.train, self.labels, None
        return self.names.behind(self.train, self.labels)


@dataclass(frozen=True, slots=True)
class AllFolds:
    """What is passed to a classifier that must know all folds before they are run.

    classes: sorted; descriptions: some of the classes, described in words; labels: (rows,) codes of the rows' classes.
    splits: gives training and test rows of every fold of every repeat. advance: to be called as work is done.
    """

    classes: Sequence[str]
    descriptions: Mapping[str, tuple[str, ...]]
    labels: Codes
    splits: Callable[[], Iterable[tuple[RowIndex, RowIndex]]]
    random_state: int
    advance: Callable[[], None] = lambda: None


class ClassifierSettings(ExtendedSettings, ABC):
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
    """True for a control, which takes no features either, and is marked in tables as a baseline."""

    cost: ClassVar[int] = 0
    """A text's cost besides features, on their scale (4: a language model). Among equals, advice takes the lowest."""

    abstains: ClassVar[bool] = False
    """True where it may name no class for a text; its prediction is then the code past the last class."""

    dense_only: ClassVar[bool] = False
    """True where a sparse matrix is refused: such a classifier goes with dense features only."""

    non_negative_only: ClassVar[bool] = False
    """True where negative feature values are refused (naive Bayes on counts)."""

    row_order_matters: ClassVar[bool] = False
    """True where the order of training rows can move a prediction, as a solver visits them one after the other."""

    fitted_types: ClassVar[tuple[type, ...]] = ()
    """Classes of what fitting leaves behind, that of `build` first: what a saved model may hold by name.

    A plug-in's can be left out: what has a counterpart in the unfitted classifier is saved all the same.
    """

    names_only: ClassVar[bool] = False
    """True for a classifier that learns from the names of the classes and from no training row."""

    counts_only: ClassVar[bool] = False
    """True for a classifier that learns from training rows only how many each class has, and draws nothing."""

    told_names: ClassVar[bool] = False
    """True for a classifier that reads the names as words, not as training rows."""

    name_counts_as: ClassVar[str] = "a training row with `sample_weight` w"
    """How a name of weight w enters the classifier, for the page on names of classes."""

    names_weight: Tunable[Literal["auto"] | Annotated[float, Field(ge=0, le=1e6)]] | None = None
    """Training rows that the names of a class weigh together, 0 to 1e6: 0 learns nothing from names. `auto` weighs them
    by how far they lie from the training rows of their classes, and moves those of dense features onto the rows. Left
    out, 4 where the experiment names its classes."""

    added: ClassVar[tuple[str, ...]] = ("names_weight",)

    @abstractmethod
    def build(self, *, random_state: int, **tuned: Any) -> ClassifierMixin:
        """The unfitted classifier with one value for each tunable field."""

    @classmethod
    def score_sum(cls, fitted: Any) -> ScoreSum | None:
        """The scores as sums over the columns of the matrix; None where they are not such sums.

        fitted: a fitted classifier of the first of `fitted_types`, which the kind must therefore list. A kind that does
        not override this gives the sums for scikit-learn's linear classifiers and all that inherit their
        `decision_function`.
        """
        return linear_scores(fitted)

    def predictions(
        self, candidates: Sequence[Mapping[str, Any]], fold: TuningFold, *, random_state: int
    ) -> list[Codes | Exception]:
        """Each candidate's predictions for the test rows, (test rows,); or the exception that fitting raised.

        candidates: each has one value for each tunable field. Here, each is fitted on its own; a kind that can fit them
        together overrides this, and its predictions must be the same.
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
        """Predictions of a faster method, completed by those of scikit-learn's own classifier.

        found: one for each candidate, None where the faster way found none; None for no faster way.
        """
        known = found or [None] * len(candidates)
        if all(prediction is not None for prediction in known):
            return [prediction for prediction in known if prediction is not None]
        train = fold.exact()
        return [
            self.fitted_prediction(values, train, fold, random_state=random_state) if prediction is None else prediction
            for prediction, values in zip(known, candidates, strict=True)
        ]

    def fitted_prediction(
        self, values: Mapping[str, Any], train: Matrix, fold: TuningFold, *, random_state: int
    ) -> Codes | Exception:
        """Predictions of the plain classifier with these values, fitted on `train`, for the fold's test rows."""
        try:
            classifier = self.build(random_state=random_state, **values)
            fitted = fit_with_names(classifier, train, fold.labels, fold.names)
            prediction: Codes = fitted.predict(fold.test)
        except Exception as failure:  # noqa: BLE001  scored as missing, as scikit-learn does
            return failure
        return prediction

    def own_features(self, *, random_state: int) -> Features | None:
        """What a control, or a classifier that takes no features, reads; None for one that takes the system's."""
        del random_state
        return None

    def encoding_key(self) -> str:
        """What `own_features` encodes, as a key: classifiers with equal keys share the encoded texts."""
        return f"control {self.kind}"

    @property
    def gives(self) -> ScoreKind:
        """What the scores are with these settings; a kind overrides it where that depends on them."""
        return self.score_kind

    @property
    def servers(self) -> tuple[ServerSettings, ...]:
        """The servers that texts are sent to."""
        return ()

    def check_classes(self, classes: Sequence[str]) -> None:
        """Raises BenchError for classes that it cannot distinguish with these settings; by default, for none."""

    def foresee(self, rows: Any, foresight: AllFolds) -> Any:
        """Add to encoded rows what the classifier must know of them before folds are sent out; here, nothing."""
        del foresight
        return rows

    def pending(self, rows: Any, foresight: AllFolds) -> PendingRequests | None:
        """What `foresee` would send to a server; None for a classifier that asks none."""
        del rows, foresight
        return None

    def grid(self) -> dict[str, tuple[Any, ...]]:
        """The listed values of each tunable field, at least one each; of `names_weight` where it is set."""
        own = {name: getattr(self, name) for name in self.tunable}
        return own if self.names_weight is None else {**own, NAMES_WEIGHT: self.names_weight}

    @property
    def combinations(self) -> int:
        """How many combinations of listed values there are to choose from."""
        return math.prod(len(values) for values in self.grid().values())

    def versions(self) -> dict[str, str]:
        """What its own features depend on, except banmian's own dependencies: name to version or digest."""
        return {}

    def build_of(self, values: Mapping[str, Any], *, random_state: int) -> ClassifierMixin:
        """The unfitted classifier. values: the tuned values of a system, of which it takes those of its own fields."""
        own = {name: value for name, value in values.items() if name in self.tunable}
        return self.build(random_state=random_state, **own)

    @property
    def learns_names(self) -> bool:
        """Whether it learns from names of classes with at least one of the listed weights."""
        return self.names_only or any(self.names_weight or ())

    def with_names(self, named: bool) -> Self:
        """These settings with the weight of names filled in; no weight where the data's classes have no names.

        Raises BenchError for a weight where there are no names, and for a kind that cannot learn from them.
        """
        if self.control or self.names_only or self.told_names:
            if self.names_weight is not None:
                why = "learns from names alone" if self.names_only else "weighs no names"
                raise BenchError(f"{self.kind!r} {why}; leave 'names_weight' out")
            if self.names_only and not named:
                raise BenchError(f"{self.kind!r} needs names of the classes; {HOW_TO_NAME}")
            return self
        if self.learns_names and not named:
            raise BenchError(f"names_weight: the classes have no names; {HOW_TO_NAME}")
        weights = (USUAL_WEIGHT,) if named and self.names_weight is None else self.names_weight
        if not any(weights or ()):
            return self.model_copy(update={"names_weight": None})
        first = {name: values[0] for name, values in self.grid().items()}
        if not takes_names(self.build_of(first, random_state=0)):
            text = f"{self.kind!r} cannot learn from names of classes: its fit takes no 'sample_weight'"
            raise BenchError(f"{text}; set classifier.names_weight to 0")
        return self.model_copy(update={"names_weight": weights})


NAMES_WEIGHT = "names_weight"
HOW_TO_NAME = "give the experiment 'names', or the data 'label_descriptions'"

CLASSIFIERS: Registry[ClassifierSettings] = Registry(
    "classifier", package="bench.systems.classifiers", group="banmian.classifiers"
)

AnyClassifier = Annotated[ClassifierSettings, Choice(CLASSIFIERS)]
"""The type of a field that holds the settings of any classifier kind."""
