"""Guesses on halves of the rows: beside a run, of that run, and those of plain scikit-learn."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.model_selection import StratifiedKFold
from sklearn.naive_bayes import ComplementNB

from bench import api
from bench.cli import main
from bench.core.errors import BenchError
from bench.execution.halves import halves_of, read_halves, write_halves
from bench.execution.results import find_runs, read_run
from bench.execution.verify import verify
from bench.experiment.config import load_experiment

CONFIG = """name: mine
data: {kind: files, train: rows.csv, text: text, label: label}
protocol: {kind: repeated-stratified, folds: 3, repeats: 2, random_state: 5}
systems:
  - {name: nb, features: {kind: tfidf, tokens: char}, classifier: {kind: complement-nb}}
  - {name: majority, classifier: {kind: majority}}
"""


@pytest.fixture
def texts():
    rng = np.random.default_rng(3)
    words = np.array(list("改革监督考核干部社区活动基层评估"))
    labels = np.array(["a", "b", "c"])[np.arange(36) % 3]
    return ["".join(rng.choice(words[at % 3 * 4 : at % 3 * 4 + 7], 9)) for at in range(36)], labels


@pytest.fixture
def folder(tmp_path, texts):
    rows = "".join(f"{text},{label}\n" for text, label in zip(*texts, strict=True))
    (tmp_path / "rows.csv").write_text(f"text,label\n{rows}", encoding="utf-8")
    (tmp_path / "mine.yaml").write_text(CONFIG, encoding="utf-8")
    return tmp_path


@pytest.fixture
def run(folder, monkeypatch, capsys):
    """Runs `bench run` on the experiment; gives its exit code and what it printed."""

    def called(*arguments, jobs=True):
        told = [
            "run",
            folder / "mine.yaml",
            *(["--jobs", 1] if jobs else []),
            "--results",
            folder / "results",
            *arguments,
        ]
        monkeypatch.setattr("sys.argv", ["bench", *map(str, told)])
        capsys.readouterr()
        try:
            main()
            code = 0
        except SystemExit as ended:
            code = ended.code or 0
        return code, "".join(capsys.readouterr())

    return called


def _digests(folder, name):
    return {
        path.parent.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.glob(f"results/*/*/{name}")
    }


def test_halves_are_added_to_a_run_whose_own_files_keep_their_bytes(run, folder):
    assert run()[0] == 0
    before = [_digests(folder, name) for name in ("run.json", "predictions.parquet")]
    code, told = run("--halves", 6)
    assert code == 0
    assert "mine: 2 systems on halves of the rows, 6 × 2 folds" in told
    assert [_digests(folder, name) for name in ("run.json", "predictions.parquet")] == before
    assert _digests(folder, "halves.parquet").keys() == {"nb", "majority"}
    again = run("--halves", 6)[1]
    assert "on halves" not in again
    assert "1 system" not in again


def test_the_guesses_are_those_of_plain_scikit_learn(run, folder, texts):
    run("--halves", 5)
    found = read_halves(read_run(folder / "results" / "mine" / "nb"))
    words, labels = np.array(texts[0], dtype=object), texts[1]
    for halving in range(5):
        for train, test in StratifiedKFold(2, shuffle=True, random_state=5 + halving).split(words, labels):
            vectors = TfidfVectorizer(analyzer="char", lowercase=False)
            model = ComplementNB().fit(vectors.fit_transform(words[train]), labels[train])
            predictions = model.predict(vectors.transform(words[test]))
            assert np.array(found.classes)[found.prediction[halving, test]].tolist() == predictions.tolist()
            assert len(set(found.fold[halving, test])) == 1


def test_halves_of_other_predictions_are_refused(run, folder):
    run("--halves", 5)
    [majority, nb] = find_runs([folder / "results"])
    (nb.folder / "halves.parquet").write_bytes((majority.folder / "halves.parquet").read_bytes())
    with pytest.raises(BenchError, match="is not of the predictions beside it; bench run CONFIG --halves"):
        read_halves(nb)
    (nb.folder / "halves.parquet").write_bytes(b"PAR1")
    with pytest.raises(BenchError, match="cannot be read"):
        read_halves(nb)
    assert run("--halves", 5)[0] == 0
    assert read_halves(nb).repeats == 5


def test_a_run_that_is_made_again_loses_its_halves(run, folder):
    run("--halves", 5)
    assert run("--force")[0] == 0
    assert _digests(folder, "halves.parquet") == {}


def test_verify_makes_halves_again_and_names_what_differs(run, folder):
    run("--halves", 5)
    nb = read_run(folder / "results" / "mine" / "nb")
    assert verify(nb, folder, jobs=1).message == "the same, and so are 5 halvings of its rows"
    found = read_halves(nb)
    changed = found.prediction.copy()
    changed[0, :2] = (changed[0, :2] + 1) % len(found.classes)
    write_halves(nb, replace(found, prediction=changed))
    verdict = verify(nb, folder, jobs=1)
    assert verdict.outcome == "different"
    assert "the same, but 2 of 180 predictions on halves of the rows differ; likely cause" in verdict.message


def test_halves_are_made_on_a_dask_cluster_where_one_is_named(run, folder, monkeypatch):
    distributed = pytest.importorskip("distributed")
    run()
    asked = []
    wanted = api.halve
    options = {"n_workers": 1, "threads_per_worker": 1, "processes": False, "dashboard_address": ":0"}
    monkeypatch.setattr(
        api, "halve", lambda *plan, **options: asked.append(options["cluster"]) or wanted(*plan, **options)
    )
    with distributed.LocalCluster(**options) as there:
        code, told = run("--halves", 5, "--dask", there.scheduler_address, jobs=False)
    assert (code, len(asked), asked[0] is not None) == (0, 1, True), told
    assert read_halves(read_run(folder / "results" / "mine" / "nb")).repeats == 5


@pytest.mark.parametrize("kind", ["holdout"])
def test_halves_of_other_protocols_are_refused_in_one_line(run, folder, kind):
    experiment = CONFIG.replace(
        "{kind: repeated-stratified, folds: 3, repeats: 2, random_state: 5}", f"{{kind: {kind}}}"
    )
    (folder / "mine.yaml").write_text(experiment, encoding="utf-8")
    code, told = run("--halves", 5)
    assert code == 2
    assert f"halves were studied for 'repeated-stratified' with all training rows, not '{kind}'" in told


@pytest.mark.parametrize(
    ("setting", "named"), [("train_sizes: [12]", "'repeated-stratified'@12"), ("train_sizes: [12, all]", "@12")]
)
def test_halves_of_a_protocol_that_was_not_studied_are_refused_before_anything_runs(run, folder, setting, named):
    text = CONFIG.replace("random_state: 5", f"random_state: 5, {setting}")
    (folder / "mine.yaml").write_text(text, encoding="utf-8")
    code, told = run("--halves", 5)
    assert code == 2
    assert named in told
    assert not (folder / "results" / "mine").exists()


def test_halves_keep_the_protocols_inner_folds_and_random_state(folder):
    protocol = load_experiment(folder / "mine.yaml").protocol
    halved = halves_of(protocol, 9)
    assert (halved.folds, halved.repeats, halved.random_state) == (2, 9, 5)
    assert halved.inner_folds == protocol.inner_folds
