"""Matrix products in which the bits of a row depend on that row alone, not on its neighbours."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_SIZES, _TURNED_SIZES = (384, 96, 48, 24), (192, 96, 48, 24)
_LEAST_ROWS = 8

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class _Block:
    """A product of `size` rows, of which those from `start` on, `rows` of them, are computed alike."""

    size: int
    start: int
    rows: int


class RowProduct:
    """Rows times weights, (rows, inner) by (inner, outer), in blocks of a few fixed sizes.

    BLAS computes the rows at the ends of a block by other kernels than those in its middle, and blocks of other sizes
    by yet others, which add in another order. For each shape, this class finds out once which rows of which block sizes
    the installed library computes alike; it uses only those, and fills the others with zeros. Where a block's rows are
    not all alike, it transposes the product, since BLAS treats its two sides differently; where even then too few rows
    are alike, it multiplies each row alone.
    Call it within `one_thread`: several threads may divide a block differently.
    """

    def __init__(self, weights: Floats) -> None:
        self._turned, self._blocks = _blocks(*weights.shape)
        self._weights = np.ascontiguousarray(weights.T if self._turned else weights)
        self._outer = weights.shape[1]

    def __call__(self, rows: Floats) -> Floats:
        """(rows, outer)."""
        product = np.empty((len(rows), self._outer), dtype=np.float32)
        at = 0
        while at < len(rows):
            left = len(rows) - at
            block = next((each for each in reversed(self._blocks) if each.rows >= left), self._blocks[0])
            taken = min(block.rows, left)
            filled = rows[at : at + taken]
            if taken < block.size:
                filled = np.zeros((block.size, rows.shape[1]), dtype=np.float32)
                filled[block.start : block.start + taken] = rows[at : at + taken]
            found = _multiplied(filled, self._weights, turned=self._turned)
            product[at : at + taken] = found[block.start : block.start + taken]
            at += taken
        return product


def _multiplied(rows: Floats, weights: Floats, *, turned: bool) -> Floats:
    found: Floats = (weights @ rows.T).T if turned else rows @ weights
    return found


@functools.cache
def _blocks(inner: int, outer: int) -> tuple[bool, tuple[_Block, ...]]:
    """Whether the product is turned over, and blocks with rows that are all computed alike, the largest first."""
    whole = _alike(inner, outer, _SIZES, turned=False)
    if whole and whole[0].rows == _SIZES[0]:
        return False, whole
    turned = _alike(inner, outer, _TURNED_SIZES, turned=True)
    return (True, turned) if turned else (False, (_Block(1, 0, 1),))


def _alike(inner: int, outer: int, sizes: tuple[int, ...], *, turned: bool) -> tuple[_Block, ...]:
    rng = np.random.default_rng(0)
    row = rng.standard_normal(inner, dtype=np.float32)
    weights = rng.standard_normal((outer, inner) if turned else (inner, outer), dtype=np.float32)
    found: list[tuple[_Block, bytes]] = []
    for size in sizes:
        product = np.ascontiguousarray(_multiplied(np.tile(row, (size, 1)), weights, turned=turned))
        found.append(_longest_run(size, [each.tobytes() for each in product]))
    reference = found[0][1]
    return tuple(block for block, bits in found if bits == reference and block.rows >= _LEAST_ROWS)


def _longest_run(size: int, rows: list[bytes]) -> tuple[_Block, bytes]:
    best, start = _Block(size, 0, 0), 0
    for at in range(1, size + 1):
        if at == size or rows[at] != rows[start]:
            if at - start > best.rows:
                best = _Block(size, start, at - start)
            start = at
    return best, rows[best.start]
