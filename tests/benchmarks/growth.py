"""Time and memory of one fit and one prediction in a process of its own: `python growth.py ROWS` prints JSON."""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path


def peak_bytes() -> int:
    """The most that was resident so far.

    Linux gives a process its parent's peak in `getrusage`, so that its own is read from /proc where that is there.
    """
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    [line] = [line for line in status.read_text(encoding="utf-8").splitlines() if line.startswith("VmHWM:")]
    return int(line.split()[1]) * 1024


def measure(rows: int) -> dict[str, object]:
    """Fit counted character 1-2-grams and complement naive Bayes as `bench fit` does, then label the same texts."""
    from peers import our_model, sentences
    from threadpoolctl import threadpool_limits

    from bench.core.labelled_texts import LabelledTexts
    from bench.experiment.config import System

    settings = {
        "name": "ours",
        "features": {"kind": "tfidf", "tokens": "char", "ngrams": [1, 2]},
        "classifier": {"kind": "complement-nb"},
    }
    system = System.model_validate(settings)
    texts, labels = map(tuple, sentences(rows))
    data = LabelledTexts(texts=texts, labels=labels, row_ids=tuple(map(str, range(rows))))
    before = peak_bytes()
    with threadpool_limits(1):
        start = time.process_time()
        model = our_model(data, system)
        fitted = time.process_time()
        predicted = model.predict(texts)
        done = time.process_time()
    right = sum(model.classes[code] == label for code, label in zip(predicted.prediction.tolist(), labels, strict=True))
    characters = sum(map(len, texts))
    return {
        "rows": rows,
        "characters": characters,
        "fit_seconds": fitted - start,
        "predict_seconds": done - fitted,
        "before_bytes": before,
        "peak_bytes": peak_bytes(),
        "right": right / rows,
    }


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]))))
