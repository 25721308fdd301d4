"""New runs beside older ones: what changed is named key by key, and only a paired test tells worse from better."""

from __future__ import annotations

import dataclasses

import pytest

from bench.comparison import compare
from bench.comparison.difference import difference
from bench.core.errors import BenchError
from bench.report.tables import FORMATS, difference_as_terminal


def _with(run, **fields):
    return dataclasses.replace(run, record=run.record.model_copy(update=fields))


def test_only_what_is_shown_to_be_worse_counts_as_worse(stored):
    old = [stored("a"), stored("b"), stored("gone", error="E: no")]
    new = [stored("a", wrong=([3], [3]), experiment="new"), stored("b", wrong=(range(20),) * 2, experiment="new")]
    found = difference(new, old, "accuracy")
    assert {each.system: each.verdict for each in found.systems} == {"a": "no difference shown", "b": "worse"}
    assert found.worse == ("b",)
    assert found.only_old == ("gone",)
    back = difference(old, new, "accuracy")
    assert {each.system: each.verdict for each in back.systems} == {"a": "no difference shown", "b": "better"}
    forward, backward = ({each.system: each.pair.difference for each in side.systems} for side in (found, back))
    assert backward == {system: -value for system, value in forward.items()}


def test_a_system_that_fails_now_is_worse(stored):
    failed = [stored("a", error="E: no", experiment="newer")]
    found = difference(failed, [stored("a")], "accuracy")
    assert found.worse == ("a",)
    assert "a: worse: it has no scores any more: E: no." in difference_as_terminal(found, width=200)


def test_equal_predictions_are_called_so(stored):
    found = difference([stored("a", experiment="new")], [stored("a")], "f1_macro")
    assert [each.verdict for each in found.systems] == ["same"]
    assert found.changes == ()


def test_the_same_predictions_are_one_system_made_again_or_two_that_agree_on_these_rows_alone(stored):
    never = (range(1, 40, 2),) * 2  # the second class is never predicted
    again = difference([stored("a", wrong=never, experiment="new")], [stored("a", wrong=never)], "f1_macro")
    assert (again.systems[0].pair.low, again.systems[0].pair.high) == (0.0, 0.0)
    [table] = compare([stored("a", wrong=never), stored("b", wrong=never)], "f1_macro")
    [pair] = table.pairs
    assert (pair.difference, pair.p_value) == (0.0, 1.0)
    assert pair.low < -0.03 < 0.03 < pair.high


def test_other_rows_or_splits_are_shown_untested_and_refused_where_a_verdict_is_asked_for(stored):
    old = [stored("a")]
    for new, reason in (
        (stored("a", data="b", experiment="new"), "other rows"),
        (stored("a", state=8), "other splits"),
    ):
        found = difference([new], old, "accuracy")
        [only] = found.systems
        assert (only.old, only.new, only.pair, only.verdict) == (1.0, 1.0, None, "not tested")
        assert only.reason.startswith(reason)
        with pytest.raises(BenchError, match=r"differ"):
            difference([new], old, "accuracy", decide=True)
    with pytest.raises(BenchError, match="no system is in both"):
        difference([stored("z", experiment="new")], old, "accuracy")


def test_what_changed_is_named_key_by_key_once_for_all_systems(stored):
    old = [stored("a"), stored("b")]
    new = [stored("a", experiment="new", numpy_version="3"), stored("b", experiment="new", numpy_version="3")]
    features = {"kind": "tfidf", "user": [{"x": 1}, {"x": 2}]}
    new[0] = _with(new[0], config={"features": features, "classifier": {"kind": "linear-svm", "C": [0.1, 1]}})
    changed = [
        (each.part, each.key, each.old, each.new, each.systems) for each in difference(new, old, "accuracy").changes
    ]
    assert changed == [
        ("config", "features.user.0.x", None, "1", ("a",)),
        ("config", "features.user.1.x", None, "2", ("a",)),
        ("config", "classifier.C", None, "[0.1, 1]", ("a",)),
        ("versions", "numpy", "2", "3", ("a", "b")),
    ]
    text = difference_as_terminal(difference(new, old, "accuracy"), width=120)
    assert "(absent) -> [0.1, 1]" in text
    assert "try -> new: what changed" in text


def test_data_is_compared_by_digest_rows_and_classes(stored):
    new = stored("a", data="b", rows=44, experiment="new")
    changed = {each.key: (each.old, each.new) for each in difference([new], [stored("a")], "accuracy").changes}
    assert changed["digest"] == ("a" * 12, "b" * 12)
    assert changed["rows"] == ("40", "44")
    assert changed["rows of 改革"] == ("20", "22")


def test_code_and_machine_are_compared_where_both_sides_kept_them(stored):
    old, new = stored("a"), stored("a", experiment="new")
    (old.folder / "timings.json").parent.mkdir(parents=True, exist_ok=True)
    (old.folder / "timings.json").write_text('{"code_sha256": "' + "1" * 64 + '", "machine": "one"}')
    assert difference([new], [old], "accuracy").changes == ()
    (new.folder / "timings.json").write_text('{"code_sha256": "' + "2" * 64 + '", "machine": "one"}')
    [change] = difference([new], [old], "accuracy").changes
    assert (change.part, change.old, change.new) == ("code", "1" * 12, "2" * 12)


def test_experiments_of_one_root_are_compared_each_with_its_own(stored):
    old = [stored("a", experiment="one"), stored("a", experiment="two", wrong=(range(20),) * 2)]
    new = [stored("a", experiment="one"), stored("a", experiment="two", wrong=(range(20),) * 2)]
    found = difference(new, old, "accuracy")
    assert [each.system for each in found.systems] == ["one/a", "two/a"]
    assert {each.verdict for each in found.systems} == {"same"}


@pytest.mark.parametrize(
    ("sort", "order"),
    [("new", ["a", "c", "b"]), ("old", ["b", "a", "c"]), ("difference", ["b", "a", "c"]), ("name", ["a", "b", "c"])],
)
def test_rows_stand_by_the_column_asked_for(stored, sort, order):
    old = [stored("a", wrong=([1], [1])), stored("b"), stored("c", wrong=(range(4),) * 2)]
    new = [
        stored("a", wrong=([1], [1]), experiment="new"),
        stored("b", wrong=(range(9),) * 2, experiment="new"),
        stored("c", wrong=(range(3),) * 2, experiment="new"),
    ]
    assert [each.system for each in difference(new, old, "accuracy", sort=sort).systems] == order
    with pytest.raises(BenchError, match="--sort: no column 'nme'; did you mean 'name'"):
        difference(new, old, "accuracy", sort="nme")


def test_patterns_choose_among_both_sides(stored):
    old, new = [stored("a"), stored("b")], [stored("a", experiment="new"), stored("c", experiment="new")]
    found = difference(new, old, "accuracy", systems="a,c")
    assert ([each.system for each in found.systems], found.only_old, found.only_new) == (["a"], (), ("c",))
    for form in FORMATS.classes().values():
        assert "c" in form().difference(found)
