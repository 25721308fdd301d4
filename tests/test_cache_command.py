"""`bench cache` says what there is, and deletes that and nothing else."""

from __future__ import annotations

import json
import os
import sys

import numpy as np
import pytest

from bench.cli import main
from bench.core.cache import VectorStore, WordStore
from bench.core.digests import digest


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("BENCH_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("BENCH_CACHE_SIZE", raising=False)
    return tmp_path / "cache"


@pytest.fixture
def filled(folder):
    """Two vectors of 8 bytes, one entry of words of 2, each with a checksum of 32, and a file of somebody else's."""
    for name, then in (("a", 86_400), ("b", 1_000_000_000)):
        key = digest([name])
        VectorStore().put(key, np.ones(2, dtype=np.float32))
        os.utime(folder / "vectors" / key[:2] / key, (then, then))
    WordStore().put(digest(["c"]), [])
    (folder / "notes.txt").write_text("mine", encoding="utf-8")
    return folder


def _call(*arguments):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["bench", "cache", *arguments])
        with pytest.raises(SystemExit) as exit_:
            main()
    return exit_.value.code


def test_info_says_what_lies_where_and_how_much_may(filled, capsys, monkeypatch):
    monkeypatch.setenv("BENCH_CACHE_SIZE", "1.5G")
    assert _call("info") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[:4] == [
        f"folder: {filled}",
        "size: 114 bytes of at most 1.5 GB",
        "answers: 0 entries, 0 bytes",
        "vectors: 2 entries, 80 bytes, oldest last used on 1970-01-02",
    ]
    assert lines[4].startswith("words: 1 entry, 34 bytes, oldest last used on 20")


def test_info_says_when_a_lowered_bound_will_be_kept(filled, capsys, monkeypatch):
    monkeypatch.setenv("BENCH_CACHE_SIZE", "100")
    assert _call("info") == 0
    told = "size: 114 bytes of at most 100 bytes (what was used longest ago goes when the next entry is stored)"
    assert told in capsys.readouterr().out
    assert VectorStore().get(digest(["b"])) is not None
    VectorStore().put(digest(["d"]), np.ones(2, dtype=np.float32))
    assert VectorStore().get(digest(["d"])) is not None
    assert sum(path.stat().st_size for path in filled.rglob("*") if path.is_file()) <= 100 + len("mine")


def test_info_as_json_has_numbers(filled, capsys):
    assert _call("info", "--format", "json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["kinds"].pop("words")["entries"] == 1
    assert told == {
        "folder": str(filled),
        "there": True,
        "bound_bytes": 2_000_000_000,
        "bytes": 114,
        "kinds": {
            "answers": {"entries": 0, "bytes": 0, "oldest": None},
            "vectors": {"entries": 2, "bytes": 80, "oldest": "1970-01-02"},
        },
    }


def test_clear_deletes_one_kind_or_all_and_leaves_other_files_alone(filled, capsys):
    assert _call("clear", "vectors") == 0
    assert capsys.readouterr().out == f"{filled}: vectors: 2 entries deleted, 80 bytes freed\n"
    assert WordStore().get(digest(["c"])) == []
    assert _call("clear") == 0
    assert capsys.readouterr().out.splitlines() == [
        f"{filled}: answers: 0 entries deleted, 0 bytes freed",
        f"{filled}: vectors: 0 entries deleted, 0 bytes freed",
        f"{filled}: words: 1 entry deleted, 34 bytes freed",
    ]
    assert [path.name for path in filled.rglob("*") if path.is_file()] == ["notes.txt"]


def test_no_cache_is_said_and_none_is_made(folder, capsys):
    assert _call("info") == 0
    assert "(not there: nothing is cached yet)" in capsys.readouterr().out
    assert _call("clear") == 0
    assert capsys.readouterr().out == f"{folder}: not there, so nothing to clear\n"
    assert not folder.exists()


def test_an_unknown_kind_is_told_with_the_known_ones_and_nothing_is_deleted(filled, capsys):
    assert _call("clear", "vectros") == 2
    assert capsys.readouterr().err == (
        "bench: unknown kind 'vectros'; did you mean 'vectors'? Known: answers, vectors, words\n"
    )
    assert VectorStore().get(digest(["a"])) is not None


@pytest.mark.parametrize("verb", ["info", "clear"])
def test_a_file_in_the_place_of_the_folder_is_refused_and_stays(folder, capsys, verb):
    folder.write_text("mine", encoding="utf-8")
    assert _call(verb) == 2
    assert f"{folder}: is a file, where the cache's folder is needed" in capsys.readouterr().err
    assert folder.read_text(encoding="utf-8") == "mine"


def test_a_bound_that_is_no_size_is_one_line_of_info_and_of_run_and_no_matter_to_clear(
    filled, capsys, monkeypatch, root
):
    monkeypatch.setenv("BENCH_CACHE_SIZE", "lots")
    assert _call("info") == 2
    line = "bench: BENCH_CACHE_SIZE: 'lots' is no size; write bytes, or a number with K, M, G or T, such as 500M\n"
    assert capsys.readouterr().err == line
    with pytest.MonkeyPatch.context() as patch:
        config, results = str(root / "configs" / "quick.yaml"), str(filled / "results")
        patch.setattr(sys, "argv", ["bench", "run", config, "--results", results, "--dry-run"])
        with pytest.raises(SystemExit) as exit_:
            main()
    assert exit_.value.code == 2
    assert capsys.readouterr().err == line
    assert _call("clear") == 0
