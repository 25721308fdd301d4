"""Labelled texts that Python holds already, as a source: checked like any other, identified by their content."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from pydantic import PrivateAttr

from bench.core.errors import BenchError, suggest
from bench.core.labelled_texts import LabelledTexts
from bench.data.labelled import Roles, labelled_texts
from bench.data.sources.base import SourceSettings
from bench.data.unlabelled import UnlabelledTexts, texts_of, with_unlabelled
from bench.tables import Table, is_table, read_columns, read_object

KIND = "memory"
_PLACE = "data"
"""The place in error messages for rows that Python holds."""

_UNLABELLED = "unlabelled"
_SPLITS = {
    "train": "train",
    "validation": "validation",
    "valid": "validation",
    "dev": "validation",
    "test": "test",
    **dict.fromkeys((_UNLABELLED, "unlabeled", "unsupervised"), _UNLABELLED),
}
"""The part (training, validation, test) for each usual name of a split."""


class MemorySource(SourceSettings):
    """Rows given as Python objects. Nothing of them is stored: a record holds their digest, and that they were given.

    Its length is the number of rows.
    """

    kind: Literal["memory"] = "memory"

    _rows: LabelledTexts = PrivateAttr()

    @classmethod
    def of(cls, rows: LabelledTexts) -> MemorySource:
        """A source of these rows."""
        made = cls()
        made._rows = rows
        return made

    def load(self) -> LabelledTexts:
        """The rows."""
        return self._rows

    def __len__(self) -> int:
        return len(self._rows)


def dataset(
    train: Any,
    labels: Iterable[Any] | None = None,
    *,
    validation: Any = None,
    test: Any = None,
    text: str = "text",
    label: str = "label",
    group: str | None = None,
    id: str | None = None,  # noqa: A002  the key of an experiment file
    groups: Iterable[Any] | None = None,
    ids: Iterable[Any] | None = None,
    label_names: Iterable[str] | None = None,
    drop_empty: bool = False,
    unlabelled: Any = None,
) -> MemorySource:
    """Labelled texts that Python holds, as the data of an experiment: checked at once, as a file's rows are.

    train: a pandas or polars frame, an Arrow table or anything that gives one, a `datasets.Dataset` (integers of a
    ClassLabel become their names) or `DatasetDict`, a mapping of columns, rows as mappings or (text, label) pairs; or
    texts alone, with `labels` (and `groups`, `ids`) beside them. Of several tables, each is a training set of its own.
    validation, test: rows that the data sets apart, for the protocol `fixed`.
    text, label, group, id: names of the columns. label_names: of the labels 0, 1, … that have none.
    drop_empty: leave out rows without text or label, in place of refusing them.
    unlabelled: texts without labels, or a table with the column `text`, from which systems with `unlabelled` learn; one
    that is also a labelled row is left out.
    The rows are known by their content: two equal tables are the same data, whatever holds them, and an index plays no
    part. Nothing of them is stored with results.
    Raises BenchError, with the number of the row from 1, for a cell that is missing or of the wrong kind.

    >>> import bench
    >>> data = bench.dataset(["深化改革", "义诊活动"], ["reform", "health"])
    >>> len(data), data.load().classes
    (2, ('health', 'reform'))
    """
    names = None if label_names is None else tuple(map(str, label_names))
    more = [] if unlabelled is None else [_unlabelled(unlabelled, text)]
    if labels is not None:
        if validation is not None or test is not None:
            raise BenchError("validation and test are rows with named columns; give train so, too", place=_PLACE)
        given = {"text": train, "label": labels, "group": groups, "id": ids}
        columns = {column: cells for column, cells in given.items() if cells is not None}
        side = (None if groups is None else "group", None if ids is None else "id")
        roles = Roles("text", "label", *side, names, drop_empty)
        return MemorySource.of(with_unlabelled(labelled_texts(roles, [read_columns(columns, _PLACE)]), more))
    if groups is not None or ids is not None:
        raise BenchError("groups and ids go with a list of labels; name columns by group= and id=", place=_PLACE)
    parts = {"train": train, "validation": validation, "test": test}
    if _is_splits(train):
        if validation is not None or test is not None:
            raise BenchError("has splits of its own; leave validation and test out", place=_PLACE)
        parts = _splits(train)
        apart = parts.pop(_UNLABELLED, None)
        if apart is not None and unlabelled is not None:
            raise BenchError("has a split of unlabelled texts; leave unlabelled out", place=_PLACE)
        more += [] if apart is None else [_unlabelled(apart, text)]
    roles = Roles(text, label, group, id, names, drop_empty)
    alone = parts.get("validation") is None and parts.get("test") is None
    tables = {part: _tables(value, _PLACE if alone else f"{_PLACE}.{part}", roles) for part, value in parts.items()}
    return MemorySource.of(with_unlabelled(_labelled(roles, tables), more))


make_source = dataset
"""What an experiment's `data` is given to."""


def _labelled(roles: Roles, tables: Mapping[str, list[Table]]) -> LabelledTexts:
    train, validation, test = (tables.get(part, []) for part in ("train", "validation", "test"))
    if not train:
        raise BenchError("needs rows to train on, as 'train'", place=_PLACE)
    if len(validation) not in {0, 1, len(train)}:
        text = f"{len(validation)} tables for {len(train)} of train; give one for each, or one for all"
        raise BenchError(text, place=f"{_PLACE}.validation")
    if len(test) > 1:
        raise BenchError(f"{len(test)} tables, where one is needed", place=f"{_PLACE}.test")
    return labelled_texts(roles, train, validation, test[0] if test else None)


def _unlabelled(value: Any, text: str) -> UnlabelledTexts:
    """Texts one after the other, a series of them, or the column `text` of a table."""
    place = f"{_PLACE}.unlabelled"
    if not is_table(value) or not any(hasattr(value, name) for name in ("columns", "column_names", "schema")):
        return texts_of(read_columns({"text": value}, place), "text")
    return texts_of(read_object(value, place, [text]), text)


def _is_splits(value: object) -> bool:
    """Whether a value is a `DatasetDict`, or a mapping like one: names of splits to tables."""
    return isinstance(value, Mapping) and bool(value) and all(is_table(part) for part in value.values())


def _splits(value: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, part in value.items():
        if name not in _SPLITS:
            raise BenchError(f"unknown split {name!r}{suggest(name, _SPLITS)}", place=_PLACE)
        found[_SPLITS[name]] = part
    return found


def _tables(value: Any, place: str, roles: Roles) -> list[Table]:
    """The tables of one part: one, or several where a list of tables is given."""
    if value is None:
        return []
    if isinstance(value, (list, tuple)) and value and all(map(is_table, value)):
        return [read_object(each, f"{place}.{at}", roles.columns) for at, each in enumerate(value)]
    return [read_object(value, place, roles.columns)]
