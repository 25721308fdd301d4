"""All figures that cards and Croissant file give of a dataset, computed from the labelled pages."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bench.core.digests import canonical_json, digest
from bench.corpus.annotations import Agreement, Annotation, LabelledPage, agreement
from bench.corpus.configs import CONFIGS, Rows, make_rows
from bench.corpus.dataset_version import Version
from bench.corpus.repair_counts import RepairCounts, count_repairs
from bench.corpus.topics import LABELS, TOPICS


@dataclass(frozen=True, slots=True)
class ArticleTopics:
    """An article's rows by label. title: None for a photograph, which `opening` describes."""

    title: str | None
    opening: str
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class TopicStatistics:
    """Rows of one label in `all`. median: characters of a text, None where no row has the label."""

    rows: int
    median: float | None


@dataclass(frozen=True, slots=True)
class CorpusStatistics:
    """The statistics of a dataset.

    rows, identity: by config, its rows and the SHA-256 over its content. content: SHA-256 over all configs.
    version: the changelog's newest entry, None where there is no changelog.
    guessed: rows of `paragraphs` that hold their article's commonest topic: what whoever knows the article can guess.
    """

    rows: Mapping[str, Rows]
    identity: Mapping[str, str]
    content: str
    version: Version | None
    agreement: Agreement
    settled: Sequence[Annotation]
    repairs: RepairCounts
    topics: Mapping[str, TopicStatistics]
    articles: Sequence[ArticleTopics]
    guessed: int

    @property
    def release(self) -> str:
        """The version by semantic versioning; `+unrecorded` is added to content that the changelog does not record."""
        if self.version is None:
            return "0.0.0+unrecorded"
        return self.version.number + ("" if self.version.content == self.content else "+unrecorded")

    def file(self, config: str) -> str:
        """The path of a config's Parquet file: its digest makes the `datasets` library see a change in a warm cache."""
        return f"{config}/train-{self.identity[config][:16]}.parquet"


def gather_statistics(pages: Sequence[LabelledPage], version: Version | None) -> CorpusStatistics:
    """Compute the statistics of the dataset that these pages give."""
    rows = make_rows(pages)
    identity = {config: content_identity(config, rows[config]) for config in CONFIGS}
    annotations = [item for page in pages for item in page.annotations.values()]
    articles = _articles(rows["all"])
    return CorpusStatistics(
        rows=rows,
        identity=identity,
        content=digest([part for config in sorted(CONFIGS) for part in (config, identity[config])]),
        version=version,
        agreement=agreement(annotations),
        settled=[item for item in annotations if item.reason is not None],
        repairs=count_repairs([page.page for page in pages]),
        topics={label: _topic(rows["all"], label) for label in LABELS},
        articles=articles,
        guessed=sum(max(article.counts[topic] for topic in TOPICS) for article in articles),
    )


def content_identity(config: str, rows: Rows) -> str:
    """SHA-256 over a config's labels and rows: equal for equal content, whatever wrote the Parquet file.

    Taken over the list of labels and then each row, as canonical JSON (UTF-8, keys sorted, no blanks, label names),
    each part preceded by its length in bytes and a colon.
    """
    return digest([canonical_json(list(CONFIGS[config])), *map(canonical_json, rows)])


def _topic(rows: Rows, label: str) -> TopicStatistics:
    lengths = [len(row["text"]) for row in rows if row["label"] == label]
    return TopicStatistics(len(lengths), statistics.median(lengths) if lengths else None)


def _articles(rows: Rows) -> list[ArticleTopics]:
    articles: dict[str, Rows] = {}
    for row in rows:
        articles.setdefault(row["article"], []).append(row)
    return [
        ArticleTopics(group[0]["title"], group[0]["text"][:12], Counter(row["label"] for row in group))
        for group in articles.values()
    ]
