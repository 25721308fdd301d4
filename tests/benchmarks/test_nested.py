"""How much faster nested cross-validation is here than in plain scikit-learn, in turn, in CPU time.

Left out of ordinary runs: pytest tests/benchmarks --benchmark-only
"""

from __future__ import annotations

import time

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
from bench.evaluation.engine import run_systems
from bench.experiment.config import System
from bench.experiment.protocols.repeated_stratified import RepeatedStratified

GRID = [0.1, 0.3, 1.0, 3.0, 10.0, 30.0]
PLAIN = {
    "linear-svm": (LinearSVC(random_state=7), "C"),
    "logistic": (LogisticRegression(max_iter=1000), "C"),
    "complement-nb": (ComplementNB(), "alpha"),
}


def _words(text):
    return [word for word in jieba.lcut(text, HMM=False) if word.strip()]


def _plain(data, kind):
    model, name = PLAIN[kind]
    tfidf = TfidfVectorizer(
        tokenizer=_words, token_pattern=None, lowercase=False, ngram_range=(1, 2), sublinear_tf=True
    )
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
    return [data.classes[code] for code in run.predictions.guess[0]]


@pytest.mark.filterwarnings("ignore:The least populated class:UserWarning")
@pytest.mark.parametrize("kind", PLAIN)
def test_nested_cross_validation_of_the_page(benchmark, kind):
    data = CorpusSource(kind="corpus").load()
    plain = []

    def in_turn():
        start = time.process_time()
        theirs = _plain(data, kind)
        plain.append(time.process_time() - start)
        return (theirs,), {}

    def ours(theirs):
        assert _ours(data, kind) == theirs

    with threadpool_limits(1):
        benchmark.pedantic(ours, setup=in_turn, rounds=5, warmup_rounds=1)
    benchmark.extra_info["plain_cpu_seconds"] = float(np.median(plain))
    benchmark.extra_info["times_faster"] = round(float(np.median(plain)) / benchmark.stats.stats.median, 1)
    print(f"\n{kind}: {benchmark.extra_info['times_faster']} times faster than plain scikit-learn")
