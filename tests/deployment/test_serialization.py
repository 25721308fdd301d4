"""Fitted values: whatever is written comes back the same, and nothing else is ever made."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst
from safetensors.numpy import load as load_arrays
from safetensors.numpy import save as save_arrays
from scipy.sparse import csr_matrix
from sklearn.dummy import DummyClassifier

from bench.core.errors import BenchError
from bench.deployment.serialization import DamagedStateError, dump, load

HERE = Path()
NUMBERS = npst.arrays(
    st.sampled_from(["?", "i1", "u1", "i4", "i8", "f4", "f8"]), npst.array_shapes(min_dims=0, max_dims=3, min_side=0)
)
TEXT = st.text(st.characters(exclude_categories=()), max_size=4)
STRINGS = st.lists(TEXT, max_size=5).map(lambda values: np.array([*values, None], dtype=object)[:-1])
PLAIN = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
VALUES = st.recursive(
    PLAIN | NUMBERS | STRINGS,
    lambda inner: st.lists(inner, max_size=3) | st.tuples(inner, inner) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


def _again(value):
    state, arrays = dump({"x": value}, {}, HERE)
    read = {name: np.array(array) for name, array in load_arrays(save_arrays(arrays)).items()}
    return load(json.loads(json.dumps(state, allow_nan=False)), read, lambda name: None, HERE)["x"]


def _check_same(one, other):
    assert type(one) is type(other)
    if isinstance(one, np.ndarray):
        assert (one.dtype, one.shape, one.tolist() if one.dtype == object else one.tobytes()) == (
            other.dtype, other.shape, other.tolist() if other.dtype == object else other.tobytes()
        )  # fmt: skip
    elif isinstance(one, (list, tuple)):
        assert len(one) == len(other)
        for each in zip(one, other, strict=True):
            _check_same(*each)
    elif isinstance(one, dict):
        assert list(one) == list(other)
        for name, each in one.items():
            _check_same(each, other[name])
    else:
        assert one == other or (one != one and other != other)


@given(VALUES)
def test_values_come_back_as_they_were(value):
    _check_same(_again(value), value)


@given(npst.arrays("f8", npst.array_shapes(min_dims=2, max_dims=2, min_side=2)))
def test_the_order_of_a_matrix_in_memory_is_kept(matrix):
    for each in (matrix, np.asfortranarray(matrix)):
        assert _again(each).flags.f_contiguous == each.flags.f_contiguous
        assert _again(each).tobytes() == each.tobytes()


@given(st.integers(0, 5), st.integers(1, 5), st.randoms(use_true_random=False))
def test_sparse_matrices_come_back_with_their_parts(rows, columns, random):
    dense = np.array([[random.choice([0.0, 0.5]) for _ in range(columns)] for _ in range(rows)]).reshape(rows, columns)
    matrix, again = csr_matrix(dense), _again(csr_matrix(dense))
    for name in ("data", "indices", "indptr"):
        _check_same(getattr(again, name), getattr(matrix, name))
    assert again.shape == matrix.shape


@pytest.mark.parametrize("value", [len, object(), np.array([object()]), np.array([1j]), {1, 2}, b"x", DummyClassifier])
def test_what_is_no_plain_value_is_not_written(value):
    with pytest.raises(BenchError, match=r"cannot be saved: its x is (a|an) .*"):
        dump({"x": value}, {}, HERE)


@given(st.recursive(PLAIN | st.just({"is": "array", "array": "x"}), lambda inner: st.lists(inner) | st.dictionaries(
    st.sampled_from(["is", "items", "array", "state", "value", "shape", "data", "utf8", "lengths", "settings", "kind"]),
    inner | st.sampled_from(["tuple", "dict", "float", "csr", "strings", "embedder", "scalar", "built", "Pipeline", "Segmenter"])),
    max_leaves=6))  # fmt: skip
def test_whatever_a_file_says_gives_a_value_or_one_error(node):
    try:
        load({"x": node}, {"x": np.arange(3)}, lambda name: None, HERE)
    except (DamagedStateError, BenchError) as error:
        assert "\n" not in str(error)
