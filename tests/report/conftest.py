"""Stored results of any size, made through the real writer: own rows in a file, guesses by lot around the truth."""

from __future__ import annotations

import json

import numpy as np
import pytest

from bench.execution.engine import Run
from bench.execution.identity import RunIdentity
from bench.execution.predictions import Predictions
from bench.execution.results import make_record, write_run
from bench.experiment.config import load_experiment
from bench.experiment.splits import Targets

CLASSES = ("评估", "reform", "基层", "supervision")


def texts_of(rows):
    rng = np.random.default_rng(5)
    letters = np.array(list("干部组织改革监督考核制度社区活动工作高质量发展，。"))
    return ["".join(rng.choice(letters, size=60)) + f"{at}" for at in range(rows)]


@pytest.fixture
def make_results(tmp_path):
    """Writes an experiment with its data in `configs/` and its results; gives both folders."""

    def make(
        systems=4, rows=60, repeats=2, *, texts=None, classes=CLASSES, groups=None, ids=None, kind="linear-svm",
        sizes=("all",), timings=False, probabilities=False, name="made",
    ):  # fmt: skip
        configs, results = tmp_path / "configs", tmp_path / "results"
        configs.mkdir(exist_ok=True)
        texts = texts or texts_of(rows)
        labels = [classes[at % len(classes)] for at in range(rows)]
        ids = ids or [f"row{at}" for at in range(rows)]
        groups = groups or [f"group{at // 8}" for at in range(rows)]
        lines = [
            {"id": one, "text": text, "label": label, "group": group}
            for one, text, label, group in zip(ids, texts, labels, groups, strict=True)
        ]
        file = configs / f"{name}.jsonl"
        file.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines))
        config = {
            "name": name,
            "data": {"kind": "files", "train": file.name, "text": "text", "label": "label", "id": "id", "group": "group"},
            "protocol": {"kind": "repeated-stratified", "folds": 5, "repeats": repeats, "train_sizes": list(sizes)},
            "systems": [
                {"name": "majority", "classifier": {"kind": "majority"}},
                *(
                    {
                        "name": f"system{at:02}",
                        "features": {"kind": "tfidf", "tokens": "char", "ngrams": [1, 2]},
                        "classifier": {"kind": kind},
                    }
                    for at in range(systems - 1)
                ),
            ],
        }  # fmt: skip
        path = configs / f"{name}.json.yaml"
        path.write_text(json.dumps(config, ensure_ascii=False))
        experiment = load_experiment(path)
        data = experiment.data.load()
        for protocol in experiment.protocol.expand():
            identity = RunIdentity.of(experiment, data, protocol)
            for at, system in enumerate(experiment.systems):
                run = by_lot(at, system, data, protocol, repeats, probabilities=probabilities and at > 0)
                folder = identity.folder(results, system)
                write_run(folder, make_record(identity, run), run)
                if timings:
                    add_timings(folder, at)
        return configs, results

    return make


def by_lot(number, system, data, protocol, repeats, *, probabilities):
    rng = np.random.default_rng(number)
    targets = Targets.of(data)
    rows, classes = len(data), len(data.classes)
    wrong = rng.random((repeats, rows)) < 0.1 + 0.02 * number
    prediction = np.where(wrong, rng.integers(0, classes, (repeats, rows)), targets.labels)
    if number == 0:
        prediction = np.zeros_like(prediction)
    fold = np.zeros((repeats, rows), dtype=np.int64)
    for repeat in range(repeats):
        for at, split in enumerate(protocol.outer(targets, repeat)):
            fold[repeat, split.test] = at
    scores = None
    if probabilities:
        raw = rng.random((repeats, rows, classes)) + 2 * np.eye(classes)[prediction]
        scores = raw / raw.sum(axis=2, keepdims=True)
    predictions = Predictions(data.row_ids, data.classes, targets.labels, fold, prediction, scores)
    return Run(
        system, predictions, tuple(tuple({} for _ in range(5)) for _ in range(repeats)), {}, None, (0.0,) * repeats
    )


def add_timings(folder, number):
    path = folder / "timings.json"
    seconds = {f"{name}_seconds_per_row": 1e-4 * (number + 1) for name in ("fit", "predict", "read")}
    path.write_text(json.dumps({**json.loads(path.read_text()), **seconds, "features": 1000 + number}))
