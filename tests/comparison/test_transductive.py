"""Systems that have learnt from the texts of test rows stand apart, marked, and are compared with no others."""

from __future__ import annotations

import pytest

import bench
from bench.api.comparison import difference
from bench.core.errors import BenchError

TEXTS = [f"{word}{at}号" for at in range(12) for word in ("改革开放", "义诊活动")]
COUNTS = {"kind": "tfidf", "tokens": "char"}
TRAINED = {"self_training": {"share": 0.5}}


def _system(name, **settings):
    return {"name": name, "features": COUNTS, "classifier": {"kind": "multinomial-nb"}, **settings}


def _ran(*systems, name="x", sizes=None, unlabelled=None):
    protocol = {"kind": "repeated-stratified", "folds": 3, "repeats": 2}
    data = bench.dataset(TEXTS, ["a", "b"] * 12, unlabelled=unlabelled)
    protocol |= {} if sizes is None else {"train_sizes": sizes}
    return bench.run({"name": name, "data": data, "protocol": protocol, "systems": systems}, progress=False)


@pytest.fixture(scope="module")
def results():
    """Two systems that saw test texts, one that saw others, one that saw none, and a control."""
    return _ran(
        _system("seen", unlabelled={"texts": "test", **TRAINED}),
        _system("both", unlabelled={"texts": ["data", "test"], **TRAINED}),
        _system("others", unlabelled=TRAINED),
        _system("none"),
        {"name": "majority", "classifier": {"kind": "majority"}},
        unlabelled=["深化改革", "免费义诊", "改革攻坚"],
    )


def test_they_have_a_table_of_their_own_behind_the_other_and_no_test_between_them(results):
    inductive, transductive = bench.compare(results).tables
    assert {row.system for row in inductive.rows} == {"others", "none", "majority"}
    assert {row.system for row in transductive.rows} == {"seen", "both"}
    assert not inductive.transductive
    assert transductive.transductive
    for table in (inductive, transductive):
        names = {row.system for row in table.rows}
        assert all({pair.first, pair.second} <= names for pair in table.pairs)
        assert table.advised in names


@pytest.mark.parametrize(
    ("language", "told", "advised"),
    [
        ("en", "†: transductive, has learnt from the texts of the test rows", "says nothing of texts"),
        ("zh", "†：直推式，学习时见过测试行的文字", "说明不了以后出现的文字"),
    ],
)
@pytest.mark.parametrize("form", ["table", "markdown", "latex"])
def test_tables_mark_them_and_say_what_the_mark_means(results, form, language, told, advised):
    shown = bench.compare(results).render(form, width=400, language=language)
    one_line = " ".join(shown.split())
    assert "seen †" in one_line
    assert "both †" in one_line
    assert "others †" not in one_line
    assert told in one_line
    assert one_line.count(advised) == 1


def test_programs_find_them_by_their_splits_and_in_json(results):
    frame = bench.compare(results).to_frame().reset_index()
    marked = frame[frame["splits"].str.endswith("transductive")]
    assert set(marked["system"]) == {"seen", "both"}
    assert '"transductive": true' in bench.compare(results).to_json()


def test_a_baseline_of_the_other_kind_is_compared_with_nothing(results):
    inductive, transductive = bench.compare(results, baseline="none").tables
    assert len(inductive.pairs) == 2
    assert not transductive.pairs
    assert "none is not in this table, so nothing here is compared with it" in transductive.advice


def test_old_and_new_runs_of_one_system_are_not_tested_against_each_other():
    old, new = (_ran(_system("s", **settings)) for settings in ({}, {"unlabelled": {"texts": "test", **TRAINED}}))
    [found] = difference(new, old).found.systems
    assert found.pair is None
    assert "learnt from the texts of test rows" in found.reason
    with pytest.raises(BenchError, match="learnt from the texts of test rows"):
        difference(new, old, decide=True)


def test_training_sizes_stand_side_by_side_within_their_kind():
    systems = [_system("seen", unlabelled={"texts": "test", **TRAINED}), _system("none")]
    by_protocol = bench.compare(_ran(*systems, sizes=[6, "all"])).by_protocol
    assert [set(each.values) for each in by_protocol] == [{"none"}, {"seen"}]


def test_several_data_sets_are_ranked_without_them(results):
    rows = bench.dataset([f"{text}！" for text in TEXTS], ["a", "b"] * 12)
    protocol = {"kind": "repeated-stratified", "folds": 3, "repeats": 2}
    systems = [_system("none"), {"name": "majority", "classifier": {"kind": "majority"}}]
    other = bench.run({"name": "y", "data": rows, "protocol": protocol, "systems": systems}, progress=False)
    across = bench.compare_across(results + other)
    assert {each.name for each in across.suite.ranked} == {"none", "majority"}
    assert set(across.suite.transductive) == {"seen", "both"}
    assert "Left out, since they have learnt from the texts of test rows" in " ".join(str(across).split())


def test_the_report_shows_both_tables(results):
    page = bench.report(results).html
    assert "seen †" in page
    assert "has learnt from the texts of the test rows" in page


def test_a_saved_model_of_one_is_refused_and_of_one_that_saw_other_texts_predicts(results, tmp_path):
    data = bench.dataset(TEXTS, ["a", "b"] * 12, unlabelled=["深化改革", "免费义诊", "改革攻坚"])
    experiment = {"name": "x", "data": data, "protocol": {"kind": "repeated-stratified", "folds": 3, "repeats": 1}}
    with pytest.raises(BenchError, match=r"learns from the texts of test rows.*set unlabelled\.texts to data"):
        bench.fit({**experiment, "systems": [_system("s", unlabelled={"texts": "test", **TRAINED})]}, progress=False)
    model = bench.fit({**experiment, "systems": [_system("s", unlabelled=TRAINED)]}, progress=False)
    model.save(tmp_path / "model")
    again = bench.load_model(tmp_path / "model")
    assert again.predict(["全面改革", "义诊"]).tolist() == model.predict(["全面改革", "义诊"]).tolist() == ["a", "b"]
    assert again.record.data_summary.unlabelled == 3


def test_what_cannot_hold_them_says_so_in_one_line():
    with pytest.raises(BenchError, match="unlabelled"):
        bench.pipeline({"features": COUNTS, "classifier": {"kind": "multinomial-nb"}, "unlabelled": TRAINED})
    data = bench.dataset(TEXTS, ["a", "b"] * 12, unlabelled=["深化改革"])
    systems = [
        _system("s", unlabelled=TRAINED),
        {"name": "e", "classifier": {"kind": "ensemble", "members": ["s", "t"]}},
    ]
    experiment = {"name": "x", "data": data, "protocol": {"kind": "repeated-stratified", "folds": 3, "repeats": 1}}
    with pytest.raises(BenchError, match="learns from unlabelled texts, which a member does not"):
        bench.run({**experiment, "systems": [*systems, _system("t")]}, progress=False)
    replay = {"kind": "labelling", "folds": 3, "repeats": 1, "start": 6, "strategies": ["random"]}
    with pytest.raises(BenchError, match="a replay of labelling goes without 'unlabelled'"):
        bench.run({**experiment, "protocol": replay, "systems": systems[:1]}, progress=False)


def test_the_next_rows_are_proposed_by_a_system_that_needs_no_test_rows():
    data = bench.dataset(TEXTS, ["a", "b"] * 12)
    protocol = {"kind": "repeated-stratified", "folds": 3, "repeats": 1}
    systems = [_system("seen", unlabelled={"texts": "test", **TRAINED}), _system("none")]
    experiment = {"name": "x", "data": data, "protocol": protocol, "systems": systems}
    found = bench.next_rows(experiment, ["深化改革", "免费义诊", "改革攻坚"], rows=1)
    assert found.system == "none"
