"""What running experiments gave, in memory or in folders: records, predictions, scores and confusions as frames."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, overload

from bench.core.errors import BenchError, suggest

if TYPE_CHECKING:
    from bench.core.labelled_texts import LabelledTexts
    from bench.execution.results import StoredRun
    from bench.report.frames import Frame


class Results(Sequence["StoredRun"]):
    """Runs, one for each system (and training size), in the order in which they were requested.

    runs: what is known of each; of stored ones predictions are read when they are asked for.
    data: the rows that were run on, by their digest, as far as they are at hand.
    """

    def __init__(self, runs: Iterable[StoredRun], data: Mapping[str, LabelledTexts] | None = None) -> None:
        self.runs = tuple(runs)
        self.data = dict(data or {})

    @overload
    def __getitem__(self, at: int) -> StoredRun: ...

    @overload
    def __getitem__(self, at: slice) -> Results: ...

    def __getitem__(self, at: int | slice) -> StoredRun | Results:
        return Results(self.runs[at], self.data) if isinstance(at, slice) else self.runs[at]

    def __len__(self) -> int:
        return len(self.runs)

    def __add__(self, other: Results) -> Results:
        """The runs of both, to be compared together."""
        return Results((*self.runs, *other.runs), {**self.data, **other.data})

    @property
    def names(self) -> tuple[str, ...]:
        """How `select` and the frames name each run: its system, after a `@` its training size, before a `/` its
        experiment where two share the rest.
        """
        short = [run.folder.name for run in self.runs]
        return tuple(
            name if short.count(name) == 1 else f"{run.record.experiment}/{name}"
            for name, run in zip(short, self.runs, strict=True)
        )

    @property
    def failed(self) -> dict[str, str]:
        """Name to error of the runs that failed."""
        return {
            name: str(run.record.error)
            for name, run in zip(self.names, self.runs, strict=True)
            if run.record.status == "failed"
        }

    def select(self, systems: str) -> Results:
        """The runs whose name fits a pattern, shell-style, several parted by commas: `char-*,majority`.

        Raises BenchError for a pattern that fits none.
        """
        from bench.core.name_patterns import matching

        kept = set(matching(sorted(set(self.names)), systems))
        return Results((run for name, run in zip(self.names, self.runs, strict=True) if name in kept), self.data)

    def to_frame(self) -> Any:
        """One row for each run, as a pandas frame: see `summary`."""
        return self.summary().to_frame()

    def summary(self) -> Frame:
        """One row for each run: `experiment`, `system`, `protocol`, `status`, `error`, and each score's mean."""
        from bench.report.frames import Frame

        scores = list(dict.fromkeys(name for run in self.runs for name in run.record.scores))
        columns: dict[str, list[Any]] = {
            "system": list(self.names),
            "experiment": [run.record.experiment for run in self.runs],
            "protocol": [str(run.record.protocol["kind"]) for run in self.runs],
            "status": [run.record.status for run in self.runs],
            "error": [run.record.error for run in self.runs],
        }
        for name in scores:
            found = [run.record.scores.get(name) for run in self.runs]
            columns[name] = [None if score is None else score.value for score in found]
        return Frame(columns)

    def predictions(self, system: str | None = None) -> Frame:
        """What each row was predicted by a model that had not seen it: a row for each run, repeat and row of the data.

        Columns: `system`, `row_id`, `repeat`, `fold`, `truth`, `guess` (the predicted class), and for runs that give
        scores, one `score:CLASS` a class. system: of one run alone; left out, of all that did not fail.
        Raises BenchError for an unknown system, and for stored predictions that are damaged.
        """
        from bench.report.frames import Frame

        columns: dict[str, list[Any]] = {}
        rows = 0
        for name, run in self._complete(system):
            found = run.predictions().to_table()
            own = {"system": [name] * found.num_rows, **found.to_pydict()}
            for column in dict.fromkeys([*columns, *own]):
                before = columns.setdefault(column, [None] * rows)
                before.extend(own.get(column, [None] * found.num_rows))
            rows += found.num_rows
        return Frame(columns)

    def scores_by_repeat(self, metric: str | None = None) -> Frame:
        """A row for each run, metric and repeat: `system`, `metric`, `repeat`, `score` (None where it is undefined).

        metric: as `f1_macro`, `accuracy` or `f1:CLASS`; left out, all that were recorded. Raises BenchError for one
        that no run has.
        """
        from bench.report.frames import Frame

        known = list(dict.fromkeys(name for run in self.runs for name in run.record.scores))
        if metric is not None and metric not in known:
            raise BenchError(f"the runs hold no metric {metric!r}{suggest(metric, known)}")
        rows = [
            (name, each, repeat, value)
            for name, run in zip(self.names, self.runs, strict=True)
            for each, score in run.record.scores.items()
            if metric in {None, each}
            for repeat, value in enumerate(score.repeats)
        ]
        return Frame(dict(zip(("system", "metric", "repeat", "score"), _turned(rows, 4), strict=True)))

    def confusion(self, system: str | None = None) -> Frame:
        """Rows by label and prediction, over all repeats together: `system`, `label`, then a column a predicted class.

        system: of one run alone. Raises BenchError for an unknown one, and for runs of different classes.
        """
        from bench.report.frames import Frame

        found = list(self._complete(system))
        classes = list(dict.fromkeys(tuple(run.record.data_summary.classes) for _, run in found))
        if len(classes) > 1:
            raise BenchError("the runs are of different classes; name one system, or select those of one data set")
        names = classes[0] if classes else ()
        rows = [
            (name, label, *counts)
            for name, run in found
            for label, counts in zip(names, run.record.confusion, strict=True)
        ]
        return Frame(dict(zip(("system", "label", *names), _turned(rows, 2 + len(names)), strict=True)), index=2)

    def _complete(self, system: str | None) -> Iterator[tuple[str, StoredRun]]:
        if system is not None and system not in self.names:
            raise BenchError(f"no run of a system {system!r}{suggest(system, self.names)}")
        for name, run in zip(self.names, self.runs, strict=True):
            if system in {None, name} and (system is not None or run.record.status == "complete"):
                if run.record.status != "complete":
                    raise BenchError(f"system {name!r} has no predictions: {run.record.error}")
                yield name, run

    def _repr_html_(self) -> str:
        """One row for each run; `bench.compare` tests their differences."""
        from bench.report.notebook_html import framed, grid

        rows = [
            (name, run.record.status, *(self._score(run, metric) for metric in ("f1_macro", "accuracy")))
            for name, run in zip(self.names, self.runs, strict=True)
        ]
        return framed(grid(("system", "status", "macro-F1", "accuracy"), rows, caption=repr(self).partition(":")[0]))

    @staticmethod
    def _score(run: StoredRun, metric: str) -> float | None:
        score = run.record.scores.get(metric)
        return None if score is None else score.value

    def __repr__(self) -> str:
        runs = "1 run" if len(self) == 1 else f"{len(self)} runs"
        failed = f", {len(self.failed)} failed" if self.failed else ""
        return f"Results of {runs}{failed}: {', '.join(self.names)}"


ResultsLike: TypeAlias = "Results | StoredRun | str | Path | Sequence[Results | StoredRun | str | Path]"
"""Results, single runs, folders of stored runs, or several of them."""


def load_results(*folders: str | Path) -> Results:
    """Stored runs under results roots, experiment folders or system folders; left out, `results/`.

    Raises BenchError for a folder without runs, and for a record that is damaged.
    """
    from bench.execution.results import find_runs

    return Results(find_runs([Path(folder) for folder in folders or ("results",)]))


def as_results(results: ResultsLike) -> Results:
    """Results from any `ResultsLike`. Raises BenchError for folders without runs and for other values."""
    from bench.execution.results import StoredRun

    if isinstance(results, Results):
        return results
    if isinstance(results, StoredRun):
        return Results([results])
    if isinstance(results, (str, Path)):
        return load_results(results)
    if all(isinstance(each, (str, Path)) for each in results):
        return load_results(*(each for each in results if isinstance(each, (str, Path))))
    found = Results(())
    for each in results:
        found += as_results(each)
    return found


def _turned(rows: Sequence[tuple[Any, ...]], width: int) -> list[list[Any]]:
    """Rows as columns, also where there are none."""
    return [[row[at] for row in rows] for at in range(width)]
