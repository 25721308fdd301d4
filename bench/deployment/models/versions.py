"""The versions that a model's predictions hang on: recorded when it is saved, demanded when it is read."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bench.core.errors import BenchError
from bench.deployment.models.model import MODEL, REMEDY
from bench.execution.identity import packages
from bench.systems.features.embedding import Embedding
from bench.systems.features.tfidf import Tfidf
from bench.systems.segment import dictionary_digest

_SHOWN = 12
"""So many characters of a version are told: of a digest, its start."""


_TOLD_ONLY = frozenset({"python"})
"""Recorded to be told; no prediction hangs on it, since packages do all that computes."""


def demand_versions(folder: Path, recorded: Mapping[str, str], here: Mapping[str, str]) -> None:
    """Raises BenchError where something that predictions hang on is another here than it was."""
    for name, version in here.items():
        if name not in _TOLD_ONLY and recorded.get(name) != version:
            then, now = (each[:_SHOWN] for each in (recorded.get(name, "nothing"), version))
            text = f"was fitted with {name} {then}, here is {now}, so that it may predict otherwise"
            raise BenchError(f"{text}; {REMEDY}; or install that version", place=folder / MODEL)


def environment_of(features: Any) -> dict[str, str]:
    """Versions of all that predictions hang on, beside what the file itself holds."""
    return {**packages(), **_versions(features)}


def _versions(features: Any) -> dict[str, str]:
    match features:
        case Tfidf():
            return {} if features.segmenter is None else {"jieba dictionary": dictionary_digest()}
        case Embedding():
            return features.backend.versions()
        case _:
            return {name: value for part in features.made_from() for name, value in _versions(part).items()}
