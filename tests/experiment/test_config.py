"""Experiment files: read with their defaults, or refused with file and line."""

from __future__ import annotations

import pytest

from bench.core.errors import BenchError
from bench.experiment.config import load_experiment
from bench.experiment.resolving import resolve_experiment

GOOD = """\
name: try
data: {kind: files, train: rows.csv, text: text, label: label}
protocol: {kind: repeated-stratified}
systems:
  - name: 字-svm
    features: {kind: tfidf}
    classifier: {kind: linear-svm, C: [1, 10]}
  - name: majority
    classifier: {kind: majority}
"""


def _load(tmp_path, text):
    path = tmp_path / "try.yaml"
    path.write_text(text, encoding="utf-8")
    return load_experiment(path)


def test_what_is_left_out_gets_the_documented_value(tmp_path):
    experiment = _load(tmp_path, GOOD)
    features = experiment.systems[0].features.model_dump(mode="json")
    assert (features["ngrams"], features["min_df"], features["sublinear_tf"], features["norm"]) == (
        [1, 1],
        1,
        False,
        "l2",
    )
    assert experiment.protocol.random_state == 0
    assert experiment.systems[0].classifier.C == (1.0, 10.0)
    assert experiment.data.train[0].path == tmp_path / "rows.csv"


@pytest.mark.parametrize("name", ["seed-page", "quick", "few-shot/seed-page-names"])
def test_the_committed_experiments_are_read(root, name):
    experiment = load_experiment(root / "configs" / f"{name}.yaml")
    assert experiment.name == name.rpartition("/")[2]


def test_the_example_for_few_rows_is_read(root):
    experiment = load_experiment(root / "configs" / "few-shot" / "fewclue.yaml")
    assert len(experiment.names) == 15
    assert len(experiment.names_template) == 5
    assert experiment.systems[0].name == "few-shot"


def test_the_experiments_on_the_page_try_kinds_of_every_sort(root):
    from kinds import local_classifiers

    from bench.systems.classifiers.base import CLASSIFIERS
    from bench.systems.features.base import FEATURES

    systems = load_experiment(root / "configs" / "seed-page.yaml").systems
    assert len(systems) >= 16
    systems += load_experiment(root / "configs" / "few-shot" / "seed-page-names.yaml").systems
    # A kind that is added need not be in the committed results, which would have to be made anew; every sort is there.
    assert {system.classifier.kind for system in systems} <= set(local_classifiers())
    sorts = {
        (cls.score_kind, cls.control, cls.dense_only, cls.names_only)
        for cls in map(CLASSIFIERS.__getitem__, local_classifiers())
    }
    assert sorts == {
        (each.score_kind, each.control, each.dense_only, each.names_only)
        for each in (system.classifier for system in systems)
    }
    assert {system.features.kind for system in systems if system.features} == set(FEATURES.classes())


@pytest.mark.parametrize(
    "name",
    [
        "../up",
        "a/b",
        "a\\b",
        ".hidden",
        "",
        "a b",
        "con",
        "NUL.txt",
        "a.",
        "x" * 61,
        "-rm",
        "run.json",
        "Predictions.parquet",
    ],
)
@pytest.mark.parametrize("place", ["name: try", "name: 字-svm"])
def test_a_name_that_cannot_be_a_folder_is_refused(tmp_path, name, place):
    key = place.partition(":")[0]
    with pytest.raises(BenchError, match="cannot name a folder"):
        _load(tmp_path, GOOD.replace(place, f"{key}: '{name}'", 1))


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("name: majority", "name: 字-SVM", 8, "'字-SVM' is taken by '字-svm'; rename one"),
        ("kind: majority", "kind: mayority", 9, "systems.1.classifier.kind: unknown kind 'mayority'; did you mean"),
        ("kind: files", "kind: flies", 2, "data.kind: unknown kind 'flies'; did you mean 'files'?"),
        ("train: rows.csv, ", "", 2, "data: the key 'train' is missing"),
        ("repeated-stratified", "repeated-stratifed", 3, "did you mean 'repeated-stratified'?"),
        (
            "{kind: repeated-stratified}",
            "{kind: repeated-stratified, folds: 1}",
            3,
            "protocol.folds: should be greater",
        ),
        ("{kind: repeated-stratified}", "{kind: repeated-stratified, random_state: -1}", 3, "protocol.random_state"),
        ("    features: {kind: tfidf}\n", "", 5, "system '字-svm': the classifier 'linear-svm' needs features"),
        ("kind: linear-svm, C: [1, 10]", "kind: lda", 5, "'lda' needs dense features"),
        ("systems:", "system:", 4, "unknown key 'system'; did you mean 'systems'?"),
    ],
)
def test_a_fault_is_told_with_its_line(tmp_path, old, new, line, message):
    with pytest.raises(BenchError) as error:
        _load(tmp_path, GOOD.replace(old, new))
    assert error.value.place == f"{tmp_path / 'try.yaml'}:{line}"
    assert message in error.value.message


def test_variables_of_the_caller_change_nothing(tmp_path):
    import subprocess
    import sys

    names = [
        "T",
        "S",
        "Any",
        "Tunable",
        "Pair",
        "Many",
        "Literal",
        "Annotated",
        "Field",
        "InputPath",
        "str",
        "float",
        "C",
        "kind",
    ]
    (tmp_path / "try.yaml").write_text(GOOD, encoding="utf-8")
    code = "import pathlib\nfrom bench.experiment.config import System, load_experiment\n"
    code += "".join(f"{name} = 'taken'\n" for name in names)
    code += "System.model_validate({'name': 'a', 'features': {'kind': 'lsa'}, 'classifier': {'kind': 'knn'}}).model_dump()\n"
    code += "load_experiment(pathlib.Path('try.yaml'))\n"
    subprocess.run([sys.executable, "-W", "ignore", "-c", code], check=True, cwd=tmp_path)


def test_an_experiment_needs_a_system(tmp_path):
    with pytest.raises(BenchError, match=r"systems: .*at least 1"):
        _load(tmp_path, GOOD.partition("systems:")[0] + "systems: []\n")


@pytest.mark.parametrize(
    ("system", "message"),
    [
        ({"features": {"kind": "tfidf", "min_df": [1, 2]}}, "features.min_df: takes one value, got the list [1, 2]; to try several, write a system for each"),
        ({"classifier": {"kind": "ridge", "class_weight": ["balanced", None]}}, "class_weight: takes one value, got the list ['balanced', None]; to try several"),
        ({"features": {"kind": "tfidf", "norm": ["l1"]}}, "norm: takes one value, got the list ['l1']; write it without brackets"),
        ({"features": {"kind": "tfidf", "ngrams": [[1, 1], [1, 2]]}}, "each item is one value, got the list [1, 1]"),
        ({"features": [{"kind": "tfidf"}]}, "to use several side by side: {kind: concat, parts: […]}"),
        ({"classifier": {"kind": ["ridge", "lda"]}}, "classifier.kind: takes one value, got the list ['ridge', 'lda']"),
    ],
)  # fmt: skip
def test_a_list_where_one_value_can_stand_is_refused_with_how_to_try_several(system, message):
    whole = {"name": "s", "features": {"kind": "tfidf"}, "classifier": {"kind": "ridge"}, **system}
    data = {"kind": "files", "train": "rows.csv", "text": "a", "label": "b"}
    with pytest.raises(BenchError) as caught:
        resolve_experiment({"name": "x", "data": data, "protocol": {"kind": "repeated-stratified"}, "systems": [whole]})
    assert message in caught.value.message


@pytest.mark.parametrize(("name", "content"), [("rows.csv", "text,label\n"), ("rows.json", '[{"text": "一"}]')])
def test_a_table_in_place_of_an_experiment_file_is_told_with_the_command_that_writes_one(tmp_path, name, content):
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    with pytest.raises(BenchError, match=f"is a table, not an experiment file; write one for it: bench init .*{name}"):
        load_experiment(path)
