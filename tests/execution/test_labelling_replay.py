"""A replay of labelling is the plain loop, chooses no test row, and repeats itself whatever was kept or shared."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from bench import api
from bench.core.errors import BenchError
from bench.execution import labelling_replay
from bench.execution.engine import run_systems
from bench.execution.tasks import EncodedTexts, Task
from bench.experiment.config import Experiment, load_experiment
from bench.experiment.splits import Targets
from bench.experiment.variants import systems_run
from bench.systems.pipeline import build_features

REPLAY = """\
name: replay
data: {kind: corpus, config: sentences}
protocol: {kind: labelling, start: 12, step: 8, rounds: 3, repeats: 2, folds: 3, inner_folds: 2, random_state: 5,
  strategies: [random, margin, entropy, diversity, rare-class, mixture]}
systems:
  - {name: nb, features: {kind: tfidf, tokens: char}, classifier: {kind: complement-nb}}
  - {name: logistic, features: {kind: tfidf, tokens: char, ngrams: [1, 2]}, classifier: {kind: logistic}}
"""


@pytest.fixture(scope="module")
def experiment(tmp_path_factory):
    path = tmp_path_factory.mktemp("replay") / "replay.yaml"
    path.write_text(REPLAY, encoding="utf-8")
    return load_experiment(path)


@pytest.fixture(scope="module")
def data(experiment):
    return experiment.data.load()


@pytest.fixture(autouse=True)
def nothing_kept():
    labelling_replay._kept.clear()


def _training_rows(experiment, data, system, size):
    """(fold, rows) of the first repeat."""
    targets = Targets.of(data)
    [protocol] = [each for each in experiment.protocol.expand() if each.train_sizes == (size,)]
    features = build_features(system.features, system.classifier, random_state=5)
    task = Task(system, features, protocol, 0)
    encoded = EncodedTexts(features.encode(data.texts), targets, "data")
    outer = protocol.outer(targets, 0)
    return [labelling_replay.labelled(task, encoded, split, number) for number, split in enumerate(outer)]


def test_every_strategy_grows_the_same_start_by_pool_rows_alone(experiment, data):
    targets = Targets.of(data)
    for system in systems_run(experiment):
        before = None
        for size in (12, 20, 28, 36):
            splits = _training_rows(experiment, data, system, size)
            for split in splits:
                assert len(split.train) == len(np.unique(split.train)) == size, system.name
                assert not set(split.train) & set(split.test)
                assert (np.diff(split.train) > 0).all()
                assert set(targets.labels[split.train]) == set(range(4))
            for smaller, larger in zip(before or [], splits, strict=False):
                assert set(smaller.train) < set(larger.train)
            before = splits


def test_margin_gives_what_the_plain_loop_of_scikit_learn_gives(experiment, data):
    [system] = [each for each in systems_run(experiment) if each.name == "logistic+margin"]
    protocol = next(each for each in experiment.protocol.expand() if each.train_sizes == (36,))
    [run] = run_systems(data, protocol, [system], jobs=1)
    targets, texts = Targets.of(data), np.array(data.texts, dtype=object)
    names = np.array(data.classes)
    for repeat in range(2):
        for number, split in enumerate(protocol.outer(targets, repeat)):
            rows = split.train
            while True:
                vectorizer = TfidfVectorizer(analyzer="char", ngram_range=(1, 2), lowercase=False).fit(texts[rows])
                model = LogisticRegression(max_iter=1000).fit(vectorizer.transform(texts[rows]), targets.labels[rows])
                if len(rows) == 36:
                    break
                left = np.setdiff1d(np.arange(len(texts)), np.concatenate([rows, split.test]))
                two = np.sort(model.predict_proba(vectorizer.transform(texts[left])), axis=1)[:, -2:]
                rows = np.sort(np.concatenate([rows, left[np.argsort(two[:, 1] - two[:, 0], kind="stable")[:8]]]))
            prediction = model.predict(vectorizer.transform(texts[split.test]))
            assert (names[prediction] == names[run.predictions.prediction[repeat, split.test]]).all()
            assert (run.predictions.fold[repeat, split.test] == number).all()


def test_jobs_order_and_what_is_kept_change_nothing(experiment, data):
    systems = [
        each for each in systems_run(experiment) if each.name in {"nb+diversity", "nb+mixture", "logistic+margin"}
    ]
    last = experiment.protocol.expand()[-1]
    cold = [run.predictions.sha256() for run in run_systems(data, last, systems, jobs=1)]
    for protocol in experiment.protocol.expand():
        warm = [run.predictions.sha256() for run in run_systems(data, protocol, systems, jobs=1)]
    assert warm == cold
    assert [run.predictions.sha256() for run in run_systems(data, last, systems[::-1], jobs=2)] == cold[::-1]


def test_at_the_start_all_strategies_predict_alike_and_later_they_do_not(experiment, data):
    systems = [each for each in systems_run(experiment) if each.name.startswith("nb")]
    first, *_, last = experiment.protocol.expand()
    assert len({run.predictions.sha256() for run in run_systems(data, first, systems, jobs=1)}) == 1
    assert len({run.predictions.sha256() for run in run_systems(data, last, systems, jobs=1)}) > 3


def test_a_stored_replay_is_made_again_from_its_record(tmp_path, experiment):
    config = tmp_path / "replay.yaml"
    config.write_text(REPLAY, encoding="utf-8")
    results = tmp_path / "results"
    plans = api.plan(config, results, systems="nb+m*")
    assert [plan.protocol.suffix for plan in plans] == ["@12", "@20", "@28", "@36"]
    for plan in plans[:2]:
        assert not api.run(plan, jobs=1).failed
    assert not api.plan(config, results, systems="nb+m*")[1].systems
    labelling_replay._kept.clear()
    verdicts = api.verify(results, folder=tmp_path, jobs=1)
    assert [verdict.outcome for verdict in verdicts] == ["same"] * 4


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"start": 3}, "start: 3 rows cannot hold each of the 4 classes; set 4 or more"),
        ({"rounds": 9}, "84 labels in the end, but a fold's pool has 50 rows"),
        ({"train_sizes": [13]}, "13 is no number of labels of this replay"),
    ],
)
def test_what_cannot_be_replayed_is_refused(experiment, data, change, message):
    protocol = {**experiment.protocol.model_dump(mode="json"), **change}
    changed = Experiment.model_validate({**experiment.model_dump(mode="json"), "protocol": protocol})
    with pytest.raises(BenchError, match=message):
        changed.protocol.expand()[0].check(Targets.of(data), tuned=False)


def test_tuning_needs_a_start_that_inner_folds_can_split(experiment, data):
    protocol = experiment.protocol.model_copy(update={"inner_folds": 9}).expand()[0]
    with pytest.raises(BenchError, match="start: 12 rows hold at most 5 of a class, fewer than the inner_folds 9"):
        protocol.check(Targets.of(data), tuned=True)
