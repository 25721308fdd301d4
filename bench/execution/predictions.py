"""Out-of-fold predictions of one system, as arrays and as the Parquet file that keeps them."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from bench.core.digests import digest
from bench.core.labelled_texts import NO_CLASS
from bench.experiment.metrics.base import Outcome

if TYPE_CHECKING:
    import pyarrow as pa

Codes: TypeAlias = "NDArray[np.int64]"
Scores: TypeAlias = "NDArray[np.float64]"

_CLASSES = b"classes"
_TEXTS = frozenset({"row_id", "truth", "guess", "group"})

ROUNDING = 1e-3
"""How far a score may lie from the recorded one and still count as rounding, as a share of the largest score.

A sum in another order is off by 1e-16; solvers that stop at a tolerance of 1e-4 carry that on, and on real titles moved
single scores by up to 5e-4 of the largest (docs/decisions/0018-same-on-every-processor.md).
"""


@dataclass(frozen=True, slots=True)
class Predictions:
    """What a system predicted for every row in every repeat, each time without having seen the row.

    row_ids: (rows,); classes: sorted; truth: (rows,) indices into classes; fold, prediction: (repeats, rows).
    A prediction past the last class is of none of them (`NO_CLASS`); in the file its cell is empty.
    scores: (repeats, rows, classes), None for a system that gives none.
    groups: (rows,) the group of each row, where splits keep groups whole; else None.
    """

    row_ids: tuple[str, ...]
    classes: tuple[str, ...]
    truth: Codes
    fold: Codes
    prediction: Codes
    scores: Scores | None
    groups: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        rows = len(self.row_ids)
        if (
            self.truth.shape != (rows,)
            or self.fold.shape != self.prediction.shape
            or self.prediction.shape[1:] != (rows,)
        ):
            raise ValueError(
                f"arrays of {rows} rows, got {self.truth.shape}, {self.fold.shape}, {self.prediction.shape}"
            )
        if self.scores is not None and self.scores.shape != (*self.prediction.shape, len(self.classes)):
            raise ValueError(f"one score a class, got {self.scores.shape} for {len(self.classes)} classes")
        if self.groups is not None and len(self.groups) != rows:
            raise ValueError(f"one group a row, got {len(self.groups)} for {rows} rows")

    @property
    def prediction_names(self) -> tuple[str, ...]:
        """The names of predictions: the classes, and then the name for a prediction of no class."""
        return (*self.classes, NO_CLASS)

    @property
    def unnamed(self) -> int:
        """How many predictions are of no class, over all repeats."""
        return int((self.prediction == len(self.classes)).sum())

    @property
    def repeats(self) -> int:
        """How often the rows were split anew."""
        return len(self.prediction)

    def outcome(self, repeat: int, *, probabilities: bool = False) -> Outcome:
        """All rows of one repeat, pooled over its folds. probabilities: whether the scores are.

        A class that no row tests, as in the official files of some benchmarks, has no part in any metric: a row that is
        predicted to be of it is predicted wrong.
        """
        scores = None if self.scores is None else self.scores[repeat]
        there = np.unique(self.truth)
        if len(there) == len(self.classes):
            return Outcome(self.classes, self.truth, self.prediction[repeat], scores, probabilities)
        place = np.full(len(self.classes) + 1, len(there), dtype=np.int64)
        place[there] = np.arange(len(there))
        scores = None if scores is None else scores[:, there]
        tested = tuple(self.classes[code] for code in there)
        return Outcome(tested, place[self.truth], place[self.prediction[repeat]], scores, probabilities)

    def fold_outcomes(self, repeat: int, *, probabilities: bool = False) -> list[Outcome]:
        """The test rows of each fold of one repeat."""
        folds = range(int(self.fold[repeat].max()) + 1)
        whole = self.outcome(repeat, probabilities=probabilities)
        return [whole.take(np.flatnonzero(self.fold[repeat] == fold)) for fold in folds]

    def group_codes(self) -> Codes | None:
        """(rows,) the groups numbered from 0."""
        if self.groups is None:
            return None
        return np.unique(np.asarray(self.groups, dtype=object), return_inverse=True)[1].astype(np.int64)

    def confusion(self) -> list[list[int]]:
        """Rows by true class and predicted class, over all repeats together; one more column for those of none."""
        counts = Outcome(self.classes, np.tile(self.truth, self.repeats), self.prediction.ravel()).confusion()
        return np.asarray(counts, dtype=np.int64).tolist()  # type: ignore[no-any-return]

    def sha256(self) -> str:
        """Digest over ids, classes and all arrays: equal for equal predictions, whatever wrote the file."""
        arrays = [self.truth, self.fold, self.prediction, *([] if self.scores is None else [self.scores])]
        little_endian = [array.astype(array.dtype.newbyteorder("<")).tobytes() for array in arrays]
        groups = [] if self.groups is None else [digest(self.groups)]
        return digest([digest(self.row_ids), digest(self.classes), *groups, *little_endian])

    def scores_apart(self, other: Predictions) -> float:
        """The largest difference of two scores, as a share of the largest score here; 0 where neither side has scores.

        other: of the same rows, classes and repeats. Infinite where only one of two scores is a finite number.
        """
        before, after = self.scores, other.scores
        if before is None or after is None:
            return 0.0 if before is after else np.inf
        finite = np.isfinite(before)
        if (finite != np.isfinite(after)).any() or (before[~finite] != after[~finite]).any():
            return np.inf
        if not finite.any():
            return 0.0
        return float(np.abs(before - after)[finite].max() / max(1.0, np.abs(before[finite]).max()))

    def same_but_for_rounding(self, other: Predictions) -> bool:
        """Whether the other run has the same rows, splits and predictions, and scores within `ROUNDING` of these."""
        alike = (
            self.row_ids == other.row_ids
            and self.classes == other.classes
            and self.groups == other.groups
            and all(
                np.array_equal(one, two)
                for one, two in (
                    (self.truth, other.truth),
                    (self.fold, other.fold),
                    (self.prediction, other.prediction),
                )
            )
        )
        return alike and self.scores_apart(other) <= ROUNDING

    def to_table(self) -> pa.Table:
        """The columns of the file: rows by repeat, then in the data's order."""
        import pyarrow as pa

        names = np.asarray((*self.classes, None), dtype=object)
        columns: dict[str, Any] = {
            "row_id": pa.array(self.row_ids * self.repeats, pa.string()),
            "repeat": pa.array(np.repeat(np.arange(self.repeats), len(self.row_ids)), pa.int32()),
            "fold": pa.array(self.fold.ravel(), pa.int32()),
            "truth": pa.array(np.tile(names[self.truth], self.repeats), pa.string()),
            "guess": pa.array(names[self.prediction.ravel()], pa.string()),
        }
        if self.groups is not None:
            columns["group"] = pa.array(self.groups * self.repeats, pa.string())
        if self.scores is not None:
            flat = self.scores.reshape(-1, len(self.classes))
            columns |= {f"score:{name}": flat[:, code] for code, name in enumerate(self.classes)}
            return pa.table(columns)
        seen = np.union1d(self.truth, self.prediction)
        if len(seen[seen < len(self.classes)]) == len(self.classes):
            return pa.table(columns)
        # A class that is neither true nor predicted has no column.
        return pa.table(columns).replace_schema_metadata({_CLASSES: json.dumps(self.classes, ensure_ascii=False)})

    def to_parquet(self) -> bytes:
        """The file's bytes."""
        import pyarrow.parquet as pq

        target = io.BytesIO()
        pq.write_table(self.to_table(), target, compression="zstd")
        return target.getvalue()

    @classmethod
    def from_parquet(cls, data: bytes) -> Predictions:
        """Read what `to_parquet` wrote. Raises ValueError for anything else."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        try:
            # Without pyarrow's threads: a process that ends while they still run may be aborted by them.
            with pq.ParquetFile(io.BytesIO(data), pre_buffer=False) as file:
                return cls._from_table(file.read(use_threads=False))
        except (pa.ArrowException, OSError, LookupError, ArithmeticError, TypeError) as error:
            raise ValueError(str(error)) from error

    @classmethod
    def _from_table(cls, table: pa.Table) -> Predictions:
        if any(table.column(name).null_count for name in table.column_names if name != "guess"):
            raise ValueError("holds empty cells")
        named = {name: table.column(name).combine_chunks().dictionary_encode("encode") for name in ("truth", "guess")}
        seen = {name: found.dictionary.to_pylist() for name, found in named.items()}
        column = {name: table.column(name).to_numpy() for name in table.column_names if name not in _TEXTS}
        repeats = int(column["repeat"].max()) + 1
        rows = table.num_rows // repeats
        classes = tuple(sorted({*seen["truth"], *seen["guess"]} - {None}))
        score_names = tuple(name.removeprefix("score:") for name in table.column_names if name.startswith("score:"))
        written = (table.schema.metadata or {}).get(_CLASSES)
        classes = score_names or (classes if written is None else tuple(json.loads(written)))
        code = {name: index for index, name in enumerate((*classes, None))}
        truth, prediction = (
            np.array([code[each] for each in seen[name]], dtype=np.int64)[found.indices.to_numpy()]
            for name, found in named.items()
        )
        scores = np.stack([column[f"score:{name}"] for name in score_names], axis=1) if score_names else None
        return cls(
            tuple(table.column("row_id")[:rows].to_pylist()),
            classes,
            truth[:rows],
            column["fold"].astype(np.int64).reshape(repeats, rows),
            prediction.reshape(repeats, rows),
            None if scores is None else scores.reshape(repeats, rows, len(classes)),
            tuple(table.column("group")[:rows].to_pylist()) if "group" in table.column_names else None,
        )
