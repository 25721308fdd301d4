"""What every embedding back end is: settings that turn a text into a vector, and say what that vector hangs on."""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Annotated, Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import BeforeValidator

from bench.core.digests import canonical_json, digest
from bench.core.errors import BenchError
from bench.core.registry import Registry
from bench.core.settings import Choice, InputPath, Settings


class EmbedderSettings(Settings, ABC):
    """Base of the settings of an embedding back end; a subclass is registered under its `kind`."""

    kind: str

    package: ClassVar[str]
    """The distribution that holds the back end."""

    extra: ClassVar[str | None] = None
    """The extra of banmian that installs it, None for one that is always there."""

    licence: ClassVar[str]
    """Licence of the weights, as their source states it."""

    @abstractmethod
    def encode(self, text: str) -> NDArray[np.float32]:
        """(dimensions,) vector of one text alone, so that no batch changes its bits."""

    def versions(self) -> dict[str, str]:
        """Everything but settings and text that a vector hangs on, by name.

        Raises BenchError that names the extra to install where the back end is not installed.
        """
        try:
            return {self.package: version(self.package)}
        except PackageNotFoundError:
            what = f"'banmian[{self.extra}]'" if self.extra else self.package
            text = f"the back end {self.kind!r} needs the package {self.package}; install it: pip install {what}"
            raise BenchError(text) from None

    def identity(self) -> str:
        """Digest over settings and versions: vectors are stored under it."""
        return digest([canonical_json(self.model_dump(mode="json")), canonical_json(self.versions())])


class NamedModelSettings(EmbedderSettings, ABC):
    """Base of the settings of a back end that loads a model which the user names."""

    licence: ClassVar[str] = "the model's own: see its card"

    model: InputPath
    """A model's folder, relative to the experiment file, or its name on the Hugging Face hub (needs a network)."""

    revision: str | None = None
    """For a name: the commit, tag or branch; a branch may move, a commit does not."""

    def folder(self) -> Path:
        """Where the model lies; a named one is fetched first. Raises BenchError where there is none."""
        if self.model.path.is_dir():
            return self.model.path
        from huggingface_hub import snapshot_download

        try:
            return Path(snapshot_download(self.model.written, revision=self.revision))
        except Exception as error:  # noqa: BLE001  the hub's library raises of many kinds; all mean: not to be had
            reason = str(error).strip().splitlines()[0]
            raise BenchError(
                f"model {self.model.written!r} is no folder, nor to be had from the hub: {reason}"
            ) from None

    def versions(self) -> dict[str, str]:
        """Also the digest of the model's files."""
        found = super().versions()
        folder = self.folder()
        files = sorted(path for path in folder.rglob("*") if path.is_file() and ".cache" not in path.parts)
        parts = [part for path in files for part in (path.relative_to(folder).as_posix(), _file_digest(path))]
        return {**found, f"model {self.model.portable}": digest(parts)}


def _file_digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


EMBEDDERS: Registry[EmbedderSettings] = Registry(
    "embedding back end", package="bench.systems.embedders", group="banmian.embedders"
)


def _by_name(value: Any) -> Any:
    return {"kind": value} if isinstance(value, str) else value


AnyEmbedder = Annotated[EmbedderSettings, Choice(EMBEDDERS), BeforeValidator(_by_name)]
"""The type of a field that holds the settings of any back end; a name alone stands for its default settings."""
