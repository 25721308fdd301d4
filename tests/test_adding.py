"""What docs/adding.md shows works, one file in its folder and nothing else; so does docs/new-page.md."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import sys
from pathlib import Path

import apart
import pytest
from command import bench

from bench import cli
from bench.core.digests import canonical_json, digest, readable_json

EXPERIMENT = """\
name: added
data: {kind: files, train: rows.csv, text: text, label: label}
protocol: {kind: repeated-stratified, folds: 2, repeats: 1, inner_folds: 2}
systems:
  - name: it
    features: {kind: tfidf, tokens: char}
    classifier: {kind: CLASSIFIER}
"""


@pytest.fixture
def examples(root):
    """Path in the package to the code that the page shows for it."""
    text = (root / "docs" / "adding.md").read_text(encoding="utf-8")
    return dict(re.findall(r"`(bench/[\w/]+\.py)`:\n\n```python\n(.*?)```", text, flags=re.DOTALL))


def _own(folder, classifier, mark=""):
    """An experiment on twelve rows."""
    (folder / "own.yaml").write_text(EXPERIMENT.replace("CLASSIFIER", classifier), encoding="utf-8")
    words = ((f"改革{mark}", "甲"), ("考核", "乙"))
    rows = "".join(f"{word}第{at}行,{label}\n" for at in range(6) for word, label in words)
    (folder / "rows.csv").write_text("text,label\n" + rows, encoding="utf-8")


def _added(tmp_path, examples, path):
    """The folder that holds the page's file, by the package that it joins."""
    package, _, name = path.rpartition("/")
    folder = tmp_path / "added"
    folder.mkdir()
    (folder / name).write_text(examples[path], encoding="utf-8")
    return {package.replace("/", "."): folder}


@pytest.fixture(scope="module")
def recorded(tmp_path_factory):
    """A folder in which a system was run."""
    folder = tmp_path_factory.mktemp("recorded")
    _own(folder, "ridge", "|")
    done = bench("run", "own.yaml", "--results", "out", "--jobs", "1", cwd=folder)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def ran(recorded, tmp_path):
    """A copy of that folder of one's own."""
    return shutil.copytree(recorded, tmp_path, dirs_exist_ok=True)


def test_a_classifier_is_one_file(tmp_path, examples):
    added = _added(tmp_path, examples, "bench/systems/classifiers/perceptron.py")
    _own(tmp_path, "perceptron, alpha: [0.0001, 0.001]")
    ran = apart.bench("run", "own.yaml", "--results", "out", cwd=tmp_path, added=added)
    assert ran.returncode == 0, ran.stderr
    table = apart.bench("compare", "out", "--metric", "f1_macro", cwd=tmp_path, added=added)
    assert re.search(r"it +\d?\.\d\d", table.stdout), table.stderr
    fitted = apart.bench("fit", "own.yaml", "--system", "it", "--out", "model", cwd=tmp_path, added=added)
    assert fitted.returncode == 0, fitted.stderr
    explained = apart.bench("explain", "model", "改革", cwd=tmp_path, added=added)
    assert explained.returncode == 0, explained.stderr
    assert re.search(r"^ +改 +\+0\.\d+", explained.stdout, flags=re.MULTILINE), explained.stdout


def _install(folder, entry_points):
    """Make a folder look as if a distribution had been installed into it."""
    info = folder / "theirs-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: theirs\nVersion: 1.0\n", encoding="utf-8")
    (info / "entry_points.txt").write_text(entry_points, encoding="utf-8")


def test_an_installed_distribution_adds_a_kind_by_its_entry_point(tmp_path, examples):
    (tmp_path / "theirs.py").write_text(examples["bench/systems/classifiers/perceptron.py"], encoding="utf-8")
    _install(tmp_path, "[banmian.classifiers]\nperceptron = theirs\n")
    listed = ("list", "perceptron", "--format", "json")
    done = apart.bench(*listed, cwd=tmp_path, PYTHONPATH=str(tmp_path))
    assert done.returncode == 0, done.stderr
    [kind] = json.loads(done.stdout)
    assert (kind["group"], kind["name"]) == ("classifiers", "perceptron")
    assert apart.bench(*listed, cwd=tmp_path).returncode == 2


def test_a_metric_is_one_file(tmp_path, examples):
    added = _added(tmp_path, examples, "bench/experiment/metrics/error_rate.py")
    _own(tmp_path, "linear-svm")
    ran = apart.bench("run", "own.yaml", "--results", "out", cwd=tmp_path, added=added)
    assert ran.returncode == 0, ran.stderr
    table = apart.bench("compare", "out", "--metric", "error_rate", cwd=tmp_path, added=added)
    assert table.returncode == 0, table.stderr
    assert re.search(r"it +\d?\.\d\d", table.stdout)


def test_a_strategy_is_one_file(tmp_path, examples):
    added = _added(tmp_path, examples, "bench/experiment/strategies/least_confidence.py")
    _own(tmp_path, "complement-nb")
    replay = "{kind: labelling, start: 4, step: 2, rounds: 1, folds: 2, repeats: 1, strategies: [least-confidence]}"
    config = (tmp_path / "own.yaml").read_text(encoding="utf-8")
    (tmp_path / "own.yaml").write_text(re.sub(r"protocol: .*", f"protocol: {replay}", config), encoding="utf-8")
    done = apart.bench("run", "own.yaml", "--jobs", "1", cwd=tmp_path, added=added)
    assert done.returncode == 0, done.stderr
    folders = sorted(path.name for path in (tmp_path / "results" / "added").iterdir() if path.is_dir())
    assert folders == ["it+least-confidence@4", "it+least-confidence@6"]


def test_a_check_is_one_file(tmp_path, examples):
    added = _added(tmp_path, examples, "bench/data/audit/checks/shortness.py")
    _own(tmp_path, "linear-svm")
    (tmp_path / "rows.csv").write_text("text,label\n改革,甲\n组织工作会议召开,乙\n", encoding="utf-8")
    done = apart.bench("audit", "own.yaml", "--fail-on", "shortness", cwd=tmp_path, added=added)
    assert done.returncode == 1, done.stderr
    assert "note shortness: texts of fewer than 6 characters: 1" in done.stdout


def test_a_check_of_verify_is_one_file(ran, examples):
    added = _added(ran, examples, "bench/execution/record_checks/warning_counts.py")
    same = apart.bench("verify", "out", "--jobs", "1", cwd=ran, added=added)
    assert same.returncode == 0, same.stdout + same.stderr
    [record] = (ran / "out").rglob("run.json")
    forged = json.loads(record.read_bytes()) | {"warnings": {"ConvergenceWarning": 7}}
    del forged["record_sha256"]
    record.write_bytes(readable_json({**forged, "record_sha256": digest([canonical_json(forged)])}))
    other = apart.bench("verify", "out", "--jobs", "1", cwd=ran, added=added)
    assert other.returncode == 1
    assert "the predictions are the same, but fitting warned of {}, not of {'ConvergenceWarning': 7}" in other.stdout


def test_a_block_of_the_report_is_one_file(ran, examples):
    added = _added(ran, examples, "bench/report/sections/versions.py")
    done = apart.bench("report", "--results", "out", "--out", "page.html", "--folder", ".", cwd=ran, added=added)
    assert done.returncode == 0, done.stderr
    page = (ran / "page.html").read_text(encoding="utf-8")
    assert re.search(r"Versions</h\d>.{0,200}banmian \d", page, flags=re.DOTALL)


def test_a_column_is_one_file(ran, examples):
    added = _added(ran, examples, "bench/report/tables/columns/fit_warnings.py")
    options = ("--columns", "fit-warnings", "--format", "json")
    shown = apart.bench("compare", "out", *options, cwd=ran, added=added)
    assert shown.returncode == 0, shown.stderr
    [row] = json.loads(shown.stdout)["comparisons"][0]["rows"]
    assert row["columns"] == {"fit_warnings": 0}


def test_a_format_is_one_file(ran, examples):
    # The command line reads the names of formats without importing them: a plug-in's by its entry point.
    _install(ran, "[banmian.formats]\norg = org\n")
    added = _added(ran, examples, "bench/report/tables/formats/org.py")
    searched = f"{ran}{os.pathsep}{ran / 'added'}"
    shown = apart.bench("compare", "out", "--format", "org", cwd=ran, added=added, PYTHONPATH=searched)
    assert shown.returncode == 0, shown.stderr
    title, heads, line, row = shown.stdout.splitlines()[:4]
    assert title.startswith("* added: 12 rows, 2 classes")
    assert heads.startswith("| system | macro-F1 | 95 % |")
    assert line.count("-") == heads.count("|") - 1
    assert row.startswith("| it | ")


def _fits(shown, printed):
    """Whether lines are those that a page shows, where … stands for any text; a line of … alone for any lines."""
    pattern = "".join(r"(.*\n)*?" if line == "…" else re.escape(line).replace("…", ".*") + r"\n" for line in shown)
    return re.fullmatch(pattern, printed)


def test_a_page_comes_and_goes_as_the_tutorial_shows(tmp_path, root, monkeypatch, capsys):
    for folder in ("seeds", "results"):
        shutil.copytree(root / folder, tmp_path / folder)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    # Parquet bytes vary with the installed pyarrow: the dataset to compare with is built here.
    assert _do("bench build", capsys).startswith("dataset: ")
    before = _files(tmp_path)
    text = (root / "docs" / "new-page.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```(\w+)\n(.*?)```", text, flags=re.DOTALL)
    assert [kind for kind, _ in blocks] == ["text", "console", "console", "console", "json", "console", "console"]
    for kind, block in blocks:
        if kind != "console":
            Path("notice.txt" if kind == "text" else "li.jsonl").write_text(block, encoding="utf-8")
            continue
        for line, shown in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block, flags=re.MULTILINE):
            printed = _do(line, capsys)
            assert _fits(shown.splitlines(), printed), (line, printed)
    assert {name: data for name, data in _files(tmp_path).items() if name in before} == before
    assert set(_files(tmp_path)) - set(before) == {"notice.txt", "li.jsonl", "tasks.jsonl", "tasks.labels.json"}


def _do(line, capsys):
    """What a line of a shell prints: `rm` of files, or the program, run here since that is quicker."""
    program, *arguments = shlex.split(line)
    if program == "rm":
        for path in (path for pattern in arguments for path in list(Path().glob(pattern))):
            path.unlink()
        return ""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", [program, *arguments])
        with pytest.raises(SystemExit):
            cli.main()
    printed = capsys.readouterr()
    return printed.out + printed.err


def _files(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
