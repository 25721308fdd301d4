"""What could mislead in the corpus or in a user's data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.api.results import ResultsLike, as_results
from bench.core.errors import BenchError
from bench.core.labelled_texts import GivenParts, LabelledTexts
from bench.experiment.config import Experiment
from bench.experiment.resolving import resolve_experiment, resolve_source
from bench.report.progress import progress as shown_progress

if TYPE_CHECKING:
    from bench.data.audit.base import Audit, Finding, StoredPredictions
    from bench.data.sources.base import SourceSettings
    from bench.report.frames import Frame


@dataclass(frozen=True, slots=True)
class Audited:
    """An audit, and the name of the audited data. A notebook shows it."""

    name: str
    audit: Audit

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What was found, worst first."""
        return self.audit.findings

    def failing(self, fail_on: Sequence[str]) -> bool:
        """Whether there is a finding of one of these checks or severities, as `fault`."""
        return bool(self.audit.failing(fail_on))

    def to_frame(self) -> Any:
        """One row for each finding, as a pandas frame: `severity`, `check`, `message`, `rows` (by id or line)."""
        return self.table().to_frame()

    def table(self) -> Frame:
        """The same, for other libraries."""
        from bench.report.frames import Frame

        found = self.findings
        columns: dict[str, list[Any]] = {
            "severity": [each.severity for each in found],
            "check": [each.check for each in found],
            "message": [str(each.message) for each in found],
            "rows": [list(each.rows) for each in found],
        }
        return Frame(columns)

    def render(self, form: str = "text", *, width: int | None = None, colour: bool = False) -> str:
        """The audit as `text` (for a terminal of `width` columns), `json` or `markdown`."""
        from bench.report.audit import FORMATS, as_terminal

        if form == "text":
            return as_terminal(self.audit, name=self.name, width=width, colour=colour)
        return FORMATS[form](self.audit, name=self.name)

    def __str__(self) -> str:
        return self.render(width=120)

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        from bench.report.audit import as_html

        return as_html(self.audit, name=self.name)


def audit_steps() -> int:
    """How often an audit reports progress: once for each check."""
    from bench.data.audit.base import CHECKS

    return len(CHECKS.classes())


def audit(
    data: Any = None,
    *,
    corpus: str | None = None,
    results: ResultsLike | None = None,
    fail_on: Sequence[str] = (),
    similarity: float = 0.7,
    examples: int = 10,
    progress: bool = True,
) -> Audited:
    """Look for what could mislead in labelled texts: duplicates, leaks, labels to read again, damaged characters.

    data: rows as `bench.dataset` takes or gives them, an experiment or its file, or the settings of its data; left out,
    the shipped corpus, of which `corpus` names a config.
    results: whose stored predictions of these very rows are looked at, too; left out, `results/` if it is there.
    fail_on: kinds of findings, checked before anything is read, for `failing`. similarity: from which two texts are
    near duplicates, above 0 to 1. examples: rows of the table that a finding shows, at most.
    Raises BenchError for a fault in experiment, data or results, and for an unknown kind.
    """
    from bench.data.audit.base import AuditData, AuditSettings, check_kinds
    from bench.data.audit.base import audit as audited

    check_kinds(fail_on)
    settings = AuditSettings(similarity=similarity, examples=examples)
    source, name = _source(data, corpus)
    rows = source.load()
    side = source.side_columns()
    if rows.parts is not None and side.splits is None:
        side = replace(side, splits=_given_splits(rows.parts))
    with shown_progress(audit_steps(), shown=progress) as advance:
        found = audited(AuditData(rows, side, _stored_predictions(rows, results)), settings, advance=advance)
    return Audited(name, found)


def _source(data: Any, corpus: str | None) -> tuple[SourceSettings, str]:
    """Where the rows come from, and what they are called."""
    from bench.data.sources.corpus import CorpusSource

    if data is None:
        config = corpus or "paragraphs"
        return CorpusSource.model_validate({"kind": "corpus", "config": config}), f"corpus {config}"
    if corpus is not None:
        raise BenchError("--config names a config of the corpus; leave it out where an experiment file is given")
    is_experiment = isinstance(data, Mapping) and {"systems", "protocol"} & set(data)
    if isinstance(data, (str, Path, Experiment)) or is_experiment:
        resolved = resolve_experiment(data)
        return resolved.experiment.data, resolved.place
    return resolve_source(data), "data"


def _given_splits(parts: GivenParts) -> tuple[str, ...]:
    """The split of each row, as the data itself sets them apart."""
    sizes = {
        "train": sum(map(len, parts.train)),
        "validation": sum(map(len, parts.validation)),
        "test": 0 if parts.test is None else len(parts.test),
    }
    return tuple(name for name, size in sizes.items() for _ in range(size))


def _stored_predictions(rows: LabelledTexts, results: ResultsLike | None) -> tuple[StoredPredictions, ...]:
    """Stored predictions for exactly these rows, one for each system except controls, by system."""
    from bench.data.audit.base import StoredPredictions
    from bench.systems.classifiers.base import CLASSIFIERS

    default = Path("results")
    if results is None and not any(default.glob("*/*/run.json")):
        return ()
    sha256 = rows.sha256()
    found: dict[str, StoredPredictions] = {}
    for run in as_results(default if results is None else results):
        record = run.record
        kind = CLASSIFIERS.classes().get(record.config["classifier"]["kind"])
        control = kind is not None and kind.control
        if record.status != "complete" or control or record.data_summary.sha256 != sha256:
            continue
        stored = run.predictions()
        if stored.row_ids == rows.row_ids:
            name = record.system if record.system not in found else f"{record.experiment}/{record.system}"
            whole = record.score_kind == "probability" and not stored.unnamed
            probable = stored.scores if whole else None
            found[name] = StoredPredictions(name, stored.classes, stored.prediction, probable)
    return tuple(found.values())
