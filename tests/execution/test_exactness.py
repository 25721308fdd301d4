"""Our predictions are those of plain scikit-learn."""

from __future__ import annotations

import hashlib
import json
import runpy
import sys
from collections import Counter
from pathlib import Path

import pytest

from bench.data.sources.base import SourceSettings
from bench.data.sources.corpus import CorpusSource
from bench.data.sources.files import FilesSource
from bench.execution.engine import run_systems
from bench.experiment.config import System
from bench.experiment.protocols.repeated_stratified import RepeatedStratified

SHARED = Path(__file__).parents[3] / "shared"
PEER = SHARED / "peers" / "plain_sklearn.py"
TITLES = SHARED / "data" / "csl" / "cls_ctg" / "dev.tsv"

needs_peer = pytest.mark.skipif(not PEER.is_file(), reason=f"the peer {PEER} is not on this machine")
CLASSIFIERS = {"linear-svm": "C", "logistic": "C", "complement-nb": "alpha"}


def _page(_: Path) -> SourceSettings:
    return CorpusSource(kind="corpus")


def _titles(folder: Path) -> SourceSettings:
    """The first 15 titles of each of 13 fields: the plain program takes its time."""
    if not TITLES.is_file():
        pytest.skip(f"the titles {TITLES} are not on this machine")
    seen: Counter[str] = Counter()
    lines = []
    for line in TITLES.read_text(encoding="utf-8").splitlines(keepends=True):
        label = line.split("\t")[2]
        seen[label] += 1
        lines += [line] if seen[label] <= 15 else []
    (folder / "titles.tsv").write_text("".join(lines), encoding="utf-8")
    return FilesSource.model_validate(
        {
            "kind": "files",
            "train": str(folder / "titles.tsv"),
            "columns": ["task", "text", "label"],
            "text": "text",
            "label": "label",
        }
    )


@needs_peer
@pytest.mark.parametrize("tokens", ["word", "char"])
@pytest.mark.parametrize("classifier", CLASSIFIERS)
@pytest.mark.parametrize(("source", "repeats", "grid"), [(_page, 2, [0.1, 1, 10]), (_titles, 1, [0.5, 5])])
def test_nested_cross_validation_predicts_what_the_plain_program_predicts(
    source, repeats, grid, classifier, tokens, tmp_path, monkeypatch, capsys
):
    data = source(tmp_path).load()
    rows = tmp_path / "rows.tsv"
    rows.write_text("".join(f"{t}\t{l}\n" for t, l in zip(data.texts, data.labels, strict=True)), encoding="utf-8")
    command = [PEER, rows, "--memo", "--tokens", tokens, "--classifier", classifier, "--inner", "3"]
    command += ["--folds", "4", "--repeats", repeats, "--grid", *grid]
    monkeypatch.setattr(sys, "argv", list(map(str, command)))
    runpy.run_path(str(PEER), run_name="__main__")
    theirs = json.loads(capsys.readouterr().out)

    settings = {
        "name": "ours",
        "features": {"kind": "tfidf", "tokens": tokens, "ngrams": [1, 2], "sublinear_tf": True},
        "classifier": {"kind": classifier, CLASSIFIERS[classifier]: grid},
    }
    protocol = RepeatedStratified(kind="repeated-stratified", folds=4, repeats=repeats, inner_folds=3, random_state=7)
    [run] = run_systems(data, protocol, [System.model_validate(settings)], jobs=1)

    assert run.error is None
    digest = hashlib.sha256()
    for prediction in run.predictions.prediction:
        digest.update("\n".join(data.classes[code] for code in prediction).encode())
    assert digest.hexdigest().startswith(theirs["predictions_sha256"])
