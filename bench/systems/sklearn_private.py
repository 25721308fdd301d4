"""scikit-learn's private functions that solvers use, each given only where this version has it unchanged."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

_TRAIN_WRAP = (
    "X", "Y", "is_sparse", "solver_type", "eps", "bias", "C", "class_weight", "max_iter", "random_seed", "epsilon",
    "sample_weight",
)  # fmt: skip


@functools.cache
def liblinear() -> Callable[..., Any] | None:
    """`train_wrap`, silent, by whose arguments tests know it; None where it is another."""
    try:
        from sklearn.svm._liblinear import set_verbosity_wrap, train_wrap
    except ImportError:
        return None
    if _arguments(train_wrap) != _TRAIN_WRAP:
        return None
    set_verbosity_wrap(0)
    return train_wrap  # type: ignore[no-any-return]


@functools.cache
def normalize_rows() -> Callable[[Any], Any] | None:
    """`inplace_csr_row_normalize_l2`; None where it is not there."""
    try:
        from sklearn.utils.sparsefuncs_fast import inplace_csr_row_normalize_l2
    except ImportError:
        return None
    return inplace_csr_row_normalize_l2  # type: ignore[no-any-return]


def _arguments(function: Callable[..., Any]) -> tuple[str, ...]:
    try:
        return tuple(inspect.signature(function).parameters)
    except (TypeError, ValueError):
        return ()
