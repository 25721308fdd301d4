"""Whatever a user gives: the command ends in one printable line and exit 2, never in a traceback or a hang."""

from __future__ import annotations

import copy
import json
import os
import re
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bench import cli
from bench.core.errors import INVISIBLE, BenchError
from bench.core.inputs import check_readable
from bench.experiment.config import Experiment, load_experiment

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
NO_ROOT = pytest.mark.skipif(getattr(os, "geteuid", lambda: 1)() == 0, reason="root may read and write everything")


@pytest.fixture
def own(tmp_path, monkeypatch):
    (tmp_path / "own.yaml").write_text(QUICK, encoding="utf-8")
    (tmp_path / "rows.csv").write_text(ROWS, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def refused(monkeypatch, capsys):
    """Runs the command, demands exit 2, one printable line and nothing on the way to it, and gives that line."""

    def call(*arguments):
        monkeypatch.setattr(sys, "argv", ["bench", *map(str, arguments)])
        with pytest.raises(SystemExit) as exit_:
            cli.main()
        told = capsys.readouterr()
        assert (exit_.value.code, told.out) == (2, ""), told
        [line] = told.err.split("\n")[:-1]
        assert line.startswith("bench: ")
        assert INVISIBLE.search(line) is None
        return line

    return call


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("train: rows.csv", "train: ~nouser-of-bench/x.csv", "own.yaml:2: data.train: there is no home folder of"),
        ("train: rows.csv", 'train: "a\\0b.csv"', "own.yaml:2: data.train: a path holds no NUL character"),
        ("train: rows.csv", 'train: "\\ud800.csv"', "own.yaml:2: '\\ud800.csv' holds half a surrogate pair"),
        ("train: rows.csv", "train: " + "长" * 300 + ".csv", ": cannot be read: File name too long"),
        ("train: rows.csv", 'train: "a\\e[31m\\nb.csv"', r"a\x1b[31m\nb.csv: no such file"),
        ("train: rows.csv", "train: .", "is a folder, but none that `save_to_disk` of datasets wrote"),
        ("folds: 3", "folds: " + "9" * 5000, "own.yaml:3: the integer 99999999999999999999… is too large"),
        ("folds: 3", "folds: .nan", "own.yaml:3: protocol.folds: should be a valid integer, got nan"),
        ("folds: 3", "folds: 2024-01-01", "own.yaml:3: protocol.folds: should be a valid integer, got '2024-01-01'"),
        ("folds: 3", "folds: !!binary aGVsbG8=", "own.yaml:3: YAML tag 'tag:yaml.org,2002:binary' is not allowed"),
        ("folds: 3", "<<: {folds: 3}", "own.yaml:3: merge keys ('<<') are not allowed; write the keys out"),
        ("folds: 3", "folds: 3, folds: 4", "own.yaml:3: key 'folds' appears twice, first on line 3; keep one"),
        ("folds: 3", "folds: " + "[" * 9000, "own.yaml:3: lists and mappings lie more than 50 deep"),
        ("folds: 3", '"\\e[2J\\u202e": 3', r"own.yaml:3: unknown key '\x1b[2J\u202e'"),
        ("C: [1, 10]", "C: [.inf]", "own.yaml:9: systems.1.classifier.C.0: should be a finite number, got inf"),
        ("C: [1, 10]", "C: 1e999", "own.yaml:9: systems.1.classifier.C: should be a finite number, got inf"),
        ("C: [1, 10]", f"C: {list(range(1, 5000))}", "own.yaml:9: systems.1.classifier.C: the list should have at most 100"),
        ("C: [1, 10]", "C: [1.0e-300, 1]", "own.yaml:9: systems.1.classifier.C.0: should be greater than or equal to 1e-10, got"),
        ("C: [1, 10]", "C: 1.0e+300", "own.yaml:9: systems.1.classifier.C: should be less than or equal to 1"),
        ("kind: linear-svm, C: [1, 10]", "kind: complement-nb, alpha: 1.0e-300", "own.yaml:9: systems.1.classifier.alpha: should be"),
        ("kind: linear-svm, C: [1, 10]", "kind: nb-svm, alpha: [1, 1.0e+99]", "own.yaml:9: systems.1.classifier.alpha.1: should be"),
        ("kind: linear-svm, C: [1, 10]", "kind: knn, n_neighbors: 4000000000", "own.yaml:9: systems.1.classifier.n_neighbors: should"),
        ("kind: tfidf", "kind: lsa, components: 4000000000", "own.yaml:8: systems.1.features.components: should be less than or"),
        ("kind: tfidf, tokens: char", "kind: concat, weights: [1, 1.0e+308], parts: [{kind: tfidf}, {kind: lsa}]",
         "own.yaml:8: systems.1.features.weights.1: should be less than or equal to 1"),
        ("folds: 3", "folds: 4000000000", "own.yaml:3: protocol.folds: should be less than or equal to 1000000, got"),
        ("train: rows.csv", "train: /dev/zero", "/dev/zero: unknown file ending"),
        ("kind: tfidf, tokens: char", "kind: embedding, backend: {kind: model2vec, model: .}", "model '.' is a folder without config.json"),
        ("kind: tfidf, tokens: char", "kind: embedding, backend: {kind: model2vec, model: ..}", "model '..' is a folder without"),
        ("kind: tfidf, tokens: char", "kind: embedding, backend: {kind: model2vec, model: ~}", "model"),
        ("kind: tfidf, tokens: char", "kind: embedding, backend: {kind: model2vec, model: rows.csv}", "model 'rows.csv' is a file, where"),
        ("tokens: char", "ngrams: [1, 4000000000]", "own.yaml:8: systems.1.features.ngrams: counts n-grams of 100 tokens"),
        ("tokens: char", "stop_words: ~nouser-of-bench/x", "own.yaml:8: systems.1.features.stop_words: needs a file"),
        ("tokens: char", "user_dictionary: /dev/zero", "/dev/zero: is a device, where a file is needed"),
        ("name: own", "name: own\na: &a [x, x]\nb: &b [*a, *a]\nc: [*c]", "own.yaml:4: not YAML: found undefined alias"),
    ],
)  # fmt: skip
def test_a_hostile_value_is_refused(own, refused, old, new, message):
    (own / "own.yaml").write_text(QUICK.replace(old, new, 1), encoding="utf-8")
    assert message in refused("run", "own.yaml")
    assert not (own / "results").exists()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "own.yaml:1: is empty"),
        (QUICK.encode("utf-16"), "own.yaml: is in UTF-16 or UTF-32; save the file as UTF-8"),
        (QUICK.encode("utf-16-le"), "own.yaml:1: not YAML: character U+0000 is not allowed"),
        ((QUICK + "# 版面").encode("gb18030"), "own.yaml:10: byte 0xb0 is not UTF-8"),
        (b"x: " + b"y" * 5_000_000, "own.yaml: holds 5,000,003 bytes, where at most 4,000,000 are read"),
    ],
)
def test_a_hostile_file_is_refused(own, refused, content, message):
    (own / "own.yaml").write_bytes(content)
    assert message in refused("run", "own.yaml")


@pytest.mark.parametrize("ending", ["csv", "tsv", "json", "jsonl", "parquet", "csv.gz"])
@pytest.mark.parametrize("kind", ["pipe", "loop", "device", "made up"])
def test_data_that_could_be_read_without_end_is_refused(own, refused, kind, ending):
    name = f"rows.{ending}"
    path = own / name
    if ending == "csv":
        path.unlink()
    match kind:
        case "pipe":
            os.mkfifo(path)
        case "loop":
            path.symlink_to(path)
        case "device":
            path.symlink_to("/dev/zero")
        case "made up":
            if not Path("/proc/self/maps").exists():
                pytest.skip("the system has no /proc")
            path.symlink_to("/proc/self/maps")
    told = {
        "pipe": "is a pipe, where a file is needed",
        "loop": "Too many levels of symbolic links",
        "device": "is a device, where a file is needed",
        "made up": "is no ordinary file: the system makes up what it holds",
    }
    (own / "own.yaml").write_text(QUICK.replace("rows.csv", name, 1), encoding="utf-8")
    assert told[kind] in refused("run", "own.yaml")
    assert told[kind] in refused("init", name)


@pytest.mark.parametrize("path", [".", "..", "~", "/proc"])
def test_a_folder_that_is_no_data_set_is_one_line(own, refused, monkeypatch, path):
    home = own / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    os.mkfifo(home / "pipe")
    if path == "/proc" and not Path("/proc/self").exists():
        pytest.skip("the system has no /proc")
    (own / "configs").mkdir()
    data = f"data: {{kind: hub, path: '{path}', text: text, label: label}}"
    (own / "configs" / "own.yaml").write_text(re.sub("data: .*", data, QUICK), encoding="utf-8")
    assert refused("run", "configs/own.yaml", "--dry-run")


def test_a_folder_of_more_files_than_a_data_set_has_is_not_searched(tmp_path):
    for number in range(30):
        (tmp_path / str(number)).touch()
    check_readable(tmp_path, most=30)
    with pytest.raises(BenchError, match="holds more than 29 files and folders; name the one that is meant"):
        check_readable(tmp_path, most=29)


@pytest.mark.parametrize("verb", ["compare", "report", "verify"])
def test_a_result_that_is_a_pipe_is_refused_and_not_waited_for(own, refused, verb):
    (own / "results" / "own" / "majority").mkdir(parents=True)
    os.mkfifo(own / "results" / "own" / "majority" / "run.json")
    assert "run.json: is a pipe, where a file is needed" in refused(verb)


@pytest.mark.parametrize("verb", [["run"], ["build", "--out", "d", "--seeds"], ["build", "--out"], ["compare"]])
@pytest.mark.parametrize("kind", ["folder", "pipe", "loop", "missing\x1b[31m\n", "long", "device"])
def test_what_is_no_file_and_no_folder_of_that_kind_is_refused_and_not_waited_for(own, root, refused, verb, kind):
    path = own / kind
    match kind:
        case "folder":
            path.mkdir()
        case "pipe":
            os.mkfifo(path)
        case "loop":
            path.symlink_to(path)
        case "long":
            path = own / ("长" * 300)
        case "device":
            path = Path("/dev/zero")
    seeds = ["--seeds", root / "seeds"] if verb == ["build", "--out"] else []
    if seeds and kind in {"folder", "missing\x1b[31m\n"}:
        pytest.skip("a dataset can be written there")
    assert re.match(r"bench: .+: .+", refused(*verb, path, *seeds))


@pytest.mark.parametrize("place", ["file", "file/below", "pipe", "loop", "/dev/null", "/dev/null/x", "/proc/none"])
def test_results_that_cannot_lie_there_are_refused(own, refused, monkeypatch, place):
    (own / "file").write_text("", encoding="utf-8")
    os.mkfifo(own / "pipe")
    (own / "loop").symlink_to(own / "loop")
    monkeypatch.setattr("bench.cli.commands.experiments._say", lambda *_, **__: None)
    assert place.split("/")[1 if place.startswith("/") else 0] in refused("run", "own.yaml", "--results", place)


@NO_ROOT
def test_what_may_not_be_read_or_written_is_refused(own, refused, monkeypatch):
    monkeypatch.setattr("bench.cli.commands.experiments._say", lambda *_, **__: None)
    (own / "shut").mkdir(mode=0o555)
    assert "Permission denied" in refused("run", "own.yaml", "--results", "shut")
    assert list((own / "shut").iterdir()) == []
    (own / "rows.csv").chmod(0)
    assert "rows.csv: cannot be read: Permission denied" in refused("run", "own.yaml")
    (own / "own.yaml").chmod(0)
    assert "'own.yaml' is not readable" in refused("run", "own.yaml")


@pytest.mark.parametrize(
    ("label", "message"),
    [
        ('"甲\n"', r"the label '甲\n' has blanks at an end; write '甲'"),
        (" 甲", "the label ' 甲' has blanks at an end; write '甲'"),
        ("甲\x1b[31m", r"the label '甲\x1b[31m' holds the control character U+001B; take it out"),
        ("甲\u202e", r"the label '甲\u202e' holds the control character U+202E; take it out"),
        ("a\u2066b", r"the label 'a\u2066b' holds the control character U+2066; take it out"),
    ],
)
def test_a_label_that_does_not_look_like_what_it_is_is_refused_with_its_row(own, refused, label, message):
    (own / "rows.csv").write_text(ROWS.replace(",甲", f",{label}", 2), encoding="utf-8")
    assert message in refused("run", "own.yaml")


def test_a_text_may_hold_anything_and_moves_no_terminal(own, capsys, monkeypatch):
    (own / "rows.csv").write_text(ROWS.replace("第1行", "\x1b[2J\u202e\x07"), encoding="utf-8")
    monkeypatch.setattr(sys, "argv", ["bench", "run", "own.yaml", "--jobs", "1"])
    with pytest.raises(SystemExit) as exit_:
        cli.main()
    assert exit_.value.code == 0
    told = capsys.readouterr()
    assert INVISIBLE.search((told.out + told.err).replace("\n", "")) is None


def _limited(own, *arguments, **options):
    command = [sys.executable, "-W", "ignore", "-m", "bench", *arguments]
    return subprocess.run(command, stderr=subprocess.PIPE, check=False, cwd=own, encoding="utf-8", **options)


def test_a_full_disk_is_one_line_and_leaves_nothing_behind(own):
    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))

    done = _limited(own, "run", "own.yaml", "--jobs", "1", preexec_fn=limit, stdout=subprocess.DEVNULL)
    assert done.returncode == 2
    assert re.fullmatch(r"bench: results/own/majority/\S+: File too large\n", done.stderr)
    assert [path.name for path in (own / "results").rglob("*") if path.is_file()] == [".lock"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_output_that_cannot_be_written_is_one_line(own):
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = _limited(own, "run", "own.yaml", "--dry-run", stdout=full)
    assert (done.returncode, done.stderr) == (2, "bench: output: No space left on device\n")


CONFIG = Path(__file__).parents[1] / "configs" / "quick.yaml"
_LEAF = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(0, 300).map(lambda power: 10**power)
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(["~nouser/x", "a\0b", "\ud800", "\x1b[31m", "9" * 5000, "../x", "corpus", "all", "word", "lsa", "x" * 10**5])
)  # fmt: skip
_VALUE = st.recursive(
    _LEAF, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
)


def _places(value, at=()):
    yield at
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from _places(inner, (*at, key))


@st.composite
def _mutated(draw):
    """The committed experiment as a value, one node of it changed, taken out, wrapped, repeated or renamed."""
    value = {"all": copy.deepcopy(_plain())}
    *above, key = draw(st.sampled_from([("all", *at) for at in _places(value["all"])]))
    parent = value
    for step in above:
        parent = parent[step]
    match draw(st.sampled_from(["change", "take out", "wrap", "repeat", "deepen", "rename"])):
        case "change":
            parent[key] = draw(_VALUE)
        case "take out" if above:
            del parent[key]
        case "wrap":
            parent[key] = draw(st.sampled_from([[parent[key]], {"kind": parent[key]}, str(parent[key])]))
        case "repeat":
            parent[key] = [parent[key]] * draw(st.sampled_from([0, 1, 2, 30]))
        case "deepen":
            for _ in range(draw(st.integers(1, 80))):
                parent[key] = [parent[key]] if draw(st.booleans()) else {"parts": parent[key]}
        case "rename" if isinstance(parent, dict) and above:
            name = draw(st.text(max_size=8) | st.sampled_from(list(parent)))
            parent[name] = parent.pop(key)
    return value["all"]


def _plain():
    from bench.core.yaml_files import load_yaml

    return load_yaml(CONFIG).value


@given(value=_mutated())
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_any_experiment_is_read_or_refused_in_one_printable_line(tmp_path_factory, value):
    path = tmp_path_factory.getbasetemp() / "mutated.yaml"
    # JSON is YAML; what it cannot say of numbers, YAML says with a dot.
    text = (
        json.dumps(value, ensure_ascii=True)
        .replace("NaN", ".nan")
        .replace("-Infinity", "-.inf")
        .replace("Infinity", ".inf")
    )
    path.write_text(text, encoding="utf-8")
    try:
        assert isinstance(load_experiment(path), Experiment)
    except BenchError as error:
        assert error.place.startswith(str(path))
        assert INVISIBLE.search(str(error)) is None
        assert len(str(error)) < 2000
