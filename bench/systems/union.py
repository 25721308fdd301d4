"""Joins several features side by side."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import hstack, issparse

from bench.systems.encoding import EncodingTime, Features, Matrix, RowIndex, Rows, served_by
from bench.systems.servers.usage import ServerUsage


@dataclass(frozen=True, slots=True)
class UnionRows:
    """What each part encoded of the same texts."""

    parts: tuple[Rows, ...]

    def __len__(self) -> int:
        return len(self.parts[0])

    @property
    def served(self) -> tuple[ServerUsage, ...]:
        """What servers did for any of the parts."""
        return tuple(each for part in self.parts for each in served_by(part))

    def take(self, index: RowIndex) -> Self:
        """The rows of `index`, in its order."""
        return replace(self, parts=tuple(part.take(index) for part in self.parts))


WEIGHTS = "weights"
"""How tuned values name the weights of a union's parts."""


class Union(Features):
    """The columns of every part, each times its weight, as scikit-learn's `FeatureUnion` has them.

    parts: unfitted features, two or more; weights: one a part, None for 1.
    """

    def __init__(self, parts: Sequence[Features], weights: Sequence[float] | None = None) -> None:
        self.parts = parts
        self.weights = weights

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """As in scikit-learn; those of a part are named by its number, as `0__min_df`, and the part itself `0`."""
        found: dict[str, Any] = super().get_params(deep=False)
        # Any value may have been set: in scikit-learn, `fit` refuses it, not the setter.
        parts = self.parts if deep and isinstance(self.parts, (list, tuple)) else ()
        for at, part in enumerate(parts):
            found[str(at)] = part
            own = part.get_params(deep=True) if hasattr(part, "get_params") else {}
            found |= {f"{at}__{name}": value for name, value in own.items()}
        return found

    def set_params(self, **params: Any) -> Self:
        """As in scikit-learn, by the names of `get_params`. Raises ValueError for a name that is none of them."""
        known = self.get_params()
        for name in params:
            if name not in known:
                raise ValueError(f"Invalid parameter {name!r} for estimator {self}. Valid parameters are: {[*known]}")
        super().set_params(**{name: value for name, value in params.items() if not name[0].isdigit()})
        for name in sorted(params):  # a part itself before its parameters
            number, _, own = name.partition("__")
            if own and number.isdigit():
                self.parts[int(number)].set_params(**{own: params[name]})
            elif number.isdigit():
                self.parts = [params[name] if str(at) == number else part for at, part in enumerate(self.parts)]
        return self

    def side_by_side(self) -> Sequence[Features]:
        """All parts, and in place of a part that is a union, its own."""
        return [each for part in self.made_from() for each in part.side_by_side()]

    def made_from(self) -> Sequence[Features]:
        """The parts."""
        return getattr(self, "parts_", self.parts)

    def encode(self, texts: Sequence[str]) -> UnionRows:
        """What every part encodes."""
        return UnionRows(tuple(part.encode(texts) for part in self.parts))

    def encoding_seconds(self, texts: Sequence[str]) -> EncodingTime:
        """The time for all parts."""
        parts = [part.encoding_seconds(texts) for part in self.parts]
        return EncodingTime(sum(part.seconds for part in parts), sum(part.cpu_seconds for part in parts))

    def fit_rows(self, rows: UnionRows) -> Self:
        """Fit every part on its rows."""
        from sklearn.base import clone

        self.parts_ = [clone(part).fit_rows(read) for part, read in zip(self.parts, rows.parts, strict=True)]
        return self

    def transform_rows(self, rows: UnionRows) -> Any:
        """(rows, all parts' columns), sparse if any part is."""
        return self._beside([part.transform_rows(read) for part, read in zip(self.parts_, rows.parts, strict=True)])

    def training_matrix(self, rows: UnionRows) -> Any:
        """As `transform_rows`, of the training matrices of all parts."""
        return self._beside([part.training_matrix(read) for part, read in zip(self.parts_, rows.parts, strict=True)])

    def _beside(self, blocks: Sequence[Matrix]) -> Any:
        if self.weights is not None:
            blocks = [block * weight for block, weight in zip(blocks, self.weights, strict=True)]
        if any(issparse(block) for block in blocks):
            return hstack(blocks, format="csr")
        return np.hstack(blocks)

    def get_feature_names_out(self, input_features: object = None) -> NDArray[Any]:
        """Names of the columns: the part's number, two underscores, the part's own name."""
        del input_features
        names = [part.get_feature_names_out() for part in self.parts_]
        return np.array([f"{at}__{name}" for at, part in enumerate(names) for name in part], dtype=object)


def weighed(features: Features, values: Mapping[str, Any]) -> Features:
    """Features with the weights that are among tuned values: a copy of a union, fitted or not; without such, unchanged.

    Fitting a union does not depend on its weights, so that one fitted union serves for all of them.
    """
    if WEIGHTS not in values:
        return features
    found = copy.copy(features)
    found.weights = values[WEIGHTS]
    return found
