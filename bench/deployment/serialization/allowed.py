"""What a model's file may hold: classes, each named by a word, and the tags of its other values."""

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
    """For each word, the class: those that kinds name in `fitted_types`. Attributes are set, no constructor runs.

    A class of a plug-in whose name is another's is left out.
    """
    from bench.systems.classifiers.base import CLASSIFIERS
    from bench.systems.features.base import FEATURES
    from bench.systems.pipeline import FITTED_TYPES

    own: list[type] = list(FITTED_TYPES)
    plugged_in: list[type] = []
    for kind in CLASSIFIERS.classes().values():
        (own if kind.__module__.startswith("bench.") else plugged_in).extend(kind.fitted_types)
    for made in FEATURES.classes().values():
        (own if made.__module__.startswith("bench.") else plugged_in).extend(made.fitted_types)
    return {cls.__name__: cls for cls in [*reversed(plugged_in), *own]}


def item_of(template: Any, at: int) -> Any:
    """The part of an unfitted object in the place of a fitted one's item; None where there is nothing."""
    return template[at] if isinstance(template, (list, tuple)) and at < len(template) else None


def attribute_of(template: Any, name: str) -> Any:
    """The part of an unfitted object in the place of a fitted one's attribute; None where there is nothing.

    As in scikit-learn, `parts_` are the fitted clones of the parameter `parts`.
    """
    return getattr(template, name.removesuffix("_"), None)
