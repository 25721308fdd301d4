"""Laws that every registered check holds."""

from __future__ import annotations

import copy
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bench.core.errors import BenchError
from bench.core.languages import Bilingual
from bench.data.audit.base import (
    CHECKS,
    SEVERITIES,
    Audit,
    AuditData,
    AuditSettings,
    Examples,
    Finding,
    audit,
    check_kinds,
)
from bench.data.audit.markdown import as_markdown, card_section

FAST = AuditSettings(permutations=19)
texts = st.text(min_size=1, max_size=30).filter(str.strip)
any_rows = st.lists(
    st.tuples(texts, st.sampled_from("甲乙丙"), st.sampled_from("一二三")),
    min_size=1,
    max_size=25,
)


def _made(data_of, rows, order=None):
    rows = rows if order is None else order.sample(rows, len(rows))
    written, labels, groups = zip(*rows, strict=True)
    return data_of(list(written), list(labels), list(groups), positions=tuple(range(len(rows))))


@pytest.mark.parametrize("kind", CHECKS.classes())
@given(rows=any_rows)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_text_is_checked_without_a_fault_and_twice_alike(data_of, kind, rows):
    data = _made(data_of, rows)
    check = CHECKS[kind]()
    reason = check.missing(data)
    if reason is not None:
        assert isinstance(reason, Bilingual)
        return
    found = check.findings(data, FAST)
    assert found == CHECKS[kind]().findings(data, FAST)
    for finding in found:
        assert finding.check == kind
        assert finding.severity in SEVERITIES
        assert isinstance(finding.message, Bilingual)
        assert "\n" not in finding.message + finding.message.chinese
        assert list(finding.rows) == [row for row in data.rows.row_ids if row in set(finding.rows)]
        assert finding.examples is None or len(finding.examples.rows) <= 2 * FAST.examples


@pytest.mark.parametrize("kind", ["duplicates", "near-duplicates", "encoding", "mojibake", "scripts", "widths"])
@given(rows=any_rows, order=st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_the_order_of_the_rows_moves_no_finding(data_of, kind, rows, order):
    def told(data):
        return sorted((found.severity, len(found.rows)) for found in CHECKS[kind]().findings(data, FAST))

    assert told(_made(data_of, rows)) == told(_made(data_of, rows, order))


def test_every_check_is_listed_as_clean_skipped_or_found(corpus):
    found = audit(corpus)
    named = {*found.clean, *found.skipped, *(finding.check for finding in found.findings)}
    assert named == {kind for kind in CHECKS.classes() if CHECKS[kind]().concerns(corpus)}
    assert set(CHECKS.classes()) - named == {"chosen-rows"}  # no column of the corpus says what chose a row
    assert found.skipped == {
        "confident-learning": "no stored predictions of these rows hold probabilities",
        "contradicted": "stored predictions of these rows are there from 0 systems, 2 are needed",
    }


def test_findings_fail_by_check_and_by_severity(corpus):
    found = audit(corpus)
    assert [finding.check for finding in found.failing(["annotators"])] == ["annotators"]
    assert {finding.severity for finding in found.failing(["risk"])} == {"risk"}
    assert found.failing(["fault", "mojibake"]) == found.failing([]) == ()


def test_an_unknown_kind_of_finding_is_told_with_the_known_ones():
    check_kinds(["near-duplicates", "fault"])
    with pytest.raises(BenchError, match=r"unknown kind of finding 'near-duplicate'; did you mean 'near-duplicates'\?"):
        check_kinds(["near-duplicate"])


def test_a_section_of_the_card_tells_findings_and_takes_hostile_text_as_text():
    examples = Examples(("row", "text"), (("r1", "a|b <script> *x*"),))
    finding = Finding("widths", "note", "signs are <mixed> in [one] row", ("r1", "r2"), {}, examples)
    text = as_markdown(Audit(3, {"甲": 3}, None, (finding,), ("scripts",), {"annotators": "no row was labelled twice"}))
    assert "- **note**, widths: signs are \\<mixed\\> in \\[one\\] row" in text
    assert "| r1 | a\\|b \\<script\\> \\*x\\* |" in text
    assert "2 rows in all." in text
    assert "Nothing found by: scripts." in text
    assert "Not made: annotators (no row was labelled twice)." in text
    assert as_markdown(Audit(3, {"甲": 3}, None, (), ("scripts",), {})).startswith("Nothing was found.")


def test_the_section_of_the_chinese_card_holds_no_english_sentence(corpus):
    section = card_section(audit(AuditData(corpus.rows, corpus.side)), "paragraphs", "zh")
    assert section.startswith("## 可能误导之处\n\n取自对 `paragraphs` 的 `bench audit`。\n")
    assert re.search("[A-Za-z]+ +(?!kappa)[A-Za-z]+", section.replace("bench audit", "")) is None
    assert "没有做的检查：contradicted（这些行的已存预测来自 0 个系统，至少需要 2 个）。" in section


def test_what_a_plug_in_says_stands_in_english_in_both_cards():
    finding = Finding("shortness", "risk", "texts of fewer than 6 characters: 2")
    found = Audit(3, {"甲": 3}, None, (finding,), (), {})
    assert "- **风险**，shortness：texts of fewer than 6 characters: 2" in card_section(found, "paragraphs", "zh")
    assert "- **risk**, shortness: texts of fewer than 6 characters: 2" in card_section(found, "paragraphs", "en")


def test_a_text_in_two_languages_is_its_english_and_copies_keep_the_chinese():
    told = Bilingual("group", "分组")
    assert (told, hash(told), f"{told}") == ("group", hash("group"), "group")
    assert copy.deepcopy(told).chinese == "分组"


def test_a_table_of_examples_has_a_value_a_column():
    with pytest.raises(ValueError, match="a value a column"):
        Examples(("row", "text"), (("r1",),))
