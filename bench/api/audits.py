"""What could mislead in the corpus or in a user's data."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from bench.core.errors import BenchError
from bench.core.records import GivenParts, LabelledTexts
from bench.experiment.config import load_experiment

if TYPE_CHECKING:
    from bench.data.audit.base import Audit, StoredGuesses
    from bench.data.sources.base import SourceSettings


@dataclass(frozen=True, slots=True)
class Audited:
    """An audit, and the name of the data that it is of."""

    name: str
    audit: Audit

    def text(self, *, form: str, width: int | None, colour: bool) -> str:
        """The audit in one of the forms: text, json, markdown."""
        from bench.report.audit import FORMATS, as_terminal

        if form == "text":
            return as_terminal(self.audit, name=self.name, width=width, colour=colour)
        return FORMATS[form](self.audit, name=self.name)


def audit_steps() -> int:
    """How often `audit` will report progress: once a check."""
    from bench.data.audit.base import CHECKS

    return len(CHECKS.classes())


def audit(
    path: Path | None,
    *,
    corpus: str | None,
    results: Path | None,
    fail_on: Sequence[str],
    similarity: float,
    advance: Callable[[str], None] = lambda _: None,
) -> Audited:
    """Look for what could mislead in the data of an experiment file, or of the corpus where `path` is None.

    corpus: config of the corpus. results: where stored predictions of these rows are looked for; None: `results/` if
    it is there. fail_on: kinds of findings, checked before anything is read.
    Raises BenchError for a fault in file, data, results or an unknown kind.
    """
    from bench.data.audit.base import AuditData, AuditSettings, check_kinds
    from bench.data.audit.base import audit as audited
    from bench.data.sources.corpus import CorpusSource

    check_kinds(fail_on)
    settings = AuditSettings(similarity=similarity)
    if path is None:
        source: SourceSettings = CorpusSource.model_validate({"kind": "corpus", "config": corpus or "paragraphs"})
        name = f"corpus {corpus or 'paragraphs'}"
    elif corpus is not None:
        raise BenchError("--config names a config of the corpus; leave it out where an experiment file is given")
    else:
        source, name = load_experiment(path).data, str(path)
    rows = source.load()
    side = source.side_columns()
    if rows.parts is not None and side.splits is None:
        side = replace(side, splits=_given_splits(rows.parts))
    return Audited(name, audited(AuditData(rows, side, _stored_guesses(rows, results)), settings, advance=advance))


def _given_splits(parts: GivenParts) -> tuple[str, ...]:
    """The split of each row, as the data itself sets them apart."""
    sizes = {
        "train": sum(map(len, parts.train)),
        "validation": sum(map(len, parts.validation)),
        "test": 0 if parts.test is None else len(parts.test),
    }
    return tuple(name for name, size in sizes.items() for _ in range(size))


def _stored_guesses(rows: LabelledTexts, results: Path | None) -> tuple[StoredGuesses, ...]:
    """What every system but the controls guessed for these very rows, by system, each once."""
    from bench.data.audit.base import StoredGuesses
    from bench.execution.results import find_runs
    from bench.systems.classifiers.base import CLASSIFIERS

    default = Path("results")
    if results is None and not any(default.glob("*/*/run.json")):
        return ()
    sha256 = rows.sha256()
    found: dict[str, StoredGuesses] = {}
    for run in find_runs([results or default]):
        record = run.record
        kind = CLASSIFIERS.classes().get(record.config["classifier"]["kind"])
        control = kind is not None and kind.control
        if record.status != "complete" or control or record.facts.sha256 != sha256:
            continue
        stored = run.predictions()
        if stored.row_ids == rows.row_ids:
            name = record.system if record.system not in found else f"{record.experiment}/{record.system}"
            whole = record.score_kind == "probability" and not stored.unnamed
            probable = stored.scores if whole else None
            found[name] = StoredGuesses(name, stored.classes, stored.guess, probable)
    return tuple(found.values())
