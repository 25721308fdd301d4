"""Explains why a model gave one text its label: what each n-gram added to the score of each class."""

from __future__ import annotations

from dataclasses import dataclass

from sklearn.calibration import CalibratedClassifierCV
from threadpoolctl import threadpool_limits

from bench.core.errors import BenchError
from bench.deployment.models import Model
from bench.systems.contributions import (
    Contribution,
    against_mean,
    contributions,
    intercepts,
    score_sum,
    score_unit,
    why_not,
)


@dataclass(frozen=True, slots=True)
class Share:
    """What one n-gram added to the score of a class."""

    feature: str
    value: float


@dataclass(frozen=True, slots=True)
class ClassExplanation:
    """One class of a text. score: None where the model gives none.

    total: what start and all shares add up to; start: what the class has without any n-gram; for_, against: the
    strongest shares above and below 0, the strongest first; rest: all other shares together. total, start and rest are
    None where shares cannot be computed.
    """

    name: str
    score: float | None
    total: float | None
    start: float | None
    for_: tuple[Share, ...]
    against: tuple[Share, ...]
    rest: float | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """A text, its label, and its classes, the likeliest first.

    why_not: why shares cannot be computed, None where they can. relative: whether shares, starts and rests have the
    mean over all classes subtracted. shares_of: what they add up to. unknown: whether no feature of the text is known.
    """

    text: str
    label: str
    score_kind: str
    shares_of: str
    classes: tuple[ClassExplanation, ...]
    why_not: str | None
    relative: bool
    unknown: bool


def explain(model: Model, text: str, *, top: int) -> Explanation:
    """What spoke for each class of a text. top: how many n-grams are named for a class, and how many against it.

    Raises BenchError for a blank text.
    """
    if not text.strip():
        raise BenchError("TEXT is blank; give the text that is to be explained")
    found = model.predict([text])
    codes = range(len(model.classes))
    scores = [None] * len(codes) if found.scores is None else found.scores[0].tolist()
    reason = why_not(model.pipeline)
    relative = reason is None and score_sum(model.pipeline).only_differences_tell
    if reason is None:
        shares, start = _shares(model, text, relative=relative)
        named = [[Share(each.feature, each.values[code]) for each in shares] for code in codes]
        spoken = [_spoken(model.classes[code], scores[code], start[code], named[code], top) for code in codes]
    else:
        spoken = [ClassExplanation(model.classes[code], scores[code], None, None, (), (), None) for code in codes]
    label = model.classes[int(found.prediction[0])]
    spoken.sort(key=lambda each: (-(each.score or 0.0), each.name != label))
    unknown, kind = bool(found.unknown[0]), model.record.score_kind
    return Explanation(text, label, kind, _shares_of(model), tuple(spoken), reason, relative, unknown)


def _shares(model: Model, text: str, *, relative: bool) -> tuple[tuple[Contribution, ...], tuple[float, ...]]:
    classes = list(range(len(model.classes)))
    with threadpool_limits(1):
        [row] = contributions(model.pipeline, [text], classes)
    start = Contribution("", intercepts(model.pipeline, classes))
    if relative:
        row, [start] = against_mean(row), against_mean([start])
    return row, start.values


def _spoken(name: str, score: float | None, start: float, shares: list[Share], top: int) -> ClassExplanation:
    strongest = sorted(shares, key=lambda share: -abs(share.value))
    supporting = tuple(share for share in strongest if share.value > 0)[:top]
    opposing = tuple(share for share in strongest if share.value < 0)[:top]
    total = start + sum(share.value for share in shares)
    rest = total - start - sum(share.value for share in (*supporting, *opposing))
    return ClassExplanation(name, score, total, start, supporting, opposing, rest)


def _shares_of(model: Model) -> str:
    """What the shares add up to, in words."""
    classifier = model.pipeline.named_steps["classifier"]
    if isinstance(classifier, CalibratedClassifierCV):
        return "value before calibration"
    return score_unit(model.pipeline)
