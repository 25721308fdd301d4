"""Names of classes in an experiment file: read, checked, recorded only where they are learnt from."""

from __future__ import annotations

import json

import pytest

from bench import api
from bench.core.errors import BenchError
from bench.data.sources.corpus import CorpusSource
from bench.experiment.class_names import name_texts
from bench.experiment.config import load_experiment
from bench.experiment.shared_settings import with_names

ROWS = "text,code,said\n" + "".join(f"股票基金行情{n},100,财经\n球队比赛进球{n},-1,体育\n" for n in "一二三四五六")
CONFIG = """\
name: try
data: {kind: files, train: rows.csv, text: text, label: code%s}
protocol: {kind: repeated-stratified, folds: 3, repeats: 1, inner_folds: 2}
%s
systems:
  - name: svm
    features: {kind: tfidf, tokens: char}
    classifier: {kind: %s}
"""
NAMES = "names: {100: [财经, 股票], '-1': 体育}"


def _named(tmp_path, names=NAMES, classifier="linear-svm", data="", rows=ROWS):
    (tmp_path / "rows.csv").write_text(rows, encoding="utf-8")
    path = tmp_path / "try.yaml"
    path.write_text(CONFIG % (data, names, classifier), encoding="utf-8")
    experiment = load_experiment(path)
    return with_names(experiment, experiment.data.load(), path)


def test_codes_of_any_kind_get_their_names_in_the_order_of_the_classes(tmp_path):
    [system] = _named(tmp_path, f"{NAMES}\nnames_template: 这是一则{{}}新闻").systems
    assert system.name_texts == (("-1", "这是一则体育新闻"), ("100", "这是一则财经新闻"), ("100", "这是一则股票新闻"))
    assert system.classifier.names_weight == (4.0,)


def test_several_templates_are_each_filled_with_every_name():
    assert name_texts({"a": ["甲", "乙"]}, ["{}", "关于{}"]) == (
        ("a", "甲"),
        ("a", "乙"),
        ("a", "关于甲"),
        ("a", "关于乙"),
    )


def test_a_column_of_the_data_can_name_the_classes(tmp_path):
    [system] = _named(tmp_path, "", data=", label_descriptions: said").systems
    assert system.names == {"-1": ("体育",), "100": ("财经",)}


def test_the_guideline_names_the_topics_of_the_page(root):
    data = CorpusSource.model_validate({"kind": "corpus", "config": "all", "label_descriptions": True}).load()
    guideline = (root / "seeds" / "GUIDELINE.md").read_text(encoding="utf-8")
    assert set(data.descriptions) == set(data.classes)
    for label, names in data.descriptions.items():
        assert f"- `{label}`: {'；'.join(names)}\n" in guideline


@pytest.mark.parametrize(
    ("names", "place", "told"),
    [
        ("names: {100: 财经, '-1': 体育, 10: 别的}", 4, "names: no row has the label '10'; did you mean '100'?"),
        ("names: {100: 财经}", 4, "names: the class '-1' has no name; name every class, or none"),
        ("names: {}", 4, "names: is empty"),
        ("names: {100: ' ', '-1': 体育}", 4, "names.100: is blank; write the class's name"),
        ("names: {100: [], '-1': 体育}", 4, "names.100: "),
        ("names: {100: [财经, 财经], '-1': 体育}", 4, "names.100: the same value stands in the list twice"),
        ("names: {100: 体育, '-1': 体育}", 4, "names: '-1' and '100' have one name, '体育'; a name tells"),
        ("names: {100: 'A股', '-1': 'Ａ股'}", 4, "which looks alike: U+FF21 stands where the other has U+0041"),
        ("names:\n  100: 财经\n  '-1': 体育\n  '１００': 财经新闻", 7, "names: no row has the label '１００'; '100' looks alike"),
        ("names: 财经", 4, "names: needs a mapping of keys and values, got '财经'"),
        (f"{NAMES}\nnames_template: 这是一则新闻", 5, "holds no {}; write {} once, where the name goes"),
        (f"{NAMES}\nnames_template: 这{{}}是{{}}", 5, "holds 2 times {}"),
        ("names_template: 这是{}", 6, "names_template: there are no names to put in"),
    ],
)  # fmt: skip
def test_names_that_cannot_be_meant_are_refused_with_their_line(tmp_path, names, place, told):
    with pytest.raises(BenchError) as caught:
        _named(tmp_path, names)
    assert caught.value.place is not None
    line = int(caught.value.place.rpartition(":")[2])
    assert told in caught.value.message, caught.value.message
    assert line >= place if "looks alike: U" in told else line == place
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (ROWS.replace("三,100,财经", "三,100,金融"), "rows.csv:6: said: the label '100' is described as '金融' here and as '财经' at"),
        (ROWS.replace(",财经", ","), "data.label_descriptions: the class '100' has no name"),
        (ROWS.replace(",财经", ",体育"), "'-1' and '100' have one name, '体育'"),
    ],
)  # fmt: skip
def test_descriptions_that_tell_of_rows_or_of_too_few_labels_are_refused(tmp_path, rows, told):
    with pytest.raises(BenchError) as caught:
        _named(tmp_path, "", data=", label_descriptions: said", rows=rows)
    assert told in str(caught.value)


@pytest.mark.parametrize(
    ("names", "classifier", "told"),
    [
        ("", "linear-svm, names_weight: 2", "names_weight: the classes have no names; give the experiment 'names'"),
        ("", "zero-shot", "'zero-shot' needs names of the classes"),
        (NAMES, "zero-shot, names_weight: 2", "'zero-shot' learns from names alone; leave 'names_weight' out"),
        (NAMES, "linear-svm, names_weight: -1", "names_weight"),
    ],
)
def test_a_system_that_cannot_learn_from_names_says_so(tmp_path, names, classifier, told):
    with pytest.raises(BenchError) as caught:
        _named(tmp_path, names, classifier)
    assert told in caught.value.message
    assert caught.value.place.rpartition(":")[2].isdigit()


def test_names_given_twice_over_are_refused(tmp_path):
    with pytest.raises(BenchError, match="label_descriptions name the classes already"):
        _named(tmp_path, NAMES, data=", label_descriptions: said")


def test_a_weight_of_nothing_leaves_the_record_of_an_experiment_without_names(tmp_path):
    def record(names, classifier):
        folder = tmp_path / "results"
        _named(tmp_path, names, classifier)
        assert not api.run(tmp_path / "try.yaml", folder, force=True, jobs=1, progress=False).failed
        return (folder / "try" / "svm" / "run.json").read_bytes()

    plain = record("", "linear-svm")
    assert record(NAMES, "linear-svm, names_weight: 0") == plain
    named = json.loads(record(f"{NAMES}\nnames_template: 一则{{}}新闻", "'linear-svm', names_weight: [0, 2]"))
    assert named["config"]["names"] == {"-1": "体育", "100": ["财经", "股票"]}
    assert named["config"]["names_template"] == "一则{}新闻"
    assert named["config"]["classifier"]["names_weight"] == [0, 2]
    assert {choice["names_weight"] for repeat in named["chosen"] for choice in repeat} <= {0, 2}
    assert b'"names' not in plain
