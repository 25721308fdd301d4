"""The dataset card: what the dataset is and is not, with every figure taken from the data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bench.corpus.annotations import Agreement, Annotation
from bench.corpus.topics import NONE, TOPICS

OWN_LINE = "pretty_name: banmian"
"""A line of the metadata that every card of ours holds."""


@dataclass(frozen=True, slots=True)
class CardFacts:
    """What the card tells of.

    rows: by config; identity: by config, SHA-256 over its content; files: by config, the Parquet file's path.
    """

    rows: Mapping[str, Sequence[Mapping[str, Any]]]
    identity: Mapping[str, str]
    files: Mapping[str, str]
    agreement: Agreement
    settled: Sequence[Annotation]


def card(facts: CardFacts) -> str:
    """The card as Markdown, under the metadata that the Hugging Face libraries read."""
    everything = facts.rows["all"]
    captions = sum(row["kind"] == "caption" for row in everything)
    incomplete = sum(not row["complete"] for row in everything)
    return f"""---
{_metadata(facts)}---
# banmian: topics of newspaper paragraphs

Paragraphs of Chinese provincial newspaper pages, repaired from a damaged print extraction and labelled by topic.
It is meant for trying text classifiers where labelled Chinese text is scarce, and for showing how little such a set
can tell apart. It is **not** a benchmark that ranks systems: one row is {100 / len(facts.rows["paragraphs"]):.2g} points of accuracy.

```python
from datasets import load_dataset
rows = load_dataset("path/to/dataset", "paragraphs", split="train")
```

## Configs

| config | rows | labels | SHA-256 over its content |
|---|---:|---|---|
{_lines(_config_line(facts, config) for config in facts.rows)}

There is one split, `train`: with so few rows, evaluate by repeated cross-validation, and look at splits by `article` too.

## Topics

| label | meaning | rows |
|---|---|---:|
{_lines(_topic_lines(everything))}

The rules that the annotators followed stand in `seeds/GUIDELINE.md`.

## Topics by article

Topics keep to articles: whoever guesses the article guesses much of the topic. A random split lets a system do so.

{_article_table(everything)}

## How the labels were made

**No expert has checked these labels.** Language models gave them in two independent passes over the written guideline;
the second pass saw only the guideline and the texts, in another order. Where the two differed, the case was settled
one by one, with a reason on file in `seeds/`.

- labelled by both: {facts.agreement.rows} rows, of which {facts.agreement.agreed} the same{_once(facts)}
- Cohen's kappa: {_kappa(facts.agreement)}
- rows settled by hand: {len(facts.settled)} ({_settled(facts.settled)})

Read this kappa low: two passes by language models share their habits, and the guideline takes its examples from this very
page. It is no agreement between people, and none on a new page.

## How the text was made

A page's extraction holds a blank at each printed line's end, paragraphs cut across columns, headings without mark-up and
lost lines. General rules repair it; `spans` gives for every row the characters of the page's file (counted from 0, end
excluded) that it was built from. Datelines, bylines and photo credits are no part of a row's text.

- rows that are photo captions: {captions}
- rows with text lost on the way (`complete` is false): {incomplete}

## Columns

| column | what |
|---|---|
| `id` | page and first character; a new page moves none |
| `text` | the repaired paragraph |
| `label`, `second_label` | the settled label; the second annotator's, before settling |
| `article`, `title`, `section`, `position` | id of the article's first row; headlines (null where there is none); place in the article, from 0 |
| `kind` | `paragraph` or `caption` |
| `complete` | false where text was lost |
| `spans` | where the text stands in the page's file |

## Licence and source

The page is a text of the newspaper that printed it, whose rights remain with their holders; it is given here as a short
sample for research on text classification. Repairs, labels and code are under the MIT licence of the project.
"""


def _metadata(facts: CardFacts) -> str:
    configs = "".join(
        f"- config_name: {config}\n{'  default: true' + chr(10) if config == 'paragraphs' else ''}"
        f"  data_files:\n  - split: train\n    path: {facts.files[config]}\n"
        for config in facts.rows
    )
    return (
        "language:\n- zh\nlicense: other\nlicense_name: newspaper-text-see-card\n"
        f"{OWN_LINE}\n"
        "size_categories:\n- n<1K\nsource_datasets:\n- original\nannotations_creators:\n- machine-generated\n"
        "task_categories:\n- text-classification\ntask_ids:\n- topic-classification\n"
        f"configs:\n{configs}"
    )


def _config_line(facts: CardFacts, config: str) -> str:
    rows = facts.rows[config]
    default = " (default)" if config == "paragraphs" else ""
    labels = f"the {len(TOPICS)} topics" + ("" if config == "paragraphs" else f" and `{NONE}`")
    return f"| `{config}`{default} | {len(rows)} | {labels} | `{facts.identity[config]}` |"


def _topic_lines(rows: Sequence[Mapping[str, Any]]) -> Iterable[str]:
    counts = Counter(row["label"] for row in rows)
    meanings = {**TOPICS, NONE: "openings, transitions, exhortations, overviews; only in `all`"}
    return [f"| `{label}` | {meaning} | {counts[label]} |" for label, meaning in meanings.items()]


def _article_table(rows: Sequence[Mapping[str, Any]]) -> str:
    labels = [*TOPICS, NONE]
    articles = dict.fromkeys(row["article"] for row in rows)
    lines = ["| article | " + " | ".join(labels) + " |", "|---|" + "---:|" * len(labels)]
    for article in articles:
        of_article = [row for row in rows if row["article"] == article]
        counts = Counter(row["label"] for row in of_article)
        name = of_article[0]["title"] or f"(photo caption) {of_article[0]['text'][:12]}…"
        lines.append(f"| {name.replace('|', ' ')} | " + " | ".join(str(counts[label]) for label in labels) + " |")
    return "\n".join(lines)


def _kappa(found: Agreement) -> str:
    if found.rows == 0:
        return "not computable, since no row was labelled twice"
    if found.kappa is None or found.low is None or found.high is None:
        return "undefined, since only one label was given"
    # The large-sample interval knows no bound; kappa does.
    interval = f"95 % interval {found.low:.2f} to {min(found.high, 1):.2f}"
    return f"{found.kappa:.2f}, {interval} (large-sample; Fleiss, Cohen and Everitt 1969)"


def _once(facts: CardFacts) -> str:
    once = len(facts.rows["all"]) - facts.agreement.rows
    return f"\n- labelled in one pass only, so that nothing is known of their agreement: {once} rows" if once else ""


def _settled(settled: Sequence[Annotation]) -> str:
    pairs = Counter(f"{item.first} against {item.second}" for item in settled)
    return "; ".join(f"{pair} {count}" for pair, count in sorted(pairs.items())) or "none"


def _lines(lines: Iterable[str]) -> str:
    return "\n".join(lines)
