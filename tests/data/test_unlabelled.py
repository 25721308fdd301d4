"""Texts without labels beside the labelled ones: read from any file, told once what is left out, part of the data."""

from __future__ import annotations

import json

import datasets
import pandas as pd
import pytest

import bench
from bench.core.errors import BenchError
from bench.data.sources.corpus import CorpusSource
from bench.data.sources.files import FilesSource
from bench.data.sources.hub import HubSource

ROWS = "text,label\n改革开放,a\n义诊活动,b\n考核干部,a\n"


@pytest.fixture
def load(tmp_path):
    """The rows of a source whose `unlabelled` names files, which are written first."""

    def loaded(**files):
        (tmp_path / "rows.csv").write_text(ROWS, encoding="utf-8")
        for name, content in files.items():
            (tmp_path / name.replace("_", ".")).write_text(content, encoding="utf-8")
        named = [name.replace("_", ".") for name in files]
        settings = {"kind": "files", "train": "rows.csv", "text": "text", "label": "label"}
        settings |= {"unlabelled": named[0] if len(named) == 1 else named} if named else {}
        return FilesSource.model_validate(settings, context={"folder": tmp_path}).load()

    return loaded


@pytest.mark.parametrize(
    "files",
    [
        {"more_txt": "第一条\n第二条\n"},
        {"more_csv": "id,text\n1,第一条\n2,第二条\n"},
        {"more_jsonl": "".join(json.dumps({"text": text}) + "\n" for text in ("第一条", "第二条"))},
        {"one_txt": "第一条\n", "two_tsv": "text\n第二条\n"},
    ],
)
def test_they_come_from_any_file_that_predict_reads(load, files):
    assert load(**files).unlabelled == ("第一条", "第二条")


def test_data_without_them_is_as_it_was(load):
    assert load().unlabelled == ()
    assert load().sha256() != load(more_txt="第一条\n").sha256()
    assert load(more_txt="第一条\n").sha256() != load(more_txt="第二条\n").sha256()
    assert "unlabelled" not in FilesSource(kind="files", train="rows.csv", text="t", label="l").model_dump()


def test_a_labelled_row_and_a_blank_line_are_left_out_and_told_once(load):
    data = load(more_txt="改革开放\n\n 义诊活动 \n第一条\n改革开放\n")
    assert data.unlabelled == ("第一条",)
    [note] = data.notes
    assert note.endswith("more.txt: 4 of 5 unlabelled texts left out: 3 also labelled rows, 1 blank")


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({"more_txt": "\n\n"}, "more.txt: holds no text"),
        ({"more_txt": "改革开放\n"}, "more.txt: each of its 1 texts is also a labelled row"),
        ({"more_csv": "sentence\n第一条\n"}, "more.csv: no column 'text'"),
        ({"more_jsonl": '{"text": 5}\n'}, "more.jsonl:1: text: the text must be a string, got 5"),
    ],
)
def test_what_cannot_be_learnt_from_is_told_in_one_line_with_its_place(load, files, told):
    with pytest.raises(BenchError) as caught:
        load(**files)
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)


def test_the_corpus_and_saved_data_sets_take_them_too(tmp_path):
    (tmp_path / "more.txt").write_text("第一条\n", encoding="utf-8")
    corpus = CorpusSource.model_validate({"kind": "corpus", "unlabelled": "more.txt"}, context={"folder": tmp_path})
    assert corpus.load().unlabelled == ("第一条",)
    splits = {
        "train": datasets.Dataset.from_dict({"text": ["改革", "义诊"], "label": ["a", "b"]}),
        "unsupervised": datasets.Dataset.from_dict({"text": ["第一条", "改革"], "label": ["", ""]}),
    }
    datasets.DatasetDict(splits).save_to_disk(tmp_path / "saved")
    settings = {"kind": "hub", "path": "saved", "text": "text", "label": "label"}
    hub = HubSource.model_validate({**settings, "unlabelled": "unsupervised"}, context={"folder": tmp_path})
    assert hub.load().unlabelled == ("第一条",)
    unknown = HubSource.model_validate({**settings, "unlabelled": "unsupervisd"}, context={"folder": tmp_path})
    with pytest.raises(BenchError, match="unsupervised"):
        unknown.load()


@pytest.mark.parametrize(
    "given",
    [
        ["第一条", "第二条"],
        iter(["第一条", "第二条"]),
        pd.DataFrame({"text": ["第一条", "第二条"]}),
        pd.Series(["第一条", "第二条"]),
    ],
)
def test_python_hands_them_over_as_texts_or_as_a_table(given):
    data = bench.dataset(["改革", "义诊"], ["a", "b"], unlabelled=given).load()
    assert data.unlabelled == ("第一条", "第二条")


def test_a_split_of_a_data_set_in_memory_can_be_the_one_without_labels():
    splits = {
        "train": datasets.Dataset.from_dict({"text": ["改革", "义诊"], "label": ["a", "b"]}),
        "unsupervised": datasets.Dataset.from_dict({"text": ["第一条"], "label": [""]}),
    }
    assert bench.dataset(datasets.DatasetDict(splits)).load().unlabelled == ("第一条",)
    with pytest.raises(BenchError, match="leave unlabelled out"):
        bench.dataset(datasets.DatasetDict(splits), unlabelled=["第二条"])


def test_what_python_hands_over_is_checked():
    with pytest.raises(BenchError, match=r"data\.unlabelled.*2.*must be a string, got 5"):
        bench.dataset(["改革", "义诊"], ["a", "b"], unlabelled=["第一条", 5])
    with pytest.raises(BenchError, match=r"data\.unlabelled"):
        bench.dataset(["改革", "义诊"], ["a", "b"], unlabelled="第一条")
