"""Guesses which columns of a table hold texts, labels and groups from their values, and gives the reasons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from bench.core.errors import BenchError, quoted, suggest
from bench.data.cells import is_empty
from bench.tables import Table

Role = Literal["text", "label", "group", "id"]

_NAMES: dict[Role, tuple[str, ...]] = {
    "text": (
        "text",
        "sentence",
        "content",
        "review",
        "title",
        "body",
        "document",
        "正文",
        "内容",
        "文本",
        "标题",
        "评论",
    ),
    "label": (
        "label",
        "labels",
        "label_desc",
        "topic",
        "category",
        "class",
        "target",
        "tag",
        "标签",
        "类别",
        "分类",
        "主题",
    ),
    "group": ("group", "article", "author", "source", "doc", "doc_id", "page", "url", "user", "文章", "作者", "来源"),
    "id": ("id", "row_id", "uuid", "guid", "no", "key", "编号", "序号"),
}
"""Usual names of such columns."""

_MOST_CLASSES = 200
_LONGEST_LABEL, _SHORTEST_TEXT = 60, 2.0


@dataclass(frozen=True, slots=True)
class Chosen:
    """A column and why it was taken."""

    column: str
    reason: str


@dataclass(frozen=True, slots=True)
class Columns:
    """The roles of a table's columns. group, id: None where no column looks like one.

    empty: rows without text or label. constant: columns that are named as labels often are, but hold one value only, to
    this value.
    """

    text: Chosen
    label: Chosen
    group: Chosen | None
    id: Chosen | None
    empty: int
    constant: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Look:
    """Statistics of a column. length: mean number of characters of its strings."""

    name: str
    filled: int
    distinct: int
    strings: bool
    plain: bool
    length: float

    @classmethod
    def at(cls, name: str, values: Sequence[Any]) -> _Look:
        there = [value for value in values if not is_empty(value)]
        strings = [value for value in there if isinstance(value, str)]
        plain = all(
            isinstance(value, (str, int)) or (isinstance(value, float) and value.is_integer()) for value in there
        )
        distinct = len({str(value) for value in there}) if plain else 0
        length = sum(map(len, strings)) / len(strings) if strings else 0.0
        return cls(name, len(there), distinct, bool(there) and len(strings) == len(there), plain, length)

    def named(self, role: Role) -> bool:
        return self.name.strip().casefold() in _NAMES[role]

    @property
    def rows_a_value(self) -> float:
        return self.filled / self.distinct if self.distinct else 0.0


def guess_columns(
    table: Table,
    *,
    text: str | None = None,
    label: str | None = None,
    group: str | None = None,
    grouped: bool = True,
) -> Columns:
    """The columns by their values: the longest different strings are texts, few repeated values are labels.

    text, label, group: columns that the user names. grouped: whether a group is guessed where none is named.
    Raises BenchError where no column looks like texts or labels, and for a column that is not there.
    """
    for name in (text, label, group):
        if name is not None:
            table.column(name)
    looks = {name: _Look.at(name, values) for name, values in table.columns.items()}
    texts = _text(table, looks, text, taken={label, group})
    labels = _label(table, looks, label, taken={texts.column, group})
    rest = [look for look in looks.values() if look.name not in {texts.column, labels.column}]
    groups = _group(rest, looks[labels.column], group) if grouped or group is not None else None
    ids = next((look for look in rest if look.named("id") and look.distinct == len(table.places)), None)
    pairs = zip(table.column(texts.column), table.column(labels.column), strict=True)
    return Columns(
        texts,
        labels,
        groups,
        None if ids is None else Chosen(ids.name, "every row has a value of its own"),
        sum(any(map(is_empty, cells)) for cells in pairs),
        {look.name: _first(table, look) for look in rest if look.named("label") and look.distinct == 1},
    )


def _text(table: Table, looks: dict[str, _Look], given: str | None, taken: set[str | None]) -> Chosen:
    if given is not None:
        return Chosen(given, "as you said")
    fitting = [
        look
        for look in looks.values()
        if look.strings
        and look.name not in taken
        and not look.named("id")
        and look.length >= _SHORTEST_TEXT
        and look.distinct * 2 >= look.filled
    ]
    if not fitting:
        names = suggest("", looks).strip(". ")
        raise BenchError(
            f"no column looks like texts (strings, most of them different); --text COLUMN. {names}", place=table.path
        )
    best = max(fitting, key=lambda look: (look.length > 10 or look.named("text"), look.length))
    share = best.distinct / best.filled
    return Chosen(
        best.name, f"the longest strings, {best.length:.0f} characters on average, {share:.0%} of them different"
    )


def _label(table: Table, looks: dict[str, _Look], given: str | None, taken: set[str | None]) -> Chosen:
    if given is not None:
        look = looks[given]
        if look.plain and look.distinct < 2:
            raise _one_label(table, look)
        if look.plain and look.distinct == look.filled:
            raise _all_different(table, look)
        return Chosen(given, "as you said")
    rest = [look for look in looks.values() if look.name not in taken]
    fitting = [
        look
        for look in rest
        if look.plain
        and look.length <= _LONGEST_LABEL
        and not look.named("id")
        and 2 <= look.distinct <= _MOST_CLASSES
        and look.rows_a_value >= 2
    ]
    if fitting:
        best = min(
            fitting, key=lambda look: (not look.named("label"), look.named("group"), not look.strings, look.distinct)
        )
        return Chosen(best.name, f"{best.distinct} different values, each in {best.rows_a_value:.0f} rows on average")
    meant = [look for look in rest if look.named("label") and look.plain and look.filled]
    if meant and meant[0].distinct < 2:
        raise _one_label(table, meant[0])
    if meant and meant[0].distinct == meant[0].filled:
        raise _all_different(table, meant[0])
    names = suggest("", looks).strip(". ")
    raise BenchError(
        f"no column looks like labels (few values, each in several rows); --label COLUMN. {names}", place=table.path
    )


def _first(table: Table, look: _Look) -> Any:
    """The first value of a column."""
    return next((value for value in table.column(look.name) if not is_empty(value)), None)


def _one_label(table: Table, look: _Look) -> BenchError:
    text = f"column {look.name!r} holds one label only, {quoted(_first(table, look))}; a classifier needs two or more"
    return BenchError(f"{text}; another column: --label COLUMN", place=table.path)


def _all_different(table: Table, look: _Look) -> BenchError:
    text = f"column {look.name!r}: all {look.filled} labels are different, so that none could be learnt"
    return BenchError(f"{text}; another column: --label COLUMN", place=table.path)


def _group(rest: Sequence[_Look], label: _Look, given: str | None) -> Chosen | None:
    if given is not None:
        return Chosen(given, "as you said")

    def fits(look: _Look) -> bool:
        if not look.plain or not 2 <= look.distinct < look.filled:
            return False
        many = look.strings and look.distinct > 2 * label.distinct and look.rows_a_value >= 2
        return look.named("group") or many

    best = max(filter(fits, rest), key=lambda look: (look.named("group"), look.distinct), default=None)
    if best is None:
        return None
    rows = f"{best.rows_a_value:.1f} rows on average"
    return Chosen(best.name, f"{best.distinct} different values, each in {rows}, as of articles or authors")
