"""Boilerplate, confounding and blocked splits: planted ones are found with their figures."""

from __future__ import annotations

import pytest

from bench.data.audit.base import CHECKS, AuditSettings, audit

BYLINE = "（本报记者 张三 李四）"


def _marked(corpus, label, mark):
    return [
        mark(text) if own == label else text for text, own in zip(corpus.rows.texts, corpus.rows.labels, strict=True)
    ]


@pytest.mark.parametrize(
    ("place", "mark", "wording"),
    [
        ("opening", lambda text: f"本报长春10月21日电{text}", "本报长春10月21日电"),
        ("ending", lambda text: text + BYLINE, BYLINE),
        ("phrase", lambda text: f"{text[:9]}据《吉林日报》消息{text[9:]}", "据《吉林日报》消息"),
    ],
)
def test_wording_of_one_class_alone_is_found_where_it_stands(corpus, findings, data_of, place, mark, wording):
    label = "grassroots-events"
    found = findings("boilerplate", data_of(_marked(corpus, label, mark), list(corpus.rows.labels)))
    assert [finding.examples.header[0] for finding in found] == [place]
    [finding] = found
    assert wording in finding.examples.rows[0][0]
    assert finding.examples.rows[0][1:4] == (12, label, 12)
    assert (finding.severity, finding.figures["largest share of a class"]) == ("risk", 1.0)
    assert len(finding.rows) == 12


def test_wording_of_all_classes_gives_nothing_away(corpus, findings, data_of):
    texts = [f"本报长春10月21日电{text}{BYLINE}" for text in corpus.rows.texts]
    assert findings("boilerplate", data_of(texts, list(corpus.rows.labels))) == []


def test_the_real_page_without_openings_and_transitions_holds_no_boilerplate(corpus, findings):
    assert findings("boilerplate", corpus) == []


def test_repeated_texts_are_not_told_again_as_boilerplate(corpus, findings, data_of):
    texts = [*corpus.rows.texts, *[corpus.rows.texts[0]] * 20]
    assert findings("boilerplate", data_of(texts, [*corpus.rows.labels, *[corpus.rows.labels[0]] * 20])) == []


def _even(count):
    return [f"第{row:03d}条消息" for row in range(count)]


def test_a_group_that_is_a_label_guesses_it(findings, data_of):
    labels = ["甲", "乙"] * 20
    groups = [f"{label}{row % 4 // 2}" for row, label in enumerate(labels)]
    found = findings("confounding", data_of(_even(40), labels, groups))
    [finding] = found
    assert "the group alone" in finding.message
    assert (finding.severity, finding.figures["balanced accuracy"], finding.figures["p-value"]) == ("risk", 1.0, 0.001)
    assert finding.figures["chance"] == pytest.approx(0.5, abs=0.02)
    assert finding.figures["Cramér's V"] > 0.95
    assert {row[3] for row in finding.examples.rows} == {"100%"}


def test_length_and_position_that_follow_the_label_guess_it(findings, data_of):
    labels = ["甲", "乙"] * 20
    texts = [text * (3 if label == "甲" else 1) for text, label in zip(_even(40), labels, strict=True)]
    positions = tuple(row if label == "甲" else 100 + row for row, label in enumerate(labels))
    found = findings("confounding", data_of(texts, labels, positions=positions))
    assert [finding.message.split(" alone")[0] for finding in found] == ["the length", "the position"]
    assert all(finding.figures["balanced accuracy"] == 1.0 for finding in found)


def test_columns_that_tell_nothing_are_no_finding(findings, data_of):
    labels = [*["甲"] * 20, *["乙"] * 20]
    data = data_of(_even(40), labels, ["一", "二", "三", "四"] * 10, positions=tuple(range(20)) * 2)
    assert findings("confounding", data) == []
    assert [name.split()[2] for name in audit(data).measured] == ["group", "position"]
    assert "balanced accuracy 0." in audit(data).measured["label from group alone"]


def test_the_article_and_the_position_of_the_real_page_guess_its_topics(corpus, findings):
    found = findings("confounding", corpus)
    assert [finding.message.split(" alone")[0] for finding in found] == ["the group", "the position"]
    assert all(finding.severity == "risk" for finding in found)


@pytest.mark.parametrize(
    ("labels", "reason"),
    [(["甲"] * 20, "all rows have one label"), (["甲", "乙", "丙", "丁"] * 4, "no label has 5 rows")],
)
def test_data_without_two_labels_that_can_be_tested_says_why(data_of, labels, reason):
    assert reason in CHECKS["confounding"]().missing(data_of(_even(len(labels)), labels))


def test_a_class_of_one_group_is_named_with_the_splits_that_leave_it_untrained(corpus, findings):
    untrained, large = findings("blocked-splits", corpus)
    assert untrained.message.startswith("leave-one-group-out and grouped k-fold would test 'reform' untrained")
    assert untrained.examples.rows[0][:2] == ("reform", 10)
    assert len(untrained.rows) == 10
    assert "holds 59% of all rows" in large.message


def test_too_few_groups_are_told(findings, data_of):
    found = findings("blocked-splits", data_of(_even(40), None, [f"组{row // 2 % 3}" for row in range(40)]))
    assert [finding.message for finding in found] == ["3 groups: too few for 5 grouped folds"]


def test_groups_that_bear_every_blocked_split_are_no_finding(findings, data_of):
    groups = [f"组{row // 2 % 6}" for row in range(48)]
    assert findings("blocked-splits", data_of(_even(48), None, groups)) == []


def test_one_group_bears_no_blocked_split(findings, data_of):
    [found] = findings("blocked-splits", data_of(_even(12), None, ["一"] * 12))
    assert "no split can keep groups apart" in found.message


@pytest.mark.parametrize(("groups", "reason"), [(None, "names no groups"), (list("abcdefghijkl"), "of its own")])
def test_data_without_groups_says_why_nothing_was_looked_at(data_of, groups, reason):
    assert reason in CHECKS["blocked-splits"]().missing(data_of(_even(12), None, groups))


def test_large_data_are_sampled_and_the_figures_say_so(findings, data_of):
    labels = ["甲", "甲", "乙", "乙"] * 150  # no digit tells them apart
    texts = [f"本报讯{text}" if label == "甲" else text for text, label in zip(_even(600), labels, strict=True)]
    found = findings("boilerplate", data_of(texts, labels), most_rows=100)[0]
    assert found.examples.rows[0][0].startswith("本报讯第")
    assert found.figures["rows tested"] == 100
    assert AuditSettings().most_rows == 20_000
