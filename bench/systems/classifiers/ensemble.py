"""Several systems as one: the weighted mean of their scores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, ClassVar, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Discriminator, Field, Tag, model_validator
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.utils.validation import check_is_fitted

from bench.core.errors import BenchError
from bench.core.settings import ExtendedSettings, Many, Vectors
from bench.systems.classifiers.base import (
    CLASSIFIERS,
    AnyClassifier,
    ClassifierSettings,
    ScoreKind,
    own_scores,
)
from bench.systems.ensemble_features import Matrices, Members
from bench.systems.features.base import AnyFeatures, joint_versions

LEAST_PROBABILITY = 1e-15
"""A smaller probability counts as this one, so that no member can rule a class out on its own."""


class MeanOfMembers(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Predicts the class with the highest weighted mean of the members' scores; the first of equals.

    A member's score of a class is the logarithm of its probability. A member without probabilities scores a class by
    its decision value or similarity, minus the mean over the classes, divided by the standard deviation of such values
    on the training rows.
    members: unfitted classifiers; gives: what the scores of each are; weights: one for each member, None for 1.
    """

    def __init__(
        self, members: Sequence[Any], gives: Sequence[ScoreKind], weights: Sequence[float] | None = None
    ) -> None:
        self.members = members
        self.gives = gives
        self.weights = weights

    def fit(self, X: Matrices, y: Any) -> Self:
        """Fit each member on its own matrix."""
        members = [clone(member).fit(part, y) for member, part in zip(self.members, X.parts, strict=True)]
        return self.joined(members, X)

    def joined(self, members: Sequence[Any], train: Matrices) -> Self:
        """Take members that are fitted already. train: the rows that they were fitted on, for the spread of values."""
        self.members_ = list(members)
        self.classes_ = np.unique(np.concatenate([member.classes_ for member in members]))
        # Values that are all equal carry no information: 1 replaces their spread of 0.
        self.spreads_ = np.array(
            [
                1.0 if gives == "probability" else float(np.std(_centred(own_scores(member, part, gives)))) or 1.0
                for member, part, gives in zip(members, train.parts, self.gives, strict=True)
            ]
        )
        return self

    def scores(self, X: Matrices) -> NDArray[np.float64]:
        """(members, rows, classes) what each member says, in units that can be added up."""
        check_is_fitted(self)
        found = []
        for member, part, gives, spread in zip(self.members_, X.parts, self.gives, self.spreads_, strict=True):
            raw = own_scores(member, part, gives)
            if gives == "probability":
                own, least = np.log(np.maximum(raw, LEAST_PROBABILITY)), np.log(LEAST_PROBABILITY)
                every = np.full((len(own), len(self.classes_)), least)
            else:
                own = _centred(raw) / spread
                # A class that a member never saw gets the lowest score that the member gives to any class of the row.
                every = np.repeat(own.min(axis=1, keepdims=True), len(self.classes_), axis=1)
            every[:, np.searchsorted(self.classes_, member.classes_)] = own
            found.append(every)
        return np.stack(found)

    def predict(self, X: Matrices) -> NDArray[Any]:
        """The class with the highest mean."""
        return np.asarray(self.classes_[self._means(X).argmax(axis=1)])

    def predict_proba(self, X: Matrices) -> NDArray[np.float64]:
        """(rows, classes) the normalised geometric mean of the probabilities, where every member gives them."""
        means = self._means(X)
        powers = np.exp(means - means.max(axis=1, keepdims=True))
        return np.asarray(powers / powers.sum(axis=1, keepdims=True))

    def decision_function(self, X: Matrices) -> NDArray[np.float64]:
        """(rows, classes) means; for two classes (rows,) half the difference of the second to the first."""
        means = self._means(X)
        return np.asarray((means[:, 1] - means[:, 0]) / 2) if len(self.classes_) == 2 else means

    def _means(self, X: Matrices) -> NDArray[np.float64]:
        return weighted_mean(self.scores(X), self.weights)


def weighted_mean(scores: NDArray[np.float64], weights: Sequence[float] | None) -> NDArray[np.float64]:
    """(rows, classes) the mean over members. scores: (members, rows, classes); weights: one a member, None for 1."""
    return np.asarray(np.average(scores, axis=0, weights=weights))


def _centred(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(values - values.mean(axis=1, keepdims=True))


class MemberSettings(ExtendedSettings):
    """One system of an ensemble."""

    features: AnyFeatures
    """What a text becomes."""

    classifier: AnyClassifier
    """What is trained on it."""

    calibration: Literal["sigmoid", "isotonic"] | None = None
    """The calibration, as of a system."""

    @property
    def gives(self) -> ScoreKind:
        """The kind of its scores."""
        return "probability" if self.calibration is not None else self.classifier.gives

    @model_validator(mode="after")
    def _scored(self) -> Self:
        kind = self.classifier.kind
        if self.classifier.control or not self.classifier.takes_features:
            raise ValueError(f"{kind!r} cannot be a member: it takes no features")
        if self.gives == "none":
            raise ValueError(f"{kind!r} cannot be a member: it gives no scores")
        return self


def _named_or_written(value: Any) -> str:
    return "name" if isinstance(value, str) else "system"


AnyMember = Annotated[
    Annotated[str, Tag("name")] | Annotated[MemberSettings, Tag("system")], Discriminator(_named_or_written)
]
"""The type of a member: a system's name, or its settings."""


@CLASSIFIERS.register("ensemble")
class EnsembleSettings(ClassifierSettings):
    """Several systems as one: the weighted mean of the logarithms of their probabilities.

    A member that gives no probabilities counts by its standardised decision values. Each member is tuned on its own.
    """

    score_kind: ClassVar[ScoreKind] = "decision"
    takes_features: ClassVar[bool] = False
    fitted_types: ClassVar[tuple[type, ...]] = (MeanOfMembers, Members)
    name_counts_as: ClassVar[str] = "what it is to each of its members"

    kind: Literal["ensemble"]

    members: Annotated[Many[AnyMember], Field(min_length=2)]
    """Two or more systems: names of others of the experiment, or `features` and `classifier` of their own."""

    weights: Vectors[Annotated[float, Field(ge=1e-6, le=1e6)]] | None = None
    """A weight for each member, 1e-6 to 1e6; or several such lists, of which the best is chosen in inner folds. Left
    out, 1 for all."""

    @model_validator(mode="after")
    def _one_weight_a_member(self) -> Self:
        for weights in self.weights or ():
            if len(weights) != len(self.members):
                raise ValueError(f"{len(weights)} weights for {len(self.members)} members; give one a member")
        return self

    @property
    def systems(self) -> tuple[MemberSettings, ...]:
        """The members. Raises BenchError for one that is only named."""
        for member in self.members:
            if isinstance(member, str):
                text = f"member {member!r} names a system, and there is no experiment to find it in"
                raise BenchError(f"{text}; write its features and classifier in its place")
        return tuple(member for member in self.members if isinstance(member, MemberSettings))

    @property
    def vectors(self) -> tuple[tuple[float, ...] | None, ...]:
        """The lists of weights, None for 1 each."""
        return self.weights or (None,)

    def grid(self) -> dict[str, tuple[Any, ...]]:
        """Lists of weights, and what members list, as `members.0.C`."""
        own = {"weights": self.vectors} if len(self.vectors) > 1 else {}
        return {**own, **{f"members.{at}.{name}": values for at, name, values in self._listed() if len(values) > 1}}

    def _listed(self) -> list[tuple[int, str, tuple[Any, ...]]]:
        return [
            (at, name, values)
            for at, member in enumerate(self.members)
            if isinstance(member, MemberSettings)
            for name, values in {**member.classifier.grid(), **member.features.grid()}.items()
        ]

    @property
    def combinations(self) -> int:
        """How many combinations are tried; each member is tuned on its own, so that their numbers add up."""
        own = [1] * len(self.members)
        for at, _, values in self._listed():
            own[at] *= len(values)
        return len(self.vectors) + sum(count for count in own if count > 1)

    @property
    def gives(self) -> ScoreKind:
        """Probabilities where every member gives them."""
        return "probability" if all(each.gives == "probability" for each in self.systems) else "decision"

    @property
    def learns_names(self) -> bool:
        """Whether a member learns from names of classes."""
        return any(isinstance(each, MemberSettings) and each.classifier.learns_names for each in self.members)

    def with_names(self, named: bool) -> Self:
        """These settings with the weight of names filled in for each member.

        Raises BenchError as members do, and where the ensemble has a weight of its own.
        """
        if self.names_weight is not None:
            raise BenchError("'ensemble' weighs no names itself; give 'names_weight' to the classifiers of its members")
        members = tuple(
            each.model_copy(update={"classifier": each.classifier.with_names(named)}) for each in self.systems
        )
        return self.model_copy(update={"members": members})

    def build(self, *, random_state: int, **tuned: Any) -> ClassifierMixin:
        """The unfitted ensemble; fields that `tuned` leaves out get the first listed value."""
        return self.build_of(tuned, random_state=random_state)

    def build_of(self, values: Mapping[str, Any], *, random_state: int) -> ClassifierMixin:
        """The unfitted ensemble. values: by the names of `grid`; for one left out, the first value that is listed."""
        members = []
        for at, each in enumerate(self.systems):
            listed = {name: values.get(f"members.{at}.{name}", of[0]) for name, of in each.classifier.grid().items()}
            members.append(each.classifier.build_of(listed, random_state=random_state))
        gives = [each.gives for each in self.systems]
        return MeanOfMembers(members, gives, values.get("weights", self.vectors[0]))

    def own_features(self, *, random_state: int) -> Members:
        """The features of all members."""
        return Members([each.features.build(random_state=random_state) for each in self.systems])

    def encoding_key(self) -> str:
        """The keys of the features of all members."""
        return f"members {[each.features.encoding_key() for each in self.systems]}"

    def versions(self) -> dict[str, str]:
        """The versions of all members' features; a name that they use for different things gets the member's number."""
        return joint_versions([each.features for each in self.systems], "members")
