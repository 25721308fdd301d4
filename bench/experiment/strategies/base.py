"""The base of every strategy: settings that choose which unlabelled rows should be labelled next."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any, ClassVar, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray
from pydantic import BeforeValidator

from bench.core.errors import BenchError
from bench.core.labelled_texts import AT_RANDOM
from bench.core.registry import Registry
from bench.core.settings import Choice, Settings
from bench.systems.encoding import Matrix

RowIndex: TypeAlias = "NDArray[np.intp]"
Floats: TypeAlias = "NDArray[np.float64]"
Needs = Literal["nothing", "vectors", "scores", "probabilities"]

_NO_NAME = re.compile(r"[^\w.]+")


@dataclass(frozen=True, slots=True)
class Candidates:
    """Rows that could be labelled next, and what a system fitted on the labelled rows says of them.

    count: how many there are. counts: (classes,) labelled rows of each class.
    vectors: (rows, features) of the candidates; labelled: (labelled rows, features) of the same columns.
    scores: (rows, classes), a larger one for a likelier class; None where the system gives none. Vectors and scores are
    None where the strategy asked for neither.
    """

    count: int
    counts: NDArray[np.int64]
    vectors: Matrix | None = None
    labelled: Matrix | None = None
    scores: Floats | None = None

    def __len__(self) -> int:
        return self.count

    def take(self, rows: RowIndex) -> Candidates:
        """Some of them, in the order of `rows`."""
        vectors = None if self.vectors is None else self.vectors[rows]
        scores = None if self.scores is None else self.scores[rows]
        return replace(self, count=len(rows), vectors=vectors, scores=scores)

    @property
    def vectors_there(self) -> tuple[Matrix, Matrix]:
        """Vectors of candidates and of labelled rows, for a strategy that needs them."""
        if self.vectors is None or self.labelled is None:
            raise ValueError("a strategy that needs vectors was given none")
        return self.vectors, self.labelled

    @property
    def scores_there(self) -> Floats:
        """The scores, for a strategy that needs them."""
        if self.scores is None:
            raise ValueError("a strategy that needs scores was given none")
        return self.scores


class Strategy(Settings, ABC):
    """Base of the settings of a strategy; a subclass is registered under its `kind`."""

    kind: str

    needs: ClassVar[Needs] = "nothing"
    """What it looks at: nothing, the vectors of texts, scores of any kind, or probabilities."""

    @property
    def wants(self) -> Needs:
        """What it and its parts look at, the most of it."""
        return self.needs

    def shares(self, count: int) -> list[tuple[Strategy, int]]:
        """Which strategy chooses how many of `count` rows, in the order in which they choose."""
        return [(self, count)]

    @abstractmethod
    def choose(self, candidates: Candidates, count: int, rng: np.random.Generator) -> RowIndex:
        """(count,) positions among the candidates, each once, the most wanted first; `count` is at most their number.

        Equal arguments, an equal `rng` among them, give equal rows.
        """

    @property
    def title(self) -> str:
        """A name for tables and folders: its kind, and what is set otherwise than left out.

        >>> from bench.experiment.strategies.mixture import Mixture
        >>> Mixture(kind="mixture").title, Mixture.model_validate({"kind": "mixture", "random_share": 0.5}).title
        ('mixture', 'mixture-0.5')
        """
        return "-".join([self.kind, *(_NO_NAME.sub("-", word) for word in self._said())])

    def _said(self) -> Iterator[str]:
        plain = type(self).model_construct(kind=self.kind)
        for name in type(self).model_fields:
            value = getattr(self, name)
            if name != "kind" and value != getattr(plain, name):
                several = value if isinstance(value, tuple) else (value,)
                yield from (each.title if isinstance(each, Strategy) else str(each) for each in several)


STRATEGIES: Registry[Strategy] = Registry("strategy", package="bench.experiment.strategies", group="banmian.strategies")


def by_name(value: Any) -> Any:
    """Settings of the kind that a plain name means; anything else unchanged."""
    return {"kind": value} if isinstance(value, str) else value


_OfAnyKind = Annotated[Strategy, Choice(STRATEGIES)]

AnyStrategy = Annotated[_OfAnyKind, BeforeValidator(by_name, json_schema_input_type=str | _OfAnyKind)]
"""The type of a field that holds the settings of any strategy; a name alone means its default settings."""


def strategies(*names: str) -> tuple[Strategy, ...]:
    """Strategies with their default settings."""
    return tuple(STRATEGIES[name].model_validate({"kind": name}) for name in names)


@dataclass(frozen=True, slots=True)
class ChosenRow:
    """A row that was chosen, by its position among the candidates, and the kind of strategy that chose it."""

    row: int
    by: str


def chosen(
    strategy: Strategy, candidates: Candidates, count: int, rng: np.random.Generator, *, most: _Limits | None = None
) -> list[ChosenRow]:
    """`count` of the candidates, as many as there are where these are fewer; the parts of a mixture by turns.

    most: how many rows of a group are taken; rows at random are taken whatever their group, or they were none.
    """
    left = np.arange(len(candidates))
    hands: list[list[ChosenRow]] = []
    for part, wanted in strategy.shares(min(count, len(candidates))):
        hand: list[ChosenRow] = []
        while len(hand) < wanted and len(left):
            limits = None if part.kind == AT_RANDOM else most
            allowed = left if limits is None else limits.allowed(left)
            asked = min(wanted - len(hand), len(allowed))
            found = allowed[part.choose(candidates.take(allowed), asked, rng)]
            kept = [int(row) for row in found if most is None or most.take(int(row), always=limits is None)]
            hand += [ChosenRow(row, part.kind) for row in kept]
            left = np.setdiff1d(left, np.array(kept, dtype=np.intp))
        hands.append(hand)
    return _by_turns(hands)


class _Limits:
    """How many rows of each group may be taken: as few as give the rows that are wanted.

    groups: (rows,) the group of each candidate, numbered from 0.
    """

    def __init__(self, groups: NDArray[np.int64], wanted: int) -> None:
        sizes = np.bincount(groups)
        self._groups = groups
        self._taken = np.zeros(len(sizes), dtype=np.int64)
        limits = range(1, wanted + 1)
        self._most = next((most for most in limits if np.minimum(sizes, most).sum() >= wanted), wanted)

    def allowed(self, rows: RowIndex) -> RowIndex:
        """The rows whose group has room; where none has, each group gets room for one more row."""
        while not (open_ := rows[self._taken[self._groups[rows]] < self._most]).size:
            self._most += 1
        return open_

    def take(self, row: int, *, always: bool) -> bool:
        """Note a row as taken, unless its group is full; `always`: whatever its group."""
        group = self._groups[row]
        if not always and self._taken[group] >= self._most:
            return False
        self._taken[group] += 1
        return True


def spread_over(groups: Sequence[str] | None, wanted: int) -> _Limits | None:
    """Limits that spread `wanted` rows over groups evenly; None for data without groups."""
    if groups is None:
        return None
    return _Limits(np.unique(np.array(groups, dtype=object), return_inverse=True)[1].astype(np.int64), wanted)


def _by_turns(hands: Sequence[Sequence[ChosenRow]]) -> list[ChosenRow]:
    """All lists merged, each spread evenly over the whole, so that any beginning of it has a share of each list."""
    places = [
        ((at + 0.5) / len(hand), number, taken) for number, hand in enumerate(hands) for at, taken in enumerate(hand)
    ]
    return [taken for _, _, taken in sorted(places, key=lambda place: place[:2])]


def check_scores(strategy: Strategy, kind: str) -> None:
    """Raises BenchError for a strategy that needs scores which a system does not give. kind: of the system's scores."""
    if strategy.wants == "scores" and kind == "none":
        raise BenchError(f"strategy {strategy.kind!r} needs scores, and the system gives none; take 'random'")
    if strategy.wants == "probabilities" and kind != "probability":
        remedy = "set calibration: sigmoid for the system, or take 'margin', which any scores do for"
        raise BenchError(f"strategy {strategy.kind!r} needs probabilities, and the system's scores are none; {remedy}")


def smallest_first(values: Floats, count: int, rng: np.random.Generator) -> RowIndex:
    """The positions of the `count` smallest values, equal ones in random order.

    >>> smallest_first(np.array([0.3, 0.1, 0.2]), 2, np.random.default_rng(0))
    array([1, 2])
    """
    return np.lexsort((rng.permutation(len(values)), values))[:count]
