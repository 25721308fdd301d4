"""A stored run made again: the same predictions and scores, or the first difference and its likely cause."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bench.core.errors import BenchError
from bench.evaluation.engine import run_systems
from bench.evaluation.predictions import Predictions
from bench.evaluation.results import Record, StoredRun, code_digest, environment, machine
from bench.evaluation.scoring import score_predictions
from bench.experiment.config import Experiment, System
from bench.experiment.protocols.base import Targets

_MOST_NAMED = 4


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of a run that was made again. difference: None where predictions and scores are the same."""

    folder: Path
    difference: str | None


def verify(
    stored: StoredRun, data_folder: Path, *, jobs: int, advance: Callable[[str], None] = lambda _: None
) -> Verdict:
    """Run a record again from what it holds, and compare.

    data_folder: where the paths of its data and models start, the folder of its experiment file.
    Raises BenchError for data that cannot be read, a back end that is not there, and damaged predictions.
    """
    record = stored.record
    experiment = rebuild(record, data_folder)
    [system] = experiment.systems
    data = experiment.data.load()
    if record.data.get("shuffled_labels"):
        data = data.shuffled(experiment.protocol.random_state)
    if data.sha256() != record.facts.sha256:
        seen = f"{len(data)} rows of digest {data.sha256()[:12]}, recorded {record.facts.rows} of"
        return Verdict(stored.folder, f"the data differ: {seen} {record.facts.sha256[:12]}; likely cause: data")
    if record.status == "impossible":
        try:
            experiment.protocol.check(Targets.of(data), tuned=False)
        except BenchError as error:
            return Verdict(stored.folder, None if error.message == record.error else f"now impossible: {error.message}")
        return Verdict(stored.folder, "was recorded as impossible, and is not; likely cause: code")
    [run] = run_systems(data, experiment.protocol, [system], jobs=jobs, advance=advance)
    cause = f"likely cause: {_cause(stored, system)}"
    if record.status == "failed":
        same = run.error == record.error
        return Verdict(stored.folder, None if same else f"failed with {record.error!r}, now {run.error!r}; {cause}")
    if run.predictions is None:
        return Verdict(stored.folder, f"fails now: {run.error}; {cause}")
    before = stored.predictions()
    if run.predictions.sha256() != before.sha256():
        return Verdict(stored.folder, f"{_first_difference(before, run.predictions)}; {cause}")
    scores = score_predictions(run.predictions, probabilities=record.score_kind == "probability")
    for name, score in scores.items():
        if record.scores.get(name) != score:
            return Verdict(stored.folder, f"the predictions are the same, but the score {name} differs; {cause}")
    return Verdict(stored.folder, None)


def rebuild(record: Record, data_folder: Path) -> Experiment:
    """The experiment of one system that a record tells of. Raises BenchError for kinds that are not known here."""
    data = {name: value for name, value in record.data.items() if name not in {"facts", "shuffled_labels"}}
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


def _cause(stored: StoredRun, system: System) -> str:
    """What differs between then and now, likeliest first."""
    recorded, now = stored.record.environment, environment(system)
    changed = [
        f"{name} {recorded.get(name, 'absent')} then, {now.get(name, 'absent')} now"
        for name in sorted(set(recorded) | set(now))
        if recorded.get(name) != now.get(name)
    ]
    then = stored.timings()
    if then.get("code_sha256") not in {None, code_digest()}:
        changed.append("code of bench changed since")
    if then.get("machine") not in {None, machine()}:
        changed.append(f"platform: {then['machine']} then, {machine()} now")
    if changed:
        return ", ".join(changed[:_MOST_NAMED])
    return "nothing recorded differs, which leaves code of bench, processor and BLAS"


def _first_difference(before: Predictions, after: Predictions) -> str:
    if before.row_ids != after.row_ids or before.classes != after.classes or before.fold.shape != after.fold.shape:
        return "rows, classes or repeats differ"
    for what, one, other in (("fold", before.fold, after.fold), ("guess", before.guess, after.guess)):
        places = np.argwhere(one != other)
        if len(places):
            repeat, row = map(int, places[0])
            old, new = int(one[repeat, row]), int(other[repeat, row])
            values = (old, new) if what == "fold" else (before.classes[old], after.classes[new])
            text = f"{len(places)} of {one.size} {what}es differ" if what == "guess" else "the splits differ"
            where = f"row {before.row_ids[row]!r}, repeat {repeat}, fold {before.fold[repeat, row]}"
            return f"{text}, first at {where}: {values[0]!r} then, {values[1]!r} now"
    if before.scores is not None and after.scores is not None:
        places = np.argwhere(before.scores != after.scores)
        if len(places):
            repeat, row, code = map(int, places[0])
            widest = float(np.nanmax(np.abs(before.scores - after.scores)))
            where = f"row {before.row_ids[row]!r}, repeat {repeat}, class {before.classes[code]!r}"
            return f"guesses are the same, scores differ by up to {widest:.2g}, first at {where}"
    return "guesses and scores are the same, but not what the file says of them"
