"""Sentence embeddings of sentence-transformers."""

from __future__ import annotations

import functools
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
    """What stands before every text, as some models ask for (`query: `)."""

    def encode(self, text: str) -> NDArray[np.float32]:
        """(dimensions,)."""
        model = _model(self.folder())
        return np.asarray(model.encode([self.prompt + text], show_progress_bar=False)[0], dtype=np.float32)


@functools.lru_cache(maxsize=1)
def _model(folder: Path) -> Any:
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(str(folder), device="cpu", trust_remote_code=False)
