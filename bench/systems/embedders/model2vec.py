"""Static word-piece embeddings of model2vec."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from bench.systems.embedders.base import EMBEDDERS, NamedModelSettings


@EMBEDDERS.register("model2vec")
class Model2VecSettings(NamedModelSettings):
    """A static embedding model of model2vec: the mean of its word pieces' vectors."""

    package: ClassVar[str] = "model2vec"
    extra: ClassVar[str | None] = "static"

    kind: Literal["model2vec"]

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(texts, dimensions), each text encoded alone."""
        model = _model(self.folder())
        vectors = [model.encode([text], use_multiprocessing=False)[0] for text in texts]
        return np.asarray(vectors, dtype=np.float32)


@functools.lru_cache(maxsize=1)
def _model(folder: Path) -> Any:
    from model2vec import StaticModel

    return StaticModel.from_pretrained(folder)
