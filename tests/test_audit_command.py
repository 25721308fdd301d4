"""`bench audit` as a user meets it: what it reads, how it ends."""

from __future__ import annotations

import json
import sys

import pytest

from bench import cli

EXPERIMENT = """\
name: own
data: {kind: files, train: rows.csv, text: text, label: label}
protocol: {kind: repeated-stratified, folds: 3, repeats: 2, inner_folds: 2}
systems:
  - name: majority
    classifier: {kind: majority}
  - name: char-nb
    features: {kind: tfidf, tokens: char}
    classifier: {kind: complement-nb}
  - name: char-logistic
    features: {kind: tfidf, tokens: char}
    classifier: {kind: logistic}
  - name: char-svm
    features: {kind: tfidf, tokens: char}
    classifier: {kind: linear-svm}
"""
ROWS = [
    (f"{word}第{'一二三四五六七八'[at]}行", label)
    for at in range(8)
    for word, label in (("改革", "甲"), ("考核", "乙"))
]


def _call(*arguments):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["bench", *map(str, arguments)])
        with pytest.raises(SystemExit) as exit_:
            cli.main()
    return exit_.value.code


@pytest.fixture
def own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "own.yaml").write_text(EXPERIMENT, encoding="utf-8")

    def write(rows):
        lines = [f"{text},{label}\n" for text, label in rows]
        (tmp_path / "rows.csv").write_text("text,label\n" + "".join(lines), encoding="utf-8")

    write(ROWS)
    return write


def test_the_corpus_is_audited_with_its_stored_predictions(root, monkeypatch, capsys):
    monkeypatch.chdir(root)
    assert _call("audit", "--format", "json") == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["data"], found["rows"], found["skipped"]) == ("corpus paragraphs", 44, {})
    kinds = {finding["check"] for finding in found["findings"]}
    assert {"blocked-splits", "confounding", "annotators"} <= kinds
    assert not kinds & {"encoding", "mojibake", "scripts", "widths", "duplicates", "near-duplicates"}


def test_the_other_config_of_the_corpus_can_be_audited_anywhere(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert _call("audit", "--config", "all") == 0
    told = capsys.readouterr().out
    assert told.startswith("corpus all: 58 rows, 5 classes, 7 groups\n")
    assert "Not made: contradicted (stored predictions of these rows are there from 0 systems" in " ".join(told.split())


def test_own_data_are_audited_and_exit_1_comes_only_when_asked_for(own, capsys):
    own([*ROWS, ("改革第\ufffd行", "甲"), (ROWS[0][0], "乙")])
    assert _call("audit", "own.yaml") == 0
    told = capsys.readouterr().out
    assert "fault duplicates: 1 text stands in 2 rows with more than one label" in told
    assert "fault encoding: 1 row with the replacement character" in told
    assert _call("audit", "own.yaml", "--fail-on", "scripts, mojibake") == 0
    assert _call("audit", "own.yaml", "--fail-on", "scripts,duplicates") == 1
    assert _call("audit", "own.yaml", "--fail-on", "fault") == 1


def test_stored_predictions_of_these_rows_are_found_and_controls_are_left_out(own, capsys):
    own([*ROWS, ("改革第九十行", "乙")])
    assert _call("run", "own.yaml", "--jobs", 1) == 0
    capsys.readouterr()
    assert _call("audit", "own.yaml", "--format", "json") == 0
    found = json.loads(capsys.readouterr().out)
    told = {finding["check"]: finding for finding in found["findings"]}
    assert "contradicted" not in found["skipped"]
    assert "3 systems (char-logistic, char-nb, char-svm)" in told["contradicted"]["message"]
    assert told["contradicted"]["figures"]["guesses a row"] == 6
    assert len(told["contradicted"]["rows"]) == 1
    own(ROWS)  # other rows: the stored predictions are of no use to them
    assert _call("audit", "own.yaml", "--format", "json") == 0
    assert "contradicted" in json.loads(capsys.readouterr().out)["skipped"]


def test_markdown_is_a_section_of_a_card(own, capsys):
    assert _call("audit", "own.yaml", "--format", "markdown") == 0
    assert capsys.readouterr().out.startswith("## What could mislead\n\nown.yaml: 16 rows, 2 classes.\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--fail-on", "duplicate"], "unknown kind of finding 'duplicate'; did you mean 'duplicates'?"),
        (["own.yaml", "--config", "all"], "leave it out where an experiment file is given"),
        (["--config", "some"], "'some' is not one of 'paragraphs', 'all'"),
        (["own.yaml", "--results", "none"], "none: no such results folder"),
        (["own.yaml", "--similarity", "2"], "similarity: must be above 0 and at most 1, got 2"),
        (["none.yaml"], "none.yaml: no such file"),
    ],
)
def test_a_wrong_call_is_one_line_and_exit_2(own, capsys, arguments, message):
    assert _call("audit", *arguments) == 2
    error = capsys.readouterr().err
    assert message in error
    assert len(error.splitlines()) == 1


def test_given_test_rows_that_stand_in_training_are_told(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    rows = [
        f"{word}第{at}回开会研究部署,{label}" for at in range(6) for word, label in (("改革", "甲"), ("考核", "乙"))
    ]
    for name, lines in {"train.csv": rows, "test.csv": [*rows[:1], "监督检查问责到位不松劲,甲"]}.items():
        (tmp_path / name).write_text("\n".join(["text,label", *lines, ""]), encoding="utf-8")
    (tmp_path / "own.yaml").write_text(
        "name: own\ndata: {kind: files, train: train.csv, test: test.csv, text: text, label: label}\n"
        "protocol: {kind: fixed}\nsystems:\n  - {name: majority, classifier: {kind: majority}}\n",
        encoding="utf-8",
    )
    assert _call("audit", "own.yaml", "--format", "json") == 0
    found = json.loads(capsys.readouterr().out)
    told = [finding for finding in found["findings"] if finding["check"] == "duplicates"]
    assert told
    assert "split" in told[0]["message"]
