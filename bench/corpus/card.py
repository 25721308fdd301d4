"""The dataset cards, English and Chinese: the same values in two templates, every figure taken from the data."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.core.markdown import literal, rendered
from bench.corpus.configs import COLUMNS, CONFIGS, DEFAULT
from bench.corpus.croissant import citation
from bench.corpus.statistics import CorpusStatistics
from bench.corpus.topics import LABELS, MEANINGS, TOPICS

CARDS: Mapping[str, str] = {"en": "README.md", "zh": "README.zh.md"}
"""Language to the name of its card."""

LICENCE = "LICENSE.md"
"""The file that the card links as the licence; Hugging Face knows this name."""

OWN_LINE = "pretty_name: banmian"
"""A line of the metadata that every card of ours holds."""

_TEMPLATES = Path(__file__).parent / "templates"
_SCORES = re.compile(r"<!-- scores -->.*?<!-- /scores -->", re.DOTALL)


@dataclass(frozen=True, slots=True)
class SystemScore:
    """Scores of a system, 0 to 1, means over repeats."""

    system: str
    f1_macro: float
    accuracy: float


@dataclass(frozen=True, slots=True)
class Scores:
    """What stored results say of the default config under one protocol.

    baseline: the majority class, None where it was not run; best: best first by macro-F1.
    readers: systems that read the text; near: how many of them, the best included, no test separates from the best.
    """

    protocol: str
    baseline: SystemScore | None
    best: Sequence[SystemScore]
    readers: int
    near: int


def card(
    statistics: CorpusStatistics, language: str, scores: Sequence[Scores] | None, sections: Sequence[str] = ()
) -> str:
    """The card in a language of CARDS, as Markdown; the English one under the metadata that Hugging Face reads.

    scores: None where no stored results are at hand, empty where those at hand are of other data.
    sections: further Markdown sections, put before the licence.
    """
    return _rendered(
        f"card.{language}.md.jinja",
        statistics=statistics,
        scores=scores,
        sections=[section.strip() for section in sections],
        configs=CONFIGS,
        columns=COLUMNS,
        language=language,
        meanings=MEANINGS[language],
        topics=TOPICS,
        default=DEFAULT,
        class_names={config: {"label": labels, "any label": LABELS} for config, labels in CONFIGS.items()},
        licence_file=LICENCE,
        own_line=OWN_LINE,
        citation=citation(statistics),
        size=_size_category(len(statistics.rows["all"])),
        row_worth=f"{100 / max(len(statistics.rows[DEFAULT]), 1):.2g}",
        kappa=_kappa(statistics),
        settled=sorted(Counter((item.first, item.second) for item in statistics.settled).items()),
        smallest=min(statistics.topics[topic].rows for topic in TOPICS),
        largest=max(statistics.topics[topic].rows for topic in TOPICS),
        caption_topics=Counter(row["label"] for row in statistics.rows["all"] if row["kind"] == "caption"),
    )


def licence(statistics: CorpusStatistics) -> str:
    """The licence text in both languages, with the digest of the content that it covers."""
    return _rendered("licence.md.jinja", statistics=statistics)


def _rendered(template: str, **values: Any) -> str:
    return rendered(_TEMPLATES / template, values, {"literal": lambda text: literal(" ".join(str(text).split()))})


def without_scores(text: str) -> str:
    """A card without what it took from stored results."""
    return _SCORES.sub("", text)


def _kappa(statistics: CorpusStatistics) -> Mapping[str, Any] | None:
    found = statistics.agreement
    if found.kappa is None or found.low is None or found.high is None:
        return None
    # The large-sample interval knows no bound; kappa does.
    return {"value": f"{found.kappa:.2f}", "low": f"{found.low:.2f}", "high": f"{min(found.high, 1):.2f}"}


def _size_category(rows: int) -> str:
    """Hugging Face's name for so many rows."""
    bounds = {1_000: "n<1K", 10_000: "1K<n<10K", 100_000: "10K<n<100K"}
    return next((name for bound, name in bounds.items() if rows < bound), "100K<n<1M")
