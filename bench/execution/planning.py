"""Plans experiments: reads and checks their data, and finds which systems are stored and which remain."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.core.cache_files import cache_bound
from bench.core.confusables import skeleton
from bench.core.errors import BenchError
from bench.core.files import check_writable
from bench.core.folders import check_folder, mend
from bench.core.labelled_texts import LabelledTexts
from bench.core.name_patterns import matching
from bench.execution.engine import foresight
from bench.execution.identity import RunIdentity, environment
from bench.execution.results import StoredRun, answers, differing, read_run
from bench.execution.run_folder import RECORD, RUN
from bench.experiment.config import Experiment, System
from bench.experiment.protocols.base import Protocol
from bench.experiment.resolving import ExperimentLike, ResolvedExperiment, resolve_experiment
from bench.experiment.splits import ImpossibleSplitError, Targets
from bench.experiment.variants import systems_run
from bench.systems.pipeline import build_features
from bench.systems.servers.usage import PendingRequests
from bench.systems.unlabelled import HOW_TO_LEARN

_LOG = logging.getLogger(__name__)

SHUFFLED = "+shuffled-labels"
"""The suffix of the name of an experiment whose labels were shuffled."""


@dataclass(frozen=True, slots=True)
class Plan:
    """One experiment by one protocol, its data read and checked: the systems to be run, and those stored already.

    place: how messages name the experiment, its file where it has one. folder: what its paths are relative to.
    results: where runs are stored, None for runs that are kept in memory. stored: the runs that are stored already.
    impossible: why the protocol cannot be carried out on the data, where the experiment wants that reported.
    replaced: systems whose stored runs have other settings or data, with what differs; new runs take their place.
    """

    place: str
    folder: Path
    results: Path | None
    experiment: Experiment
    protocol: Protocol
    data: LabelledTexts = field(repr=False)
    identity: RunIdentity
    systems: tuple[System, ...]
    stored: tuple[StoredRun, ...]
    warnings: tuple[str, ...]
    impossible: str | None = None
    replaced: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def targets(self) -> Targets:
        """What its splits depend on."""
        return Targets.of(self.data)

    @property
    def steps(self) -> int:
        """How often `run` will report progress."""
        return 0 if self.impossible else len(self.systems) * self.protocol.repeat_count(self.targets)

    @property
    def step_names(self) -> list[str]:
        """What is done in each step, in their order."""
        repeats = self.protocol.repeat_count(self.targets) if self.steps else 0
        of = f" of {repeats}" if repeats > 1 else ""
        return [
            f"{system.name}, repeat {at + 1}{of}" if of else system.name
            for system in self.systems
            for at in range(repeats)
        ]

    @property
    def folds(self) -> int:
        """How many folds its systems have, all repeats together."""
        return self.steps * self.protocol.fold_count(self.targets, 0) if self.steps else 0

    def pending(self, system: System) -> tuple[PendingRequests, ...]:
        """What running a system would send to servers, except what is kept from earlier runs."""
        if not system.servers or self.impossible is not None:
            return ()
        if system.features is not None:
            return system.features.pending([*self.data.texts, *system.texts_beside(self.data)])
        rows = build_features(None, system.classifier, random_state=self.protocol.random_state).encode(self.data.texts)
        found = system.classifier.pending(rows, foresight(system.names or {}, self.targets, self.protocol))
        return () if found is None else (found,)

    def fits(self, system: System) -> int:
        """How many classifiers a system fits: one for each fold, and one for each listed combination and inner fold."""
        return self.protocol.fit_count(self.targets, system.combinations)


def plans(
    experiments: Sequence[ExperimentLike],
    results: Path | None,
    *,
    systems: str | None = None,
    force: bool = False,
    shuffle_labels: bool = False,
) -> list[Plan]:
    """Plan what remains to be run of each experiment: one plan for each protocol and training size.

    results: the folder of stored runs; None for runs in memory, of which none is stored already.
    systems: shell-style patterns of names of systems, separated by commas. force: run also what is stored already.
    shuffle_labels: give every row the label of another, to see whether scores fall to chance.
    Raises BenchError for a fault in experiment or data, a pattern that fits no system, two experiments of one name,
    results that cannot be written, and a `$BENCH_CACHE_SIZE` that is no size.
    """
    if results is not None:
        check_writable(results)
    cache_bound()
    made: dict[str, str] = {}
    found = []
    for each in experiments:
        resolved = resolve_experiment(each)
        name = skeleton(resolved.experiment.name).casefold()
        if name in made:
            text = f"name: {resolved.experiment.name!r} is taken by {made[name]}; rename one"
            raise BenchError(text, place=resolved.place)
        made[name] = resolved.place
        found += _plans_of(resolved, results, pattern=systems, force=force, shuffle_labels=shuffle_labels)
    return found


def _plans_of(
    resolved: ResolvedExperiment, results: Path | None, *, pattern: str | None, force: bool, shuffle_labels: bool
) -> list[Plan]:
    experiment = resolved.experiment
    chosen = _matching(experiment, pattern, resolved.place)
    for system in chosen:
        environment(system)  # what is not installed is reported before anything is run
    start = time.perf_counter()
    data, remarks = _loaded(resolved), {}
    _LOG.info("%s: read %d rows in %.2f s", resolved.place, len(data), time.perf_counter() - start)
    experiment = resolved.named(data)
    chosen = _matching(experiment, pattern, resolved.place)
    if shuffle_labels:
        data, remarks = data.shuffled(experiment.protocol.random_state), {"shuffled_labels": True}
        experiment = experiment.model_copy(update={"name": f"{experiment.name}{SHUFFLED}"})
    # Shuffled labels have no annotators.
    annotations = () if shuffle_labels else experiment.data.side_columns().annotations or ()
    unused = data.unlabelled and not any(system.reads_unlabelled for system in experiment.systems)
    idle = [f"no system learns from data.unlabelled: give one the key 'unlabelled' ({HOW_TO_LEARN})"] if unused else []
    made = []
    for protocol in experiment.protocol.expand():
        warnings, impossible = _checked(resolved.place, protocol, Targets.of(data), chosen)
        identity = RunIdentity.of(experiment, data, protocol, annotations, **remarks)
        stored, damaged, replaced = _standing(identity, results, () if force else chosen)
        names = {run.record.system for run in stored}
        for run in stored:
            _LOG.info("%s: stands already: not run again", run.folder)
        remaining = tuple(system for system in chosen if system.name not in names)
        if results is not None:
            for system in remaining:
                check_folder(identity.folder(results, system), RUN, over=True)
        told = (*data.notes, *idle, *warnings, *damaged)
        made.append(
            Plan(
                resolved.place,
                resolved.folder,
                results,
                experiment,
                protocol,
                data,
                identity,
                remaining,
                stored,
                told,
                impossible,
                replaced,
            )
        )
    return made


def _loaded(resolved: ResolvedExperiment) -> LabelledTexts:
    try:
        return resolved.experiment.data.load()
    except BenchError as error:
        raise error if error.place is not None else BenchError(f"data: {error.message}", place=resolved.place) from None


def _checked(
    place: str, protocol: Protocol, targets: Targets, systems: Sequence[System]
) -> tuple[list[str], str | None]:
    """Warnings, and why the protocol is impossible where that is to be reported."""
    for system in systems:
        try:
            system.classifier.check_classes(targets.classes)
        except BenchError as error:
            raise BenchError(f"system {system.name!r}: {error.message}", place=place) from None
    tuned = any(system.combinations > 1 or system.calibrates for system in systems)
    calibrated = [system.name for system in systems if system.calibrates]
    if calibrated and not protocol.calibrates:
        text = f"system {calibrated[0]!r}: protocol {protocol.kind!r} has no training rows to calibrate in"
        raise BenchError(f"{text}; leave 'calibration' out", place=place)
    try:
        return protocol.check(targets, tuned=tuned), None
    except ImpossibleSplitError as error:
        if getattr(protocol, "impossible", "refuse") == "report":
            return [f"not computable: {error.message}"], error.message
        raise BenchError(f"data: {error.message}", place=place) from None
    except BenchError as error:
        if error.place is not None:
            raise
        raise BenchError(f"data: {error.message}", place=place) from None


def _standing(
    identity: RunIdentity, results: Path | None, systems: Sequence[System]
) -> tuple[tuple[StoredRun, ...], list[str], dict[str, tuple[str, ...]]]:
    """The stored runs that need not be made again, messages on damaged ones, and those that are to be replaced.

    The last are named by system, each with what differs from the plan.
    """
    stored: list[StoredRun] = []
    damaged: list[str] = []
    replaced: dict[str, tuple[str, ...]] = {}
    if results is None:
        return (), [], {}
    for system in systems:
        folder = identity.folder(results, system)
        mend(folder, RUN)
        if not (folder / RECORD).exists():
            continue
        try:
            found = read_run(folder)
            if answers(found.record, identity, system):
                if found.record.status == "complete":
                    found.predictions()
                stored.append(found)
            elif found.record.status != "failed":
                replaced[system.name] = tuple(differing(found.record, identity, system))
        except BenchError as error:
            damaged.append(f"{error}; it is made again")
    return tuple(stored), damaged, replaced


def _matching(experiment: Experiment, pattern: str | None, place: str) -> list[System]:
    try:
        systems = systems_run(experiment)
        names = None if pattern is None else matching([system.name for system in systems], pattern)
    except BenchError as error:
        raise BenchError(error.message, place=place) from None
    return [system for system in systems if names is None or system.name in names]
