"""What all tests share: a cache of their own, and the repository's folder."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory):
    """No test reads or fills the user's cache."""
    before = os.environ.get("BENCH_CACHE")
    os.environ["BENCH_CACHE"] = str(tmp_path_factory.mktemp("cache"))
    yield
    if before is None:
        del os.environ["BENCH_CACHE"]
    else:
        os.environ["BENCH_CACHE"] = before


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository."""
    return ROOT


@pytest.fixture(scope="session")
def page_texts() -> list[str]:
    """The paragraphs of the real page."""
    from bench.corpus.sources.corpus import CorpusSource

    return list(CorpusSource(kind="corpus", config="all").load().texts)


@pytest.fixture(scope="session")
def second_page() -> Path:
    """A page of our own making, as an extraction gives it: 10 paragraphs and captions in 3 articles."""
    return ROOT / "tests" / "data" / "second-page.txt"
