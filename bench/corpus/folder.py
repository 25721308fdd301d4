"""The folder of the dataset, and how its files are recognised as ours."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Any

from bench.core.errors import BenchError
from bench.core.folders import FolderKind, object_at
from bench.corpus.card import CARDS, LICENCE
from bench.corpus.croissant import CROISSANT, NAME
from bench.corpus.dataset_version import CHANGELOG, read_version

_CONTENT = re.compile(r"Content SHA-256 ([0-9a-f]{64})")
_DIGEST = re.compile(rb"[0-9a-f]{64}")


def _ours(folder: Path) -> set[str]:
    """Files of a dataset: Croissant by its own fields, Parquet files by the digests in it, the rest by what it records.

    A card names the digest of all content and that of each config's, the licence that of all content, and the changelog
    opens with the version.
    """
    found = object_at(folder / CROISSANT, "name", "version", "citeAs", "distribution")
    content = None if found is None else _CONTENT.search(str(found["citeAs"]))
    if found is None or content is None or found["name"] != NAME:
        return set()
    described = found["distribution"] if isinstance(found["distribution"], list) else []
    entries = [entry for entry in described if isinstance(entry, dict)]
    digests = {content[1].encode(), *(each for entry in entries for each in _described(entry))}
    cards = {name for name in CARDS.values() if digests <= set(_DIGEST.findall(_bytes(folder / name)))}
    licence = {LICENCE} if content[1].encode() in _DIGEST.findall(_bytes(folder / LICENCE)) else set()
    changelog = {CHANGELOG} if _is_changelog(folder / CHANGELOG, str(found["version"])) else set()
    return {CROISSANT, *cards, *licence, *changelog, *_parquet_files(folder, entries)}


def _described(entry: dict[str, Any]) -> list[bytes]:
    return _DIGEST.findall(str(entry.get("description")).encode("utf-8", "replace"))


def _parquet_files(folder: Path, entries: list[dict[str, Any]]) -> set[str]:
    pairs = [(str(entry.get("contentUrl")), entry.get("sha256")) for entry in entries]
    return {path for path, sha256 in pairs if hashlib.sha256(_bytes(folder / path)).hexdigest() == sha256}


def _is_changelog(path: Path, version: str) -> bool:
    try:
        found = read_version(path) if path.is_file() else None
    except BenchError:
        return False
    return found is not None and version.partition("+")[0] == found.number


def _bytes(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() else b""


DATASET = FolderKind("dataset", _ours)
