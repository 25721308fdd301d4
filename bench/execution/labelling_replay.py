"""Replays labelling in one fold: which rows the strategy chooses, round by round, from what is labelled so far."""

from __future__ import annotations

from collections import OrderedDict
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from bench.core.digests import canonical_json, digest
from bench.execution.fitting import fitted
from bench.execution.tasks import EncodedTexts, Task
from bench.experiment.protocols.labelling import Labelling
from bench.experiment.splits import Split
from bench.experiment.strategies.base import Candidates, Strategy, chosen
from bench.systems.pipeline import row_scores

RowIndex: TypeAlias = "NDArray[np.intp]"

_MOST_KEPT = 2000

_kept: OrderedDict[str, tuple[RowIndex, ...]] = OrderedDict()
"""For the digest of all that a replay depends on, the rows of each round: the next number of labels starts there."""


def labelled(task: Task, encoded: EncodedTexts, split: Split, number: int) -> Split:
    """The fold's split at the protocol's number of labels: the starting rows and those chosen since then train.

    split: as the replay begins; number: the fold's, from 0. The rows for fewer labels are among those for more.
    Raises TypeError for a protocol that replays nothing and a system without a strategy, and what fitting raises.
    """
    protocol, strategy = task.protocol, task.system.strategy
    if not isinstance(protocol, Labelling) or strategy is None:
        raise TypeError("a replay needs the protocol 'labelling' and a system with a strategy")
    wanted = protocol.rounds_done
    pool = protocol.pool(encoded.targets, task.repeat, number)
    key = _key(task, encoded, protocol, number)
    rounds = [split.train, *_kept.get(key, ())]
    while len(rounds) <= wanted:
        rows = np.concatenate(rounds)
        rng = np.random.default_rng([protocol.random_state + task.repeat, number, len(rows)])
        left = np.setdiff1d(pool, rows)
        candidates = _candidates(task, encoded, strategy, Split(np.sort(rows), left))
        found = chosen(strategy, candidates, protocol.step, rng)
        rounds.append(left[np.array([taken.row for taken in found], dtype=np.intp)])
    if key:
        _keep(key, tuple(rounds[1:]))
    return Split(np.sort(np.concatenate(rounds[: wanted + 1])), split.test)


def _candidates(task: Task, encoded: EncodedTexts, strategy: Strategy, split: Split) -> Candidates:
    """What the strategy sees. split: the labelled rows, which train, and those that are left, as test rows."""
    counts = np.bincount(encoded.labels[split.train], minlength=encoded.n_classes).astype(np.int64)
    if strategy.wants == "nothing":
        return Candidates(len(split.test), counts)
    done = fitted(task, encoded, split)
    vectors = done.features.transform_rows(encoded.rows.take(split.test))
    kind = task.system.score_kind
    _, scores = row_scores(done.classifier, vectors, np.arange(encoded.n_classes), kind)
    return Candidates(len(split.test), counts, vectors, done.train, scores)


def _key(task: Task, encoded: EncodedTexts, protocol: Labelling, number: int) -> str:
    """A key for all that a fold's replay depends on except the number of labels; empty where the texts have no name."""
    if not encoded.name:
        return ""
    settings = protocol.model_dump(mode="json", exclude={"train_sizes", "rounds"})
    system = task.system.model_dump(mode="json", exclude={"name"})
    return digest([encoded.name, canonical_json([settings, system, task.repeat, number])])


def _keep(key: str, rounds: tuple[RowIndex, ...]) -> None:
    _kept[key] = rounds
    _kept.move_to_end(key)
    while len(_kept) > _MOST_KEPT:
        _kept.popitem(last=False)
