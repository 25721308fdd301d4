"""Sentence embeddings of sentence-transformers."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from bench.systems.embedders.base import EMBEDDERS, NamedModelSettings


@EMBEDDERS.register("sentence-transformers")
class SentenceTransformersSettings(NamedModelSettings):
    """A model of sentence-transformers, on the processor, without code of the model's own."""

    package: ClassVar[str] = "sentence-transformers"
    extra: ClassVar[str | None] = "st"

    kind: Literal["sentence-transformers"]

    prompt: str = ""
    """A text that is put before every text, as some models need (`query: `)."""

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(texts, dimensions), each text encoded alone: padding to a longer neighbour would change its last bits."""
        model = _model(self.folder())
        vectors = [model.encode([self.prompt + text], show_progress_bar=False)[0] for text in texts]
        return np.asarray(vectors, dtype=np.float32)


@functools.lru_cache(maxsize=1)
def _model(folder: Path) -> Any:
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(str(folder), device="cpu", trust_remote_code=False)
