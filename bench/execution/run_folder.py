"""The folder of one system's run: the names of its files, and how they are recognised as ours."""

from __future__ import annotations

import re
from pathlib import Path

from bench.core.folders import FolderKind, object_at

RECORD, PREDICTIONS, TIMINGS, BLOCKS = "run.json", "predictions.parquet", "timings.json", ".blocks"
HALVES = "halves.parquet"
_BLOCK = re.compile(r"[0-9a-f]{16}-[0-9]+", re.ASCII)
_COLUMNS = ["row_id", "repeat", "fold", "truth", "guess"]


def _ours(folder: Path) -> set[str]:
    """Files of a run, each known by its own content, or, where it is damaged, by the others that are whole.

    A record names predictions only where it has their digest; a file without a byte holds nothing that could be lost.
    """
    record = object_at(folder / RECORD, "record_sha256", "system", "schema")
    measured = object_at(folder / TIMINGS, "code_sha256", "seconds") is not None
    predicted = _is_predictions(folder / PREDICTIONS)
    ours = {name for name in (RECORD, PREDICTIONS, TIMINGS, HALVES) if _is_empty(folder / name)}
    if record is not None or measured or predicted:
        ours |= {RECORD, TIMINGS}
    if predicted or (record is not None and record.get("predictions_sha256") is not None):
        ours.add(PREDICTIONS)
    if _is_predictions(folder / HALVES):
        ours.add(HALVES)
    blocks = folder / BLOCKS
    if blocks.is_dir() and not blocks.is_symlink():
        kept = (path.name for path in blocks.iterdir() if _BLOCK.fullmatch(path.name) and path.is_file())
        ours |= {BLOCKS, *(f"{BLOCKS}/{name}" for name in kept)}
    return ours


def _is_predictions(path: Path) -> bool:
    if not path.is_file():
        return False
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return bool(pq.read_schema(path).names[: len(_COLUMNS)] == _COLUMNS)
    except (pa.ArrowException, OSError):
        return False


def _is_empty(path: Path) -> bool:
    return path.is_file() and path.stat().st_size == 0


RUN = FolderKind("run", _ours)
