"""Every shown row of a data set with its labels, its article, and each system's prediction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bench.comparison.run_details import DetailedComparison
from bench.core.labelled_texts import NO_CLASS
from bench.deployment.attributions import Attributions
from bench.report.data.articles import articles_of
from bench.report.data.predictions import attributions_of, misses_of, said_of
from bench.report.data.rows import Json, Rows, visible
from bench.report.wording import data as wording


@dataclass(frozen=True, slots=True)
class BrowserRow:
    """One row as the page's table has it: what can be read without a script.

    at: its place in the page's data; name: what people call the row, its id or its file and line.
    label, second, group: places in the lists of names, None where there is none.
    wrong: systems that predicted wrong in most repeats, of `systems`, in the first comparison; taken_for: their
    commonest wrong prediction, empty where none of them is.
    """

    at: int
    row_id: str
    name: str
    text: str | None
    label: int
    second: int | None
    group: int | None
    wrong: int
    systems: int
    taken_for: str


@dataclass(frozen=True, slots=True)
class Browser:
    """The rows of one data set, those that most systems get wrong first. names: of labels; groups: what each is called.

    annotators: who gave the label and the second one. second: whether some row has a second one.
    said, context: what the page's script reads beside the table, at once and when a row is opened.
    """

    key: str
    title: str
    words: tuple[str, ...]
    names: tuple[str, ...]
    groups: tuple[str, ...]
    rows: tuple[BrowserRow, ...]
    second: bool
    annotators: tuple[str, str]
    said: Json
    context: Json


def make_browser(rows: Rows, attributions: Mapping[int, Attributions] | None = None) -> Browser | None:
    """Every shown row with its labels, its article and what each system said; None where nothing was tested.

    attributions: of a system, by the place of its comparison in `rows.comparisons`.
    """
    if not rows.tested:
        return None
    shown, names, groups = rows.shown, rows.names, rows.groups
    code = {name: at for at, name in enumerate(names)}
    articles, of_group = articles_of(rows, shown, groups)
    title = ", ".join(dict.fromkeys(name for each in rows.comparisons for name in each.comparison.experiments))
    return Browser(
        key=rows.key,
        title=title,
        words=tuple(_words(rows)),
        names=names,
        groups=tuple(rows.group_names.get(group, group) for group in groups),
        rows=tuple(sorted(_shown(rows, code), key=lambda row: (-row.wrong / max(row.systems, 1), row.at))),
        second=bool(rows.second_labels),
        annotators=(wording.annotator(rows.texts.side.annotators[0]), wording.annotator(rows.texts.side.annotators[1])),
        said={
            "names": (*names, NO_CLASS) if any(map(_unnamed, rows.comparisons)) else names,
            "tables": [said_of(each, shown, {**code, NO_CLASS: len(names)}) for each in rows.comparisons],
        },
        context={
            "articles": articles,
            "group_articles": of_group,
            "pulls": [attributions_of(at, each, shown) for at, each in sorted((attributions or {}).items())],
        },
    )


def _unnamed(each: DetailedComparison) -> bool:
    """Whether any prediction was of no class."""
    return any(detail.predictions is not None and detail.predictions.unnamed for detail in each.scored)


def _shown(rows: Rows, code: Mapping[str, int]) -> Iterator[BrowserRow]:
    """The rows of the table, in the order of the data. code: label to its place in the list of names."""
    group_code = {group: at for at, group in enumerate(rows.groups)}
    group_of = rows.group_of
    data, seconds = rows.texts.data, rows.second_labels
    texts = {} if data is None else dict(zip(data.row_ids, data.texts, strict=True))
    called = {} if data is None else {row_id: data.name_of(at) for at, row_id in enumerate(data.row_ids)}
    misses = misses_of(rows.comparisons[0], rows.shown)
    for at, row_id in enumerate(rows.shown):
        wrong, systems, taken_for = misses[row_id]
        yield BrowserRow(
            at=at,
            row_id=row_id,
            name=called.get(row_id, row_id),
            text=None if data is None else visible(texts[row_id]),
            label=code[rows.tested[row_id]],
            second=code[seconds[row_id]] if row_id in seconds else None,
            group=group_code[group_of[row_id]] if row_id in group_of else None,
            wrong=wrong,
            systems=systems,
            taken_for=taken_for if wrong else "",
        )


def _words(rows: Rows) -> Iterator[str]:
    if len(rows.shown) < len(rows.tested):
        yield wording.rows_shown(len(rows.shown), len(rows.tested))
    if rows.texts.reason is not None:
        yield wording.ids_only(rows.texts.reason)
    elif rows.texts.page_fault is not None:
        yield wording.no_raw(rows.texts.page_fault)
