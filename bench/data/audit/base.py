"""The base of every check: labelled texts in, findings out; and the audit, which runs all checks."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from bench.core.errors import BenchError, suggest
from bench.core.labelled_texts import LabelledTexts, SideColumns
from bench.core.registry import Registry

Severity = Literal["fault", "risk", "note"]
SEVERITIES: tuple[Severity, ...] = ("fault", "risk", "note")
"""Worst first. fault: wrong in itself; risk: can move a score for a wrong reason; note: worth knowing."""

Value: TypeAlias = "str | int | float"
Codes: TypeAlias = "NDArray[np.int64]"


@dataclass(frozen=True, slots=True)
class StoredPredictions:
    """What one system predicted for every row, each time without having seen the row.

    classes: sorted; prediction: (repeats, rows) indices into them, past the last one where it named none of them.
    Rows are in the data's order.
    probabilities: (repeats, rows, classes), each row of them summing to 1; None for a system that gives none.
    """

    system: str
    classes: tuple[str, ...]
    prediction: Codes
    probabilities: NDArray[np.float64] | None

    def __post_init__(self) -> None:
        if self.prediction.ndim != 2 or not self.prediction.size:
            raise ValueError(f"predictions are repeats by rows, got the shape {self.prediction.shape}")
        if self.probabilities is not None and self.probabilities.shape != (*self.prediction.shape, len(self.classes)):
            raise ValueError(f"one probability a class, got {self.probabilities.shape}")


@dataclass(frozen=True, slots=True)
class AuditSettings:
    """What an audit goes by.

    similarity: Jaccard similarity of character 3-grams from which two texts are near duplicates, above 0 to 1.
    level: how often a check that tests against chance may find something in labels that are chance, 0 to 1.
    permutations: how many times a permutation test shuffles; its smallest p is 1 / (permutations + 1).
    most_rows: checks that test against chance draw so many rows from larger data.
    examples: rows of the table that a finding shows, at most.
    """

    similarity: float = 0.7
    level: float = 0.05
    permutations: int = 999
    most_rows: int = 20_000
    examples: int = 10
    random_state: int = 0

    def __post_init__(self) -> None:
        if not 0 < self.similarity <= 1:
            raise BenchError(f"similarity: must be above 0 and at most 1, got {self.similarity}")
        if not 0 < self.level < 1:
            raise BenchError(f"level: must lie between 0 and 1, got {self.level}")
        if min(self.permutations, self.most_rows, self.examples) < 1:
            raise BenchError("permutations, most_rows, examples: must be 1 or more")


@dataclass(frozen=True, slots=True)
class AuditData:
    """The audited data: the rows, what else their source knows of them, and stored predictions of these rows."""

    rows: LabelledTexts
    side: SideColumns = field(default_factory=SideColumns)
    predictions: tuple[StoredPredictions, ...] = ()

    def __post_init__(self) -> None:
        columns = (self.side.splits, self.side.positions, self.side.annotations)
        lengths = {len(column) for column in columns if column is not None}
        lengths |= {stored.prediction.shape[1] for stored in self.predictions}
        if lengths - {len(self.rows)}:
            raise ValueError(f"columns of {len(self.rows)} rows, got lengths {sorted(lengths)}")

    def label_codes(self) -> Codes:
        """(rows,) the labels as indices into the sorted classes."""
        code = {name: at for at, name in enumerate(self.rows.classes)}
        return np.array([code[label] for label in self.rows.labels], dtype=np.int64)

    def ids(self, rows: Sequence[int] | NDArray[Any]) -> tuple[str, ...]:
        """What people call rows, by id or by file and line, in the data's order, each once."""
        return tuple(self.rows.name_of(row) for row in np.unique(np.asarray(rows, dtype=np.int64)))


@dataclass(frozen=True, slots=True)
class Examples:
    """A small table that shows a finding: a header, and rows of as many values."""

    header: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]

    def __post_init__(self) -> None:
        if any(len(row) != len(self.header) for row in self.rows):
            raise ValueError(f"rows have a value a column ({', '.join(self.header)})")


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that could mislead.

    check: the kind of the check that found it; message: one line, `Bilingual` where the Chinese card shows it too.
    rows: all rows concerned, by id or by file and line, in data order. figures: numbers in the message, by name.
    """

    check: str
    severity: Severity
    message: str
    rows: tuple[str, ...] = ()
    figures: Mapping[str, Value] = field(default_factory=dict)
    examples: Examples | None = None


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The result of a check: its findings, and figures by name that are worth reading even without a finding."""

    findings: tuple[Finding, ...]
    measured: Mapping[str, str] = field(default_factory=dict)


class Check(ABC):
    """One way in which data can mislead, registered under its kind. It reads values and changes none."""

    kind: ClassVar[str]
    """The name under which it is registered."""

    def concerns(self, data: AuditData) -> bool:
        """Whether such data could have what the check looks for; otherwise it is neither run nor mentioned."""
        del data
        return True

    def missing(self, data: AuditData) -> str | None:
        """Why this check cannot run on such data, in a few words; None where it can."""
        del data
        return None

    @abstractmethod
    def findings(self, data: AuditData, settings: AuditSettings) -> list[Finding]:
        """Everything found; equal for equal arguments. Called only where nothing is missing."""

    def make(self, data: AuditData, settings: AuditSettings) -> CheckResult:
        """The findings, and what a check that measures something has measured."""
        return CheckResult(tuple(self.findings(data, settings)))


class _Checks(Registry[Check]):
    """A registry whose checks know their own kind."""

    def register(self, kind: str) -> Callable[[type[Check]], type[Check]]:
        note = super().register(kind)

        def name(cls: type[Check]) -> type[Check]:
            cls.kind = kind
            return note(cls)

        return name


CHECKS = _Checks("check", package="bench.data.audit.checks", group="banmian.checks")


@dataclass(frozen=True, slots=True)
class Audit:
    """What an audit found, worst first.

    rows, groups: how many, groups None where the data names none; classes: class to its rows.
    clean: checks that found nothing; skipped: checks that could not be made, each with the reason.
    measured: figures that hold whether or not they are a finding, by what they are of.
    examples: rows that the table of a finding shows, at most.
    """

    rows: int
    classes: Mapping[str, int]
    groups: int | None
    findings: tuple[Finding, ...]
    clean: tuple[str, ...]
    skipped: Mapping[str, str]
    measured: Mapping[str, str] = field(default_factory=dict)
    examples: int = 10

    def failing(self, kinds: Sequence[str]) -> tuple[Finding, ...]:
        """Findings of any of these checks or severities."""
        return tuple(found for found in self.findings if {found.check, found.severity} & set(kinds))


def check_kinds(names: Sequence[str]) -> None:
    """Raises BenchError for a name that is neither a check nor a severity."""
    known = [*CHECKS.classes(), *SEVERITIES]
    for name in names:
        if name not in known:
            raise BenchError(f"unknown kind of finding {name!r}{suggest(name, known)}")


def audit(
    data: AuditData, settings: AuditSettings | None = None, *, advance: Callable[[str], None] = lambda _: None
) -> Audit:
    """Run every check that concerns the data, by kind. advance: called with the kind of each check that is done."""
    settings = settings or AuditSettings()
    found: list[Finding] = []
    clean: list[str] = []
    skipped: dict[str, str] = {}
    measured: dict[str, str] = {}
    for kind in CHECKS.classes():
        check = CHECKS[kind]()
        if not check.concerns(data):
            advance(kind)
            continue
        reason = check.missing(data)
        if reason is not None:
            skipped[kind] = reason
            advance(kind)
            continue
        made = check.make(data, settings)
        advance(kind)
        found += made.findings
        measured |= made.measured
        if not made.findings:
            clean.append(kind)
    found.sort(key=lambda finding: SEVERITIES.index(finding.severity))
    rows = data.rows
    groups = None if rows.groups is None else len(set(rows.groups))
    return Audit(len(rows), rows.counts(), groups, tuple(found), tuple(clean), skipped, measured, settings.examples)
