"""Reads the rows of a record again: texts, second labels and pages, or the reason why they cannot be read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.core.digests import canonical_json
from bench.core.errors import BenchError
from bench.core.labelled_texts import LabelledTexts, SideColumns
from bench.core.pages import Page
from bench.corpus.build import page_files, read_page
from bench.data.memory import KIND
from bench.data.sources.base import SourceSettings
from bench.data.sources.corpus import CorpusSource, shipped_corpus
from bench.execution.record import Record
from bench.execution.verify import FOLDER_HINT, rebuild


@dataclass(frozen=True, slots=True)
class Texts:
    """The rows that a record's digest names. data: None where they cannot be read again, `reason` saying why.

    side: in the order of the rows. pages: those that the rows come from, as far as their files are at hand; where one
    of them cannot be read there are none, and `page_fault` says why.
    """

    data: LabelledTexts | None
    reason: str | None = None
    side: SideColumns = field(default_factory=SideColumns)
    pages: tuple[Page, ...] = ()
    page_fault: str | None = None


def read_texts(records: Sequence[Record], folder: Path, known: Mapping[str, LabelledTexts] | None = None) -> Texts:
    """The rows of runs on the same data: those that the first record gives whose source still holds them.

    folder: where paths of own data start, the folder of the experiment files. known: rows that are at hand, by digest.
    """
    reasons = []
    # Runs of the same kinds on the same source give the same rows, or fail alike.
    asked: dict[bytes, Record] = {}
    for record in records:
        asked.setdefault(_source(record), record)
    for record in asked.values():
        found = _read(record, folder, known or {})
        if found.data is not None:
            return found
        reasons.append(found.reason)
    return Texts(None, next(iter(reasons), "no record names them"))


def _source(record: Record) -> bytes:
    kinds = [record.config["classifier"].get("kind"), record.config.get("features")]
    return canonical_json([record.data, kinds])


def _read(record: Record, folder: Path, known: Mapping[str, LabelledTexts]) -> Texts:
    try:
        experiment = rebuild(record, folder, known)
        data = experiment.data.load()
        side = experiment.data.side_columns()
    except BenchError as error:
        return Texts(None, str(error) if record.data.get("kind") == KIND else f"{error}; {FOLDER_HINT}")
    except OSError as error:
        return Texts(None, f"{error.filename or 'the data'}: {error.strerror}")
    if record.data.get("shuffled_labels") and data.sha256() != record.data_summary.sha256:
        # Shuffled labels have no annotators.
        data, side = data.shuffled(experiment.protocol.random_state), SideColumns()
    if data.sha256() != record.data_summary.sha256:
        seen = f"{len(data)} rows of digest {data.sha256()[:12]}"
        return Texts(None, f"the data that is there now is another: {seen}, recorded {record.data_summary.sha256[:12]}")
    try:
        return Texts(data, None, side, pages_of(experiment.data))
    except (BenchError, OSError) as error:
        return Texts(data, None, side, (), str(error))


def pages_of(source: SourceSettings) -> tuple[Page, ...]:
    """The pages that a source's rows were taken from, repaired; empty where the source has none or they are not here.

    The corpus keeps the pages' files in `seeds/` beside its dataset folder, which an installed package does not have.
    Raises BenchError for a page that cannot be read.
    """
    if not isinstance(source, CorpusSource):
        return ()
    folder = shipped_corpus() if source.path is None else source.path.path
    seeds = folder.parent / "seeds"
    if not any(seeds.glob("*.txt")):
        return ()
    return tuple(read_page(file) for file in page_files(seeds).values())
