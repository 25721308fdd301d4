"""Several files: their rows, their parts, and what they must share."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench.core.errors import BenchError
from bench.core.labelled_texts import GivenParts
from bench.data.sources.files import FilesSource


@pytest.fixture
def folder(tmp_path):
    files = {
        "train_0.json": [("改革", "甲"), ("考核", "乙"), ("监督", "丙")],
        "train_1.json": [("改革", "甲"), ("活动", "乙"), ("巡视", "丙")],
        "dev_0.json": [("深化", "甲"), ("检查", "丙")],
        "dev_1.json": [("简化", "甲")],
        "test.csv": [("放开", "甲"), ("评比", "乙"), ("改革", "甲")],
    }
    for name, rows in files.items():
        if name.endswith("csv"):
            text = "text,label\n" + "".join(f"{text},{label}\n" for text, label in rows)
        else:
            text = "\n".join(json.dumps({"text": text, "label": label}, ensure_ascii=False) for text, label in rows)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def _source(folder: Path, **settings):
    return FilesSource.model_validate(
        {"kind": "files", "text": "text", "label": "label", **settings}, context={"folder": folder}
    )


FIXED = {"train": ["train_0.json", "train_1.json"], "validation": ["dev_0.json", "dev_1.json"], "test": "test.csv"}


def test_rows_of_several_files_keep_their_parts_in_the_order_of_the_files(folder):
    data = _source(folder, **FIXED).load()
    parts = GivenParts((range(3), range(3, 6)), (range(6, 8), range(8, 9)), range(9, 12))
    assert data.parts == parts
    assert [data.texts[at] for part in parts.all for at in part] == list(data.texts)
    assert data.texts[3:6] == ("改革", "活动", "巡视")
    assert data.notes == ()


def test_a_text_of_several_files_has_a_row_and_an_id_in_each(folder):
    data = _source(folder, **FIXED).load()
    at = [row for row, text in enumerate(data.texts) if text == "改革"]
    first = data.row_ids[0]
    assert [data.row_ids[row] for row in at] == [first, f"{first}-2", f"{first}-3"]


def test_one_file_alone_has_no_parts_and_two_training_files_have(folder):
    assert _source(folder, train="train_0.json").load().parts is None
    assert _source(folder, train=["train_0.json"]).load().parts is None
    two = _source(folder, train=["train_0.json", "train_1.json"]).load()
    assert two.parts == GivenParts((range(3), range(3, 6)))
    assert _source(folder, train="train_0.json", test="test.csv").load().parts == GivenParts(
        (range(3),), test=range(3, 6)
    )


def test_where_the_parts_lie_is_in_the_digest(folder):
    one = _source(folder, train=["train_0.json", "train_1.json"]).load()
    other = _source(folder, train="train_0.json", test="train_1.json").load()
    assert one.row_ids == other.row_ids
    assert one.sha256() != other.sha256()


def test_a_label_that_no_training_row_has_is_refused_with_its_place(folder):
    (folder / "test.csv").write_text("text,label\n放开,甲\n评比,丁\n", encoding="utf-8")
    with pytest.raises(BenchError, match=r"test.csv:3: no training row has the label '丁'; nothing can learn it"):
        _source(folder, **FIXED).load()


def test_a_training_file_without_a_tested_label_is_a_warning(folder):
    (folder / "train_1.json").write_text('{"text": "一", "label": "甲"}\n', encoding="utf-8")
    assert _source(folder, **FIXED).load().notes == (
        f"{folder / 'train_1.json'}: has no row of 丙, 乙, which validation or test rows have",
    )


def test_a_file_is_named_once(folder):
    with pytest.raises(BenchError, match=r"train_0.json: test: the file is in 'train' already; name it once"):
        _source(folder, train="train_0.json", test="./train_0.json").load()


def test_own_ids_are_numbered_where_another_file_has_them_and_refused_within_one(folder):
    (folder / "a.csv").write_text("id,text,label\n1,一,甲\n2,二,乙\n", encoding="utf-8")
    (folder / "b.csv").write_text("id,text,label\n2,二,乙\n3,三,甲\n", encoding="utf-8")
    assert _source(folder, train=["a.csv", "b.csv"], id="id").load().row_ids == ("1", "2", "2-2", "3")
    (folder / "b.csv").write_text("id,text,label\n2,二,乙\n2-2,三,甲\n", encoding="utf-8")
    with pytest.raises(BenchError, match="such ids are there already"):
        _source(folder, train=["a.csv", "b.csv"], id="id").load()
    (folder / "b.csv").write_text("id,text,label\n2,二,乙\n2,三,甲\n", encoding="utf-8")
    with pytest.raises(BenchError, match=r"b.csv:3: id '2' appears twice, first at .*b.csv:2"):
        _source(folder, train=["a.csv", "b.csv"], id="id").load()


def test_a_record_keeps_the_files_as_they_were_written(folder):
    assert _source(folder, train="train_0.json").model_dump(mode="json")["train"] == "train_0.json"
    dumped = _source(folder, **{**FIXED, "test": str(folder / "test.csv")}).model_dump(mode="json")
    assert (dumped["train"], dumped["test"]) == (["train_0.json", "train_1.json"], "test.csv")


def test_cross_validation_refuses_rows_that_are_set_apart_and_takes_several_training_files(folder):
    from bench.experiment.protocols.repeated_stratified import RepeatedStratified
    from bench.experiment.splits import Targets

    protocol = RepeatedStratified(kind="repeated-stratified", folds=2)
    with pytest.raises(BenchError, match="leave them out"):
        protocol.check(Targets.of(_source(folder, **FIXED).load()), tuned=False)
    assert protocol.check(Targets.of(_source(folder, train=FIXED["train"]).load()), tuned=False) == []
