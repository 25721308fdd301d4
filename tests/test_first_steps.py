"""The first steps with a table of one's own, as a user types them: what is remembered, told, and where things land."""

from __future__ import annotations

import csv
import json
import re
import shutil

import command
import pytest

from bench.core.labelled_texts import LabelledTexts
from bench.data.sources.files import FilesSource
from bench.report.predictions import rounded
from bench.tables.delimiters import likely_delimiter

ROWS = [(f"{word}第{at}次{word}", label) for at in range(8) for word, label in (("改革", "甲"), ("考核", "乙"))]
CONFIG = """\
name: own
data: {kind: files, train: rows.csv, text: sentence, label: topic}
protocol: {kind: repeated-stratified, folds: 2, repeats: 2, inner_folds: 2}
systems:
  - {name: majority, classifier: {kind: majority}}
  - {name: nb, features: {kind: tfidf, tokens: char}, classifier: {kind: complement-nb, alpha: 1}}
"""


def _write(path, rows, delimiter=","):
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows(rows)


@pytest.fixture
def bench(tmp_path):
    """Runs a command in a folder with a table and an experiment: exit code, output, complaint."""
    _write(tmp_path / "rows.csv", [("sentence", "topic"), *ROWS])
    (tmp_path / "own.yaml").write_text(CONFIG, encoding="utf-8")

    def run(*arguments):
        done = command.bench(*arguments, cwd=tmp_path)
        return done.returncode, done.stdout, done.stderr

    return run


@pytest.mark.parametrize("mark", ["\u2028", "\x85", "\f"])
def test_a_mark_that_only_python_ends_lines_at_hides_no_delimiter(tmp_path, mark):
    _write(tmp_path / "rows.csv", [("text", "label"), *((f"改革{mark}会议{at}", "甲") for at in range(40))], ";")
    assert likely_delimiter(tmp_path / "rows.csv", ",", quoted=True) == ";"


@pytest.mark.parametrize("option", [("--language", "zh"), ("--explain",)])
def test_what_a_comparison_over_data_sets_cannot_do_is_refused(bench, option):
    code, out, said = bench("compare", "--across", *option)
    assert (code, out) == (2, "")
    assert f"{option[0]} leave it out with --across" in said


def test_a_model_remembers_the_column_of_its_texts_and_a_delimiter_is_found(bench, tmp_path):
    assert bench("fit", "own.yaml", "--system", "nb", "--out", "model")[0] == 0
    _write(tmp_path / "new.csv", [("no", "sentence"), ("1", "改革；改革"), ("2", "考核")], ";")
    code, out, _ = bench("predict", "model", "new.csv", "--format", "jsonl")
    assert code == 0
    assert [json.loads(line)["label"] for line in out.splitlines()] == ["甲", "乙"]
    _write(tmp_path / "other.csv", [("words",), ("改革",)])
    said = r"^bench: other.csv: no column 'sentence' or 'text'; .* --text COLUMN. Known: words\n$"
    assert re.match(said, bench("predict", "model", "other.csv")[2])
    _write(tmp_path / "text.csv", [("text",), ("改革",)])
    assert bench("predict", "model", "text.csv")[0] == 0


def test_the_table_of_predictions_shows_the_line_of_each_row(bench, tmp_path):
    assert bench("fit", "own.yaml", "--system", "nb", "--out", "model")[0] == 0
    (tmp_path / "new.csv").write_text('sentence\n"改革"\n\n"考核"\n', encoding="utf-8")
    _, out, _ = bench("predict", "model", "new.csv", "--format", "table")
    assert [line.split()[0] for line in out.splitlines() if "改革" in line or "考核" in line] == ["2", "4"]


@pytest.mark.parametrize(
    ("scores", "short"),
    [
        ((0.961992620547, 0.038007379453), (0.9619926, 0.03800738)),
        ((0.500000001, 0.499999999), (0.500000001, 0.499999999)),
        ((0.5, 0.5), (0.5, 0.5)),
        ((-123456.789012, -123456.789011), (-123456.789012, -123456.789011)),
        ((float("nan"), 1.0), None),
    ],
)
def test_scores_are_rounded_but_never_so_that_another_is_the_largest(scores, short):
    found = rounded(scores)
    if short is None:
        assert found[1] == 1.0
        return
    assert found == short
    assert max(range(2), key=lambda at: found[at]) == max(range(2), key=lambda at: scores[at])


def test_texts_that_stand_a_line_each_take_no_column_and_rows_to_label_are_told_by_line(bench, tmp_path):
    lines = [f"会议{number}研究{word}工作的第{number}个问题" for number, word in enumerate("春夏秋冬", start=1)]
    (tmp_path / "pool.txt").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    code, _, complaint = bench("next", "own.yaml", "pool.txt", "--text", "sentence")
    assert (code, complaint) == (2, "bench: pool.txt: holds a text a line, no columns; leave --text out\n")
    code, out, _ = bench("next", "own.yaml", "pool.txt", "--rows", "4", "--format", "csv")
    assert code == 0
    found = {row["id"]: row["sentence"] for row in csv.DictReader(out.splitlines())}
    assert all(lines[int(name.removeprefix("pool.txt:")) - 1] == text for name, text in found.items())


def test_rows_without_ids_of_their_own_are_called_by_file_and_line(tmp_path):
    _write(tmp_path / "one.csv", [("no", "text", "label"), ("a", "一", "甲"), ("", "", ""), ("b", "二", "乙")])
    _write(tmp_path / "two.csv", [("no", "text", "label"), ("c", "三", "甲")])
    settings = {"kind": "files", "train": ["one.csv", "two.csv"], "text": "text", "label": "label", "drop_empty": True}
    data = FilesSource.model_validate(settings, context={"folder": tmp_path}).load()
    assert [data.name_of(row) for row in range(3)] == ["one.csv:2", "one.csv:4", "two.csv:2"]
    assert data.shuffled(1).name_of(1) == "one.csv:4"
    own = FilesSource.model_validate({**settings, "id": "no"}, context={"folder": tmp_path}).load()
    assert [own.name_of(row) for row in range(3)] == ["a", "b", "c"]
    assert LabelledTexts(("x",), ("一",), ("甲",)).name_of(0) == "x"


def test_the_audit_names_lines_and_says_how_to_see_more(bench, tmp_path):
    _write(tmp_path / "rows.csv", [("sentence", "topic"), *ROWS, *((text, "乙") for text, _ in ROWS[:6:2])])
    _, out, _ = bench("audit", "own.yaml", "--examples", "2")
    assert "rows.csv:2, rows.csv:18" in out
    said = " ".join(out.split())
    assert "Tables show 2 lines at most: --examples 200 shows more, --format json names every row." in said
    _, out, _ = bench("audit", "own.yaml")
    assert "--examples" not in out
    duplicates = json.loads(bench("audit", "own.yaml", "--format", "json")[1])["findings"][0]
    assert duplicates["rows"][:2] == ["rows.csv:2", "rows.csv:4"]


def test_stored_results_of_other_settings_are_never_replaced_without_a_word(bench, tmp_path):
    assert "replaced" not in bench("run", "own.yaml")[2]
    assert "replaced" not in bench("run", "own.yaml")[2]
    (tmp_path / "own.yaml").write_text(CONFIG.replace("alpha: 1", "alpha: 2"), encoding="utf-8")
    code, _, complaint = bench("run", "own.yaml", "--dry-run")
    assert code == 0
    assert "bench: stored results of nb will be replaced: they were made with other settings; " in complaint
    assert "majority" not in complaint


def test_a_system_that_is_gone_fails_the_check_as_one_that_became_worse_does(bench, tmp_path):
    assert bench("run", "own.yaml")[0] == 0
    shutil.copytree(tmp_path / "results", tmp_path / "before")
    assert bench("compare", "results", "--against", "before", "--fail-if-worse")[0] == 0
    shutil.rmtree(tmp_path / "results" / "own" / "majority")
    code, out, complaint = bench("compare", "results", "--against", "before", "--fail-if-worse")
    assert (code, complaint) == (1, "bench: majority has no new run\n")
    assert "Only in the old runs: majority." in out
    assert bench("compare", "results", "--against", "before")[0] == 0


def test_a_report_of_one_folder_is_put_into_that_folder(bench, tmp_path):
    assert bench("run", "own.yaml", "--results", "elsewhere")[0] == 0
    for named, page in (
        ("elsewhere", "elsewhere/report.html"),
        ("elsewhere/own", "elsewhere/own/report.html"),
        ("elsewhere/own/nb", "elsewhere/own/report.html"),
    ):
        code, out, _ = bench("report", named)
        assert (code, out.startswith(f"report in {page} (")) == (0, True)
        assert (tmp_path / page).is_file()
    assert not (tmp_path / "results").exists()
    assert bench("compare", "elsewhere")[0] == 0


def test_a_run_ends_with_the_command_that_shows_it_and_help_lists_commands_by_what_they_are_for(bench):
    assert (
        bench("run", "own.yaml")[1].splitlines()[-1] == "next: bench compare results/own, or bench report results/own"
    )
    assert "next:" not in bench("run", "own.yaml", "--dry-run")[1]
    _, out, _ = bench("--help")
    sections = [line.rstrip(":") for line in out.splitlines() if line and not line.startswith(" ")][1:]
    assert sections == ["Options", "Start", "Results", "Models", "Corpus", "This program"]
    for name in bench_commands():
        assert re.search(rf"^  {name} +[a-z]|^  {name} +the ", out, re.MULTILINE), name


def bench_commands():
    from bench.cli.group import bench as group

    return list(group.commands)
