"""Predictions of models trained on one half of the rows, stored beside a run: they show what training sets change."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np

from bench.core.errors import BenchError
from bench.core.files import write_whole
from bench.core.text_files import read_bytes
from bench.execution.predictions import Predictions
from bench.execution.results import StoredRun, read_run
from bench.execution.run_folder import HALVES
from bench.experiment.protocols.base import Protocol

ADVISED = 20
"""The number of halvings in the study on real text."""

_OF_RUN, _OF_THIS = b"predictions_sha256", b"halves_sha256"
_AGAIN = "bench run CONFIG --halves makes it again"


def halves_of(protocol: Protocol, halvings: int) -> Protocol:
    """The protocol that splits the rows into two halves, `halvings` times, and predicts each half from the other.

    Raises BenchError for a protocol whose halves were not studied: any but `repeated-stratified` of all training rows.
    """
    if protocol.kind != "repeated-stratified" or protocol.suffix:
        text = f"halves were studied for 'repeated-stratified' with all training rows, not {protocol.kind!r}"
        raise BenchError(f"--halves: {text}{protocol.suffix}; leave --halves out")
    return protocol.model_copy(update={"folds": 2, "repeats": halvings})


def write_halves(run: StoredRun, found: Predictions) -> None:
    """Put the predictions beside those of a run, whose own files keep their bytes. found: of two folds a repeat."""
    import pyarrow.parquet as pq

    predictions = _without_scores(found)
    table = pq.read_table(io.BytesIO(predictions.to_parquet()))
    marks = {_OF_RUN: str(run.record.predictions_sha256).encode(), _OF_THIS: predictions.sha256().encode()}
    target = io.BytesIO()
    pq.write_table(table.replace_schema_metadata(marks), target, compression="zstd")
    write_whole(run.folder / HALVES, target.getvalue())


def read_halves(run: StoredRun) -> Predictions | None:
    """Read what `write_halves` wrote; None for a run without halves.

    Raises BenchError for a file that is damaged, and for one that belongs to other predictions.
    """
    path = run.folder / HALVES
    if not path.exists():
        return None
    import pyarrow as pa
    import pyarrow.parquet as pq

    content = read_bytes(path)
    try:
        marks = pq.read_schema(io.BytesIO(content)).metadata or {}
        found = Predictions.from_parquet(content)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise BenchError(f"cannot be read ({' '.join(str(error).split())}); {_AGAIN}", place=path) from None
    if marks.get(_OF_RUN) != str(run.record.predictions_sha256).encode():
        raise BenchError(f"is not of the predictions beside it; {_AGAIN}", place=path)
    if marks.get(_OF_THIS) != found.sha256().encode():
        raise BenchError(f"was changed after it was written; {_AGAIN}", place=path)
    return found


def halvings_of(folder: Path) -> int:
    """How often the rows were halved for the run in this folder; 0 where they were not, or the file is damaged."""
    try:
        found = read_halves(read_run(folder))
    except BenchError:
        return 0
    return 0 if found is None else found.repeats


def _without_scores(found: Predictions) -> Predictions:
    return Predictions(found.row_ids, found.classes, found.truth, found.fold, found.prediction, None, None)


def same_halves(first: Predictions, second: Predictions) -> bool:
    """Whether two runs were halved alike, so that their difference can be taken row by row."""
    return np.array_equal(first.fold, second.fold) and np.array_equal(first.truth, second.truth)
