"""Proposes topics for paragraphs that nobody has labelled: which system does it, and with what scores."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from pydantic import ValidationError

from bench.core.errors import BenchError
from bench.core.labelled_texts import LabelledTexts
from bench.corpus.proposals import Proposal
from bench.execution.fitting import alone, fitted
from bench.execution.identity import environment
from bench.execution.record import Record
from bench.execution.tasks import EncodedTexts, Task
from bench.experiment.config import System
from bench.experiment.protocols.repeated_stratified import RepeatedStratified
from bench.experiment.splits import Split, Targets
from bench.systems.classifiers.base import CLASSIFIERS
from bench.systems.pipeline import build_features, row_scores

DEFAULT = {
    "name": "char-complement-nb",
    "features": {"kind": "tfidf", "tokens": "char", "ngrams": [1, 2], "sublinear_tf": True},
    "classifier": {"kind": "complement-nb", "alpha": [0.1, 1]},
}
"""The system that proposes where no results show which is best: the one of this name in `configs/quick.yaml`."""

METRIC = "f1_macro"
_PROTOCOL = RepeatedStratified(kind="repeated-stratified")


@dataclass(frozen=True, slots=True)
class Proposer:
    """A system and why it proposes. name: experiment and system."""

    system: System
    name: str
    reason: str


def best_proposals(
    records: Iterable[Record], labelled: LabelledTexts, row_ids: Sequence[str], texts: Sequence[str]
) -> tuple[list[Proposal], list[str]]:
    """A proposal for each text, in their order, by the best system that can propose; and notes on which and why.

    The best is the one with the highest macro-F1 among complete runs on corpus pages that give probabilities, controls
    aside; equals go by name; `DEFAULT` comes last. Passed over, with a note, is a system that cannot run here,
    that fails on these rows, or that is certain of every text, so that its probabilities put them in no order (one
    nearest neighbour does so). No proposals where that leaves none.
    """
    notes = []
    for proposer in (*_ranked(records), _default()):
        try:
            made = propose(proposer, labelled, row_ids, texts)
        except BenchError as error:
            notes.append(f"passed over {proposer.name} ({proposer.reason}): {error}")
            continue
        if all(proposal.probability >= 1 for proposal in made):
            notes.append(f"passed over {proposer.name} ({proposer.reason}): it gives every paragraph probability 1")
            continue
        counts = ", ".join(f"{label} {rows}" for label, rows in labelled.counts().items())
        fitted = f"fitted on {len(labelled)} rows: {counts}"
        return made, [*notes, f"proposed by {proposer.name} ({proposer.reason}), {fitted}"]
    return [], [*notes, "no proposals: no system could make any"]


def _ranked(records: Iterable[Record]) -> list[Proposer]:
    scored = [(value, record) for record in records if (value := _score(record)) is not None]
    scored.sort(key=lambda pair: (-pair[0], pair[1].experiment, pair[1].system))
    proposers = []
    for value, record in scored:
        try:
            system = System.model_validate({"name": record.system, **record.config})
        except ValidationError:  # settings that this version no longer knows
            continue
        reason = f"macro-F1 {value:.2f} on {record.data_summary.rows} rows, {len(record.data_summary.classes)} labels"
        proposers.append(Proposer(system, f"{record.experiment}/{record.system}", reason))
    return proposers


def _default() -> Proposer:
    system = System.model_validate(DEFAULT)
    return Proposer(system, f"default/{system.name}", "the default where no results tell which is best")


def _score(record: Record) -> float | None:
    """The score by which a record is ranked; None for a system that cannot propose."""
    kind = CLASSIFIERS.classes().get(record.config["classifier"]["kind"])
    if kind is None or kind.control or not kind.takes_features:
        return None
    if record.config.get("unlabelled") is not None:  # whose texts are not at hand
        return None
    if record.score_kind != "probability" or record.data.get("kind") != "corpus":
        return None
    score = record.scores.get(METRIC)
    return None if score is None else score.value


def propose(
    proposer: Proposer, labelled: LabelledTexts, row_ids: Sequence[str], texts: Sequence[str]
) -> list[Proposal]:
    """A proposal for each text, in their order, by the proposer's system fitted on all labelled texts.

    Listed values are tuned in 5 inner folds of them. The same rows give the same proposals.
    Raises BenchError for labelled texts that no classifier can learn from (one label, a label of one row), for a back
    end that is not installed, and where the system fails on these texts.
    """
    try:
        return _proposed(proposer, labelled, row_ids, texts)
    except BenchError:
        raise
    except Exception as failure:
        raise BenchError(f"{type(failure).__name__}: {' '.join(str(failure).split())}") from failure


def _proposed(
    proposer: Proposer, labelled: LabelledTexts, row_ids: Sequence[str], texts: Sequence[str]
) -> list[Proposal]:
    system = proposer.system
    environment(system)
    targets, state = Targets.of(labelled), _PROTOCOL.random_state
    _PROTOCOL.check(targets, tuned=system.combinations > 1 or system.calibrates)
    features = build_features(system.features, system.classifier, random_state=state)
    with alone(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        named = [text for _, text in system.name_texts]
        encoded = EncodedTexts.of(features.encode([*labelled.texts, *named]), targets, system)
        every = np.arange(len(targets))
        done = fitted(Task(system, features, _PROTOCOL, repeat=0), encoded, Split(every, every[:0]))
        codes = np.arange(len(labelled.classes))
        prediction, scores = row_scores(done.classifier, done.features.transform(list(texts)), codes, "probability")
    assert scores is not None  # noqa: S101  probabilities were asked for
    made = []
    for row_id, code, row in zip(row_ids, prediction, scores, strict=True):
        ordered, topic = np.sort(row), labelled.classes[code]
        probability = float(row[code])
        margin = max(0.0, probability - float(ordered[-2]))
        made.append(Proposal(row_id, str(topic), min(1.0, probability), min(margin, probability, 1.0), proposer.name))
    return made
