"""Systems over data sets: tests as the literature has them, exact where data sets are few, nothing filled in."""

from __future__ import annotations

import csv
import io
import itertools
import json
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import friedmanchisquare, wilcoxon

import bench
from bench import api
from bench.core.errors import BenchError
from bench.suites.hierarchical import likely
from bench.suites.ranking import friedman, null_of, ranks, signed_rank, smallest_p

scores = st.integers(2, 6).flatmap(
    lambda sets: st.lists(st.lists(st.integers(0, 8), min_size=3, max_size=3), min_size=sets, max_size=sets)
)


@settings(max_examples=60, deadline=None)
@given(scores)
def test_friedmans_statistic_is_scipys(values):
    found = np.array(values, dtype=float)
    if all(len(set(row)) == 1 for row in values):
        assert friedman(ranks(found)) == 0
    else:
        assert friedman(ranks(found)) == pytest.approx(friedmanchisquare(*found.T).statistic)


def test_an_exact_p_is_what_all_orders_give():
    """Three data sets that rank three systems alike: 6 of 6**3 orders lie so far apart."""
    ranked = ranks(np.array([[3.0, 2, 1]] * 3))
    null = null_of(ranked)
    means = ranked.mean(axis=0)
    assert null.exact
    assert null.p_of_squares(float(((means - means.mean()) ** 2).sum())) == pytest.approx(6 / 216)
    brute = [
        np.ptp(np.mean(orders, axis=0)) for orders in itertools.product(itertools.permutations([1, 2, 3]), repeat=3)
    ]
    for value in np.unique(np.round(brute, 9)):
        assert null.p_of_range(value) == pytest.approx(np.mean(np.array(brute) >= value - 1e-9))


def test_of_two_data_sets_nothing_can_be_shown_and_no_critical_difference_is_named():
    null = null_of(ranks(np.array([[3.0, 2, 1], [3, 2, 1]])))
    assert null.critical_difference() is None
    assert null.p_of_range(2.0) > 0.05


def test_many_data_sets_give_the_tables_critical_difference():
    """Demšar (2006), table 5: q is 2.569 for four systems, so that 14 data sets part at 1.25."""
    ranked = np.array([np.random.default_rng(at).permutation(4) + 1.0 for at in range(14)])
    assert null_of(ranked).critical_difference() == pytest.approx(2.569 * np.sqrt(4 * 5 / (6 * 14)), abs=0.12)


def test_the_p_of_chance_is_uniform_enough_to_keep_its_level():
    rng = np.random.default_rng(7)
    rejected = 0
    for _ in range(400):
        ranked = ranks(rng.normal(size=(4, 3)))
        means = ranked.mean(axis=0)
        rejected += null_of(ranked).p_of_squares(float(((means - means.mean()) ** 2).sum())) <= 0.05
    assert rejected / 400 <= 0.08


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(-50, 50).filter(bool), min_size=1, max_size=9, unique_by=abs))
def test_the_signed_rank_test_is_scipys_exact_one_where_nothing_ties(differences):
    found = np.array(differences, dtype=float)
    assert signed_rank(found) == pytest.approx(wilcoxon(found, method="exact").pvalue)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(-3, 3), min_size=1, max_size=8))
def test_with_ties_and_zeros_it_counts_every_pattern_of_signs(differences):
    found = np.array(differences, dtype=float)
    kept = found[found != 0]
    from scipy.stats import rankdata

    ranked = rankdata(np.abs(kept))
    sums = [ranked[np.array(signs, dtype=bool)].sum() for signs in itertools.product([0, 1], repeat=len(kept))]
    observed = ranked[kept > 0].sum()
    share = 2 * min(np.mean(np.array(sums) <= observed + 1e-9), np.mean(np.array(sums) >= observed - 1e-9))
    assert signed_rank(found) == pytest.approx(min(1.0, share) if len(kept) else 1.0)


def test_the_smallest_p_is_what_winning_everywhere_gives():
    for sets in range(1, 12):
        assert signed_rank(np.arange(1.0, sets + 1)) == pytest.approx(smallest_p(sets))


def test_the_hierarchical_model_shrinks_and_knows_how_little_it_saw():
    many = likely(np.full(12, 0.05), np.full(12, 0.02), 0.01)
    few = likely(np.full(2, 0.05), np.full(2, 0.02), 0.01)
    assert many.better > 0.97
    assert few.better < many.better
    assert few.high - few.low > 2 * (many.high - many.low)
    turned = likely(np.full(12, -0.05), np.full(12, 0.02), 0.01)
    assert (turned.worse, turned.better) == (pytest.approx(many.better), pytest.approx(many.worse))
    assert likely(np.zeros(8), np.full(8, 0.002), 0.01).equivalent > 0.8
    for found in (many, few, turned):
        assert found.better + found.equivalent + found.worse == pytest.approx(1)


def test_the_limits_of_the_mean_difference_hold_the_truth_as_often_as_they_say():
    """300 simulated suites of six data sets: the mean difference lies outside of the limits in 5 % of them or less."""
    rng = np.random.default_rng(7)
    missed = 0
    for _ in range(300):
        true = rng.normal(0.03, 0.04, size=6)
        found = likely(rng.normal(true, 0.03), np.full(6, 0.03), 0.01)
        missed += not found.low <= 0.03 <= found.high
    assert missed / 300 <= 0.075


SYSTEMS = [
    {"name": "majority", "classifier": {"kind": "majority"}},
    {"name": "nb", "features": {"kind": "tfidf", "tokens": "char"}, "classifier": {"kind": "complement-nb"}},
    {"name": "svm", "features": {"kind": "tfidf", "tokens": "char"}, "classifier": {"kind": "linear-svm"}},
]
PROTOCOL = {"kind": "repeated-stratified", "folds": 3, "repeats": 2, "inner_folds": 2, "random_state": 7}


def _run(name, texts, labels, systems=SYSTEMS, protocol=PROTOCOL):
    experiment = {"name": name, "data": bench.dataset(texts, labels), "protocol": protocol, "systems": systems}
    return bench.run(experiment, jobs=1, progress=False)


@pytest.fixture(scope="module")
def suite_runs(page_texts):
    """Three data sets of which one lacks a system, one has other settings of it, and two are of the same rows."""
    labels = ["甲乙"[len(text) % 2] for text in page_texts]
    first = _run("first", page_texts[:24], labels[:24])
    again = _run("again", page_texts[:24], labels[:24], protocol={**PROTOCOL, "random_state": 8})
    other = [*SYSTEMS[:2], {**SYSTEMS[2], "classifier": {"kind": "linear-svm", "C": 2}}]
    second = _run("second", page_texts[24:44], labels[24:44], other)
    third = _run("third", [text[:30] for text in page_texts[:20]], labels[:20], SYSTEMS[:2])
    return first, again, second, third


def test_data_sets_of_the_same_rows_count_once_and_their_scores_are_averaged(suite_runs):
    first, again, second, _ = suite_runs
    suite = bench.compare_across([first, again, second]).suite
    assert (suite.units, [each.unit for each in suite.data_sets]) == (2, [0, 0, 1])
    values = {
        name: [
            run.record.scores["f1_macro"].value
            for part in (first, again, second)
            for run in part
            if run.record.system == name
        ]
        for name in ("nb", "svm", "majority")
    }
    for system in suite.ranked:
        one, two, three = values[system.name]
        assert system.mean == pytest.approx(((one + two) / 2 + three) / 2)
    text = bench.compare_across([first, again, second]).render("table", width=200)
    assert "first and again share rows: they count as one data set, their scores averaged." in text


def test_rows_that_are_shared_in_part_are_seen(page_texts):
    labels = ["甲乙"[at % 2] for at in range(40)]
    one, two = _run("one", page_texts[:24], labels[:24]), _run("two", page_texts[12:36], labels[12:36])
    assert bench.compare_across([one, two]).suite.units == 1


def test_a_system_that_is_missing_somewhere_is_said_and_never_filled(suite_runs):
    found = bench.compare_across([suite_runs[0], suite_runs[2], suite_runs[3]])
    suite = found.suite
    assert [each.system for each in suite.left] == ["svm"]
    assert suite.left[0].where == {"third": "not run"}
    [svm] = [each for each in suite.systems if each.name == "svm"]
    assert (svm.rank, svm.mean, svm.cells[2]) == (None, None, None)
    assert {each.name for each in suite.ranked} == {"majority", "nb"}
    text = found.render("table", width=200)
    assert "svm is left out of ranks and tests: third: not run." in text
    assert next(line for line in text.splitlines() if line.startswith(" svm")).split()[-1] == "–"


def test_a_name_with_other_settings_elsewhere_is_said(suite_runs):
    text = str(bench.compare_across([suite_runs[0], suite_runs[2]]))
    assert "svm has other settings on second: under one name it is not one system." in " ".join(text.split())


def test_few_data_sets_are_said_to_be_few_and_show_nothing(suite_runs):
    suite = bench.compare_across([suite_runs[0], suite_runs[2]]).suite
    assert (suite.exact, suite.critical) == (True, None)
    assert min(pair.holm for pair in suite.pairs) >= 0.5
    text = " ".join(str(bench.compare_across([suite_runs[0], suite_runs[2]])).split())
    assert (
        "2 data sets are few: the smallest p that this test can give here is 1, so it cannot show any difference"
        in text
    )
    assert "with so few data sets no difference in mean rank can be shown" in text


def test_every_format_holds_every_system_and_data_set(suite_runs):
    found = bench.compare_across(list(suite_runs))
    rows = list(csv.DictReader(io.StringIO(found.render("csv"))))
    assert [row["system"] for row in rows] == [each.name for each in found.suite.systems]
    assert all(f"score:{each.name}" in rows[0] for each in found.suite.data_sets)
    stored = json.loads(found.render("json"))
    assert stored["units"] == 3
    assert len(stored["pairs"]) == len(found.differences()) == 1
    for form in ("markdown", "latex", "table"):
        text = found.render(form, width=300) if form == "table" else found.render(form)
        for name in ("majority", "nb", "svm", "third"):
            assert name in text
    assert "<table>" in found._repr_html_()
    assert list(found.to_frame()["system"]) == [row["system"] for row in rows]


def test_the_diagram_is_one_svg_with_every_mean_rank(suite_runs):
    from xml.etree import ElementTree as ET

    found = bench.compare_across(list(suite_runs[:3]))
    root = ET.fromstring(found.diagram())  # noqa: S314  our own
    assert root.tag.endswith("svg")
    words = "".join(root.itertext())
    for each in found.suite.ranked:
        assert f"{each.name} {each.rank:.2f}" in words


def test_a_baseline_is_what_others_are_compared_with(suite_runs):
    found = bench.compare_across(list(suite_runs[:3]), baseline="majority")
    frame = {row["system"]: row for row in found.scores()}
    assert frame["majority"]["wins"] is None
    assert all(frame[name]["wins"] + frame[name]["ties"] + frame[name]["losses"] == 2 for name in ("nb", "svm"))
    pair = found.suite.between("nb", "majority")
    assert frame["nb"]["wins"] == (pair.wins if pair.first == "nb" else pair.losses)


def test_a_score_of_which_lower_is_better_ranks_the_other_way(suite_runs):
    suite = bench.compare_across([suite_runs[0], suite_runs[2]], metric="log_loss", systems="majority,nb").suite
    if suite.left:
        pytest.skip("these systems give no probabilities")
    means = [each.mean for each in suite.ranked]
    assert means == sorted(means)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"metric": "f1_makro"}, "f1_makro"),
        ({"baseline": "swm"}, "no run of a system 'swm' to compare with; did you mean 'svm'"),
        ({"systems": "x*"}, "x"),
    ],
)
def test_what_cannot_be_compared_is_told(suite_runs, options, message):
    with pytest.raises(BenchError, match=message):
        bench.compare_across(list(suite_runs), **options)


def test_one_data_set_is_no_suite(suite_runs):
    with pytest.raises(BenchError, match="one table of scores is no suite; name results of two data sets or more"):
        bench.compare_across(suite_runs[0])


@pytest.mark.parametrize(("ending", "begins"), [(".svg", b"<svg"), (".png", b"\x89PNG"), (".pdf", b"%PDF")])
def test_a_diagram_is_what_its_files_ending_says(suite_runs, tmp_path, ending, begins):
    found = bench.compare_across(suite_runs)
    api.write_diagram(found, tmp_path / f"ranks{ending}")
    assert (tmp_path / f"ranks{ending}").read_bytes().startswith(begins)
    with pytest.raises(bench.BenchError, match="unknown ending"):
        api.write_diagram(found, tmp_path / "ranks.jpg")


def test_a_diagram_writes_over_nothing(suite_runs, tmp_path):
    found = bench.compare_across([suite_runs[0], suite_runs[2]])
    api.write_diagram(found, tmp_path / "ranks.svg")
    with pytest.raises(BenchError, match=r"ranks\.svg: is there already"):
        api.write_diagram(found, tmp_path / "ranks.svg")
    assert re.match("<svg ", (tmp_path / "ranks.svg").read_text(encoding="utf-8"))


def test_the_report_shows_the_suite_where_that_is_asked_for(suite_runs):
    runs = suite_runs[0] + suite_runs[2]
    page = bench.report(runs, across=True, progress=False).html
    assert 'id="across"' in page
    assert "macro-F1 across 2 data sets" in page
    assert 'id="across"' not in bench.report(runs, progress=False).html
