from __future__ import annotations

import os
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from bench.corpus.pages import fold, repair_page

PAGES = int(os.environ.get("BENCH_PAGES", "200"))
"""Pages of our own sentences, and of abstracts half as many, 200 at most; `nox -s pages` sets 2,000, whose figures
docs/page-repair.md shows."""

ABSTRACTS = Path(__file__).parents[4] / "shared" / "data" / "csl" / "cls_dcp" / "dev.tsv"


@dataclass
class Figures:
    """What came back of typeset pages, counted."""

    pages: int = 0
    truth: int = 0
    found: int = 0
    both: int = 0
    exact: int = 0
    parts: int = 0
    parts_found: int = 0
    lossless: int = 0

    def add(self, damaged, page):
        starts = {paragraph.spans[0].start: paragraph for paragraph in page.paragraphs}
        self.pages += 1
        self.truth += len(damaged.paragraphs)
        self.found += len(starts)
        for start in starts.keys() & damaged.paragraphs.keys():
            self.both += 1
            self.exact += (starts[start].kind, starts[start].text) == damaged.paragraphs[start]
        kept = Counter(fold(fragment.text) for fragment in fragments(page))
        wanted = Counter(fold(text) for _, text in damaged.parts)
        self.parts += wanted.total()
        self.parts_found += (kept & wanted).total()
        texts = [piece.text for piece in (*fragments(page), *page.paragraphs)]
        marks = re.compile(r"^#+ ", re.MULTILINE)
        self.lossless += Counter(fold("".join(texts))) == Counter(fold(marks.sub("", damaged.text)))

    def __str__(self):
        return (
            f"{self.pages} pages, {self.truth} paragraphs: boundaries found {self.both / self.truth:.4f}, "
            f"boundaries right {self.both / self.found:.4f}, paragraphs equal to the clean text "
            f"{self.exact / self.truth:.4f}, other parts kept as fields {self.parts_found / self.parts:.4f}, "
            f"pages that lost no character {self.lossless / self.pages:.4f}"
        )


def fragments(page):
    found = {id(part): part for part in page.furniture}
    for article in page.articles:
        parts = [article.title, *article.subtitles, article.byline, article.dateline, article.credit]
        for part in [*parts, *(paragraph.section for paragraph in article.paragraphs)]:
            if part is not None:
                found[id(part)] = part
    return found.values()


def measured(typeset, sentences, random_states):
    figures = Figures()
    for random_state in random_states:
        damaged = typeset(random_state, sentences)
        figures.add(damaged, repair_page(damaged.text))
    return figures


def test_typeset_pages_come_back(typeset, sentences):
    figures = measured(typeset, sentences, range(PAGES))
    print(f"\n{figures}")
    assert figures.both >= 0.99 * figures.truth
    assert figures.both >= 0.99 * figures.found
    assert figures.exact >= 0.97 * figures.truth
    assert figures.parts_found >= 0.99 * figures.parts
    assert figures.lossless == figures.pages


def test_pages_of_another_kind_of_text_come_back(typeset):
    if not ABSTRACTS.is_file():
        pytest.skip("the CSL abstracts are not here")
    rows = [line.split("\t") for line in ABSTRACTS.read_text(encoding="utf-8").splitlines()]
    sentences = [sentence for row in rows for sentence in re.findall(r"[^。]+。", row[1]) if " " not in sentence]
    figures = measured(typeset, sentences, range(2000, 2000 + min(PAGES, 400) // 2))
    print(f"\n{figures}")
    assert figures.both >= 0.97 * figures.truth
    assert figures.both >= 0.97 * figures.found
    assert figures.lossless == figures.pages


def test_the_typesetter_sets_one_page_for_one_random_state(typeset, sentences):
    assert typeset(3, sentences) == typeset(3, sentences)
    assert typeset(3, sentences) != typeset(4, sentences)
