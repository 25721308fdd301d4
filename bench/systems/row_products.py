"""Matrix products in which a row's bits hang on that row alone, whatever rows stand beside it."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_SIZES = (384, 128, 48, 24)
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
    by others again, which add up in another order. Which rows of which sizes are computed alike is found out on the
    library at hand, once for a shape; only those are used, the others are filled with zeros. Where too few rows are
    alike, each row is multiplied alone.
    Call it within `one_thread`: more threads may divide a block otherwise.
    """

    def __init__(self, weights: Floats) -> None:
        self._transposed = np.ascontiguousarray(weights.T)
        self._blocks = _alike(*weights.shape)

    def __call__(self, rows: Floats) -> Floats:
        """(rows, outer)."""
        product = np.empty((len(rows), len(self._transposed)), dtype=np.float32)
        at = 0
        while at < len(rows):
            left = len(rows) - at
            block = min((each for each in self._blocks if each.rows >= left), key=_size, default=self._blocks[0])
            stop = at + min(block.rows, left)
            filled = np.zeros((block.size, rows.shape[1]), dtype=np.float32)
            filled[block.start : block.start + stop - at] = rows[at:stop]
            product[at:stop] = (self._transposed @ filled.T)[:, block.start : block.start + stop - at].T
            at = stop
        return product


def _size(block: _Block) -> int:
    return block.size


@functools.cache
def _alike(inner: int, outer: int) -> tuple[_Block, ...]:
    """Blocks whose rows are all computed alike, the one with the most such rows first."""
    rng = np.random.default_rng(0)
    row = rng.standard_normal(inner, dtype=np.float32)
    transposed = rng.standard_normal((outer, inner), dtype=np.float32)
    found: list[tuple[_Block, bytes]] = []
    for size in _SIZES:
        product = np.ascontiguousarray((transposed @ np.tile(row, (size, 1)).T).T)
        found.append(_longest_run(size, [each.tobytes() for each in product]))
    reference = found[0][1]
    blocks = tuple(block for block, bits in found if bits == reference and block.rows >= _LEAST_ROWS)
    return blocks or (_Block(1, 0, 1),)


def _longest_run(size: int, rows: list[bytes]) -> tuple[_Block, bytes]:
    best, start = _Block(size, 0, 0), 0
    for at in range(1, size + 1):
        if at == size or rows[at] != rows[start]:
            if at - start > best.rows:
                best = _Block(size, start, at - start)
            start = at
    return best, rows[best.start]
