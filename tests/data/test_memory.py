"""Rows that Python holds are read as a file's rows are, whatever holds them."""

from __future__ import annotations

import enum

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from datasets import ClassLabel, Dataset, DatasetDict, Features, Value

import bench
from bench.core.errors import BenchError

TEXTS = ["深化改革", "改革攻坚", "义诊活动"]
LABELS = ["reform", "reform", "health"]
FRAME = pd.DataFrame({"text": TEXTS, "label": LABELS})
CLASSES = Features({"text": Value("string"), "label": ClassLabel(names=["health", "reform"])})
CODED = Dataset.from_dict({"text": TEXTS, "label": [1, 1, 0]}, features=CLASSES)


class OnlyArrow:
    """A table of a library that we have never heard of: it speaks Arrow."""

    def __init__(self, table):
        self.table = table

    def __arrow_c_stream__(self, requested_schema=None):
        return self.table.__arrow_c_stream__(requested_schema)


HOLDERS = {
    "frame": lambda: FRAME,
    "frame whose index has one value": lambda: FRAME.set_index(pd.Index([0, 0, 0])),
    "frame of categories": lambda: FRAME.astype({"label": "category"}),
    "frame of Arrow strings": lambda: FRAME.convert_dtypes(dtype_backend="pyarrow"),
    "Arrow table": lambda: pa.table({"text": TEXTS, "label": LABELS}),
    "Arrow dictionaries": lambda: pa.table({"text": TEXTS, "label": pa.array(LABELS).dictionary_encode()}),
    "another library's table": lambda: OnlyArrow(pa.table({"label": LABELS, "text": TEXTS})),
    "dataset": lambda: CODED,
    "streamed dataset": lambda: Dataset.from_dict({"text": TEXTS, "label": LABELS}).to_iterable_dataset(),
    "dict of splits": lambda: DatasetDict(train=CODED),
    "columns": lambda: {"text": TEXTS, "label": np.array(LABELS)},
    "rows": lambda: [{"text": text, "label": label} for text, label in zip(TEXTS, LABELS, strict=True)],
    "pairs": lambda: list(zip(TEXTS, LABELS, strict=True)),
    "a generator": lambda: ((text, label) for text, label in zip(TEXTS, LABELS, strict=True)),
}


@pytest.mark.parametrize("holder", HOLDERS)
def test_the_same_rows_are_the_same_data_whatever_holds_them(holder, tmp_path):
    from bench.data.sources.files import FilesSource

    FRAME.to_csv(tmp_path / "rows.csv", index=False)
    source = FilesSource.model_validate(
        {"kind": "files", "train": "rows.csv", "text": "text", "label": "label"}, context={"folder": tmp_path}
    )
    found = bench.dataset(HOLDERS[holder]()).load()
    assert found.texts == tuple(TEXTS)
    assert found.labels == tuple(LABELS)
    assert found.sha256() == source.load().sha256()


def test_polars_frames_are_read():
    polars = pytest.importorskip("polars", reason="polars is not installed")
    frame = polars.DataFrame({"text": TEXTS, "label": LABELS}).with_columns(
        polars.col("label").cast(polars.Categorical)
    )
    assert bench.dataset(frame).load() == bench.dataset(FRAME).load()
    assert bench.dataset(frame["text"], frame["label"]).load() == bench.dataset(FRAME).load()


@pytest.mark.parametrize(
    "texts", [TEXTS, tuple(TEXTS), pd.Series(TEXTS, index=[5, 5, 1]), np.array(TEXTS), pa.array(TEXTS), iter(TEXTS)]
)
def test_texts_and_labels_may_come_apart(texts):
    found = bench.dataset(texts, iter(LABELS), groups=[1, 1, 2], ids=["a", "b", "c"]).load()
    assert (found.texts, found.labels) == (tuple(TEXTS), tuple(LABELS))
    assert (found.groups, found.row_ids) == (("1", "1", "2"), ("a", "b", "c"))


class Topic(enum.Enum):
    reform = "改革"
    health = 2


@pytest.mark.parametrize(
    ("labels", "names"),
    [
        ([0, 1, 1], ("0", "1", "1")),
        (np.array([0, 1, 1], dtype=np.int8), ("0", "1", "1")),
        (pd.Series([0, 1, 1], dtype="Int64"), ("0", "1", "1")),
        ([0.0, 1.0, 1.0], ("0", "1", "1")),
        ([True, False, False], ("true", "false", "false")),
        (np.array([True, False, False]), ("true", "false", "false")),
        ([Topic.reform, Topic.health, Topic.health], ("改革", "2", "2")),
        ([np.str_("a"), "b", np.int64(3)], ("a", "b", "3")),
    ],
)
def test_labels_that_are_no_strings_get_their_plain_name(labels, names):
    assert bench.dataset(TEXTS, labels).load().labels == names


def test_integers_may_be_given_names():
    assert bench.dataset(TEXTS, [1, 1, 0], label_names=["health", "reform"]).load().labels == tuple(LABELS)


@pytest.mark.parametrize("missing", [None, float("nan"), np.nan, pd.NA, pd.NaT, "", " \t"])
@pytest.mark.parametrize(("column", "other"), [("text", "label"), ("label", "text")])
def test_a_missing_value_is_refused_by_row_or_dropped(missing, column, other):
    frame = pd.DataFrame({column: ["x", missing, "y"], other: ["a", "b", "c"]}, dtype=object)
    with pytest.raises(BenchError, match=f"^data: row 2: {column}: the {column} is missing"):
        bench.dataset(frame)
    left = bench.dataset(frame, drop_empty=True).load()
    assert len(left) == 2
    assert left.notes == ("data: 1 of 3 rows dropped, without text or label (row 2)",)


def test_a_label_of_minus_one_is_no_label_where_integers_have_names():
    coded = Dataset.from_dict({"text": TEXTS, "label": [1, -1, 0]}, features=CLASSES)
    with pytest.raises(BenchError, match="row 2: label: the label is missing"):
        bench.dataset(coded)


FAULTS = [
    (lambda: bench.dataset(FRAME, text="txet"), r"data: no column 'txet'; did you mean 'text'\? Known: text, label"),
    (lambda: bench.dataset(FRAME[["text", "label", "text"]]), "data: column 'text' appears twice"),
    (lambda: bench.dataset(pd.concat([FRAME, FRAME["label"]], axis=1)), "data: column 'label' appears twice"),
    (lambda: bench.dataset(TEXTS, LABELS[:2]), "data: columns are of different length: {'text': 3, 'label': 2}"),
    (lambda: bench.dataset(TEXTS), r"data: row 1: needs a pandas or polars frame, .*, got '深化改革'"),
    (lambda: bench.dataset("rows.csv"), "data: needs a pandas or polars frame, .*, got 'rows.csv'"),
    (lambda: bench.dataset(5), "data: needs a pandas or polars frame, .*, got 5"),
    (lambda: bench.dataset(FRAME[:0]), "data: holds no rows"),
    (lambda: bench.dataset([]), "data: holds no rows"),
    (lambda: bench.dataset([1, 2], ["a", "b"]), "data: row 1: text: the text must be a string, got 1"),
    (lambda: bench.dataset(TEXTS, [["a"], ["b"], ["c"]]), "data: row 1: label: a row has one label, got the list"),
    (lambda: bench.dataset(TEXTS, np.eye(3)), "data.label: needs one value a row"),
    (lambda: bench.dataset(TEXTS, "abc"), "data.label: needs a list of values, got 'abc'"),
    (lambda: bench.dataset(FRAME, groups=[1, 1, 2]), "data: groups and ids go with a list of labels"),
    (lambda: bench.dataset({"tarin": FRAME}), r"data: unknown split .tarin.; did you mean .train'\?"),
    (lambda: bench.dataset(FRAME, test=FRAME.assign(label="x")), "data.test: row 1: no training row has the label 'x'"),
    (lambda: bench.dataset(["a\ud800", "b"], ["x", "y"]), "data: row 1: text: character 2 is U.D800"),
    (lambda: bench.dataset(TEXTS, [0, 1, 2], label_names=["a", "b"]), "data: row 3: label: label_names names 0 to 1"),
    (lambda: bench.dataset([FRAME, FRAME], validation=[FRAME] * 3), "data.validation: 3 tables for 2 of train"),
]


@pytest.mark.parametrize(("make", "told"), FAULTS)
def test_a_fault_is_told_with_its_place(make, told):
    with pytest.raises(BenchError, match=told):
        make()


def test_columns_may_be_named_by_numbers():
    frame = pd.DataFrame([["深化改革", "reform"], ["义诊", "health"]])
    assert bench.dataset(frame, text="0", label="1").load().labels == ("reform", "health")


def test_splits_are_parts_of_the_data():
    found = bench.dataset(DatasetDict(train=CODED, validation=CODED, test=CODED)).load()
    assert found.parts == bench.dataset(FRAME, validation=FRAME, test=FRAME).load().parts
    assert found.parts.test == range(6, 9)
    several = bench.dataset([FRAME, FRAME], validation=[FRAME, FRAME]).load()
    assert [len(part) for part in several.parts.train] == [3, 3]


def test_what_was_read_does_not_change_with_the_frame():
    frame = FRAME.copy()
    data = bench.dataset(frame)
    frame.loc[:, "label"] = "changed"
    assert data.load().labels == tuple(LABELS)
