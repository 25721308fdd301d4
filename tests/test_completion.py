"""Shells complete verbs, options and names of systems; logs are quiet until asked for."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import threading

import pytest
from command import ONE_CORE, bench, called

CONFIG = """\
name: own
data: {kind: files, train: rows.csv, text: text, label: label}
protocol: {kind: repeated-stratified, folds: 2, repeats: 1}
systems:
  - name: majority
    classifier: {kind: majority}
  - {name: char-svm, features: {kind: tfidf, tokens: char}, classifier: {kind: linear-svm}}
"""


@pytest.fixture
def own(tmp_path):
    (tmp_path / "own.yaml").write_text(CONFIG, encoding="utf-8")
    rows = "".join(f"{word}第{at}行,{label}\n" for at in range(4) for word, label in (("改革", "甲"), ("考核", "乙")))
    (tmp_path / "rows.csv").write_text(f"text,label\n{rows}", encoding="utf-8")
    return tmp_path


def _completed(words, cwd):
    options = {"_BENCH_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": str(len(words.split(" ")) - 1)}
    return [line.partition(",")[2] for line in bench(cwd=cwd, **options).stdout.splitlines()]


def test_verbs_options_and_systems_of_a_config_are_completed(own):
    assert "compare" in _completed("bench com", own)
    assert "--systems" in _completed("bench run own.yaml --sys", own)
    assert _completed("bench run own.yaml --systems c", own) == ["char-svm"]
    assert _completed("bench run own.yaml --systems majority,c", own) == ["majority,char-svm"]


def test_systems_of_results_are_completed(own):
    (own / "results" / "own" / "char-svm").mkdir(parents=True)
    (own / "results" / "own" / "char-svm" / "run.json").touch()
    assert _completed("bench compare --baseline c", own) == ["char-svm"]


def test_the_system_that_is_fitted_is_completed(own):
    assert _completed("bench fit own.yaml --system m", own) == ["majority"]
    assert _completed("bench export own.yaml --system c", own) == ["char-svm"]


def test_metrics_are_those_that_the_results_hold(own):
    folder = own / "results" / "own"
    for name, text in (
        ("broken", "{"),
        ("empty", "{}"),
        ("whole", '{"scores": {"f1:甲": {}, "f1_macro": {}, "kappa": {}}}'),
    ):
        (folder / name).mkdir(parents=True)
        (folder / name / "run.json").write_text(text, encoding="utf-8")
    assert _completed("bench compare --metric f1", own) == ["f1:甲", "f1_macro"]
    assert _completed(f"bench report {folder} --metric k", own) == ["kappa"]
    assert _completed("bench compare --metric x", own) == [""]  # click then offers files


def test_every_kind_and_group_is_completed(own):
    from bench.experiment.catalogue import GROUPS, catalogue

    assert set(_completed("bench list ", own)) == {*GROUPS, *(kind.name for kind in catalogue())}
    assert _completed("bench list linear-svm near", own) == ["near-duplicates"]


def test_pages_are_completed_by_their_keys_beside_files(own):
    for folder, name in (("seeds", "000_notice.txt"), ("other", "001_second.txt")):
        (own / folder).mkdir()
        (own / folder / name).touch()
    assert _completed("bench labels export ", own) == ["notice", ""]
    assert _completed("bench labels export --seeds other s", own) == ["second", "s"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_every_shell_takes_its_script(shell, tmp_path):
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    done = bench("completion", shell, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    script = tmp_path / "script"
    script.write_text(done.stdout, encoding="utf-8")
    read = subprocess.run([shell, "-n", script], capture_output=True, check=False, encoding="utf-8")
    assert (read.returncode, read.stderr) == (0, "")


@pytest.mark.parametrize(
    "arguments", [("run", "own.yaml"), ("verify", "results", "--folder", "."), ("audit", "own.yaml")]
)
def test_progress_is_shown_where_standard_error_is_a_terminal_and_leaves_standard_output_alone(own, arguments):
    pty = pytest.importorskip("pty")
    assert arguments[0] != "verify" or bench("run", "own.yaml", cwd=own).returncode == 0
    reader, terminal = pty.openpty()
    shown = []

    def read():
        with contextlib.suppress(OSError):  # how the end of a terminal reads
            while part := os.read(reader, 4096):
                shown.append(part)

    reading = threading.Thread(target=read)
    reading.start()
    with os.fdopen(terminal, "w", encoding="utf-8") as stderr:
        environment = {"COLUMNS": "100", "TERM": "xterm", **ONE_CORE}
        done = called(*arguments, cwd=own, environment=environment, stderr=stderr)
    reading.join()
    os.close(reader)
    assert done.returncode == 0
    assert "━" in b"".join(shown).decode(errors="replace")
    assert "\x1b" not in done.stdout
    assert done.stdout.strip()


def test_logs_are_quiet_until_verbose_and_change_no_output(own):
    quiet = bench("run", "own.yaml", cwd=own, BENCH_CACHE=str(own))
    assert quiet.stderr == ""
    told = bench("-v", "run", "own.yaml", "--results", "other", cwd=own)
    assert told.stderr.splitlines()[0].partition(" s  ")[2].startswith("own.yaml: read 8 rows in ")
    assert told.stderr.count("written;") == 2
    again = bench("-v", "run", "own.yaml", cwd=own)
    assert again.stderr.count("stands already: not run again") == 2
    assert told.stdout == quiet.stdout.replace("results/own", "other/own")
