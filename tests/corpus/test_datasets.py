"""Data sets of the `datasets` library: folders that it saved, folders that it opens, names that need a network."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from datasets import ClassLabel, Dataset, DatasetDict, Features, Sequence, Value

from bench.core.errors import BenchError
from bench.core.labelled_texts import GivenParts
from bench.data.sources.files import FilesSource
from bench.data.sources.hub import HubSource

FEATURES = Features({"text": Value("string"), "label": ClassLabel(names=["甲", "乙"]), "no": Value("int32")})
ROWS = {"text": ["一", "二", "三"], "label": [1, 0, 1], "no": [7, 8, 9]}


@pytest.fixture
def saved(tmp_path):
    train = Dataset.from_dict(ROWS, features=FEATURES)
    splits = DatasetDict({"train": train, "test": train.select([2, 0])})
    splits.save_to_disk(tmp_path / "saved")
    return tmp_path / "saved"


@pytest.fixture
def opened(tmp_path):
    """A folder of data files, as a repository on the hub is one."""
    folder = tmp_path / "opened"
    for name, rows in {"train": ROWS, "test": {name: values[:2] for name, values in ROWS.items()}}.items():
        (folder / "data").mkdir(parents=True, exist_ok=True)
        Dataset.from_dict(rows, features=FEATURES).to_parquet(folder / "data" / f"{name}-00000-of-00001.parquet")
    return folder


def _hub(folder, path, **settings):
    value = {"kind": "hub", "path": path, "text": "text", "label": "label", **settings}
    return HubSource.model_validate(value, context={"folder": folder})


def _files(folder, **settings):
    value = {"kind": "files", "text": "text", "label": "label", **settings}
    return FilesSource.model_validate(value, context={"folder": folder})


def test_a_saved_split_is_a_file_like_others(saved):
    data = _files(saved.parent, train="saved/train", test="saved/test", id="no").load()
    assert data.texts == ("一", "二", "三", "三", "一")
    assert data.labels == ("乙", "甲", "乙", "乙", "乙")
    assert data.row_ids == ("7", "8", "9", "9-2", "7-2")
    assert data.parts == GivenParts((range(3),), test=range(3, 5))


def test_a_saved_folder_of_splits_asks_for_one(saved):
    with pytest.raises(BenchError, match=r"holds splits \(test, train\), each a folder; name one .* saved/test"):
        _files(saved.parent, train="saved").load()


def test_the_same_rows_come_from_saved_and_opened_folders_and_from_files(saved, opened):
    expected = _files(opened, train="data/train-00000-of-00001.parquet").load()
    assert _hub(saved.parent, "saved").load() == expected
    assert _hub(saved.parent, "saved/train").load() == expected
    assert _hub(opened.parent, "opened").load() == expected
    tested = _hub(opened.parent, "opened", test="test").load()
    assert tested.parts == GivenParts((range(3),), test=range(3, 5))


def test_a_folder_that_changes_under_the_same_name_gives_its_new_rows(opened):
    before = _hub(opened.parent, "opened").load()
    changed = {**ROWS, "text": ["四", "五", "六"]}
    Dataset.from_dict(changed, features=FEATURES).to_parquet(opened / "data" / "train-00000-of-00001.parquet")
    assert before.texts == ("一", "二", "三")
    assert _hub(opened.parent, "opened").load().texts == ("四", "五", "六")


def test_reading_a_folder_leaves_nothing_in_the_temporary_folder_and_draws_no_bars(
    opened, tmp_path, monkeypatch, capfd
):
    from datasets.utils import are_progress_bars_disabled

    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    before = are_progress_bars_disabled()
    _hub(opened.parent, "opened").load()
    assert list((tmp_path / "tmp").iterdir()) == []
    assert capfd.readouterr().err == ""
    assert are_progress_bars_disabled() == before


def test_the_dataset_of_this_project_opens_by_its_config(root):
    data = _hub(root, "dataset", config="paragraphs", id="id", group="article").load()
    from bench.data.sources.corpus import CorpusSource

    assert data == CorpusSource(kind="corpus").load()


def test_a_list_of_labels_and_a_missing_label_are_told_with_their_row(tmp_path):
    lists = Features({"text": Value("string"), "label": Sequence(Value("string"))})
    Dataset.from_dict({"text": ["一", "二"], "label": [["甲"], ["甲", "乙"]]}, features=lists).save_to_disk(
        tmp_path / "a"
    )
    with pytest.raises(BenchError, match=r"a: row 1: label: a row has one label, got the list .*multi-label"):
        _files(tmp_path, train="a").load()
    Dataset.from_dict({**ROWS, "label": [1, -1, 0]}, features=FEATURES).save_to_disk(tmp_path / "b")
    with pytest.raises(BenchError, match=r"b: row 2: label: the label is missing"):
        _files(tmp_path, train="b").load()
    assert _files(tmp_path, train="b", drop_empty=True).load().texts == ("一", "三")


@pytest.mark.parametrize(
    ("path", "settings", "message"),
    [
        ("saved", {"train": "dev"}, r"saved: no split 'dev'. Known: train, test"),
        ("opened", {"test": "tst"}, r"opened: no split 'tst'; did you mean 'test'\? Known: train, test"),
        (
            "saved",
            {"label": "lbael"},
            r"saved \(train\): no column 'lbael'; did you mean 'label'\? Known: text, label, no",
        ),
        (
            "opened",
            {"config": "none"},
            r"opened: cannot be read by datasets: ValueError: BuilderConfig 'none' not found",
        ),
        ("saved", {"config": "none"}, r"saved: config: a folder has none; leave it out"),
        ("opened", {"revision": "main"}, r"opened: revision: a folder has none; leave it out"),
        ("opened/data/train-00000-of-00001.parquet", {}, "is a file; read it with kind: files"),
        ("empty", {}, r"empty: cannot be read by datasets: EmptyDatasetError"),
        ("no/such/folder", {}, r"no such folder: .*; a name on the hub is 'name' or 'user/name'"),
        ("../none", {}, r"no such folder"),
    ],
)
def test_what_a_folder_does_not_hold_is_told_in_one_line(saved, opened, path, settings, message):
    (saved.parent / "empty").mkdir()
    with pytest.raises(BenchError, match=message) as error:
        _hub(saved.parent, path, **settings).load()
    assert "\n" not in str(error.value)


def test_a_damaged_saved_folder_is_told_in_one_line(saved):
    (saved / "train" / "state.json").write_text("{", encoding="utf-8")
    with pytest.raises(BenchError, match=r"saved/train: cannot be read by datasets: JSONDecodeError"):
        _files(saved.parent, train="saved/train").load()


def test_an_ordinary_folder_is_no_saved_one(opened):
    with pytest.raises(
        BenchError, match="none that `save_to_disk` of datasets wrote; name a file in it, or use kind: hub"
    ):
        _files(opened.parent, train="opened").load()


def test_a_folder_of_the_working_folder_is_not_taken_for_one_beside_the_experiment(opened, tmp_path, monkeypatch):
    monkeypatch.chdir(opened.parent)
    with pytest.raises(BenchError, match="no such folder beside the experiment file, but one named 'opened'"):
        _hub(tmp_path / "elsewhere", "opened").load()


def test_a_name_on_the_hub_without_a_network_is_one_line_and_exit_2(tmp_path):
    experiment = {
        "name": "far",
        "data": {"kind": "hub", "path": "nobody/nothing", "text": "text", "label": "label"},
        "protocol": {"kind": "repeated-stratified"},
        "systems": [{"name": "m", "classifier": {"kind": "majority"}}],
    }
    (tmp_path / "far.yaml").write_text(json.dumps(experiment), encoding="utf-8")
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "HF_HOME": str(tmp_path / "home"), "PYTHONWARNINGS": "ignore"}
    command = [sys.executable, "-m", "bench", "run", str(tmp_path / "far.yaml"), "--results", str(tmp_path / "out")]
    done = subprocess.run(command, capture_output=True, check=False, env=environment, encoding="utf-8")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(
        "bench: nobody/nothing: not a folder, not in the cache, and the hub cannot be reached"
    )
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "out").exists()
