"""Equal and similar texts: what is planted is found, no pair is missed, none is guessed."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.core.errors import BenchError
from bench.data.audit.base import AuditSettings
from bench.data.audit.similar import similar_pairs


def test_the_real_page_holds_no_duplicates(corpus, findings):
    assert findings("duplicates", corpus) == []
    assert findings("near-duplicates", corpus) == []


@pytest.mark.parametrize("change", [str, lambda text: f" {text}　", lambda text: text.replace("，", ",") + "!"])
def test_a_text_that_stands_twice_is_found_whatever_its_blanks_and_marks(texts, change, findings, data_of):
    [found] = findings("duplicates", data_of([*texts, change(texts[3])], ["甲"] * (len(texts) + 1)))
    assert (found.severity, found.rows) == ("risk", ("r3", f"r{len(texts)}"))
    assert "1 text stands in 2 rows with one label" in found.message


def test_one_text_with_two_labels_is_a_fault(texts, findings, data_of):
    [found] = findings("duplicates", data_of([*texts, texts[0]], ["甲"] * len(texts) + ["乙"]))
    assert found.severity == "fault"
    assert found.figures == {"texts": 1, "rows": 2}
    assert found.examples.rows[0][:2] == (2, "乙, 甲")


def test_one_text_in_training_and_test_is_a_fault_and_says_so_only_where_splits_are_given(texts, findings, data_of):
    rows, labels = [*texts, texts[0]], ["甲"] * (len(texts) + 1)
    [found] = findings("duplicates", data_of(rows, labels, splits=("train",) * len(texts) + ("test",)))
    assert (found.severity, "in more than one split" in found.message) == ("fault", True)
    [without] = findings("duplicates", data_of(rows, labels))
    assert "more than one split" not in without.message


@pytest.mark.parametrize(
    ("labels", "splits", "severity", "what"),
    [
        (("甲", "甲"), None, "risk", "have one label"),
        (("甲", "乙"), None, "risk", "have different labels"),
        (("甲", "甲"), ("train", "test"), "fault", "lie in different splits"),
    ],
)
def test_a_planted_near_duplicate_is_found_with_its_pair(texts, labels, splits, severity, what, findings, data_of):
    rows = [*texts[:-1], texts[-1], texts[-1].replace("的", "之")[:-3] + "等等。"]
    own = ["甲"] * (len(rows) - 2) + list(labels)
    side = {} if splits is None else {"splits": ("train",) * (len(rows) - 2) + splits}
    [found] = findings("near-duplicates", data_of(rows, own, **side))
    assert (found.severity, found.rows) == (severity, (f"r{len(rows) - 2}", f"r{len(rows) - 1}"))
    assert what in found.message
    assert len(found.examples.rows) == 2


def test_the_similarity_that_counts_can_be_set(texts, findings, data_of):
    half = texts[5][: len(texts[5]) // 2]
    rows = [texts[5], half]
    assert findings("near-duplicates", data_of(rows)) == []
    [found] = findings("near-duplicates", data_of(rows), similarity=0.4)
    assert 0.4 <= found.figures["largest similarity"] < 0.6
    for wrong in (0, 1.5):
        with pytest.raises(BenchError, match="similarity: must be above 0 and at most 1"):
            AuditSettings(similarity=wrong)


def _brute_force(texts, threshold):
    sets = [{text[at : at + 3] for at in range(len(text) - 2)} for text in texts]
    pairs = {}
    for second, its in enumerate(sets):
        for first, own in enumerate(sets[:second]):
            if own and its and len(own & its) / len(own | its) >= threshold:
                pairs[first, second] = len(own & its) / len(own | its)
    return pairs


@given(
    texts=st.lists(st.text("甲乙a\U0002a6d6", max_size=12), min_size=1, max_size=25, unique=True),
    threshold=st.sampled_from([0.05, 0.3, 0.5, 0.7, 0.8, 0.9, 1.0]),
)
@settings(deadline=None, max_examples=300)
def test_pairs_are_all_those_of_comparing_every_text_with_every_other(texts, threshold):
    parts = list(similar_pairs(texts, threshold))
    found = {
        (int(first), int(second)): float(similarity)
        for part in parts
        for first, second, similarity in zip(part.first, part.second, part.similarity, strict=True)
    }
    assert found == pytest.approx(_brute_force(texts, threshold))


def test_pairs_are_the_same_when_memory_allows_one_text_at_a_time(texts, monkeypatch):
    rows = [*texts, *(text[:-4] for text in texts)]
    once = [tuple(map(tuple, (part.first, part.second))) for part in similar_pairs(rows, 0.7)]
    monkeypatch.setattr("bench.data.audit.similar._CANDIDATES", 1)
    parts = list(similar_pairs(rows, 0.7))
    assert len(parts) > 1
    firsts = sum((tuple(part.first) for part in parts), ())
    assert len(firsts) >= len(texts)
    assert firsts == once[0][0]


def test_titles_that_follow_one_pattern_do_not_flood(findings, data_of, csl_rows):
    data = data_of(*csl_rows("cls_ctg/train"))
    [found] = findings("near-duplicates", data)
    assert found.figures["pairs"] == 3
    [found] = findings("duplicates", data)
    assert found.figures == {"texts": 1, "rows": 2}
