"""What a comparison holds: scores, tested pairs, rows in tiers, tables beside each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bench.comparison.labelling_gains import Gain
from bench.comparison.learning_curves import Growth
from bench.comparison.tested_pairs import Pair, Pairs
from bench.comparison.variance import ClassCounts
from bench.execution.record import DataSummary
from bench.execution.results import StoredRun


@dataclass(frozen=True, slots=True)
class Cell:
    """One score of one system; or why there is none.

    spread: standard deviation over repeats, None for one repeat. low, high: limits at 95 %, None where the metric gives
    no interval.
    """

    mean: float | None
    spread: float | None
    low: float | None
    high: float | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class ChatUse:
    """What the answers of a system's chat model took, over its different requests, one text each.

    tokens, seconds: a text, sent and answered together; cost: of 1,000 texts, in `currency`. None where nobody counted,
    timed or priced. invalid: why an answer named no label, to how many did; models: as the server reports them.
    """

    address: str
    models: tuple[str, ...]
    requests: int
    tokens: float | None
    seconds: float | None
    cost: float | None
    currency: str | None
    invalid: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Row:
    """One system of a table. control: true for one that reads no words.

    system: its name, with its experiment before it where two share a name. tier: 1 for the best and all that cannot be
    told from it; None without a score, and where not all pairs were tested. against: how it compares with the
    baseline, or else with the best. fit_warnings: how often each category of warning was raised while fitting.
    impossible: whether the protocol cannot be carried out on the data, `error` saying why.
    transductive: true for one that has learnt from the texts of test rows.
    chat_use: None for a system without a chat model. run: the stored run, for columns that show more of it.
    """

    system: str
    control: bool
    cells: dict[str, Cell]
    error: str | None
    tier: int | None = None
    against: Pair | None = None
    fit_warnings: Mapping[str, int] = field(default_factory=dict)
    impossible: bool = False
    chat_use: ChatUse | None = None
    run: StoredRun | None = field(default=None, repr=False, compare=False)
    transductive: bool = False


@dataclass(frozen=True, slots=True)
class Resolution:
    """How large a difference this data can show, by the two best systems' disagreement.

    detectable: the smallest true difference that a single test at 5 % would show with 80 % power.
    low, high: limits of the difference at 95 %. least_rows, most_rows: how many rows would show with 80 % power a true
    difference as large as the farther limit, and one as small as the nearer limit; `most_rows` is None where 0 lies
    between the limits, so that no number of rows can be named.
    """

    first: str
    second: str
    difference: float
    low: float
    high: float
    detectable: float
    least_rows: int
    most_rows: int | None


@dataclass(frozen=True, slots=True)
class Selected:
    """The best score without what it owes to having been chosen.

    among: how many systems it is the best of. luck: what was subtracted, in units of the score, below 0 for a loss.
    score, low, high: the remaining score, with its limits at 95 %.
    """

    system: str
    among: int
    luck: float
    score: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class FewGroups:
    """Why there are no intervals and tests: too few groups. groups: how many were drawn; pure: each of one class."""

    groups: int
    pure: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """Runs that saw the same rows under the same protocol, best first by `metric`.

    metrics: the names of the cells, in the order of the table's columns. Failed systems come last.
    left_out: how many runs of this data and protocol are not compared; sort: the column that orders the rows where that
    is another one than `metric`. few_groups: where there are no intervals and tests, as groups are too few;
    pure_groups: whether each group that splits keep whole is of one class. halvings: how often rows were halved for
    what training sets do to the tested differences; 0 where they were not. may_be_best: the systems among which
    the truly best one is, at 95 %; empty where not all pairs were tested.
    class_counts: as in `compare`. selected: the best score as it may be expected again; None where not all pairs were
    tested.
    tested: class to its rows that are tested. splits: the protocol in a few words; blocked: whether groups stay whole;
    held_out: whether some rows are tested that never train, in place of cross-validation.
    reference: the system that rows are compared with. floors: name of a prediction that reads nothing, to its scores.
    columns: the requested columns of its table besides the usual ones.
    transductive: whether the systems have learnt from the texts of test rows; they never share a table with others.
    versions: of what the runs used in more than one version, the versions. advice: one sentence, in both languages;
    advised: the system that it says to take, None where it names none.
    """

    experiments: tuple[str, ...]
    data_summary: DataSummary
    tested: dict[str, int]
    protocol: dict[str, object]
    splits: str
    blocked: bool
    held_out: bool
    repeats: int
    metric: str
    metrics: tuple[str, ...]
    rows: tuple[Row, ...]
    pairs: Pairs
    reference: str | None
    floors: dict[str, dict[str, float]]
    resolution: Resolution | None
    versions: dict[str, tuple[str, ...]]
    advice: str
    left_out: int = 0
    sort: str | None = None
    few_groups: FewGroups | None = None
    pure_groups: bool = False
    halvings: int = 0
    may_be_best: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    advised: str | None = None
    class_counts: ClassCounts = "fixed"
    selected: Selected | None = None
    transductive: bool = False


@dataclass(frozen=True, slots=True)
class ClassNeed:
    """What a class lacks. rows: of it that are tested; more: of it until every fold can test one.

    to_test: about how many rows in all, drawn at random, hold as many of it as there are folds. half: half the 95 %
    interval of its F1, None where there is none; narrow: rows of it with which that is .10; to_narrow: in all.
    """

    name: str
    rows: int
    more: int
    to_test: int
    half: float | None
    narrow: int | None
    to_narrow: int | None


@dataclass(frozen=True, slots=True)
class Plan:
    """What more rows would do for a data set. rows: that are tested; resolution: of its two best systems.

    untested: the classes that not every fold can test; widest: the one whose F1 is known least well, None where each is
    known to .10.
    """

    rows: int
    folds: int
    resolution: Resolution | None
    untested: tuple[ClassNeed, ...]
    widest: ClassNeed | None


@dataclass(frozen=True, slots=True)
class SideBySide:
    """The metric of systems that were run on the same rows under several protocols: training sizes, blocked splits.

    protocols: what distinguishes the columns; values: system to one score a column, None where there is none.
    gaps: for each system and column of a blocked protocol, its score minus that under the first other protocol.
    growth: where more training rows lead the best systems, where sizes were tried; gains: what strategies of labelling
    gain over random rows, where that was replayed. ceiling: what annotators agree to, None where that is not known.
    plan: what more rows would do, where training sizes were tried.
    """

    metric: str
    data: str
    protocols: tuple[str, ...]
    values: dict[str, tuple[float | None, ...]]
    gaps: dict[str, dict[int, float]]
    growth: tuple[Growth, ...] = ()
    gains: tuple[Gain, ...] = ()
    ceiling: float | None = None
    plan: Plan | None = None
