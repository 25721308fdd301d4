"""Given parts: tuned on validation rows, fitted on training rows alone, scored on test rows."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import f1_score
from sklearn.model_selection import GridSearchCV, StratifiedKFold, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC

from bench import api
from bench.core.errors import BenchError
from bench.core.labelled_texts import GivenParts, LabelledTexts
from bench.execution.results import read_run
from bench.experiment.protocols.fixed import Fixed
from bench.experiment.protocols.holdout import Holdout
from bench.experiment.splits import Targets

SHARED = Path(__file__).parents[3] / "shared" / "data" / "csl" / "cls_ctg"
EXPERIMENT = """\
name: few
data: {kind: files, train: [TRAIN], validation: [VALIDATION], test: test.csv, text: text, label: label}
protocol: {kind: fixed, random_state: 3}
systems:
  - name: svm
    features: {kind: tfidf, tokens: char, ngrams: [1, 2]}
    classifier: {kind: linear-svm, C: [0.01, 1, 100]}
"""
PARTS = GivenParts((range(4), range(4, 8)), (range(8, 10), range(10, 12)), range(12, 16))


def _targets(labels="abababab" + "abab" + "abab", parts=PARTS):
    return Targets.of(
        LabelledTexts(tuple(map(str, range(len(labels)))), ("text",) * len(labels), tuple(labels), None, parts)
    )


def test_a_repeat_is_a_training_part_with_its_validation_part_and_the_test_rows():
    protocol, targets = Fixed(kind="fixed"), _targets()
    assert protocol.repeat_count(targets) == 2
    [split] = protocol.outer(targets, 1)
    assert (split.train.tolist(), split.test.tolist()) == ([4, 5, 6, 7], [12, 13, 14, 15])
    [inner] = protocol.inner(targets, 1, split)
    assert (inner.train.tolist(), inner.test.tolist()) == ([4, 5, 6, 7], [10, 11])


@pytest.mark.parametrize(
    ("targets", "tuned", "message"),
    [
        (_targets(parts=None), False, "needs the data's own parts; name its files: data.train and data.test"),
        (_targets("abab", GivenParts((range(4),))), False, "needs test rows; name their file: data.test"),
        (
            _targets("ababab", GivenParts((range(4),), (), range(4, 6))),
            True,
            "inner_folds: 5, but training part 0 holds at most 2 rows of a class; set 2 or fewer, or name a file to tune on",
        ),
        (
            _targets("ababcabc", GivenParts((range(4),), (), range(4, 8))),
            False,
            "training part 0 has no row of the classes 'c'",
        ),
    ],
)
def test_parts_that_leave_a_class_untrained_are_refused(targets, tuned, message):
    with pytest.raises(BenchError) as error:
        Fixed(kind="fixed").check(targets, tuned=tuned)
    assert message in str(error.value)


def test_a_class_that_no_row_tests_is_told_and_has_no_part_in_any_mean(tmp_path):
    parts = {"train": "甲a 乙b 丙c 甲a 乙b 丙c", "test": "甲a 乙a 丙a 乙b 甲b"}
    for name, rows in parts.items():
        lines = [f"{row[0] * 3},{row[1]}" for row in rows.split()]
        (tmp_path / f"{name}.csv").write_text("\n".join(["text,label", *lines]), encoding="utf-8")
    path = tmp_path / "few.yaml"
    text = (
        EXPERIMENT.replace("[TRAIN]", "train.csv")
        .replace("validation: [VALIDATION], ", "")
        .replace("[0.01, 1, 100]", "1")
    )
    path.write_text(text + "  - {name: majority, classifier: {kind: majority}}\n", encoding="utf-8")
    [planned] = api.plan(path, tmp_path / "results")
    [told] = planned.warnings
    assert told.startswith("no row tests 1 of 3 classes ('c'): macro-F1 and other means of classes are over the 2 that")
    assert api.run(planned, jobs=1, progress=False).failed == {}
    stored = read_run(tmp_path / "results" / "few" / "svm")
    found = stored.predictions()
    truth, prediction = ([found.classes[code] for code in codes] for codes in (found.truth, found.prediction[0]))
    assert prediction == ["a", "b", "c", "b", "a"]
    scores = stored.record.scores
    assert scores["f1_macro"].value == pytest.approx(f1_score(truth, prediction, labels=["a", "b"], average="macro"))
    assert scores["accuracy"].value == pytest.approx(2 / 5)
    assert "f1:c" not in scores
    # A system without scores, whose file has no column that tells of the class.
    assert read_run(tmp_path / "results" / "few" / "majority").predictions().classes == ("a", "b", "c")
    shown = " ".join(api.compare(tmp_path / "results").render("markdown").split())
    assert "1 of 3 classes has no test row (c): averages leave them out" in shown
    assert {verdict.outcome for verdict in api.verify(tmp_path / "results", jobs=1, progress=False)} == {"same"}


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared data is not here")
def test_a_few_shot_benchmark_gives_the_predictions_of_plain_scikit_learn(tmp_path):
    rows = {
        name: [line.split("\t")[1:] for line in (SHARED / f"{name}.tsv").read_text(encoding="utf-8").splitlines()]
        for name in ("train", "dev", "test")
    }
    classes = sorted({label for _, label in rows["train"]})
    rng = np.random.default_rng(7)

    def sample(source, each):
        picked = [
            rng.choice([at for at, row in enumerate(source) if row[1] == name], each, replace=False) for name in classes
        ]
        return [source[at] for at in np.concatenate(picked)]

    files = {f"train_{at}.csv": sample(rows["train"], 16) for at in range(5)}
    files |= {f"dev_{at}.csv": sample(rows["dev"], 8) for at in range(5)}
    files["test.csv"] = rows["test"]
    for name, content in files.items():
        with (tmp_path / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([["text", "label"], *content])
    names = {"TRAIN": "train", "VALIDATION": "dev"}
    text = EXPERIMENT
    for word, prefix in names.items():
        text = text.replace(word, ", ".join(f"{prefix}_{at}.csv" for at in range(5)))
    path = tmp_path / "few.yaml"
    path.write_text(text, encoding="utf-8")
    [planned] = api.plan(path, tmp_path / "results")
    assert api.run(planned, jobs=1).failed == {}
    stored = read_run(tmp_path / "results" / "few" / "svm")
    found = stored.predictions()
    assert found.prediction.shape == (5, 1000)
    assert not found.fold.any()
    for at in range(5):
        train, validation = files[f"train_{at}.csv"], files[f"dev_{at}.csv"]
        vectorizer = TfidfVectorizer(analyzer="char", ngram_range=(1, 2), lowercase=False)
        matrix = vectorizer.fit_transform([text for text, _ in train])
        labels = [label for _, label in train]
        tried = {}
        for strength in (0.01, 1, 100):
            model = LinearSVC(C=strength, random_state=3).fit(matrix, labels)
            prediction = model.predict(vectorizer.transform([text for text, _ in validation]))
            tried[strength] = (f1_score([label for _, label in validation], prediction, average="macro"), model)
        best = max(tried, key=lambda strength: tried[strength][0])
        expected = tried[best][1].predict(vectorizer.transform([text for text, _ in rows["test"]]))
        assert stored.record.chosen[at] == [{"C": best}]
        assert [found.classes[code] for code in found.prediction[at]] == expected.tolist()


def _real_rows(count):
    lines = (SHARED / "train.tsv").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t")[1:] for line in lines]
    names = sorted({label for _, label in rows})[:3]
    return [row for row in rows if row[1] in names][:count]


def _searched(rows, random_state):
    """What plain scikit-learn tunes and fits on rows."""
    model = make_pipeline(
        TfidfVectorizer(analyzer="char", ngram_range=(1, 2), lowercase=False), LinearSVC(random_state=3)
    )
    folds = StratifiedKFold(3, shuffle=True, random_state=random_state)
    search = GridSearchCV(model, {"linearsvc__C": [0.01, 1, 100]}, cv=folds, scoring="f1_macro")
    return search.fit([text for text, _ in rows], [label for _, label in rows])


def _stored(folder, protocol, files, data):
    for name, rows in files.items():
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([["text", "label"], *rows])
    text = EXPERIMENT.replace("train: [TRAIN], validation: [VALIDATION], test: test.csv", data)
    text = text.replace("{kind: fixed, random_state: 3}", f"{{{protocol}, inner_folds: 3, random_state: 3}}")
    (folder / "few.yaml").write_text(text, encoding="utf-8")
    [planned] = api.plan(folder / "few.yaml", folder / "results")
    assert api.run(planned, jobs=1).failed == {}
    stored = read_run(folder / "results" / "few" / "svm")
    return stored.record, stored.predictions(), planned


def _named(found, repeat=0):
    return [found.classes[code] for code in found.prediction[repeat]]


@pytest.mark.skipif(not SHARED.exists(), reason="the labelled titles are not beside the checkout")
def test_without_validation_rows_values_are_tuned_in_folds_of_each_training_part(tmp_path):
    rows = _real_rows(160)
    files = {"one.csv": rows[:60], "two.csv": rows[60:120], "test.csv": rows[120:]}
    record, found, planned = _stored(tmp_path, "kind: fixed", files, "train: [one.csv, two.csv], test: test.csv")
    assert planned.fits(planned.experiment.systems[0]) == 2 * (1 + 3 * 3)
    for repeat, name in enumerate(["one.csv", "two.csv"]):
        search = _searched(files[name], 3 + repeat)
        assert record.chosen[repeat] == [{"C": search.best_params_["linearsvc__C"]}]
        assert _named(found, repeat) == search.predict([text for text, _ in rows[120:]]).tolist()


@pytest.mark.skipif(not SHARED.exists(), reason="the labelled titles are not beside the checkout")
@pytest.mark.parametrize("size", [0.25, 50])
def test_a_held_out_part_is_that_of_train_test_split_and_values_are_tuned_in_the_rest(tmp_path, size):
    rows = _real_rows(160)
    record, found, planned = _stored(tmp_path, f"kind: holdout, test_size: {size}", {"all.csv": rows}, "train: all.csv")
    train, test = train_test_split(range(160), test_size=size, stratify=[label for _, label in rows], random_state=3)
    search = _searched([rows[at] for at in sorted(train)], 3)
    assert record.chosen == [[{"C": search.best_params_["linearsvc__C"]}]]
    assert _named(found) == search.predict([rows[at][0] for at in sorted(test)]).tolist()
    ids = {text: row_id for row_id, text in zip(planned.data.row_ids, planned.data.texts, strict=True)}
    assert list(found.row_ids) == [ids[rows[at][0]] for at in sorted(test)]
    [comparison] = api.compare(tmp_path / "results")
    assert (sum(comparison.tested.values()), comparison.resolution) == (len(test), None)


@pytest.mark.parametrize(
    ("labels", "settings", "message"),
    [
        ("aaaaaaaab", {}, "classes have one row only"),
        ("aaaaaaaabb", {"test_size": 1}, "test_size: 1 cannot be: The test_size = 1 should be greater or equal to the number"),
        ("aaaaaaaabbbb", {"test_size": 0.5, "inner_folds": 9}, "inner_folds: 9, but training rows hold at most 4 of a class"),
        ("aaaaaaaaaaaaaaaaaaaaaaaaaabb", {"test_size": 2}, "the test rows hold no row of the classes 'b'"),
    ],
)  # fmt: skip
def test_a_part_that_cannot_be_held_out_is_refused(labels, settings, message):
    with pytest.raises(BenchError, match=message):
        Holdout(kind="holdout", **settings).check(_targets(labels, None), tuned=True)


def test_groups_on_both_sides_of_a_held_out_part_are_told():
    rows = tuple(map(str, range(20)))
    targets = Targets.of(LabelledTexts(rows, ("text",) * 20, ("a", "b") * 10, ("x", "x", "y", "y") * 5))
    [warning] = Holdout(kind="holdout").check(targets, tuned=True)
    assert warning.startswith("groups have both training and test rows, which makes scores too high")
