"""Labelled rows of a data set that the `datasets` library opens: by its name on the Hugging Face hub, or a folder."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, ClassVar, Literal

from pydantic import model_validator

from bench.core.errors import BenchError, suggest
from bench.core.inputs import check_readable
from bench.core.labelled_texts import LabelledTexts
from bench.core.settings import InputPath, OneOrMany
from bench.data.labelled import labelled_texts
from bench.data.sources.base import SOURCES, TableSource, check_pairs, without_choosers
from bench.data.unlabelled import UnlabelledTexts, texts_of, with_unlabelled
from bench.tables import Table, load_saved, progress_bars_off, read_dataset

_HUB_NAME = re.compile(r"[a-z\d][\w.-]*(/[a-z\d][\w.-]*)?", re.ASCII | re.IGNORECASE)


@SOURCES.register("hub")
class HubSource(TableSource):
    """Rows of a data set on the hub, of a folder of data files, or of a folder that `save_to_disk` wrote."""

    kind: Literal["hub"]

    path: InputPath
    """A folder, relative to the experiment file, or else a name on the hub, as in `user/name`."""

    config: str | None = None
    """One of the data set's configurations, where it has several."""

    revision: str | None = None
    """Commit, tag or branch on the hub; left out, the newest, so that a later run may see other rows."""

    train: OneOrMany[str] = ("train",)
    """The split whose rows are used, or several."""

    validation: OneOrMany[str] | None = None
    """Splits on which listed values are tuned: one for each training split, or one for all."""

    test: str | None = None
    """The split on which systems are scored, where the protocol takes the data's own parts."""

    unlabelled: OneOrMany[str] | None = None
    """Splits of texts without labels, from which systems with `unlabelled` learn. A text that is also a labelled row is
    left out."""

    added: ClassVar[tuple[str, ...]] = ("unlabelled",)

    @model_validator(mode="after")
    def _pairs(self) -> HubSource:
        check_pairs(self.train, self.validation or (), "splits")
        return self

    def load(self) -> LabelledTexts:
        """All rows, in the order of train, validation and test splits, and the unlabelled texts."""
        with ExitStack() as stack:
            splits = self._open(stack)
            train, validation = ([self._read(splits, name) for name in names] for names in self._names())
            test = None if self.test is None else self._read(splits, self.test)
            unlabelled = [self._read_texts(splits, name) for name in self.unlabelled or ()]
        return with_unlabelled(labelled_texts(self.roles, train, validation, test), unlabelled)

    def _names(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        return self.train, self.validation or ()

    def _read(self, splits: Mapping[str, Any], name: str) -> Table:
        return without_choosers(self.roles, lambda columns: self._columns(splits, name, columns))

    def _read_texts(self, splits: Mapping[str, Any], name: str) -> UnlabelledTexts:
        return texts_of(self._columns(splits, name, [self.text]), self.text)

    def _columns(self, splits: Mapping[str, Any], name: str, columns: Sequence[str]) -> Table:
        place = self._place()
        if name not in splits:
            raise BenchError(f"no split {name!r}{suggest(name, splits)}", place=place)
        return read_dataset(splits[name], f"{place} ({name})", columns)

    def _place(self) -> str:
        folder = self.path.path
        return str(folder) if folder.exists() else self.path.written

    def _open(self, stack: ExitStack) -> Mapping[str, Any]:
        """Splits by name, readable until `stack` is closed."""
        folder = self.path.path
        if folder.is_file():
            raise BenchError("is a file; read it with kind: files", place=folder)
        if not folder.is_dir():
            self._check_name()
            return self._load(self.path.written, None)
        for option in ("revision", "config") if _is_saved(folder) else ("revision",):
            if getattr(self, option) is not None:
                raise BenchError(f"{option}: a folder has none; leave it out", place=folder)
        if _is_saved(folder):
            saved = load_saved(folder)
            return saved if isinstance(saved, Mapping) else {"train": saved}
        check_readable(folder)
        # The library's cache uses names as keys and may hold rows of an older folder: this cache is our own.
        cache = tempfile.TemporaryDirectory(prefix="banmian-", ignore_cleanup_errors=True)
        return self._load(str(folder), stack.enter_context(cache))

    def _check_name(self) -> None:
        written = self.path.written
        if not _HUB_NAME.fullmatch(written):
            raise BenchError(f"no such folder: {self.path.path}; a name on the hub is 'name' or 'user/name'")
        if Path(written).exists():
            text = f"no such folder beside the experiment file, but one named {written!r} in the working folder"
            raise BenchError(f"{text}; write its path relative to the experiment file", place=self.path.path)

    def _load(self, name: str, cache: str | None) -> Mapping[str, Any]:
        from datasets import load_dataset

        with progress_bars_off():
            try:
                splits: Mapping[str, Any] = load_dataset(name, self.config, revision=self.revision, cache_dir=cache)
            except Exception as error:  # noqa: BLE001  what the library stumbles on lies in the data or the network
                raise BenchError(_in_words(error), place=self._place()) from None
        return splits


def _is_saved(folder: Path) -> bool:
    return any((folder / name).is_file() for name in ("dataset_dict.json", "state.json"))


def _in_words(error: Exception) -> str:
    cause = error.__cause__ if type(error).__name__ == "DatasetGenerationError" and error.__cause__ else error
    told = f"{type(cause).__name__}: {' '.join(str(cause).split())}"
    if isinstance(error, ConnectionError):
        return f"not a folder, not in the cache, and the hub cannot be reached ({told}); go online, or name a folder"
    return f"cannot be read by datasets: {told}"
