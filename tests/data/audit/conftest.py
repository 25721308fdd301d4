"""Real clean text, and an easy way to plant faults in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.core.labelled_texts import LabelledTexts, SideColumns
from bench.data.audit.base import CHECKS, AuditData, AuditSettings
from bench.data.sources.corpus import CorpusSource

CSL = Path(__file__).parents[4] / "shared" / "data" / "csl"


def _data_of(texts, labels=None, groups=None, predictions=(), **side):
    """Audit data of plain lists; row ids are `r0`, `r1` and so on."""
    labels = labels or ["甲", "乙"] * (len(texts) // 2) + ["甲"] * (len(texts) % 2)
    rows = LabelledTexts(
        tuple(f"r{row}" for row in range(len(texts))),
        tuple(texts),
        tuple(labels),
        None if groups is None else tuple(groups),
    )
    return AuditData(rows, SideColumns(**side), tuple(predictions))


def _findings(kind, data, **settings):
    """What one check finds."""
    check = CHECKS[kind]()
    assert check.missing(data) is None
    return check.findings(data, AuditSettings(**settings))


@pytest.fixture(scope="session")
def corpus():
    """The real page's labelled paragraphs, with everything that is known of them."""
    source = CorpusSource(kind="corpus")
    return AuditData(source.load(), source.side_columns())


@pytest.fixture
def texts(corpus):
    """The texts of the real page."""
    return list(corpus.rows.texts)


def _csl_rows(*names):
    """Texts and labels of CSL files; the test is skipped where they are not there."""
    rows = []
    for name in names:
        path = CSL / f"{name}.tsv"
        if not path.is_file():
            pytest.skip(f"{path} is not on this machine")
        rows += [line.split("\t")[1:] for line in path.read_text(encoding="utf-8").splitlines()]
    return [text for text, _ in rows], [label for _, label in rows]


@pytest.fixture(scope="session")
def data_of():
    return _data_of


@pytest.fixture(scope="session")
def findings():
    return _findings


@pytest.fixture(scope="session")
def csl_rows():
    return _csl_rows
