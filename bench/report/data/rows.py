"""The rows of one data set over all its comparisons: which were tested, and which the page shows."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

from bench.comparison.run_details import DetailedComparison
from bench.core.errors import printable
from bench.report.row_texts import Texts
from bench.report.wording import data as wording

MOST_ROWS = 2000
"""So many rows of a data set are shown, those that are most often predicted wrong."""

Json: TypeAlias = "dict[str, Any]"
"""What the page's script reads."""

_OPENING = 14


@dataclass(frozen=True)
class Rows:
    """The rows of one data set, over all comparisons on it. key: unique on the page, begins all ids."""

    key: str
    detailed: tuple[DetailedComparison, ...]
    texts: Texts

    @cached_property
    def comparisons(self) -> tuple[DetailedComparison, ...]:
        """Those that have predictions, most systems first."""
        found = [each for each in self.detailed if each.scored]
        return tuple(sorted(found, key=lambda each: -len(each.scored)))

    @cached_property
    def classes(self) -> tuple[str, ...]:
        """The labels of the data."""
        return tuple(self.detailed[0].comparison.data_summary.classes)

    @cached_property
    def tested(self) -> dict[str, str]:
        """Id of every row that some comparison tested, to its label, in the order of the data."""
        labels = {
            row_id: predictions.classes[code]
            for each in self.comparisons
            for predictions in [each.scored[0].predictions]
            if predictions is not None
            for row_id, code in zip(predictions.row_ids, predictions.truth.tolist(), strict=True)
        }
        if self.texts.data is None:
            return labels
        return {row_id: labels[row_id] for row_id in self.texts.data.row_ids if row_id in labels}

    @cached_property
    def shown(self) -> tuple[str, ...]:
        """Ids of the rows that a page shows, in the order of the data: all, or those most often predicted wrong."""
        if len(self.tested) <= MOST_ROWS:
            return tuple(self.tested)
        wrong: Counter[str] = Counter()
        for detail in self.comparisons[0].readers or self.comparisons[0].scored:
            if detail.predictions is not None:
                missed = (detail.predictions.prediction != detail.predictions.truth).mean(axis=0)
                wrong.update(dict(zip(detail.predictions.row_ids, missed.tolist(), strict=True)))
        place = {row_id: at for at, row_id in enumerate(self.tested)}
        worst = sorted(self.tested, key=lambda row_id: (-wrong[row_id], place[row_id]))[:MOST_ROWS]
        return tuple(sorted(worst, key=place.__getitem__))

    @cached_property
    def second_labels(self) -> dict[str, str]:
        """Row id to what the second annotator said, where there is one."""
        data, pairs = self.texts.data, self.texts.side.annotations
        if data is None or pairs is None:
            return {}
        return {row_id: pair[1] for row_id, pair in zip(data.row_ids, pairs, strict=True) if pair is not None}

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The labels of the data, then those that only the second annotator gave."""
        return (*self.classes, *sorted({name for name in self.second_labels.values() if name not in self.classes}))

    @cached_property
    def group_of(self) -> dict[str, str]:
        """Row id to its group, where the data has groups."""
        data = self.texts.data
        return {} if data is None or data.groups is None else dict(zip(data.row_ids, data.groups, strict=True))

    @cached_property
    def groups(self) -> tuple[str, ...]:
        """The groups of the shown rows, in their order."""
        return tuple(dict.fromkeys(self.group_of[row_id] for row_id in self.shown if row_id in self.group_of))

    @cached_property
    def group_names(self) -> dict[str, str]:
        """A group's id to what people call it: an article's headline, a photograph's first words.

        Where each paragraph is a group of its own, its number from 2 follows.
        """
        names: dict[str, str] = {}
        for page in self.texts.pages:
            for article in page.articles:
                for number, paragraph in enumerate(article.paragraphs, start=1):
                    opening = wording.photograph(f"{article.paragraphs[0].text[:_OPENING]}…")
                    name = article.title.text if article.title else opening
                    names[page.row_id(paragraph)] = name if number == 1 else wording.numbered(name, number)
        return names


def visible(text: str) -> str:
    r"""A text with escapes for what cannot be seen or turns the writing round; its own line ends and tabs stay.

    >>> print(visible("左\u202e右\n下"))
    左\u202e右
    下
    """
    return printable(text, keep="\n\t")
