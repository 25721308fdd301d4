"""Where the time of a run goes: a clock at the doors of its parts, each second counted for the innermost one."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from importlib import import_module
from unittest.mock import patch

PARTS = {
    "solvers": [
        "bench.systems.solvers.logistic:minimize",
        "bench.systems.solvers.naive_bayes:complement_scores",
        "sklearn.svm:LinearSVC.fit",
        "sklearn.linear_model:LogisticRegression.fit",
        "sklearn.naive_bayes:ComplementNB.fit",
    ],
    "segmentation": ["bench.systems.segmentation:Segmenter.all_words"],
    "counting n-grams": ["bench.systems.features.tfidf:Tfidf.encode"],
    "matrices of folds": [
        "bench.systems.ngram_counts:CountRows.take",
        "bench.systems.features.tfidf:Tfidf.fit_rows",
        "bench.systems.features.tfidf:Tfidf.transform_rows",
    ],
    "change of basis": [
        "bench.systems.solvers.liblinear:suits",
        "bench.systems.solvers.liblinear:distinct_rows",
        "bench.systems.solvers.liblinear:merge_features",
        "bench.systems.solvers.logistic:suits",
        "bench.systems.solvers.logistic:merge_features",
    ],
    "splits": [
        "bench.experiment.protocols.repeated_stratified:RepeatedStratified.outer",
        "bench.experiment.protocols.repeated_stratified:RepeatedStratified.inner",
    ],
    "predicting rows that are reported": ["bench.execution.folds:row_scores"],
}
"""Part to the functions whose time it is, `module:name`. LIBLINEAR's entry is a solver, too: it is handed out at run time.

The solvers are given matrices that are ready; the last fit of each outer fold is scikit-learn's own `fit`.
"""

REST = "everything else"


@contextmanager
def clocked() -> Iterator[Callable[[], dict[str, float]]]:
    """While it is open, CPU time is counted; what it gives tells the share of each part, which add up to 1."""
    seconds = {**dict.fromkeys(PARTS, 0.0), REST: 0.0}
    open_parts, last = [REST], time.process_time()

    def turn() -> None:
        nonlocal last
        now = time.process_time()
        seconds[open_parts[-1]] += now - last
        last = now

    def within(part, function):
        @functools.wraps(function)
        def counted(*arguments, **named):
            turn()
            open_parts.append(part)
            try:
                return function(*arguments, **named)
            finally:
                turn()
                open_parts.pop()

        return counted

    with ExitStack() as stack:
        for part, places in PARTS.items():
            for place in places:
                module, _, name = place.partition(":")
                holder = functools.reduce(getattr, name.split(".")[:-1], import_module(module))
                function = name.split(".")[-1]
                stack.enter_context(patch.object(holder, function, within(part, getattr(holder, function))))
        from bench.systems.solvers import liblinear

        entry = liblinear.liblinear()
        handed_out = None if entry is None else within("solvers", entry)
        stack.enter_context(patch.object(liblinear, "liblinear", lambda: handed_out))
        turn()
        seconds = dict.fromkeys(seconds, 0.0)
        yield lambda: {part: taken / sum(seconds.values()) for part, taken in seconds.items()}
