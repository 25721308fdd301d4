"""Repeats a stored run, and says whether the result is the same, the same but for rounding, or different, and why."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np

from bench.core.errors import BenchError
from bench.core.kernels import kernels
from bench.core.labelled_texts import LabelledTexts
from bench.data.memory import KIND, MemorySource
from bench.execution.engine import Run, run_systems
from bench.execution.halves import halves_of, read_halves, same_halves
from bench.execution.identity import code_digest, environment, machine
from bench.execution.predictions import ROUNDING, Predictions
from bench.execution.record import Record
from bench.execution.record_checks.base import Recheck, first_fault
from bench.execution.results import StoredRun
from bench.experiment.config import Experiment, System
from bench.experiment.splits import Targets

_MOST_NAMED = 4
FOLDER_HINT = "if the data lies elsewhere: --folder, the folder of its experiment file"

Outcome = Literal["same", "rounding", "different"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a stored run and the same run made again compare. message: one line for a person.

    same: predictions and scores are those recorded, to the last bit. rounding: every prediction is the recorded one,
    scores differ by no more than `ROUNDING`, and the processor or the versions differ from those recorded.
    different: anything else.
    """

    folder: Path
    outcome: Outcome
    message: str


def verify(
    stored: StoredRun,
    data_folder: Path,
    *,
    jobs: int,
    advance: Callable[[str], None] = lambda _: None,
    known: Mapping[str, LabelledTexts] | None = None,
) -> Verdict:
    """Run a stored run again from its record, and compare the two.

    data_folder: the folder of its experiment file, which the paths of its data and models are relative to.
    known: rows by their digest; needed for a record whose data was given in memory.
    Raises BenchError for data that cannot be read, a back end that is not there, and damaged predictions.
    """
    record = stored.record
    experiment = rebuild(record, data_folder, known)
    [system] = experiment.systems
    data = _loaded(experiment, record)
    if data.sha256() != record.data_summary.sha256:
        seen = f"{len(data)} rows of digest {data.sha256()[:12]}, recorded {record.data_summary.rows} of"
        return _different(stored, f"the data differ: {seen} {record.data_summary.sha256[:12]}; likely cause: data")
    if record.status == "impossible":
        try:
            experiment.protocol.check(Targets.of(data), tuned=False)
        except BenchError as error:
            same = error.message == record.error
            return _same(stored) if same else _different(stored, f"now impossible: {error.message}")
        return _different(stored, "was recorded as impossible, and is not; likely cause: code")
    [run] = run_systems(data, experiment.protocol, [system], jobs=jobs, advance=advance)
    found = _compared(stored, system, run)
    if found.outcome != "different":
        found = _with_halves(found, stored, experiment, data, jobs=jobs)
    return replace(found, message=f"{found.message}{_from_cache(run)}")


def _with_halves(
    found: Verdict, stored: StoredRun, experiment: Experiment, data: LabelledTexts, *, jobs: int
) -> Verdict:
    """Where halves of the run's rows are stored, run these again, too; the verdict on the run and the halves."""
    halves = read_halves(stored)
    if halves is None:
        return found
    protocol = halves_of(experiment.protocol, halves.repeats)
    [again] = run_systems(data, protocol, experiment.systems, jobs=jobs)
    [system] = experiment.systems
    cause = f"likely cause: {_cause(stored, _changed(stored, system))}"
    if again.predictions is None:
        return _different(stored, f"the same, but on halves of the rows it fails now: {again.error}; {cause}")
    if not same_halves(halves, again.predictions):
        return _different(stored, f"the same, but its rows are halved in another way now; {cause}")
    apart = int((halves.prediction != again.predictions.prediction).sum())
    if apart:
        text = f"the same, but {apart} of {halves.prediction.size} predictions on halves of the rows differ"
        return _different(stored, f"{text}; {cause}")
    return replace(found, message=f"{found.message}, and so are {halves.repeats} halvings of its rows")


def _from_cache(run: Run) -> str:
    """A note that names the servers that were not asked because kept answers were used; empty where there are none."""
    silent = [each.address for each in run.served if not each.sent]
    return f" (by kept answers of {', '.join(silent)}, which was not asked)" if silent else ""


def data_folder(stored: StoredRun, given: Path | None) -> Path:
    """The folder that the paths of a run's data are relative to: the given one, or one that is found.

    Looked at are, in this order, the folder that its experiment file lay in, configs/ and the current folder. The first
    of these that holds the data's files is taken; where none does, the first.
    """
    if given is not None:
        return given
    there = stored.timings().get("configs")
    lay = [Path(os.path.relpath(os.path.realpath(stored.folder / there)))] if isinstance(there, str) and there else []
    named = [stored.record.data.get(key) for key in ("train", "validation", "test", "path", "unlabelled")]
    files = [name for each in named for name in (each if isinstance(each, list) else [each]) if isinstance(name, str)]
    folders = [*lay, Path("configs"), Path()]
    return next((folder for folder in folders if all((folder / name).exists() for name in files)), folders[0])


def _loaded(experiment: Experiment, record: Record) -> LabelledTexts:
    try:
        data = experiment.data.load()
    except BenchError as error:
        raise BenchError(f"{error.message}; {FOLDER_HINT}", place=error.place) from None
    shuffled = record.data.get("shuffled_labels") and data.sha256() != record.data_summary.sha256
    return data.shuffled(experiment.protocol.random_state) if shuffled else data


def rebuild(record: Record, data_folder: Path, known: Mapping[str, LabelledTexts] | None = None) -> Experiment:
    """Rebuild the experiment, with one system, from the record of a run.

    known: rows by their digest. Raises BenchError for kinds that are not known here, and for a record whose data was
    given in memory and is not in `known`.
    """
    data: Any = {name: value for name, value in record.data.items() if name not in {"facts", "shuffled_labels"}}
    if data.get("kind") == KIND:
        data = MemorySource.of(_rows(record, known or {}))
    fields = {
        "name": record.experiment,
        "data": data,
        "protocol": record.protocol,
        "systems": [{"name": record.system, **record.config}],
    }
    try:
        return Experiment.model_validate(fields, context={"folder": data_folder})
    except ValueError as error:
        text = f"the record of {record.system!r} cannot be read as an experiment: {' '.join(str(error).split())}"
        raise BenchError(text) from None


def _rows(record: Record, known: Mapping[str, LabelledTexts]) -> LabelledTexts:
    data_summary = record.data_summary
    rows = known.get(data_summary.sha256)
    if rows is None and record.data.get("shuffled_labels"):
        shuffled = (each.shuffled(int(record.protocol.get("random_state", 0))) for each in known.values())
        rows = next((each for each in shuffled if each.sha256() == data_summary.sha256), None)
    if rows is None:
        seen = f"{data_summary.rows} rows of digest {data_summary.sha256[:12]}"
        text = f"its data, {seen}, was given in Python and is not stored"
        where = f"{record.experiment}/{record.system}"
        raise BenchError(f"{text}; pass it in Python, as data=", place=where)
    return rows


def _same(stored: StoredRun) -> Verdict:
    return Verdict(stored.folder, "same", "the same")


def _different(stored: StoredRun, message: str) -> Verdict:
    return Verdict(stored.folder, "different", message)


def _compared(stored: StoredRun, system: System, run: Run) -> Verdict:
    """The verdict on a run that was made again, without halves of its rows."""
    record = stored.record
    changed = _changed(stored, system)
    cause = f"likely cause: {_cause(stored, changed)}"
    if record.status == "failed":
        same = run.error == record.error
        text = f"failed with {record.error!r}, now {run.error!r}; {cause}"
        return _same(stored) if same else _different(stored, text)
    if run.predictions is None:
        return _different(stored, f"fails now: {run.error}; {cause}")
    before = stored.predictions()
    apart = 0.0
    if run.predictions.sha256() != before.sha256():
        difference = _first_difference(before, run.predictions)
        if difference is not None:
            return _different(stored, f"{difference}; {cause}")
        apart = before.scores_apart(run.predictions)
        if not changed or apart > ROUNDING:
            return _different(stored, f"{_first_score(before, run.predictions)}; {cause}")
    # Rounding was judged by the predictions above; here, the record must hold the metrics of its own predictions.
    fault = first_fault(Recheck(record, before, run, system, exact=not changed))
    if fault is not None:
        return _different(stored, f"the predictions are the same, but {fault}; {cause}")
    if apart:
        where = ", ".join(changed[:_MOST_NAMED])
        text = f"the same predictions; scores differ by up to {apart:.1g} of the largest, which is rounding ({where})"
        return Verdict(stored.folder, "rounding", text)
    return _same(stored)


def _changed(stored: StoredRun, system: System) -> list[str]:
    """Versions, kernels and platform that differ from those recorded, and so may change a score by rounding."""
    recorded, now = stored.record.environment, environment(system)
    changed = _differing(recorded, now)
    if not stored.record.kernels:
        return [*changed, "the record does not name its processor's kernels"]
    there, here = stored.record.kernels, kernels()
    changed += _differing({f"kernels of {name}": value for name, value in there.items()},
                          {f"kernels of {name}": value for name, value in here.items()})  # fmt: skip
    platform = stored.timings().get("machine")
    if platform not in {None, machine()}:
        changed.append(f"platform: {platform} then, {machine()} now")
    return changed


def _differing(then: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    return [
        f"{name}: {then.get(name, 'absent')} then, {now.get(name, 'absent')} now"
        for name in sorted(set(then) | set(now))
        if then.get(name) != now.get(name)
    ]


def _cause(stored: StoredRun, changed: list[str]) -> str:
    """What differs between then and now, the likeliest cause first."""
    code = stored.timings().get("code_sha256")
    causes = [*changed, *(["the code of bench"] if code not in {None, code_digest()} else [])]
    if causes:
        return ", ".join(causes[:_MOST_NAMED])
    return "versions and processor are those recorded, which leaves the code of bench, or that the files were changed"


def _first_difference(before: Predictions, after: Predictions) -> str | None:
    """Where rows, splits or predictions first differ; None where they are the same."""
    if before.row_ids != after.row_ids or before.classes != after.classes or before.fold.shape != after.fold.shape:
        return "rows, classes or repeats differ"
    if before.groups != after.groups or (before.truth != after.truth).any():
        return "labels or groups of the rows differ"
    for what, one, other in (("fold", before.fold, after.fold), ("prediction", before.prediction, after.prediction)):
        places = np.argwhere(one != other)
        if len(places):
            repeat, row = map(int, places[0])
            old, new = int(one[repeat, row]), int(other[repeat, row])
            values = (old, new) if what == "fold" else (before.prediction_names[old], after.prediction_names[new])
            text = f"{len(places)} of {one.size} {what}s differ" if what == "prediction" else "the splits differ"
            where = f"row {before.row_ids[row]!r}, repeat {repeat}, fold {before.fold[repeat, row]}"
            return f"{text}, first at {where}: {values[0]!r} then, {values[1]!r} now"
    if (before.scores is None) != (after.scores is None):
        return "predictions are the same, but only one of the runs has scores"
    return None


def _first_score(before: Predictions, after: Predictions) -> str:
    if before.scores is None or after.scores is None:
        return "predictions and scores are the same, but not what the file says of them"
    places = np.argwhere(before.scores != after.scores)
    if not len(places):
        return "predictions and scores are the same, but not what the file says of them"
    repeat, row, code = map(int, places[0])
    with np.errstate(invalid="ignore"):
        widest = float(np.nanmax(np.abs(before.scores - after.scores)))
    where = f"row {before.row_ids[row]!r}, repeat {repeat}, class {before.classes[code]!r}"
    return f"predictions are the same, scores differ by up to {widest:.2g}, first at {where}"
