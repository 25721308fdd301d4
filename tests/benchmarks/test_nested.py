"""How much faster nested cross-validation is here than in plain scikit-learn, in turn, in CPU time.

Left out of ordinary runs: pytest tests/benchmarks --benchmark-only -s
"""

from __future__ import annotations

import functools
import time
from pathlib import Path

import jieba
import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, StratifiedKFold
from sklearn.naive_bayes import ComplementNB
from sklearn.pipeline import Pipeline
from sklearn.svm import LinearSVC
from threadpoolctl import threadpool_limits

from bench.corpus.sources.corpus import CorpusSource
from bench.corpus.sources.files import FilesSource
from bench.evaluation.engine import run_systems
from bench.experiment.config import System
from bench.experiment.protocols.repeated_stratified import RepeatedStratified

TITLES = Path(__file__).parents[3] / "shared" / "data" / "csl" / "cls_ctg" / "dev.tsv"
GRID = [0.1, 0.3, 1.0, 3.0, 10.0, 30.0]
PLAIN = {
    "linear-svm": (LinearSVC(random_state=7), "C"),
    "logistic": (LogisticRegression(max_iter=1000), "C"),
    "complement-nb": (ComplementNB(), "alpha"),
}


def _page():
    return CorpusSource(kind="corpus").load()


def _titles():
    if not TITLES.is_file():
        pytest.skip(f"the titles {TITLES} are not on this machine")
    columns = {"columns": ["task", "text", "label"], "text": "text", "label": "label"}
    return FilesSource.model_validate({"kind": "files", "train": str(TITLES), **columns}).load()


def _words(text):
    return [word for word in jieba.lcut(text, HMM=False) if word.strip()]


def _plain(data, kind, *, memoised):
    model, name = PLAIN[kind]
    words = functools.cache(_words) if memoised else _words
    tfidf = TfidfVectorizer(tokenizer=words, token_pattern=None, lowercase=False, ngram_range=(1, 2), sublinear_tf=True)
    texts, labels = np.array(data.texts, dtype=object), np.array(data.labels)
    guess = np.empty_like(labels)
    for train, test in StratifiedKFold(5, shuffle=True, random_state=7).split(texts, labels):
        inner = StratifiedKFold(5, shuffle=True, random_state=7)
        pipeline = Pipeline([("tfidf", tfidf), ("model", model)])
        search = GridSearchCV(pipeline, {f"model__{name}": GRID}, cv=inner, scoring="f1_macro")
        guess[test] = search.fit(texts[train], labels[train]).predict(texts[test])
    return guess.tolist()


def _ours(data, kind):
    settings = {
        "name": "ours",
        "features": {"kind": "tfidf", "ngrams": [1, 2], "sublinear_tf": True},
        "classifier": {"kind": kind, PLAIN[kind][1]: GRID},
    }
    protocol = RepeatedStratified(kind="repeated-stratified", folds=5, repeats=1, inner_folds=5, random_state=7)
    [run] = run_systems(data, protocol, [System.model_validate(settings)], jobs=1)
    classes = data.classes
    return [classes[code] for code in run.predictions.guess[0]]


def _cpu_seconds(work):
    start = time.process_time()
    return work(), time.process_time() - start


@pytest.mark.filterwarnings("ignore:The least populated class:UserWarning")
@pytest.mark.parametrize("kind", PLAIN)
@pytest.mark.parametrize("load", [_page, _titles], ids=["page", "titles"])
def test_nested_cross_validation(benchmark, load, kind):
    data = load()
    seconds = {"plain": [], "memoised": [], "ours": []}

    def in_turn():
        theirs, plain = _cpu_seconds(lambda: _plain(data, kind, memoised=False))
        _, memoised = _cpu_seconds(lambda: _plain(data, kind, memoised=True))
        seconds["plain"].append(plain)
        seconds["memoised"].append(memoised)
        return (theirs,), {}

    def ours(theirs):
        guess, taken = _cpu_seconds(lambda: _ours(data, kind))
        seconds["ours"].append(taken)
        assert guess == theirs

    with threadpool_limits(1):
        _ours(data, kind)  # dictionaries are loaded once
        benchmark.pedantic(ours, setup=in_turn, rounds=5 if load is _page else 3)
    median = {name: float(np.median(values)) for name, values in seconds.items()}
    ratios = {name: round(median[name] / median["ours"], 1) for name in ("plain", "memoised")}
    benchmark.extra_info.update(cpu_seconds=median, times_faster=ratios)
    print(f"\n{kind}: {ratios['plain']} times faster than plain scikit-learn, {ratios['memoised']} than memoised")
