"""Which unlabelled texts a strategy chooses to be labelled next, the reason for each, and the proposed labels."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from bench.core.errors import BenchError
from bench.core.labelled_texts import AT_RANDOM, LabelledTexts
from bench.data.audit.similar import bare, similar_pairs
from bench.deployment.models import Model
from bench.experiment.strategies.base import Candidates, ChosenRow, Strategy, chosen, spread_over

SIMILARITY = 0.7
"""Jaccard similarity of character 3-grams from which two texts are near duplicates, as for `bench audit`."""

_RARE_SHARE = 0.5
_FAR = 0.2


@dataclass(frozen=True, slots=True)
class Unlabelled:
    """Texts without labels: ids, unique, and texts, none of them blank; groups where they are known."""

    row_ids: tuple[str, ...]
    texts: tuple[str, ...]
    groups: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class NextRow:
    """A text to be labelled. at: its place among the unlabelled ones. chosen_by: the kind of strategy that took it.

    proposal: the label that the system would give; probability: of it, None where the system gives none.
    reasons: why this row, in plain words, the strategy's own first.
    """

    at: int
    row_id: str
    text: str
    group: str | None
    chosen_by: str
    proposal: str
    probability: float | None
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NotCandidates:
    """How many texts were no candidates: labelled already or nearly so, and near duplicates of an earlier one."""

    labelled: int
    repeated: int
    candidates: int


def next_rows(
    model: Model, labelled: LabelledTexts, unlabelled: Unlabelled, strategy: Strategy, *, count: int, random_state: int
) -> tuple[list[NextRow], NotCandidates]:
    """`count` rows to be labelled next, the most wanted first, as many as there are where these are fewer.

    model: the system fitted on all labelled rows. Near duplicates of labelled texts and of earlier unlabelled ones are
    no candidates; rows are spread over groups, those drawn at random excepted. Equal arguments give equal rows.
    Raises BenchError where every text is labelled already.
    """
    kept, left = _distinct(labelled.texts, unlabelled.texts)
    if not len(kept):
        raise BenchError(f"all {len(unlabelled.texts)} texts are labelled already, or nearly the same as one that is")
    texts = [unlabelled.texts[at] for at in kept]
    groups = None if unlabelled.groups is None else [unlabelled.groups[at] for at in kept]
    with threadpool_limits(1), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        seen = _seen(model, labelled, texts)
        rng = np.random.default_rng(random_state)
        taken = chosen(strategy, seen.candidates, count, rng, most=spread_over(groups, min(count, len(texts))))
        found = [_row(unlabelled, int(kept[each.row]), each, seen, labelled) for each in taken]
    return found, left


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a fitted system says of the candidates. likely: (rows, classes) probabilities, None where it gives none."""

    candidates: Candidates
    classes: tuple[str, ...]
    prediction: NDArray[np.int64]
    likely: NDArray[np.float64] | None

    def nearest(self, row: int) -> float:
        """Cosine similarity of a candidate to the labelled row most like it, 0 where it shares nothing with any."""
        from sklearn.metrics.pairwise import cosine_similarity

        vectors, labelled = self.candidates.vectors_there
        return float(cosine_similarity(vectors[[row]], labelled).max())


def _seen(model: Model, labelled: LabelledTexts, texts: Sequence[str]) -> _Seen:
    features = model.pipeline.named_steps["features"]
    predicted = model.predict(texts)
    counts = np.array([labelled.counts()[name] for name in model.classes], dtype=np.int64)
    vectors, known = features.transform(list(texts)), features.transform(list(labelled.texts))
    candidates = Candidates(len(texts), counts, vectors, known, predicted.scores)
    likely = predicted.scores if model.record.score_kind == "probability" else None
    return _Seen(candidates, model.classes, predicted.prediction, likely)


def _distinct(labelled: Sequence[str], texts: Sequence[str]) -> tuple[NDArray[np.int64], NotCandidates]:
    """Places of the texts that are no near duplicate of a labelled one or of an earlier one that stays."""
    keys = [bare(text) or text for text in (*labelled, *texts)]
    first: dict[str, int] = {}
    for at, key in enumerate(keys):
        first.setdefault(key, at)
    names, places = list(first), np.fromiter(first.values(), dtype=np.int64)
    near: dict[int, list[int]] = {}
    for part in similar_pairs(names, SIMILARITY):
        for one, other in zip(places[part.first].tolist(), places[part.second].tolist(), strict=True):
            near.setdefault(max(one, other), []).append(min(one, other))
    known, repeated, kept = 0, 0, []
    stays = set(range(len(labelled)))
    for at in range(len(labelled), len(keys)):
        alike = [before for before in (first[keys[at]], *near.get(at, ())) if before in stays and before != at]
        if alike:
            known += min(alike) < len(labelled)
            repeated += min(alike) >= len(labelled)
        else:
            stays.add(at)
            kept.append(at - len(labelled))
    return np.array(kept, dtype=np.int64), NotCandidates(known, repeated, len(kept))


def _row(unlabelled: Unlabelled, at: int, taken: ChosenRow, seen: _Seen, labelled: LabelledTexts) -> NextRow:
    proposal = seen.classes[int(seen.prediction[taken.row])]
    likely = seen.likely
    probability = None if likely is None else float(likely[taken.row, int(seen.prediction[taken.row])])
    group = None if unlabelled.groups is None else unlabelled.groups[at]
    reasons = tuple(dict.fromkeys(_reasons(taken, seen, labelled.counts())))
    return NextRow(at, unlabelled.row_ids[at], unlabelled.texts[at], group, taken.by, proposal, probability, reasons)


def _reasons(taken: ChosenRow, seen: _Seen, counts: Mapping[str, int]) -> Iterator[str]:
    """Why a row was chosen: first the reason of its strategy, then further facts about it."""
    own = {AT_RANDOM: "drawn at random: scores may rest on it"}
    uncertain, unlike, rare = _uncertain(taken.row, seen), _unlike(taken.row, seen), _rare(taken.row, seen, counts)
    own |= {"margin": uncertain, "entropy": uncertain, "diversity": unlike, "rare-class": rare}
    yield own.get(taken.by, f"chosen by {taken.by}")
    if seen.likely is not None and _are_close(seen.likely[taken.row]):
        yield uncertain
    if seen.nearest(taken.row) < _FAR:
        yield unlike
    if counts[seen.classes[int(seen.prediction[taken.row])]] <= _RARE_SHARE * np.mean(list(counts.values())):
        yield rare


def _are_close(likely: NDArray[np.float64]) -> bool:
    """Whether the second class is at least half as likely as the first."""
    two = np.sort(likely)[-2:]
    return len(two) == 2 and bool(two[0] >= two[1] / 2)


def _uncertain(row: int, seen: _Seen) -> str:
    scores = seen.candidates.scores
    if scores is None or scores.shape[1] < 2:
        return "uncertain"
    best = np.argsort(-scores[row], kind="stable")[:2].tolist()
    said = [seen.classes[code] + ("" if seen.likely is None else f" {seen.likely[row, code]:.2f}") for code in best]
    return f"uncertain between {said[0]} and {said[1]}"


def _unlike(row: int, seen: _Seen) -> str:
    nearest = seen.nearest(row)
    return f"unlike what is labelled: similarity {nearest:.2f} to the nearest labelled text"


def _rare(row: int, seen: _Seen, counts: Mapping[str, int]) -> str:
    name = seen.classes[int(seen.prediction[row])]
    rows = "1 row is" if counts[name] == 1 else f"{counts[name]} rows are"
    return f"likely {name}, of which {rows} labelled"


def columns_of(rows: Sequence[NextRow], *, text: str, label: str, group: str | None) -> dict[str, list[Any]]:
    """The rows as a table to be filled in and trained on. text, label, group: names of its columns, as in the data."""
    columns: dict[str, list[Any]] = {
        "id": [row.row_id for row in rows],
        text: [row.text for row in rows],
        label: [None] * len(rows),
        "proposal": [row.proposal for row in rows],
        "probability": [None if row.probability is None else round(row.probability, 4) for row in rows],
        "chosen_by": [row.chosen_by for row in rows],
        "reason": ["; ".join(row.reasons) for row in rows],
    }
    return columns if group is None else {**columns, group: [row.group for row in rows]}
