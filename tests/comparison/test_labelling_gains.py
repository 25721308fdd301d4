"""What a strategy gains over random rows is the mean paired difference over the numbers of labels."""

from __future__ import annotations

import json

import numpy as np
import pytest

import bench
from bench.comparison.labelling_gains import _reached, gains


@pytest.fixture(scope="module")
def replayed():
    rows = bench.load_paragraphs("sentences")
    names = rows.features["label"].names
    data = bench.dataset(list(rows["text"]), [names[code] for code in rows["label"]])
    char = {"kind": "tfidf", "tokens": "char", "ngrams": [1, 2]}
    protocol = {"kind": "labelling", "start": 8, "step": 8, "rounds": 2, "folds": 3, "repeats": 2}
    return bench.run(
        {
            "name": "replayed",
            "data": data,
            "protocol": {**protocol, "strategies": ["random", "margin", "diversity"]},
            "systems": [{"name": "nb", "features": char, "classifier": {"kind": "complement-nb"}}],
        },
        jobs=1,
        progress=False,
    )


def test_the_gain_is_the_mean_difference_after_the_start(replayed):
    scores = {
        (run.record.system, run.record.protocol["train_sizes"][0]): run.record.scores["f1_macro"].value
        for run in replayed
    }
    found = {gain.strategy: gain for gain in gains(list(replayed), "f1_macro")}
    assert set(found) == {"margin", "diversity"}
    for strategy, gain in found.items():
        differences = [scores[f"nb+{strategy}", size] - scores["nb+random", size] for size in (16, 24)]
        assert gain.difference == pytest.approx(np.mean(differences))
        assert gain.low < gain.difference < gain.high
        assert gain.p_value <= gain.adjusted <= 1
        assert (gain.system, gain.labels, gain.last) == ("nb", (16, 24), 24)


def test_without_random_rows_nothing_is_gained_on(replayed):
    assert gains(list(replayed.select("nb+margin@*,nb+diversity@*")), "f1_macro") == ()


def test_compare_shows_gains_in_every_form(replayed):
    found = bench.compare(replayed)
    table = str(found)
    assert "Gain of macro-F1 over random rows, mean of 16 to 24 labels" in table
    assert "labelling, 2 × 3 folds" in table
    assert any(line.split()[:2] == ["nb", "margin"] for line in table.splitlines())
    assert "| nb | margin |" in found.to_markdown()
    [by_protocol] = json.loads(found.to_json())["side_by_side"]
    assert {gain["strategy"] for gain in by_protocol["gains"]} == {"margin", "diversity"}
    assert "Gain of macro-F1" in found.to_latex()


@pytest.mark.parametrize(
    ("score", "labels"),
    [(0.5, 20), (0.55, 30), (0.6, 40), (0.65, 50), (0.71, None)],
)
def test_labels_as_good_lie_on_straight_lines(score, labels):
    assert _reached([(20, 0.5), (40, 0.6), (60, 0.7)], score) == labels
