"""The base of every kind of features: settings that build a transformer; and of dense features made from others."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Annotated, Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import clone

from bench.core.registry import Registry
from bench.core.settings import Choice, Settings
from bench.systems.encoding import EncodingTime, Features, Matrix, Rows
from bench.systems.servers.settings import ServerSettings
from bench.systems.servers.usage import PendingRequests


class FeatureSettings(Settings, ABC):
    """Base of the settings of a feature kind; a subclass is registered under its `kind`."""

    kind: str

    cost: ClassVar[int] = 1
    """Cost of a text: 1 counts, 2 a decomposition, 3 a neural model. Among equals, advice takes the lowest."""

    fitted_types: ClassVar[tuple[type, ...]] = ()
    """Classes of what fitting leaves behind, that of `build` first: what a saved model may hold by name."""

    @property
    @abstractmethod
    def dense(self) -> bool:
        """True where `transform` gives a numpy array, False where it gives a sparse matrix."""

    @property
    @abstractmethod
    def non_negative(self) -> bool:
        """True where no value of the matrix is below 0, as naive Bayes needs."""

    @abstractmethod
    def build(self, *, random_state: int) -> Features:
        """The unfitted transformer. Raises BenchError where a package that it needs is not installed."""

    def grid(self) -> dict[str, tuple[Any, ...]]:
        """Field to the listed values of which the best is chosen in inner folds; empty where nothing is listed."""
        return {}

    def versions(self) -> dict[str, str]:
        """What the matrix depends on besides settings, text and banmian's own dependencies: name to version or digest.

        Here, that of the features that these are made from. Raises BenchError where something is not installed.
        """
        return joint_versions(self.made_from, "parts")

    @property
    def made_from(self) -> tuple[FeatureSettings, ...]:
        """The features that these are made from; none where they are made from the text itself."""
        return ()

    @property
    def servers(self) -> tuple[ServerSettings, ...]:
        """The servers that texts are sent to."""
        return tuple(server for part in self.made_from for server in part.servers)

    def pending(self, texts: Sequence[str]) -> tuple[PendingRequests, ...]:
        """What encoding these texts would send to each server."""
        return tuple(each for part in self.made_from for each in part.pending(texts))

    @abstractmethod
    def encoding_key(self) -> str:
        """A key for all that `encode` depends on: kinds with equal keys share encoded texts."""


class DerivedFeatures(Features):
    """Dense features that are made from the matrix of other features, their part.

    A subclass learns from the part's training matrix in `fit_matrix` and maps any of its matrices in `derived`.
    """

    has_named_columns: ClassVar[bool] = False

    part_name: ClassVar[str] = "part"
    """The parameter that holds the unfitted part; with an underscore behind it, the attribute of the fitted one."""

    @abstractmethod
    def fit_matrix(self, matrix: Matrix) -> None:
        """Learn from (rows, columns of the part), the part's matrix of the training rows."""

    @abstractmethod
    def derived(self, matrix: Matrix) -> NDArray[np.float64]:
        """(rows, own columns) of a matrix (rows, columns of the part)."""

    @property
    def _given(self) -> Features:
        """The unfitted part."""
        found: Features = getattr(self, self.part_name)
        return found

    @property
    def _fitted(self) -> Features:
        """The fitted part; before fitting, the unfitted one."""
        found: Features | None = getattr(self, f"{self.part_name}_", None)
        return self._given if found is None else found

    def made_from(self) -> Sequence[Features]:
        """The part."""
        return (self._fitted,)

    def encode(self, texts: Sequence[str]) -> Rows:
        """What the part encodes."""
        return self._given.encode(texts)

    def encoding_seconds(self, texts: Sequence[str]) -> EncodingTime:
        """Those of the part."""
        return self._given.encoding_seconds(texts)

    def fit_rows(self, rows: Rows) -> Self:
        """Fit a copy of the part, then learn from its training matrix."""
        part = clone(self._given).fit_rows(rows)
        setattr(self, f"{self.part_name}_", part)
        self.fit_matrix(part.training_matrix(rows))
        return self

    def transform_rows(self, rows: Rows) -> NDArray[np.float64]:
        """(rows, own columns)."""
        return self.derived(self._fitted.transform_rows(rows))

    def training_matrix(self, rows: Rows) -> NDArray[np.float64]:
        """(rows, own columns), from the part's training matrix."""
        return self.derived(self._fitted.training_matrix(rows))


def joint_versions(parts: Sequence[FeatureSettings], word: str) -> dict[str, str]:
    """The versions of all parts. A name that parts use for different things gets the word and the part's number."""
    found: dict[str, str] = {}
    for at, part in enumerate(parts):
        for name, value in part.versions().items():
            found[name if found.get(name, value) == value else f"{word}.{at}.{name}"] = value
    return found


FEATURES: Registry[FeatureSettings] = Registry("features", package="bench.systems.features", group="banmian.features")

AnyFeatures = Annotated[FeatureSettings, Choice(FEATURES)]
"""The type of a field that holds the settings of any feature kind."""


def fixed(part: FeatureSettings) -> FeatureSettings:
    """A part of other features, unchanged. Raises ValueError where it lists values to choose from."""
    for name, values in part.grid().items():
        raise ValueError(
            f"{part.kind!r} within other features lists {len(values)} {name}; give one, or tune them outermost"
        )
    return part
