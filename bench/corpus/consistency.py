"""Compares a written dataset with what the seeds give now, and names the first row that differs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.core.errors import BenchError
from bench.core.inputs import check_regular
from bench.core.text_files import read_text
from bench.corpus.build import Dataset, schema_metadata, stored_files
from bench.corpus.card import without_scores
from bench.corpus.configs import CONFIGS, Rows, features
from bench.corpus.croissant import CROISSANT, croissant
from bench.corpus.dataset_version import CHANGELOG
from bench.corpus.topics import LABELS


def differences(dataset: Dataset, folder: Path) -> list[str]:
    """What in a written dataset differs from what would be written now, one line each; empty where nothing does.

    Rows, features, file names, cards, changelog and Croissant are compared, not Parquet bytes, which vary with the
    writing library: Croissant must name the bytes that lie there. Where no stored results were at hand, the cards'
    scores are not compared; where some were, the cards must show just these.
    """
    found = [line for config in CONFIGS for line in _config_differences(dataset, config, folder)]
    for name, text in dataset.texts.items():
        found += _text_differences(folder / name, text, scores=dataset.scored)
    try:
        described = croissant(dataset.statistics, stored_files(dataset.statistics, folder))
    except BenchError:
        return found  # a Parquet file that is missing or damaged was reported above
    return found + _text_differences(folder / CROISSANT, described.decode(), scores=True)


def version_fault(dataset: Dataset, seeds: Path) -> list[str]:
    """One line where the changelog's newest entry does not record this content; none without a changelog."""
    statistics = dataset.statistics
    if statistics.version is None or statistics.version.content == statistics.content:
        return []
    version = statistics.version
    line = (
        f"{seeds / CHANGELOG}:{version.line}: {version.number} records content {version.content}, "
        f"the seeds give {statistics.content}; add an entry with a higher version that records it"
    )
    return [line]


def _text_differences(path: Path, now: str, *, scores: bool) -> list[str]:
    if not path.is_file():
        return [f"{path}: is missing"]
    try:
        there = read_text(path)
    except BenchError as error:
        return [f"{path}: {error.message}"]
    if not scores:
        there, now = without_scores(there), without_scores(now)
    return [] if there == now else [f"{path}: {_first_difference(there.splitlines(), now.splitlines(), 'line')}"]


def _config_differences(dataset: Dataset, config: str, folder: Path) -> list[str]:
    import pyarrow.parquet as pq

    path = folder / dataset.statistics.file(config)
    there = sorted((folder / config).glob("*.parquet"))
    if not there:
        return [f"{path}: is missing"]
    try:
        # Without pyarrow's threads: a process that ends while they still run may be aborted by them.
        check_regular(there[0])
        with pq.ParquetFile(there[0], pre_buffer=False) as file:
            table = file.read(use_threads=False)
    except BenchError as error:
        return [f"{there[0]}: {error.message}"]
    except (OSError, ValueError) as error:
        return [f"{there[0]}: cannot be read ({' '.join(str(error).split())})"]
    rows = _named(table.to_pylist(), config)
    if rows != dataset.statistics.rows[config]:
        return [f"{there[0]}: {_first_difference(rows, dataset.statistics.rows[config], 'row')}"]
    try:
        stored = json.loads((table.schema.metadata or {}).get(b"huggingface", b"{}"))
    except (ValueError, RecursionError):
        stored = None
    if stored != json.loads(schema_metadata(config)["huggingface"]):
        return [f"{there[0]}: its features are not {features(config)}"]
    misnamed = [] if path in there else [f"{path}: is missing"]
    return misnamed + [f"{other}: is not part of the dataset" for other in there if other != path]


def _named(rows: Rows, config: str) -> Rows:
    """Rows of a Parquet file with label names for their numbers."""
    names = {"label": CONFIGS[config], "second_label": LABELS}
    return [{key: _name(value, names.get(key)) for key, value in row.items()} for row in rows]


def _name(value: Any, names: Sequence[str] | None) -> Any:
    return names[value] if names is not None and isinstance(value, int) and 0 <= value < len(names) else value


def _first_difference(there: Sequence[Any], now: Sequence[Any], unit: str) -> str:
    for number, (old, new) in enumerate(zip(there, now, strict=False), start=1):
        if old != new:
            if isinstance(old, dict) and isinstance(new, dict):
                key = next(key for key in {**new, **old} if old.get(key) != new.get(key))
                return f"{unit} {number} ({new.get('id')}): {key} is {old.get(key)!r}, would be {new.get(key)!r}"
            return f"{unit} {number} is {old!r}, would be {new!r}"
    return f"holds {len(there)} {unit}s, would hold {len(now)}"
