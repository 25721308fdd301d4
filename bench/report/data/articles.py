"""The articles that contain the shown rows, each paragraph with the raw text from which it was repaired."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher

from bench.core.pages import Article, Page, Paragraph
from bench.report.data.rows import Json, Rows, visible
from bench.report.page_repair import LINE_END

_LONGEST_DIFF = 4000


def articles_of(rows: Rows, shown: Sequence[str], groups: Sequence[str]) -> tuple[list[Json], list[int | None]]:
    """The articles of the shown rows, and for each group the place of its article.

    A part of an article is a shown row (`row`), with its raw text beside it where that is known (`raw`), or a text that
    is none (`text`).
    """
    place = {row_id: at for at, row_id in enumerate(shown)}
    articles: list[Json] = []
    of_group: dict[str, int] = {}
    texts = _shown_texts(rows, place)
    for page in rows.texts.pages:
        for article in page.articles:
            inside = [page.row_id(paragraph) for paragraph in article.paragraphs]
            held = [group for group in groups if group in inside]
            if not held:
                continue
            of_group |= dict.fromkeys(held, len(articles))
            articles.append(_from_page(page, article, place, texts))
    data = rows.texts.data
    if not rows.texts.pages and data is not None and data.groups is not None:
        members: dict[str, list[str]] = {}
        for row_id, group in zip(data.row_ids, data.groups, strict=True):
            members.setdefault(group, []).append(row_id)
        positions = rows.texts.side.positions
        order = {} if positions is None else dict(zip(data.row_ids, positions, strict=True))
        for group in groups:
            of_group[group] = len(articles)
            parts = sorted(members[group], key=lambda row_id: order.get(row_id, 0))
            there = [{"row": place[row_id]} for row_id in parts if row_id in place]
            articles.append({"title": group, "heads": [], "parts": there, "missing": len(parts) - len(there)})
    return articles, [of_group.get(group) for group in groups]


def _shown_texts(rows: Rows, place: Mapping[str, int]) -> dict[str, str]:
    data = rows.texts.data
    if data is None:
        return {}
    return {row_id: text for row_id, text in zip(data.row_ids, data.texts, strict=True) if row_id in place}


def _from_page(page: Page, article: Article, place: Mapping[str, int], texts: Mapping[str, str]) -> Json:
    heads = [
        *(part.text for part in article.subtitles),
        *(part.text for part in (article.byline, article.dateline, article.credit) if part is not None),
    ]
    parts: list[Json] = []
    section = None
    for paragraph in article.paragraphs:
        if paragraph.section is not None and paragraph.section != section:
            section = paragraph.section
            parts.append({"heading": visible(section.text)})
        row_id = page.row_id(paragraph)
        part: Json = {"complete": paragraph.complete, "kind": paragraph.kind, "raw": _compared(page, paragraph)}
        if texts.get(row_id) == paragraph.text:
            part["row"] = place[row_id]
        else:
            part["text"] = visible(paragraph.text)
            # Sentences of a paragraph are rows, whose ids begin with the paragraph's id.
            part["rows"] = [at for other, at in place.items() if other.startswith(f"{row_id}-")]
        parts.append(part)
    title = article.title.text if article.title else None
    return {"title": None if title is None else visible(title), "heads": [*map(visible, heads)], "parts": parts}


def _compared(page: Page, paragraph: Paragraph) -> list[str | list[str]]:
    """Raw against repaired: a string where they are the same, a pair of raw and repaired where they differ."""
    raw, repaired = LINE_END.join(span.of(page.text) for span in paragraph.spans), paragraph.text
    if max(len(raw), len(repaired)) > _LONGEST_DIFF:
        return [[visible(raw), visible(repaired)]]  # the matcher takes the square of a text's length
    matcher = SequenceMatcher(None, raw, repaired, autojunk=False)
    return [
        visible(raw[a:b]) if tag == "equal" else [visible(raw[a:b]), visible(repaired[c:d])]
        for tag, a, b, c, d in matcher.get_opcodes()
    ]
