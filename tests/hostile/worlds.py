"""The folders that cases start from: each made once, by bench itself, and copied for each case."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

from bench.execution.checkpoints import Checkpoints
from hostile.running import call

ROOT = Path(__file__).parents[2]

OWN = """\
name: own
data: {kind: files, train: rows.csv, text: text, label: label}
protocol: {kind: repeated-stratified, folds: 3, repeats: 2, inner_folds: 2}
systems:
  - name: majority
    classifier: {kind: majority}
  - name: char-svm
    features: {kind: tfidf, tokens: char}
    classifier: {kind: linear-svm, C: [1, 10]}
"""
ROWS = "text,label\n" + "".join(
    f"{word}第{at}行,{label}\n" for at in range(8) for word, label in (("改革", "甲"), ("考核", "乙"))
)
WORDS = OWN.replace("tokens: char", "tokens: word, hmm: true").replace("char-svm", "words")


class Worlds:
    """Makes a world when it is first asked for; a copy of it for each who asks."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def unharmed(self, name: str) -> Path:
        """The world itself, to be read only."""
        path = self.folder / name
        if not path.exists():
            made = self.folder / f"{name}.being-made"
            made.mkdir(parents=True)
            getattr(self, f"_{name}")(made)
            made.rename(path)
        return path

    def copy(self, name: str, to: Path) -> Path:
        """A world of one's own at `to`."""
        return Path(shutil.copytree(self.unharmed(name), to, symlinks=True))

    def _own(self, folder: Path) -> None:
        """An experiment file and its rows."""
        (folder / "own.yaml").write_text(OWN, encoding="utf-8")
        (folder / "rows.csv").write_text(ROWS, encoding="utf-8")

    def _ran(self, folder: Path) -> None:
        """Results beside the experiment file."""
        self._own(folder)
        _do(folder, "run", "own.yaml", "--jobs", "1")

    def _model(self, folder: Path) -> None:
        """A saved model beside the experiment file, and texts to label."""
        self._own(folder)
        _do(folder, "fit", "own.yaml", "--system", "char-svm", "--out", "model")
        (folder / "texts.txt").write_text("改革第1行\n考核第2行\n", encoding="utf-8")
        (folder / "pool.txt").write_text("体育比赛开幕\n股票市场上涨\n", encoding="utf-8")
        rows = [{"text": "改革", "id": "a", "n": 1}, {"text": "考核", "id": "b", "n": 2}]
        (folder / "texts.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")

    def _stopped(self, folder: Path) -> None:
        """A run whose blocks are all kept, and whose results are not written: as one that was killed at its end."""
        self._own(folder)
        put, kept = Checkpoints.put, folder / "kept"

        def put_twice(self: Checkpoints, *block: Any) -> None:
            put(self, *block)
            put(replace(self, folder=kept / self.folder), *block)

        Checkpoints.put = put_twice  # type: ignore[method-assign]
        try:
            _do(folder, "run", "own.yaml", "--jobs", "1")
        finally:
            Checkpoints.put = put  # type: ignore[method-assign]
        shutil.rmtree(folder / "results")
        (kept / "results").rename(folder / "results")
        kept.rmdir()
        assert list((folder / "results" / "own").glob("*/.blocks/*"))

    def _cached(self, folder: Path) -> None:
        """A run whose words are in a cache of its own, and the results of it taken away again."""
        self._own(folder)
        (folder / "own.yaml").write_text(WORDS, encoding="utf-8")
        _do(folder, "run", "own.yaml", "--jobs", "1", BENCH_CACHE="cache")
        assert [path for path in (folder / "cache").rglob("*") if path.is_file()]

    def _corpus(self, folder: Path) -> None:
        """Seed pages and the dataset built from them."""
        shutil.copytree(ROOT / "seeds", folder / "seeds")
        shutil.copytree(ROOT / "dataset", folder / "dataset")
        (folder / "corpus.yaml").write_text(
            OWN.replace("kind: files, train: rows.csv, text: text, label: label", "kind: corpus, path: dataset"),
            encoding="utf-8",
        )
        shutil.copytree(ROOT / "results" / "quick", folder / "results" / "quick")

    def _scored(self, folder: Path) -> None:
        """The same, and the results that the dataset's cards show."""
        self._corpus(folder)
        shutil.copytree(ROOT / "results" / "seed-page", folder / "results" / "seed-page")
        _do(folder, "build")  # cards with the scores of these


def _do(folder: Path, *arguments: str, **environment: str) -> None:
    answer = call(folder, arguments, environment=environment)
    assert answer.code == 0, answer
