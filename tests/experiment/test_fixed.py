"""Given parts: tuned on validation rows, fitted on training rows alone, scored on test rows."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import f1_score
from sklearn.svm import LinearSVC

from bench import api
from bench.core.errors import BenchError
from bench.core.records import GivenParts, LabelledTexts
from bench.execution.results import read_run
from bench.experiment.protocols.base import Targets
from bench.experiment.protocols.fixed import Fixed

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
        (_targets("ababab", GivenParts((range(4),), (), range(4, 6))), True, "values are listed, but the data has no"),
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
    assert "1 of 3 classes has no test row (c): means are over the others" in shown
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
