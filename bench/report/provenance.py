"""Where rows of the corpus come from: the repaired pages, where their files lie beside the dataset."""

from __future__ import annotations

from bench.core.pages import Page
from bench.corpus.build import page_files, read_page
from bench.data.sources.base import SourceSettings
from bench.data.sources.corpus import CorpusSource, shipped_corpus


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
