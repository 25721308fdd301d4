"""What every feature kind is: settings that build a transformer."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Annotated, Any, ClassVar

from bench.core.registry import Registry
from bench.core.settings import Choice, Settings
from bench.systems.encoding import Features
from bench.systems.servers.served import Pending
from bench.systems.servers.settings import ServerSettings


class FeatureSettings(Settings, ABC):
    """Base of the settings of a feature kind; a subclass is registered under its `kind`."""

    kind: str

    cost: ClassVar[int] = 1
    """What a text costs: 1 for counts, 2 for a decomposition of them, 3 for a neural model; orders equals in advice."""

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
        """What beside settings, text and banmian's own dependencies the matrix hangs on: name to version or digest.

        Raises BenchError where it is not to be had.
        """
        return {}

    @property
    def beneath(self) -> tuple[FeatureSettings, ...]:
        """The features that these are made of, none where they are made of the text itself."""
        return ()

    @property
    def servers(self) -> tuple[ServerSettings, ...]:
        """The servers that texts are sent to."""
        return tuple(server for part in self.beneath for server in part.servers)

    def pending(self, texts: Sequence[str]) -> tuple[Pending, ...]:
        """What encoding these texts would send to each server."""
        return tuple(each for part in self.beneath for each in part.pending(texts))

    @abstractmethod
    def encoding_key(self) -> str:
        """What `encode` depends on, as a key: kinds with equal keys share what was encoded of the same texts."""


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
    """A part of other features, as it is. Raises ValueError where it lists values to choose from."""
    for name, values in part.grid().items():
        raise ValueError(
            f"{part.kind!r} within other features lists {len(values)} {name}; give one, or tune them outermost"
        )
    return part
