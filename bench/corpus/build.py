"""Labelled pages to the dataset folder: Parquet files that the `datasets` library opens, and the card."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.core.digests import canonical_json, digest
from bench.core.documents import read_text
from bench.core.errors import BenchError, suggest
from bench.core.files import write_whole
from bench.core.records import LabelledTexts, Page
from bench.corpus.annotations import Annotation, agreement, labels_path, read_annotations
from bench.corpus.card import OWN_LINE, CardFacts, card
from bench.corpus.pages import read_marks, repair_page
from bench.corpus.topics import LABELS, NONE, TOPICS

if TYPE_CHECKING:
    from datasets import Features

CONFIGS: Mapping[str, Sequence[str]] = {"paragraphs": sorted(TOPICS), "all": LABELS}
"""Config to its class labels; the first is the default."""

CARD = "README.md"
Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class LabelledPage:
    """A repaired page and the labels of its paragraphs, by row id."""

    page: Page
    annotations: Mapping[str, Annotation]


@dataclass(frozen=True, slots=True)
class Dataset:
    """A dataset in memory: by config its rows, and the card."""

    rows: Mapping[str, Rows]
    card: str

    def identity(self, config: str) -> str:
        """SHA-256 over a config's labels and rows: equal for equal content, whatever wrote the Parquet file."""
        return digest([canonical_json(list(CONFIGS[config])), *map(canonical_json, self.rows[config])])


def page_key(path: Path) -> str:
    """What names a page in row ids: its file's name without ending and leading number.

    >>> page_key(Path("seeds/000_f014655719903d2a.txt"))
    'f014655719903d2a'
    """
    return re.sub(r"^\d+_(?=.)", "", path.stem)


def page_files(seeds: Path) -> dict[str, Path]:
    """Page key to file, for every page of a folder (`*.txt`), by file name.

    Raises BenchError for a folder without pages, and for two pages of one key.
    """
    files = sorted(seeds.glob("*.txt"))
    if not files:
        raise BenchError("no seed pages (*.txt) here", place=seeds)
    keys: dict[str, Path] = {}
    for file in files:
        key = page_key(file)
        if key in keys:
            raise BenchError(f"has the key {key!r}, as {keys[key].name} has; rename one", place=file)
        keys[key] = file
    return keys


def read_page(file: Path) -> Page:
    """A page, repaired, with its hand marks. Raises BenchError for what is wrong in the file or its marks."""
    # A byte order mark is no character of the page; everything else is, so that spans count what the file holds.
    return repair_page(read_text(file), key=page_key(file), marks=read_marks(file.with_suffix(".marks.yaml")))


def read_pages(seeds: Path, *, without: Sequence[str] = ()) -> list[LabelledPage]:
    """Every page of a folder, repaired and labelled, by file name.

    without: keys of pages that are left out, unread.
    Raises BenchError for a folder without pages, two pages of one key, a key to be left out that no page has, and
    whatever is wrong in a page's side files; labels that are missing yet are an error like any other.
    """
    files = page_files(seeds)
    unknown = next((key for key in without if key not in files), None)
    if unknown is not None:
        raise BenchError(f"no page has the key {unknown!r}{suggest(unknown, files)}", place=seeds)
    kept = {key: file for key, file in files.items() if key not in without}
    if not kept:
        raise BenchError("every page is left out; a dataset needs one", place=seeds)
    return [read_labelled(file) for file in kept.values()]


def read_labelled(file: Path) -> LabelledPage:
    """A page, repaired and labelled. Raises UnlabelledError where only labels are missing, BenchError for faults."""
    page = read_page(file)
    return LabelledPage(page, read_annotations(labels_path(file), page))


def labelled_texts(pages: Sequence[LabelledPage]) -> LabelledTexts | None:
    """All rows of some pages with what holds as their label, `none` included; None for no rows."""
    rows = [row for page in pages for row in _rows(page)]
    columns = (tuple(row[name] for row in rows) for name in ("id", "text", "label", "article"))
    return LabelledTexts(*columns) if rows else None


def make_dataset(pages: Sequence[LabelledPage]) -> Dataset:
    """All rows of all configs, and the card whose figures come from them."""
    rows = {"all": [row for page in pages for row in _rows(page)]}
    rows["paragraphs"] = [row for row in rows["all"] if row["label"] != NONE]
    bare = Dataset(rows, "")
    annotations = [item for page in pages for item in page.annotations.values()]
    facts = CardFacts(
        rows=rows,
        identity={config: bare.identity(config) for config in CONFIGS},
        files={config: _file(bare, config) for config in CONFIGS},
        agreement=agreement(annotations),
        settled=[item for item in annotations if item.reason is not None],
    )
    return Dataset(rows, card(facts))


def _rows(labelled: LabelledPage) -> Rows:
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


def features(config: str) -> Features:
    """The columns of a config, as the `datasets` library types them."""
    from datasets import ClassLabel, Features, Value

    return Features(
        {
            "id": Value("string"),
            "text": Value("string"),
            "label": ClassLabel(names=list(CONFIGS[config])),
            "second_label": ClassLabel(names=list(LABELS)),
            "article": Value("string"),
            "title": Value("string"),
            "section": Value("string"),
            "kind": Value("string"),
            "position": Value("int32"),
            "complete": Value("bool"),
            "spans": [{"start": Value("int32"), "end": Value("int32")}],
        }
    )


def write_dataset(dataset: Dataset, folder: Path) -> None:
    """Write Parquet files and card, each whole, and remove the Parquet files that they replace.

    Raises BenchError for a folder whose README.md is not a card of ours: it would be lost.
    """
    there = folder / CARD
    if there.exists() and OWN_LINE not in read_text(there):
        raise BenchError("is no dataset card of bench and would be lost; choose another --out", place=there)
    written = {folder / _file(dataset, config) for config in CONFIGS}
    for config in CONFIGS:
        write_whole(folder / _file(dataset, config), _parquet(dataset, config))
    write_whole(folder / CARD, dataset.card.encode())
    for config in CONFIGS:
        for stale in (folder / config).glob("train-*.parquet"):
            if stale not in written:
                stale.unlink()


def _file(dataset: Dataset, config: str) -> str:
    # The digest in the name is what makes the `datasets` library see a changed file under a warm cache.
    return f"{config}/train-{dataset.identity(config)[:16]}.parquet"


def _parquet(dataset: Dataset, config: str) -> bytes:
    import pyarrow.parquet as pq
    from datasets import Dataset as HubDataset

    columns = {name: [row[name] for row in dataset.rows[config]] for name in dataset.rows[config][0]}
    table = HubDataset.from_dict(columns, features=features(config)).data.table
    target = io.BytesIO()
    pq.write_table(table.replace_schema_metadata(_metadata(config)), target, compression="zstd")
    return target.getvalue()


def _metadata(config: str) -> dict[str, str]:
    """The features as every version of `datasets` reads them: a list is written as a list."""
    plain = features(config).to_dict()
    portable = {name: [kind["feature"]] if _is_list(kind) else kind for name, kind in plain.items()}
    return {"huggingface": json.dumps({"info": {"features": portable}}, sort_keys=True)}


def _is_list(kind: Any) -> bool:
    return isinstance(kind, dict) and kind.get("_type") == "List"


def differences(dataset: Dataset, folder: Path) -> list[str]:
    """What in a written dataset is not as it would be written now, a line each; empty where all is the same.

    Rows, features, file names and card are compared, not Parquet bytes, which vary with the writing library.
    """
    found = [line for config in CONFIGS for line in _config_differences(dataset, config, folder)]
    card_file = folder / CARD
    if not card_file.is_file():
        found.append(f"{card_file}: is missing")
    elif (there := read_text(card_file)) != dataset.card:
        found.append(f"{card_file}: {_first_difference(there.splitlines(), dataset.card.splitlines(), 'line')}")
    return found


def _config_differences(dataset: Dataset, config: str, folder: Path) -> list[str]:
    import pyarrow.parquet as pq

    path = folder / _file(dataset, config)
    there = sorted((folder / config).glob("*.parquet"))
    if not there:
        return [f"{path}: is missing"]
    try:
        table = pq.read_table(there[0])
    except (OSError, ValueError) as error:
        return [f"{there[0]}: cannot be read ({' '.join(str(error).split())})"]
    rows = _named(table.to_pylist(), config)
    if rows != dataset.rows[config]:
        return [f"{there[0]}: {_first_difference(rows, dataset.rows[config], 'row')}"]
    if json.loads((table.schema.metadata or {}).get(b"huggingface", b"{}")) != json.loads(
        _metadata(config)["huggingface"]
    ):
        return [f"{there[0]}: its features are not {features(config)}"]
    return [f"{other}: is not part of the dataset" for other in there if other != path]


def _named(rows: Rows, config: str) -> Rows:
    """Rows of a Parquet file with label names for their numbers."""
    names = {"label": CONFIGS[config], "second_label": LABELS}
    return [
        {key: names[key][value] if key in names and value is not None else value for key, value in row.items()}
        for row in rows
    ]


def _first_difference(there: Sequence[Any], now: Sequence[Any], unit: str) -> str:
    for number, (old, new) in enumerate(zip(there, now, strict=False), start=1):
        if old != new:
            if isinstance(old, dict) and isinstance(new, dict):
                key = next(key for key in {**new, **old} if old.get(key) != new.get(key))
                return f"{unit} {number} ({new.get('id')}): {key} is {old.get(key)!r}, would be {new.get(key)!r}"
            return f"{unit} {number} is {old!r}, would be {new!r}"
    return f"holds {len(there)} {unit}s, would hold {len(now)}"
