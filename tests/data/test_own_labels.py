"""Any table goes to a labelling tool and comes back labelled: nothing lost, nothing taken that does not fit."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from xml.etree import ElementTree as ET

import pyarrow.parquet as pq
import pytest
from command import bench
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bench import api
from bench.core.errors import BenchError
from bench.corpus.exchange.tools.doccano import label_list
from bench.tables import read_table, table_bytes

REVIEWS = [
    ("好评", "味道不错，下次还来"),
    ("", "等了一个小时"),
    ("差评", "服务员态度差，“再也不来”"),
    ("", "一般"),
    ("", "一般"),
]


@pytest.fixture
def reviews(tmp_path):
    """A table of which two rows are labelled, one has no text, and two texts are the same."""
    rows = [{"no": str(at), "review": text, "topic": label} for at, (label, text) in enumerate(REVIEWS)]
    rows.append({"no": "9", "review": " ", "topic": ""})
    path = tmp_path / "reviews.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, ["no", "review", "topic"], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return path


def _table(path, **more):
    return api.TextTable(path, text="review", label="topic", **{"labels": "好评,差评", **more})


def _labelled_by_doccano(exported, label):
    """What doccano gives back, a row of metadata beside its own number; label: by text, None for no answer."""
    rows = []
    for number, line in enumerate(exported.read_text(encoding="utf-8").splitlines(), start=1):
        value = json.loads(line)
        found = label(value["text"])
        rows.append(
            {
                "id": number,
                "text": value["text"],
                "row_id": value["row_id"],
                "label": [found] if found else [],
                "Comments": [],
            }
        )
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def _labelled_by_label_studio(exported, label, **annotator):
    tasks = json.loads(exported.read_text(encoding="utf-8"))
    for task in tasks:
        found = label(task["data"]["text"])
        value = {"choices": [found] if found else []}
        result = [{"from_name": "label", "to_name": "text", "type": "choices", "value": value}]
        task["annotations"] = [{"result": result, "was_cancelled": False, **annotator}] if found else []
    return json.dumps(tasks, ensure_ascii=False)


def _guess(text):
    return {"等了一个小时": "差评", "味道不错，下次还来": "好评", "服务员态度差，“再也不来”": "差评"}.get(text)


@pytest.mark.parametrize(("tool", "ending", "labelled"), [
    ("doccano", ".jsonl", _labelled_by_doccano),
    ("label-studio", ".json", _labelled_by_label_studio),
])  # fmt: skip
@pytest.mark.parametrize("row_id", [None, "no"])
def test_a_table_comes_back_with_its_labels_and_all_that_it_had(reviews, tool, ending, labelled, row_id):
    out = reviews.parent / f"tasks{ending}"
    done = api.export_table_labels(_table(reviews, row_id=row_id), tool, out)
    assert (done.rows, done.labelled, done.blank) == (5, 2, 1)
    back = reviews.parent / f"back{ending}"
    back.write_text(labelled(out, _guess), encoding="utf-8")
    target = reviews.parent / "labelled.csv"
    taken = api.import_table_labels(back, _table(reviews, row_id=row_id), tool, target)
    assert (taken.counts.set_, taken.counts.kept, taken.counts.unanswered) == (1, 2, 2)
    assert (taken.labels, taken.unlabelled) == ({"好评": 1, "差评": 2}, 2)
    before, after = reviews.read_text(encoding="utf-8"), target.read_text(encoding="utf-8")
    assert after == before.replace("等了一个小时,", "等了一个小时,差评")


def test_doccanos_label_list_holds_every_label_with_a_key_of_its_own(reviews):
    out = reviews.parent / "tasks.jsonl"
    labels = [f"类{at}" for at in range(40)]
    (reviews.parent / "labels.txt").write_text("好评\n差评\t菜或人不好\n" + "\n".join(labels), encoding="utf-8")
    api.export_table_labels(_table(reviews, labels=None, labels_from=reviews.parent / "labels.txt"), "doccano", out)
    listed = json.loads((reviews.parent / "tasks.labels.json").read_text(encoding="utf-8"))
    assert [each["text"] for each in listed] == ["好评", "差评", *labels]
    keys = [each["suffix_key"] for each in listed if each["suffix_key"]]
    assert len(set(keys)) == len(keys) == 35
    assert len({each["background_color"] for each in listed}) == 42
    assert all(_contrast_with_white(each["background_color"]) >= 4.5 for each in listed)


def _contrast_with_white(colour):
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 1.05 / (sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True)) + 0.05)


def test_label_studio_shows_meanings_and_a_list_that_drops_down_where_there_are_many(reviews):
    names = reviews.parent / "labels.txt"
    names.write_text("好评\n差评\t菜或人不好\n" + "\n".join(f"类{at}" for at in range(40)), encoding="utf-8")
    api.export_table_labels(_table(reviews, labels=None, labels_from=names), "label-studio", reviews.parent / "t.json")
    choices = ET.fromstring((reviews.parent / "t.xml").read_bytes()).find("Choices")  # noqa: S314  our own
    assert (choices.get("name"), choices.get("layout")) == ("label", "select")
    assert choices[1].attrib == {"value": "差评", "hint": "菜或人不好", "hotkey": "2"}
    assert len({choice.get("hotkey") for choice in choices if choice.get("hotkey")}) == 35


def _archive(path, files):
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return path


def test_doccanos_archive_names_its_annotators_by_its_files(reviews):
    out = reviews.parent / "tasks.jsonl"
    api.export_table_labels(_table(reviews), "doccano", out)
    li = _labelled_by_doccano(out, lambda text: _guess(text) or "好评")
    wang = _labelled_by_doccano(out, lambda text: "差评" if text == "一般" else _guess(text))
    path = _archive(reviews.parent / "x.zip", {"li@example.org.jsonl": li, "wang.jsonl": wang, "zhao.jsonl": ""})
    target = reviews.parent / "out.csv"
    message = r"x\.zip/wang\.jsonl:4: row '[0-9a-f]+' is 好评 by annotator 'li@example\.org', 差评 by annotator 'wang'; take one"
    with pytest.raises(BenchError, match=message):
        api.import_table_labels(path, _table(reviews), "doccano", target)
    assert not target.exists()
    api.import_table_labels(path, _table(reviews), "doccano", target, annotator="LI@example.org")
    assert list(read_table(target).column("topic")) == ["好评", "差评", "差评", "好评", "好评", ""]
    api.import_table_labels(path, _table(reviews, row_id=None), "doccano", target, annotator="wang", force=True)
    assert list(read_table(target).column("topic"))[3] == "差评"
    with pytest.raises(
        BenchError, match=r"x\.zip: no answer is by annotator 'zhao'; did you mean .* Known: li@exa|Known: li@"
    ):
        api.import_table_labels(path, _table(reviews), "doccano", target, annotator="zhao", force=True)


def test_a_fault_inside_an_archive_is_told_with_its_file_and_line(reviews):
    path = _archive(reviews.parent / "x.zip", {"li.jsonl": '{"text": "一般"}\n{"text": \n'})
    with pytest.raises(BenchError, match=r"x\.zip/li\.jsonl:2: not JSON"):
        api.import_table_labels(path, _table(reviews), "doccano", reviews.parent / "out.csv")
    for files in ({}, {"notes.txt": "x"}):
        _archive(path, files)
        with pytest.raises(BenchError, match=r"x\.zip: holds no file that ends in \.json or \.jsonl"):
            api.import_table_labels(path, _table(reviews), "doccano", reviews.parent / "out.csv")


@pytest.mark.parametrize(
    "annotator",
    [
        {"completed_by": {"id": 7, "email": "li@example.org", "first_name": "Li"}},
        {"completed_by": 7, "created_username": "Li Ming li@example.org, 7"},
    ],
)
@pytest.mark.parametrize("name", ["li@example.org", "Li@Example.org", "7"])
def test_label_studios_annotators_are_known_by_e_mail_and_by_number(reviews, annotator, name):
    out, back = reviews.parent / "tasks.json", reviews.parent / "back.json"
    api.export_table_labels(_table(reviews), "label-studio", out)
    back.write_text(_labelled_by_label_studio(out, _guess, **annotator), encoding="utf-8")
    taken = api.import_table_labels(back, _table(reviews), "label-studio", reviews.parent / "o.csv", annotator=name)
    assert taken.counts.set_ == 1


def test_a_list_of_users_gives_e_mails_to_numbers(reviews):
    out, back, users = (reviews.parent / name for name in ("tasks.json", "back.json", "users.json"))
    api.export_table_labels(_table(reviews), "label-studio", out)
    back.write_text(_labelled_by_label_studio(out, _guess, completed_by=7), encoding="utf-8")
    users.write_text(
        json.dumps([{"id": 7, "email": "li@example.org"}, {"id": 8, "email": "w@example.org"}]), encoding="utf-8"
    )
    options = {"users": users, "force": True}
    for name in ("li@example.org", "7"):
        taken = api.import_table_labels(
            back, _table(reviews), "label-studio", reviews.parent / "o.csv", annotator=name, **options
        )
        assert taken.counts.set_ == 1
    with pytest.raises(
        BenchError, match=r"back\.json: no answer is by annotator 'w@example\.org'; did you mean 'li@example\.org'"
    ):
        api.import_table_labels(
            back, _table(reviews), "label-studio", reviews.parent / "o.csv", annotator="w@example.org", **options
        )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"text": "一般般"}, r"back\.jsonl:4: text: is not that of row .* from character 3 on"),
        ({"row_id": "0123456789abcdef"}, r"back\.jsonl:4: row_id: the table has no row '0123456789abcdef'"),
        ({"label": ["中评"]}, r"back\.jsonl:4: unknown label '中评'"),
        ({"label": ["好评", "差评"]}, r"back\.jsonl:4: row .* has 2 labels"),
        ({"label": ["  "]}, r"back\.jsonl:4: unknown label '  '"),
    ],
)
def test_what_does_not_fit_the_table_is_told_with_its_line_and_nothing_is_written(reviews, change, message):
    out, back, target = (reviews.parent / name for name in ("tasks.jsonl", "back.jsonl", "o.csv"))
    api.export_table_labels(_table(reviews), "doccano", out)
    lines = _labelled_by_doccano(out, _guess).splitlines()
    lines[3] = json.dumps({**json.loads(lines[3]), **change}, ensure_ascii=False)
    back.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(BenchError, match=message):
        api.import_table_labels(back, _table(reviews), "doccano", target)
    assert not target.exists()


def test_a_label_that_is_there_and_differs_is_replaced_only_by_force_and_any_label_is_taken_where_none_is_named(
    reviews,
):
    out, back, target = (reviews.parent / name for name in ("tasks.jsonl", "back.jsonl", "o.csv"))
    api.export_table_labels(_table(reviews), "doccano", out)
    back.write_text(_labelled_by_doccano(out, lambda _: "中评"), encoding="utf-8")
    with pytest.raises(
        BenchError, match=r"reviews\.csv:2: topic: is '好评', the import says '中评' \(2 labels differ\); --force"
    ):
        api.import_table_labels(back, _table(reviews, labels=None), "doccano", target)
    taken = api.import_table_labels(back, _table(reviews, labels=None), "doccano", target, force=True)
    assert taken.labels == {"中评": 5}


def test_what_cannot_be_exported_is_told(reviews):
    out = reviews.parent / "tasks.jsonl"
    with pytest.raises(BenchError, match=r"reviews\.csv:4: topic: '差评' is not among the labels to choose from"):
        api.export_table_labels(_table(reviews, labels="好评,中评"), "doccano", out)
    with pytest.raises(BenchError, match="no row has a label in 'kind'; say what to choose from: --labels A,B,C"):
        api.export_table_labels(api.TextTable(reviews, text="review", label="kind"), "doccano", out)
    with pytest.raises(BenchError, match="--labels: label '好评' appears twice"):
        api.export_table_labels(_table(reviews, labels="好评,差评,好评"), "doccano", out)
    with pytest.raises(BenchError, match="no column 'text'"):
        api.export_table_labels(api.TextTable(reviews), "doccano", out)
    with pytest.raises(BenchError, match="has 101 characters, and doccano takes 100"):
        api.export_table_labels(_table(reviews, labels="好评,差评," + "长" * 101), "doccano", out)
    reviews.write_text("no,review,topic\n甲,一,\n乙,二,\n丙,三,\n甲,四,\n", encoding="utf-8")
    with pytest.raises(BenchError, match=r"reviews\.csv:5: id '甲' appears twice, first at .*reviews\.csv:2"):
        api.export_table_labels(_table(reviews, row_id="no"), "doccano", out)
    assert not out.exists()


def test_colours_keep_apart_and_need_no_more_labels_than_there_are():
    from bench.corpus.exchange.base import Choices

    assert label_list(Choices("label", {})) == []


cell = st.text(st.sampled_from("改革,\"'\n\r\t=一 a"), max_size=6)


@pytest.mark.parametrize("ending", [".csv", ".json", ".jsonl", ".parquet"])
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(cell, cell), min_size=1, max_size=6))
def test_a_table_that_is_written_reads_the_same(tmp_path, ending, rows):
    columns = {"a": [row[0] for row in rows], "b,\n": [f"x{row[1]}" for row in rows]}
    path = tmp_path / f"t{ending}"
    path.write_bytes(table_bytes(columns, path))
    if ending == ".csv":
        back = list(csv.reader(io.StringIO(path.read_bytes().decode(), newline="")))
        assert back == [list(columns), *map(list, zip(*columns.values(), strict=True))]
    else:
        assert {name: list(values) for name, values in read_table(path).columns.items()} == columns


@pytest.mark.parametrize(
    ("columns", "name", "message"),
    [
        ({"a": ["x\ty"]}, "t.tsv", "holds a tabulator or a line's end, which .tsv cannot hold; write .csv"),
        ({"a": [{"b": 1}]}, "t.csv", "is no plain value, which .csv cannot hold; write .jsonl or .parquet"),
        ({"a": [float("nan")]}, "t.json", "cannot be written"),
        ({"a": [1]}, "t.xlsx", "unknown file ending '.xlsx'"),
    ],
)
def test_what_a_format_cannot_hold_is_told(tmp_path, columns, name, message):
    with pytest.raises(BenchError, match=message):
        table_bytes(columns, tmp_path / name)


def test_the_commands_export_and_import_a_table(reviews):
    def call(*words):
        return bench("labels", *words, cwd=reviews.parent)

    table = ("--text", "review", "--label", "topic", "--labels", "好评,差评", "--format", "doccano")
    done = call("export", "reviews.csv", *table, "--out", "tasks.jsonl")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (
        "tasks.jsonl and tasks.labels.json: 5 texts, 2 of them labelled already; 1 rows without a text left out\n"
    )
    out = reviews.parent / "tasks.jsonl"
    (reviews.parent / "back.jsonl").write_text(_labelled_by_doccano(out, _guess), encoding="utf-8")
    back = ("import", "back.jsonl", "--table", "reviews.csv", *table)
    assert "--out is missing" in call(*back).stderr
    done = call(*back, "--out", "labelled.parquet")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[1] == "labelled.parquet: 好评 1, 差评 2; 2 without a label"
    assert pq.read_table(reviews.parent / "labelled.parquet").column_names == ["no", "review", "topic"]
    again = call(*back, "--out", "reviews.csv")
    assert (again.returncode, "is there already and would be lost; --force replaces it" in again.stderr) == (2, True)
    for words, message in (
        (
            ("export", "reviews.csv", "--pass", "second", "--format", "doccano", "--out", "x.jsonl"),
            "--pass is for seed pages",
        ),
        (("export", "notice", "--text", "review", "--format", "doccano", "--out", "x.jsonl"), "--text is for tables"),
        (
            ("import", "back.jsonl", "--format", "doccano", "--out", "x.csv"),
            "--out is for tables: name yours with --table",
        ),
    ):
        refused = call(*words)
        assert (refused.returncode, message in refused.stderr) == (2, True), refused.stderr
