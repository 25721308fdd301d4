"""Static word-piece embeddings of model2vec."""

from __future__ import annotations

import functools
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

    def encode(self, text: str) -> NDArray[np.float32]:
        """(dimensions,)."""
        return np.asarray(_model(self.folder()).encode([text], use_multiprocessing=False)[0], dtype=np.float32)


@functools.lru_cache(maxsize=1)
def _model(folder: Path) -> Any:
    from model2vec import StaticModel

    return StaticModel.from_pretrained(folder)
