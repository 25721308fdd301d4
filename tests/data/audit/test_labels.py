"""Label noise: annotators who differ, labels that no system guesses, labels that confident learning takes for wrong."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score

from bench.data.audit.base import CHECKS, AuditData, AuditSettings, StoredPredictions
from bench.data.audit.checks.confident_learning import _flagged
from bench.data.sources.corpus import CorpusSource

CLASSES = ("丙", "乙", "甲")
LABELS = [*["甲"] * 10, *["乙"] * 10, *["丙"] * 10]
TEXTS = [f"第{row}条" for row in range(30)]


def _stored(system, wrong=(), *, classes=CLASSES, sure=0.8, repeats=3):
    """A system that guesses all labels but those of `wrong`, which it takes for the class after."""
    code = np.array([classes.index(label) for label in LABELS])
    prediction = np.tile(code, (repeats, 1))
    prediction[:, list(wrong)] = (prediction[:, list(wrong)] + 1) % len(classes)
    probabilities = np.full((repeats, len(LABELS), len(classes)), (1 - sure) / (len(classes) - 1))
    np.put_along_axis(probabilities, prediction[..., None], sure, axis=2)
    return StoredPredictions(system, classes, prediction, probabilities)


def test_annotators_who_agree_are_no_finding(findings, data_of):
    assert findings("annotators", data_of(TEXTS, LABELS, annotations=tuple((own, own) for own in LABELS))) == []


def test_confused_labels_are_counted_by_pair(findings, data_of):
    pairs = [(own, "乙" if row < 3 else own) for row, own in enumerate(LABELS)]
    [found] = findings("annotators", data_of(TEXTS, LABELS, annotations=(*pairs[:29], None)))
    assert found.rows == ("r0", "r1", "r2")
    assert found.examples.rows == (("甲", "乙", 3),)
    assert found.figures["rows labelled twice"] == 29
    assert found.figures["kappa"] == pytest.approx(cohen_kappa_score(*zip(*pairs[:29], strict=True)), abs=1e-4)
    assert found.severity == "note"


def test_annotators_of_low_agreement_are_a_risk(findings, data_of):
    pairs = tuple((own, LABELS[(row * 7) % 30]) for row, own in enumerate(LABELS))
    assert findings("annotators", data_of(TEXTS, LABELS, annotations=pairs))[0].severity == "risk"


def test_the_first_annotator_of_the_corpus_is_read_from_the_label_files(corpus, findings):
    assert corpus.side.annotators == ("first annotator", "second annotator")
    [found] = findings("annotators", corpus)
    assert found.figures["differ"] == 1


def test_without_label_files_the_settled_label_stands_for_the_first_annotator(root, tmp_path):
    import shutil

    shutil.copytree(root / "dataset", tmp_path / "dataset")
    value = {"kind": "corpus", "path": "dataset"}
    side = CorpusSource.model_validate(value, context={"folder": tmp_path}).side_columns()
    assert side.annotators == ("settled label", "second annotator")
    assert sum(first != second for first, second in side.annotations) <= 1


def test_a_label_that_no_system_guesses_in_any_repeat_is_told_and_one_that_a_single_guess_has_is_not(findings, data_of):
    predictions = [_stored("one", wrong=[3, 4, 12]), _stored("two", wrong=[3, 4])]
    predictions[0].prediction[1, 4] = CLASSES.index("甲")
    [found] = findings("contradicted", data_of(TEXTS, LABELS, predictions=predictions))
    assert found.rows == ("r3",)
    assert found.figures["guesses a row"] == 6
    assert found.figures["rows where all agree on one other label"] == 1
    assert found.examples.rows[0][:4] == ("r3", "甲", "丙", "100%")
    assert "2 systems (one, two)" in found.message


def test_systems_that_guess_everything_are_no_finding(findings, data_of):
    data = data_of(TEXTS, LABELS, predictions=[_stored("one"), _stored("two", wrong=[1])])
    assert findings("contradicted", data) == []
    assert findings("confident-learning", data) == []


def test_one_system_alone_is_not_enough_to_doubt_a_label(data_of):
    data = data_of(TEXTS, LABELS, predictions=[_stored("one")])
    assert "from 1 system, 2 are needed" in CHECKS["contradicted"]().missing(data)


def test_confident_learning_tells_the_planted_labels_that_every_system_flags(findings, data_of):
    data = data_of(TEXTS, LABELS, predictions=[_stored("one", wrong=[3, 12]), _stored("two", wrong=[3, 25])])
    [found] = findings("confident-learning", data)
    assert (found.severity, found.rows) == ("note", ("r3",))
    assert found.examples.rows[0][1:5] == ("甲", "0.10", "丙", "0.80")


def test_systems_without_probabilities_or_with_other_labels_are_left_out(data_of):
    without = StoredPredictions("none", CLASSES, _stored("x").prediction, None)
    other = _stored("other", classes=(*CLASSES, "丁"))
    data = data_of(TEXTS, LABELS, predictions=[without, other])
    assert "hold probabilities" in CHECKS["confident-learning"]().missing(data)


@pytest.mark.parametrize("random_state", range(30))
def test_flags_follow_the_published_rule(random_state):
    """Northcutt et al. 2021, eq. 1: a row is counted where its probability reaches the class's mean self-confidence."""
    rng = np.random.default_rng(random_state)
    labels = rng.permutation(np.repeat(range(3), 20))
    probabilities = rng.dirichlet([0.6] * 3, len(labels))
    threshold = np.array([probabilities[labels == own, own].mean() for own in range(3)])
    reached = np.where(probabilities >= threshold, probabilities, -1.0)
    expected = (reached.max(axis=1) >= 0) & (reached.argmax(axis=1) != labels)
    # cleanlab trusts a label that is the likeliest of all, whatever the thresholds.
    expected &= probabilities.argmax(axis=1) != labels
    assert _flagged(labels, probabilities).tolist() == expected.tolist()


@pytest.mark.parametrize("shape", [(0, 3), (3, 0)])
def test_guesses_have_rows_and_repeats(shape):
    with pytest.raises(ValueError, match="repeats by rows"):
        StoredPredictions("x", CLASSES, np.zeros(shape, dtype=np.int64), None)


def test_columns_of_another_length_are_refused(corpus):
    with pytest.raises(ValueError, match="columns of 44 rows"):
        AuditData(corpus.rows, predictions=(_stored("one"),))
    assert AuditSettings().examples == 10
