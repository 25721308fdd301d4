"""What all tests share: a cache of their own, and the repository's folder."""

from __future__ import annotations

import gc
import os
from pathlib import Path

# A process of tests for each core has its core for itself: more threads of BLAS would only wait for each other, and take
# half of all CPU seconds. tests/test_believed.py runs with four, and demands the same bytes. Before numpy is imported:
for _name in ("MKL_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

import numpy as np
import pytest
from hypothesis import settings

from bench.core.files import write_whole
from bench.execution.predictions import Predictions
from bench.execution.record import Record
from bench.execution.results import StoredRun
from bench.execution.scoring import score_predictions

# A loaded machine makes no test wrong.
settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")

ROOT = Path(__file__).parents[1]


def pytest_addoption(parser: pytest.Parser) -> None:
    """`pytest tests/report/test_golden.py --write-golden` writes tests/report/golden/ anew."""
    parser.addoption(
        "--write-golden", action="store_true", help="write tests/report/golden/ anew, to be read in a diff"
    )


LONGEST = (
    "execution/test_cluster.py", "test_signals.py", "test_site.py", "test_docs.py", "report/test_browser.py",
    "systems/test_embedders.py", "test_adding.py", "execution/test_exactness.py", "deployment/test_models.py",
    "comparison/test_study.py", "experiment/test_export.py", "suites/test_page.py", "corpus/test_build.py",
    "execution/test_ties.py", "servers/test_real_servers.py", "test_own_data.py", "data/audit/test_chance.py",
    "test_believed.py", "test_cli.py", "test_one_line.py",
)  # fmt: skip
"""Files whose tests take longest, longest first: each process of tests begins with some of them, and ends with short ones.

With two processes, the two files that keep a browser busy fall to the same one: a browser alone fills both cores.
"""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest. pytest-xdist gives each process one piece of the list, of equal length."""
    processes = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    if processes == 1:
        return
    of = {ROOT / "tests" / name: at % processes for at, name in enumerate(LONGEST)}
    short = [item for item in items if item.path not in of]
    pieces = [
        [item for path, process in of.items() if process == number for item in items if item.path == path]
        for number in range(processes)
    ]
    for number, piece in enumerate(pieces):
        left = len(items) * (number + 1) // processes - len(items) * number // processes - len(piece)
        piece.extend(short[: max(0, left)])
        del short[: max(0, left)]
    items[:] = [item for piece in [*pieces, short] for item in piece]


def pytest_collection_finish() -> None:
    """What has been imported stays: a million objects that each later collection of garbage would look at again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory):
    """No test reads or fills the user's cache."""
    before = os.environ.get("BENCH_CACHE")
    os.environ["BENCH_CACHE"] = str(tmp_path_factory.mktemp("cache"))
    yield
    if before is None:
        del os.environ["BENCH_CACHE"]
    else:
        os.environ["BENCH_CACHE"] = before


@pytest.fixture(scope="session", autouse=True)
def dictionary_read_once():
    """jieba takes half a second to read its dictionary, for each of many tokenizers: all but the first get a copy."""
    import jieba

    read, kept = jieba.Tokenizer.initialize, {}

    def initialize(self, dictionary=None):
        if self.initialized or dictionary or self.dictionary:
            read(self, dictionary)
        elif not kept:
            read(self)
            kept.update(words=dict(self.FREQ), total=self.total)
        else:
            self.FREQ, self.total, self.initialized = dict(kept["words"]), kept["total"], True

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jieba.Tokenizer, "initialize", initialize)
        yield


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository."""
    return ROOT


@pytest.fixture(scope="session")
def page_texts() -> list[str]:
    """The paragraphs of the real page."""
    from bench.data.sources.corpus import CorpusSource

    return list(CorpusSource(kind="corpus", config="all").load().texts)


@pytest.fixture
def stored(tmp_path):
    """Makes stored runs of 40 rows and two repeats of five folds; `wrong` names rows that are guessed wrong, a repeat."""

    def make(
        system, *, wrong=((), ()), kind="linear-svm", data="a", classes=("assessment", "改革"), rows=40, error=None,
        state=7, experiment="try", numpy_version="2", groups=None, protocol="repeated-stratified", seen=None,
    ):  # fmt: skip
        truth = np.arange(rows) % len(classes)
        prediction = np.tile(truth, (len(wrong), 1))
        for repeat, missed in enumerate(wrong):
            prediction[repeat, list(missed)] = (prediction[repeat, list(missed)] + 1) % len(classes)
        fold = np.tile(np.arange(rows) % 5 if groups is None else np.unique(groups, return_inverse=True)[1] % 5, (2, 1))
        ids = tuple(f"row{at}" for at in range(rows))
        predictions = Predictions(ids, tuple(classes), truth, fold[: len(wrong)], prediction, None, groups)
        scores = {} if error else score_predictions(predictions, probabilities=False)
        counts = {name: int((truth == code).sum()) for code, name in enumerate(classes)}
        facts = {"sha256": data * 64, "rows": rows, "groups": groups and len(set(groups)), "classes": counts}
        record = {
            "schema": 2,
            "experiment": experiment,
            "system": system,
            "status": "failed" if error else "complete",
            "error": error,
            "config": {"features": {"kind": "tfidf"}, "classifier": {"kind": kind}},
            "data": {"facts": facts},
            "protocol": {
                "kind": protocol,
                "folds": 0 if protocol == "leave-one-group-out" else 5,
                "repeats": len(wrong),
                "random_state": state,
            },
            "environment": {"numpy": numpy_version},
            "score_kind": "none",
            "scores": {name: score.model_dump() for name, score in scores.items()},
            "confusion": [] if error else predictions.confusion(),
            "chosen": [],
            "warnings": seen or {},
            "predictions_sha256": None if error else predictions.sha256(),
            "record_sha256": "",
        }
        folder = tmp_path / experiment / data / str(state) / protocol / system
        if not error:
            write_whole(folder / "predictions.parquet", predictions.to_parquet())
        return StoredRun(folder, Record.model_validate(record))

    return make


@pytest.fixture(scope="session")
def second_page() -> Path:
    """A page of our own making, as an extraction gives it: 10 paragraphs and captions in 3 articles."""
    return ROOT / "tests" / "files" / "second-page.txt"


@pytest.fixture(scope="session")
def experiment():
    """A small experiment on the real page."""
    from bench.experiment.config import Experiment

    char = {"kind": "tfidf", "tokens": "char", "ngrams": [1, 2]}
    return Experiment.model_validate(
        {
            "name": "try",
            "data": {"kind": "corpus"},
            "protocol": {"kind": "repeated-stratified", "folds": 3, "repeats": 2, "inner_folds": 2, "random_state": 7},
            "systems": [
                {"name": "majority", "classifier": {"kind": "majority"}},
                {"name": "svm", "features": char, "classifier": {"kind": "linear-svm", "C": [0.1, 10]}},
                {"name": "nb", "features": char, "classifier": {"kind": "complement-nb"}},
                {"name": "lsa", "features": {**char, "kind": "lsa", "components": 4}, "classifier": {"kind": "lda"}},
            ],
        }
    )


@pytest.fixture(scope="session")
def data(experiment):
    return experiment.data.load()


@pytest.fixture(scope="session")
def runs(experiment, data):
    from bench.execution.engine import run_systems

    return list(run_systems(data, experiment.protocol, experiment.systems, jobs=1))
