"""Writes the dataset folder from labelled pages: Parquet files for the `datasets` library, cards, Croissant file."""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from bench.core.errors import BenchError, suggest
from bench.core.folders import new_folder
from bench.core.labelled_texts import LabelledTexts
from bench.core.pages import Page
from bench.core.text_files import read_bytes, read_text
from bench.corpus.annotations import LabelledPage, labels_path, read_annotations
from bench.corpus.card import CARDS, LICENCE, Scores, card, licence
from bench.corpus.configs import CONFIGS, DEFAULT, GROUPS, Rows, features
from bench.corpus.croissant import CROISSANT, StoredFile, croissant
from bench.corpus.dataset_version import CHANGELOG, Version
from bench.corpus.folder import DATASET
from bench.corpus.pages import read_damage_marks, repair_page
from bench.corpus.statistics import CorpusStatistics, gather_statistics


@dataclass(frozen=True, slots=True)
class Dataset:
    """A dataset in memory.

    texts: by file name, cards, licence and changelog; scored: whether the cards show stored results.
    """

    statistics: CorpusStatistics
    texts: Mapping[str, str]
    scored: bool

    @property
    def rows(self) -> Mapping[str, Rows]:
        """By config, its rows."""
        return self.statistics.rows


def page_key(path: Path) -> str:
    """The key of a page in row ids: its file's name without ending and leading number.

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
    return repair_page(read_text(file), key=page_key(file), marks=read_damage_marks(file.with_suffix(".marks.yaml")))


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


def make_dataset(
    pages: Sequence[LabelledPage],
    version: Version | None = None,
    *,
    scores: Callable[[LabelledTexts], Sequence[Scores] | None] = lambda _: None,
    sections: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> Dataset:
    """The dataset that labelled pages give, with its cards.

    version: the changelog's newest entry. scores: from the default config's rows to what stored results say of them,
    None where no results are at hand. sections: a card's language to its further sections, Markdown, with their
    own headings.
    """
    statistics = gather_statistics(pages, version)
    found = scores(labelled_texts(statistics, DEFAULT))
    texts = {name: card(statistics, language, found, sections.get(language, ())) for language, name in CARDS.items()}
    texts[LICENCE] = licence(statistics)
    return Dataset(statistics, texts if version is None else {**texts, CHANGELOG: version.text}, found is not None)


def labelled_texts(statistics: CorpusStatistics, config: str) -> LabelledTexts:
    """A config's rows as an experiment sees them."""
    columns = ("id", "text", "label", GROUPS[config])
    row_ids, texts, labels, groups = (tuple(row[name] for row in statistics.rows[config]) for name in columns)
    return LabelledTexts(row_ids, texts, labels, groups)


def write_dataset(dataset: Dataset, folder: Path) -> None:
    """Put the dataset's folder in place whole. Raises BenchError where that holds what bench did not write."""
    with new_folder(folder, DATASET, over=True) as made:
        for config in CONFIGS:
            file = made / dataset.statistics.file(config)
            file.parent.mkdir()
            file.write_bytes(_parquet(dataset, config))
        for name, text in dataset.texts.items():
            (made / name).write_bytes(text.encode())
        (made / CROISSANT).write_bytes(croissant(dataset.statistics, stored_files(dataset.statistics, made)))


def stored_files(statistics: CorpusStatistics, folder: Path) -> dict[str, StoredFile]:
    """The Parquet files of a written dataset, by config. Raises BenchError for one that cannot be read."""
    files = {}
    for config in CONFIGS:
        data = read_bytes(folder / statistics.file(config))
        files[config] = StoredFile(hashlib.sha256(data).hexdigest(), len(data))
    return files


def _parquet(dataset: Dataset, config: str) -> bytes:
    import pyarrow.parquet as pq
    from datasets import Dataset as HubDataset

    rows = dataset.statistics.rows[config]
    kinds = features(config)
    table = HubDataset.from_dict({name: [row[name] for row in rows] for name in kinds}, features=kinds).data.table
    target = io.BytesIO()
    pq.write_table(table.replace_schema_metadata(schema_metadata(config)), target, compression="zstd")
    return target.getvalue()


def schema_metadata(config: str) -> dict[str, str]:
    """The features as every version of `datasets` reads them in a Parquet schema: a list is written as a list."""
    plain = features(config).to_dict()
    portable = {name: [kind["feature"]] if _is_list(kind) else kind for name, kind in plain.items()}
    return {"huggingface": json.dumps({"info": {"features": portable}}, sort_keys=True)}


def _is_list(kind: Any) -> bool:
    return isinstance(kind, dict) and kind.get("_type") == "List"
