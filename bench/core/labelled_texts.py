"""Labelled texts as one frozen value, and what sources know about their rows besides."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from bench.core.confusables import difference, look_alike
from bench.core.digests import digest
from bench.core.errors import INVISIBLE, RowError, quoted

NO_CLASS = "(no label)"
"""The prediction where a chat model's answer names no class; no label may have this name."""


@dataclass(frozen=True, slots=True)
class GivenParts:
    """Rows that the data itself sets apart, as ranges of positions in it: training parts, validation parts, test rows.

    train: one range a training part, at least one; each part is a training set of its own.
    validation: empty, one range for all training parts, or one for each, in their order.
    test: None where the data names no test rows.
    """

    train: tuple[range, ...]
    validation: tuple[range, ...] = ()
    test: range | None = None

    def __post_init__(self) -> None:
        if not self.train or len(self.validation) not in {0, 1, len(self.train)}:
            text = f"got {len(self.train)} training parts and {len(self.validation)} validation parts"
            raise ValueError(f"validation parts are none, one, or one for each training part, {text}")
        if any(
            part.start != end or part.step != 1 or not part for part, end in zip(self.all, self._ends(), strict=True)
        ):
            raise ValueError(f"parts follow each other from 0 and have rows, got {self.all}")

    def _ends(self) -> tuple[int, ...]:
        return (0, *(part.stop for part in self.all[:-1]))

    @property
    def all(self) -> tuple[range, ...]:
        """Every part, in the order of the rows."""
        return (*self.train, *self.validation, *(() if self.test is None else (self.test,)))

    def validation_of(self, part: int) -> range | None:
        """The validation rows that go with a training part (from 0), None where there are none."""
        if not self.validation:
            return None
        return self.validation[part if len(self.validation) > 1 else 0]


AT_RANDOM = "random"
"""The strategy of rows that were drawn at random: scores may be computed only on such rows."""


@dataclass(frozen=True, slots=True)
class LabelledTexts:
    """Texts with one label each, in a fixed order.

    row_ids: unique; groups: one a text, or None where the data names no groups. At least one row.
    parts: training, validation and test rows where the data itself sets them apart, together all rows; else None.
    chosen_by: the strategy that chose each row to be labelled, `random` for a random one; None where all were random.
    notes: what a user should know of how the rows were read, one line each; no part of the data's identity.
    descriptions: label to what describes it in words, where the data says so; no part of the data's identity either,
        since what reads it records it.
    places: file and line of each row, where ids are made of what rows hold; no part of the data's identity.
    unlabelled: further texts, of which nobody gave a label; never trained on as rows, never tested.
    A text is any text that is not blank. Ids, labels and groups are names: not empty, without blanks at either end and
    without controls and invisible characters, so that a table of them can be printed. Two labels that look alike (an
    accent written in two ways, Cyrillic letters among Latin ones) are one that was written in two ways: refused.
    Raises RowError for the first row that is not so, ValueError for columns of different length or none.
    """

    row_ids: tuple[str, ...]
    texts: tuple[str, ...]
    labels: tuple[str, ...]
    groups: tuple[str, ...] | None = None
    parts: GivenParts | None = None
    notes: tuple[str, ...] = field(default=(), compare=False)
    chosen_by: tuple[str, ...] | None = None
    descriptions: Mapping[str, tuple[str, ...]] = field(default_factory=dict, compare=False)
    places: Sequence[str] | None = field(default=None, compare=False, repr=False)
    unlabelled: tuple[str, ...] = field(default=(), repr=False)

    def __post_init__(self) -> None:
        columns = [self.row_ids, self.texts, self.labels, *([] if self.groups is None else [self.groups])]
        columns += [] if self.chosen_by is None else [self.chosen_by]
        if not self.row_ids or len({len(column) for column in columns}) != 1:
            raise ValueError(f"columns are of one length above 0, got {[len(column) for column in columns]}")
        if self.parts is not None and self.parts.all[-1].stop != len(self.row_ids):
            raise ValueError(f"parts are together all {len(self.row_ids)} rows, got {self.parts.all}")
        for row, text in enumerate(self.texts):
            _check_text(row, text)
        for role, names in (
            ("id", self.row_ids),
            ("label", self.labels),
            ("group", self.groups or ()),
            ("strategy", self.chosen_by or ()),
        ):
            for row, name in enumerate(names):
                fault = name_fault(role, name)
                if fault is not None:
                    raise RowError(row, fault)
        self._check_alike()
        first: dict[str, int] = {}
        for row, row_id in enumerate(self.row_ids):
            if first.setdefault(row_id, row) != row:
                raise RowError(row, f"id {quoted(row_id)} appears twice, first in row {first[row_id] + 1}")

    def _check_alike(self) -> None:
        found = look_alike(self.labels)
        if found is not None:
            row, before = self.labels.index(found[1]), self.labels.index(found[0]) + 1
            text = f"the label {quoted(found[1])} looks like {quoted(found[0])} of row {before}, and is another"
            raise RowError(row, f"{text}: {difference(*found)}; write one of them everywhere")

    def __len__(self) -> int:
        return len(self.row_ids)

    @property
    def classes(self) -> tuple[str, ...]:
        """The distinct labels, sorted."""
        return tuple(sorted(set(self.labels)))

    def counts(self) -> dict[str, int]:
        """Rows of each class, classes sorted."""
        return dict(sorted(Counter(self.labels).items()))

    def chosen(self) -> dict[str, int]:
        """Strategy to how many rows it chose, sorted; those drawn at random are not among them."""
        return dict(sorted(Counter(name for name in self.chosen_by or () if name != AT_RANDOM).items()))

    def name_of(self, row: int) -> str:
        """The name of a row for people: its own id where it has one, else its file and line where they are known."""
        return self.row_ids[row] if self.places is None else self.places[row]

    def shuffled(self, random_state: int) -> LabelledTexts:
        """The same rows with permuted labels, so that there is nothing left to learn."""
        labels = np.random.default_rng(random_state).permutation(np.array(self.labels, dtype=object))
        return replace(self, labels=tuple(labels.tolist()))

    def sha256(self) -> str:
        """Digest over ids, texts, labels, groups, parts, what chose rows, unlabelled texts: equal data, equal digest.

        Each column has a digest of its own, under its name, so that no column runs into another, and one that is
        absent differs from one that is there.
        """
        columns = {"row_ids": self.row_ids, "texts": self.texts, "labels": self.labels}
        if self.groups is not None:
            columns["groups"] = self.groups
        if self.chosen_by is not None:
            columns["chosen_by"] = self.chosen_by
        if self.parts is not None:
            for name in ("train", "validation"):
                columns[name] = tuple(f"{part.start}:{part.stop}" for part in getattr(self.parts, name))
            columns["test"] = () if self.parts.test is None else (f"{self.parts.test.start}:{self.parts.test.stop}",)
        if self.unlabelled:
            columns["unlabelled"] = self.unlabelled
        return digest(part for name, column in columns.items() for part in (name, digest(column)))


def _check_text(row: int, text: object) -> None:
    if text is None or (isinstance(text, str) and not text.strip()):
        raise RowError(row, "the text is missing; fill it in or take the row out")
    if not isinstance(text, str):
        raise RowError(row, f"the text must be a string, got {quoted(text)}")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        half = f"U+{ord(text[error.start]):04X}"
        fault = f"character {error.start + 1} of the text is {half}, half a surrogate pair; write the whole character"
        raise RowError(row, fault) from None


def name_fault(role: str, name: object) -> str | None:
    """Why a value cannot be a label, group or id (the role), in words for a user; None where it can."""
    if name is None or (isinstance(name, str) and not name.strip()):
        return f"the {role} is missing; fill it in or take the row out"
    if not isinstance(name, str):
        return f"the {role} must be a string, got {quoted(name)}"
    if name != name.strip():
        return f"the {role} {quoted(name)} has blanks at an end; write {quoted(name.strip())}"
    control = INVISIBLE.search(name)
    if control is None:
        return None
    kind = "control" if unicodedata.category(control[0])[0] == "C" else "invisible"
    return f"the {role} {quoted(name)} holds the {kind} character U+{ord(control[0]):04X}; take it out"


@dataclass(frozen=True, slots=True)
class SideColumns:
    """What a source knows of its rows beside text, label and group; each column one value a row, None where unknown.

    splits: the split that the source puts a row in (`train`, `test`), never one of cross-validation.
    positions: place of a row in its group, from 0.
    annotations: two labels a row, given independently; None for a row that was labelled once.
    annotators: who gave the first and the second of them, in a few words.
    """

    splits: tuple[str, ...] | None = None
    positions: tuple[int, ...] | None = None
    annotations: tuple[tuple[str, str] | None, ...] | None = None
    annotators: tuple[str, str] = ("first annotator", "second annotator")
