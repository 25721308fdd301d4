"""What each config of the dataset holds: its labels, its columns, and its rows, made from labelled pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from bench.corpus.annotations import LabelledPage
from bench.corpus.sentences import split_sentences
from bench.corpus.topics import LABELS, NONE, TOPICS

if TYPE_CHECKING:
    from datasets import Features

Rows = list[dict[str, Any]]
ColumnType = Literal["string", "integer", "boolean", "label", "any label", "spans"]

CONFIGS: Mapping[str, Sequence[str]] = {"paragraphs": sorted(TOPICS), "all": LABELS, "sentences": sorted(TOPICS)}
"""Config to its class labels."""

DEFAULT = "paragraphs"
"""The config that is opened where none is named."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a config. meaning: one line, by language of the card."""

    type: ColumnType
    meaning: Mapping[str, str]


def _column(kind: ColumnType, en: str, zh: str) -> Column:
    return Column(kind, {"en": en, "zh": zh})


_CONTEXT: Mapping[str, Column] = {
    "article": _column("string", "id of the article's first paragraph", "文章首段的编号"),
    "title": _column("string", "headline of the article; null where there is none", "文章标题；没有则为空"),
    "section": _column(
        "string", "section heading above the paragraph; null before the first", "段落上方的小标题；没有则为空"
    ),
    "kind": _column(
        "string", "`paragraph` or `caption` (of a photograph)", "`paragraph`（段落）或 `caption`（图片说明）"
    ),
}

_PARAGRAPHS: Mapping[str, Column] = {
    "id": _column("string", "page and first character; a new page moves none", "页与首字符位置；加入新页不影响已有编号"),
    "text": _column("string", "the repaired paragraph", "修复后的段落"),
    "label": _column("label", "the label that holds", "最终标签"),
    "second_label": _column("any label", "what the second pass said, before settling", "第二遍标注的标签（裁定之前）"),
    **_CONTEXT,
    "position": _column("integer", "place in the article, from 0", "在文章中的位置，从 0 起"),
    "complete": _column("boolean", "false where text was lost", "有缺文则为假"),
    "spans": _column(
        "spans",
        "where the text stands in the page's file: characters from 0, `end` excluded",
        "文字在页面文件中的位置：字符从 0 起计，不含 `end`",
    ),
}  # fmt: skip

_SENTENCES: Mapping[str, Column] = {
    "id": _column("string", "id of the paragraph and `start`", "段落编号加 `start`"),
    "text": _column("string", "the sentence", "句子"),
    "label": _column("label", "the label of its paragraph; nobody labelled the sentence", "所在段落的标签；句子本身没有人标注"),
    "paragraph": _column("string", "id of its paragraph: the group that no split may part", "所在段落的编号：划分数据时不可拆开的组"),
    **_CONTEXT,
    "position": _column("integer", "place in the paragraph, from 0", "在段落中的位置，从 0 起"),
    "complete": _column("boolean", "false where its paragraph lost text", "所在段落有缺文则为假"),
    "start": _column("integer", "its first character in the paragraph's text, from 0", "在段落文字中的首字符，从 0 起"),
    "end": _column("integer", "behind its last character there", "末字符之后的位置"),
}  # fmt: skip

COLUMNS: Mapping[str, Mapping[str, Column]] = {"paragraphs": _PARAGRAPHS, "all": _PARAGRAPHS, "sentences": _SENTENCES}
"""Config to its columns, in order."""

GROUPS: Mapping[str, str] = {"paragraphs": "article", "all": "article", "sentences": "paragraph"}
"""Config to the column that names a row's group."""


def make_rows(pages: Sequence[LabelledPage]) -> dict[str, Rows]:
    """The rows of every config, in page order; labels are names."""
    everything = [row for page in pages for row in _paragraph_rows(page)]
    paragraphs = [row for row in everything if row["label"] != NONE]
    sentences = [sentence for row in paragraphs for sentence in _sentence_rows(row)]
    return {"paragraphs": paragraphs, "all": everything, "sentences": sentences}


def _paragraph_rows(labelled: LabelledPage) -> Rows:
    page = labelled.page
    rows = []
    for article in page.articles:
        for position, paragraph in enumerate(article.paragraphs):
            row_id = page.row_id(paragraph)
            labels = labelled.annotations[row_id]
            rows.append(
                {
                    "id": row_id,
                    "text": paragraph.text,
                    "label": labels.label,
                    "second_label": labels.second,
                    "article": page.row_id(article.paragraphs[0]),
                    "title": article.title.text if article.title else None,
                    "section": paragraph.section.text if paragraph.section else None,
                    "kind": paragraph.kind,
                    "position": position,
                    "complete": paragraph.complete,
                    "spans": [{"start": span.start, "end": span.end} for span in paragraph.spans],
                }
            )
    return rows


def _sentence_rows(paragraph: Mapping[str, Any]) -> Rows:
    rows = []
    behind = 0
    for position, piece in enumerate(split_sentences(paragraph["text"])):
        start = behind + len(piece) - len(piece.lstrip())
        behind += len(piece)
        text = piece.strip()
        rows.append(
            {
                # The offset, not the number: where an earlier sentence is split differently one day, this id stays.
                "id": f"{paragraph['id']}-{start:04d}",
                "text": text,
                "label": paragraph["label"],
                "paragraph": paragraph["id"],
                **{name: paragraph[name] for name in _CONTEXT},
                "position": position,
                "complete": paragraph["complete"],
                "start": start,
                "end": start + len(text),
            }
        )
    return rows


def features(config: str) -> Features:
    """The columns of a config, as the `datasets` library types them."""
    from datasets import ClassLabel, Features, Value

    kinds: dict[ColumnType, Any] = {
        "string": Value("string"),
        "integer": Value("int32"),
        "boolean": Value("bool"),
        "label": ClassLabel(names=list(CONFIGS[config])),
        "any label": ClassLabel(names=list(LABELS)),
        "spans": [{"start": Value("int32"), "end": Value("int32")}],
    }
    return Features({name: kinds[column.type] for name, column in COLUMNS[config].items()})
