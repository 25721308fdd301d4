"""Names, numbers and streams as no one expects them: one line or a result, never a traceback."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import replace

import command
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sklearn.naive_bayes import ComplementNB

from bench import cli
from bench.core.digests import canonical_json, digest, readable_json
from bench.core.errors import LONGEST_LINE
from bench.core.spreadsheets import as_before, harmless
from bench.corpus.pages import repair_page
from bench.execution.results import read_run
from bench.execution.scoring import score_predictions
from bench.report.page_repair import as_terminal
from tests.test_hostile_inputs import QUICK, ROWS

HOSTILE_TEXT = "红\x1b[31m色\x1b]8;;http://e.example\x07链\u202e倒\x9b\u200b隐"


@pytest.fixture
def own(tmp_path):
    (tmp_path / "own.yaml").write_text(QUICK, encoding="utf-8")
    (tmp_path / "rows.csv").write_text(ROWS, encoding="utf-8")
    return tmp_path


def bench(folder, *arguments, streams=""):
    """The command; with streams that `streams` redirects, in a process of its own."""
    if not streams:
        return command.bench(*arguments, cwd=folder)
    words = ["bash", "-c", f'"$0" -m bench "$@" {streams}', sys.executable, *map(str, arguments)]
    return subprocess.run(
        words,
        cwd=folder,
        env={**os.environ, **command.ONE_CORE},
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="surrogateescape",
        check=False,
        timeout=300,
    )


def refused(done, message):
    [line] = done.stderr.splitlines()
    assert (done.returncode, done.stdout) == (2, "")
    assert message in line
    assert len(line) <= LONGEST_LINE


@pytest.mark.parametrize("wrong", [np.nan, np.inf, -np.inf])
def test_scores_that_are_no_numbers_fail_their_system_and_the_others_run(own, monkeypatch, capsys, wrong):
    bad = "  - name: bad\n    features: {kind: tfidf, tokens: char}\n    classifier: {kind: complement-nb}\n"
    (own / "own.yaml").write_text(QUICK.replace("  - name: char-svm", f"{bad}  - name: char-svm"), encoding="utf-8")
    # What overflows depends on scikit-learn's version, so that its answer is replaced.
    monkeypatch.setattr(ComplementNB, "predict_proba", lambda self, matrix: np.full((matrix.shape[0], 2), wrong))
    monkeypatch.chdir(own)
    monkeypatch.setattr(sys, "argv", ["bench", "run", "own.yaml", "--jobs", "1"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 1
    assert "system 'bad' failed: ScoresError: " in capsys.readouterr().err
    records = {path.parent.name: json.loads(path.read_bytes())["status"] for path in own.glob("results/own/*/run.json")}
    assert records == {"majority": "complete", "bad": "failed", "char-svm": "complete"}


def test_own_data_is_found_where_its_experiment_file_lay(own):
    assert bench(own, "run", "own.yaml").returncode == 0
    elsewhere = own / "elsewhere"
    elsewhere.mkdir()
    assert bench(elsewhere, "verify", own / "results").returncode == 0
    told = bench(elsewhere, "report", own / "results", "--out", "r.html")
    assert (told.returncode, told.stderr) == (0, "")
    (own / "rows.csv").rename(elsewhere / "rows.csv")
    refused(bench(own, "verify", "results"), "--folder, the folder of its experiment file")
    assert bench(own, "verify", "results", "--folder", elsewhere).returncode == 0


def test_streams_that_are_closed_or_lack_characters(own):
    assert bench(own, "run", "own.yaml", streams="<&-").returncode == 0
    refused(bench(own, "compare", streams=">&-"), "standard output: is closed")
    assert bench(own, "compare", streams="2>&-").returncode == 0
    wide = {"COLUMNS": "200"}
    ascii_only = command.called("compare", cwd=own, encoding="ascii", environment=wide)
    assert ascii_only.returncode == 0
    assert "F1 甲" in ascii_only.stdout
    told = command.called("compare", "--format", "json", cwd=own, encoding="latin-1")
    refused(told, "standard output: its encoding, ")
    assert command.called("compare", cwd=own, encoding="latin-1").returncode == 0


def test_a_link_in_place_of_kept_blocks_is_named_and_what_it_leads_to_stays(own):
    (own / "mine").mkdir()
    (own / "mine" / "file").write_text("mine")
    folder = own / "results" / "own" / "majority"
    folder.mkdir(parents=True)
    (folder / ".blocks").symlink_to(own / "mine")
    refused(bench(own, "run", "own.yaml"), "results/own/majority: holds .blocks/, not as bench writes a run")
    assert (own / "mine" / "file").read_text() == "mine"


def test_what_predict_keeps_of_a_table_is_always_writable(own):
    assert bench(own, "fit", "own.yaml", "--system", "char-svm", "--out", "model").returncode == 0
    (own / "half.jsonl").write_text('{"text": "改革", "k": {"a": ["\\ud800"]}}\n', encoding="utf-8")
    (own / "nan.jsonl").write_text('{"text": "改革", "k": [NaN, {"a": -Infinity}]}\n', encoding="utf-8")
    for form in ("csv", "json", "jsonl"):
        for option in ("--keep", "--id"):
            done = bench(own, "predict", "model", "half.jsonl", option, "k", "--format", form)
            refused(done, "half.jsonl:1: k: character 1 is half a surrogate pair")
    done = bench(own, "predict", "model", "nan.jsonl", "--keep", "k", "--format", "json")
    assert json.loads(done.stdout)[0]["k"] == [None, {"a": "-Infinity"}]


def test_names_that_are_no_utf8_are_shown_escaped(own):
    name = os.fsdecode(b"b\xff")
    (own / f"{name}.csv").write_text(ROWS, encoding="utf-8")
    (own / f"{name}.yaml").write_text(QUICK, encoding="utf-8")
    refused(bench(own, "init", f"{name}.csv", "--out", "x.yaml"), r"b\udcff.csv: no file can hold this name")
    done = bench(own, "audit", f"{name}.yaml", "--format", "json")
    assert json.loads(done.stdout)["data"] == f"{name}.yaml"


@pytest.mark.parametrize("stem", ["con", "nul", "com1", "__", "a" * 90, "體育 一", "-x", "."])
def test_what_init_writes_is_run(own, stem):
    (own / f"{stem}.csv").write_text(ROWS, encoding="utf-8")
    assert bench(own, "init", f"./{stem}.csv", "--out", "out.yaml").returncode == 0
    assert bench(own, "run", "out.yaml", "--dry-run").returncode == 0


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("repeats: 2", "train_sizes: []", "protocol.train_sizes: the list should have at least 1 item"),
        ("text: text", r'text: "\ud83d\ude00"', "no column '😀'"),
        ("text: text", "text: 😀", "no column '😀'"),
        ("text: text", r'text: "\ude00\ud83d"', "half a surrogate pair"),
        ("rows.csv", "很长" * 3000 + ".csv", "cannot be read"),
        ("text: text", "text: " + "很长" * 3000, "no column"),
        ("name: own", "name: " + "n" * 3000, "cannot name a folder"),
    ],
)
def test_faults_of_an_experiment_file(own, old, new, message):
    (own / "own.yaml").write_text(QUICK.replace(old, new), encoding="utf-8")
    refused(bench(own, "run", "own.yaml"), message)


def test_an_encoding_that_decodes_nothing(own):
    (own / "seeds").mkdir()
    (own / "page.txt").write_bytes("改革".encode("gb18030"))
    for encoding in ("undefined", "idna", "rot13"):
        done = bench(own, "add", "page.txt", "--seeds", "seeds", "--encoding", encoding)
        refused(done, encoding)


@pytest.mark.parametrize("metadata", [b"no json", b"\xff", b"[1]", b"[" * 100_000])
def test_parquet_metadata_that_is_no_json_is_left_alone(own, metadata):
    table = pa.table({"text": ["改革", "考核"] * 8, "label": ["甲", "乙"] * 8})
    pq.write_table(table.replace_schema_metadata({b"huggingface": metadata}), own / "rows.parquet")
    (own / "own.yaml").write_text(QUICK.replace("rows.csv", "rows.parquet"), encoding="utf-8")
    assert bench(own, "run", "own.yaml", "--dry-run").returncode == 0


def test_a_page_moves_no_terminal():
    page = repair_page(f"标题{HOSTILE_TEXT}\n　　本报讯 {HOSTILE_TEXT}开会。" + "正文。" * 30, key="page")
    shown = as_terminal(page, width=100)
    assert not set("\x1b\x07\u202e\x9b\u200b") & set(shown)
    assert r"\x1b[31m" in shown


@pytest.mark.parametrize(
    "text", ["=1+1", "＝1+1", "+1", "＋1", "-1", "－1", "@a", "＠a", "\ta", "\ra", "'=1", "''=", "'a", "a=1", ""]
)
def test_no_cell_is_a_formula_and_none_loses_its_text(text):
    assert not harmless(text)[:1] or harmless(text)[0] not in "=+-@\t\r＝＋－＠"
    assert as_before(harmless(text)) == text


def test_predictions_forged_with_all_their_digests_pass_compare_and_are_named_by_verify(own):
    assert bench(own, "run", "own.yaml", "--systems", "majority").returncode == 0
    folder = own / "results" / "own" / "majority"
    stored = read_run(folder)
    honest = stored.predictions()
    forged = replace(honest, prediction=np.tile(honest.truth, (honest.repeats, 1)))
    fields = stored.record.model_dump(mode="json", by_alias=True)
    fields["scores"] = {
        name: score.model_dump(mode="json") for name, score in score_predictions(forged, probabilities=False).items()
    }
    fields |= {"confusion": forged.confusion(), "predictions_sha256": forged.sha256()}
    (folder / "predictions.parquet").write_bytes(forged.to_parquet())
    unsigned = {name: value for name, value in fields.items() if name != "record_sha256"}
    fields["record_sha256"] = digest([canonical_json(unsigned)])
    (folder / "run.json").write_bytes(readable_json(fields))
    shown = bench(own, "compare")
    assert (shown.returncode, shown.stderr) == (0, "")
    done = bench(own, "verify")
    assert done.returncode == 1
    assert re.match(r"results/own/majority: \d+ of \d+ predictions differ, first at row ", done.stdout)
