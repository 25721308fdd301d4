"""Label files: checked against their page line by line, and the agreement of two annotators."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score, confusion_matrix
from statsmodels.stats.inter_rater import cohens_kappa

from bench.core.errors import BenchError
from bench.core.pages import Article, Page, Paragraph, Span
from bench.corpus.annotations import Annotation, UnlabelledError, agreement, read_annotations
from bench.corpus.topics import LABELS

TEXT = "改革开始了。考核结束了。"
HEAD = "id,first,second,settled,reason,opening\n"


@pytest.fixture
def page() -> Page:
    paragraphs = tuple(
        Paragraph(Span(at, at + 6).of(TEXT), (Span(at, at + 6),), "paragraph", None, True) for at in (0, 6)
    )
    return Page("p", TEXT, (Article(None, (), None, None, None, paragraphs),))


def _read(tmp_path, page, lines):
    path = tmp_path / "p.labels.csv"
    path.write_text(HEAD + lines, encoding="utf-8")
    return path, lambda: read_annotations(path, page)


def test_labels_come_back_in_page_order(tmp_path, page):
    lines = "p-000006,assessment,none,assessment,rule 1,考核\np-000000,reform,,,,改革\n"
    _, read = _read(tmp_path, page, lines)
    assert list(read().items()) == [
        ("p-000000", Annotation("reform", None, "reform", None)),
        ("p-000006", Annotation("assessment", "none", "assessment", "rule 1")),
    ]


@pytest.mark.parametrize(
    ("lines", "line", "message"),
    [
        ("p-000001,reform,,,,改革\n", 2, "no paragraph 'p-000001'; the one that opens with '改革' is 'p-000000'"),
        ("p-000001,reform,,,,\n", 2, "no paragraph 'p-000001'; take the line out"),
        ("p-000000,reform,,,,考核\n", 2, "opens with '改革开始了。', not with '考核'"),
        ("p-000000,refrom,,,,改革\n", 2, "first: unknown label 'refrom'; did you mean 'reform'?"),
        ("p-000000,,non,,,改革\n", 2, "second: unknown label 'non'"),
        ("p-000000,reform,non,,,改革\n", 2, "second: unknown label 'non'"),
        ("p-000000,reform,none,,,改革\n", 2, "the annotators differ (reform, none)"),
        ("p-000000,reform,none,reform,,改革\n", 2, "give 'settled' and a 'reason'"),
        ("p-000000,reform,reform,none,why,改革\n", 2, "do not differ; leave it empty"),
        ("p-000000,reform,,,,改革\np-000000,reform,,,,改革\n", 3, "appears twice"),
        ("p-000000,reform,,,,改革\n", None, "paragraph 'p-000006' (考核结束了。…) has no line"),
    ],
)
def test_a_fault_in_a_label_file_is_told_with_its_line(tmp_path, page, lines, line, message):
    path, read = _read(tmp_path, page, lines)
    with pytest.raises(BenchError) as error:
        read()
    assert error.value.place == (f"{path}:{line}" if line else str(path))
    assert message in error.value.message


@pytest.mark.parametrize(
    ("lines", "line", "message"),
    [
        ("p-000000,,,,,改革\np-000006,,,,,考核\n", 2, "2 of 2 paragraphs have no label yet (lines 2, 3)"),
        ("p-000006,none,,,,\np-000000,,,,,\n", 3, "1 of 2 paragraphs have no label yet (line 3)"),
        ("p-000000,,none,,,\np-000006,none,none,,,\n", 2, "1 of 2 paragraphs have no label yet (line 2)"),
    ],
)
def test_a_page_that_is_not_labelled_yet_is_told_with_lines_count_and_remedy(tmp_path, page, lines, line, message):
    path, read = _read(tmp_path, page, lines)
    with pytest.raises(UnlabelledError) as error:
        read()
    assert error.value.place == f"{path}:{line}"
    assert message in error.value.message
    assert "bench build --without p" in error.value.message


def test_a_fault_is_told_before_labels_that_are_missing(tmp_path, page):
    _, read = _read(tmp_path, page, "p-000000,,,,,\np-000006,non,,,,\n")
    with pytest.raises(BenchError, match="unknown label 'non'") as error:
        read()
    assert not isinstance(error.value, UnlabelledError)


def test_a_label_file_needs_its_columns(tmp_path, page):
    path = tmp_path / "p.labels.csv"
    path.write_text("id,label\np-000000,reform\n", encoding="utf-8")
    with pytest.raises(BenchError) as error:
        read_annotations(path, page)
    needed = "id, first, second, settled, reason, opening"
    assert str(error.value) == f"{path}: no column 'first'; needed: {needed}"


def test_a_second_pass_that_agrees_is_kept_and_a_note_may_span_lines(tmp_path, page):
    lines = 'p-000000,reform,reform,,,改革\np-000006,assessment,none,assessment,"rule 1\nand rule 2",考核\n'
    _, read = _read(tmp_path, page, lines)
    assert list(read().values()) == [
        Annotation("reform", "reform", "reform", None),
        Annotation("assessment", "none", "assessment", "rule 1\nand rule 2"),
    ]


def test_kappa_is_that_of_scikit_learn_with_an_interval_around_it():
    rng = np.random.default_rng(7)
    first = rng.choice(LABELS, 200)
    second = np.where(rng.random(200) < 0.7, first, rng.choice(LABELS, 200))
    found = agreement([Annotation(str(a), str(b), str(a), None) for a, b in zip(first, second, strict=True)])
    assert found.kappa == pytest.approx(cohen_kappa_score(first, second))
    theirs = cohens_kappa(confusion_matrix(first, second, labels=LABELS))
    assert (found.low, found.high) == pytest.approx((theirs.kappa_low, theirs.kappa_upp))
    assert found.low < found.kappa < found.high
    assert (found.rows, found.agreed) == (200, int((first == second).sum()))


def test_two_labels_are_enough_for_kappa():
    pairs = [("none", "none")] * 6 + [("reform", "reform")] * 3 + [("none", "reform")]
    found = agreement([Annotation(first, second, first, None) for first, second in pairs])
    assert found.kappa == pytest.approx(cohen_kappa_score(*zip(*pairs, strict=True)))


def test_kappa_of_one_label_is_undefined_and_not_1():
    found = agreement([Annotation("none", "none", "none", None)] * 5 + [Annotation("reform", None, "reform", None)])
    assert (found.rows, found.agreed, found.kappa) == (5, 5, None)


def test_one_annotator_alone_has_no_agreement():
    found = agreement([Annotation("none", None, "none", None), Annotation("reform", None, "reform", None)])
    assert (found.rows, found.agreed, found.kappa) == (0, 0, None)
