"""The user's own files: read in every format, or refused with file and line."""

from __future__ import annotations

import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from bench.core.errors import BenchError
from bench.corpus.sources.corpus import CorpusSource
from bench.corpus.sources.files import FilesSource

TEXTS = ['他说:"好", 走了', "第二行\u2028还是第二行", "三"]
LABELS = ["甲", "乙", "甲"]


def _load(path, **settings):
    value = {"kind": "files", "train": path.name, "text": "text", "label": "label", **settings}
    return FilesSource.model_validate(value, context={"folder": path.parent}).load()


def _csv(path):
    path.write_text('label,text\n甲,"他说:""好"", 走了"\n乙,第二行\u2028还是第二行\n甲,三\n', encoding="utf-8")


def _tsv(path):
    path.write_text(
        "label\ttext\n" + "".join(f"{a}\t{b}\n" for a, b in zip(LABELS, TEXTS, strict=True)), encoding="utf-8"
    )


def _json(path):
    rows = [{"text": text, "label": label} for text, label in zip(TEXTS, LABELS, strict=True)]
    path.write_text(json.dumps(rows, ensure_ascii=False, indent=1), encoding="utf-8")


def _lines(path):
    rows = [{"text": text, "label": label} for text, label in zip(TEXTS, LABELS, strict=True)]
    path.write_text("\n\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")


def _parquet(path):
    pq.write_table(pa.table({"text": TEXTS, "label": LABELS}), path)


@pytest.mark.parametrize(
    ("name", "write"),
    [
        ("a.csv", _csv),
        ("a.tsv", _tsv),
        ("a.json", _json),
        ("b.json", _lines),
        ("a.jsonl", _lines),
        ("a.parquet", _parquet),
    ],
)
def test_every_format_gives_the_same_rows(tmp_path, name, write):
    write(tmp_path / name)
    data = _load(tmp_path / name)
    assert list(data.texts) == TEXTS
    assert list(data.labels) == LABELS
    write(tmp_path / name)
    assert data == _load(tmp_path / name)


@pytest.mark.parametrize("prefix", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_a_byte_order_mark_and_line_ends_of_windows_change_nothing(tmp_path, prefix, line_end):
    path = tmp_path / "a.csv"
    path.write_bytes(prefix + line_end.join(["text,label", "一,甲", "二,乙", ""]).encode())
    data = _load(path)
    assert (data.texts, data.labels) == (("一", "二"), ("甲", "乙"))


def test_class_labels_of_datasets_become_their_names(tmp_path):
    from datasets import ClassLabel, Dataset, Features, Value

    features = Features(
        {"text": Value("string"), "label": ClassLabel(names=["甲", "乙"]), "spans": [{"a": Value("int32")}]}
    )
    rows = Dataset.from_dict({"text": ["一", "二"], "label": [1, 0], "spans": [[], []]}, features=features)
    rows.to_parquet(tmp_path / "a.parquet")
    assert _load(tmp_path / "a.parquet").labels == ("乙", "甲")


def test_a_class_label_without_a_label_is_missing_and_one_without_names_is_a_number(tmp_path):
    from datasets import ClassLabel, Dataset, Features, Value

    features = Features({"text": Value("string"), "label": ClassLabel(names=["甲", "乙"])})
    Dataset.from_dict({"text": ["一", "二"], "label": [1, -1]}, features=features).to_parquet(tmp_path / "a.parquet")
    with pytest.raises(BenchError, match="label: the label is missing") as error:
        _load(tmp_path / "a.parquet")
    assert error.value.place == f"{tmp_path / 'a.parquet'}: row 2"
    nameless = {"huggingface": json.dumps({"info": {"features": {"label": {"_type": "ClassLabel", "names": None}}}})}
    table = pa.table({"text": ["一", "二"], "label": [1, 0]}).replace_schema_metadata(nameless)
    pq.write_table(table, tmp_path / "b.parquet")
    assert _load(tmp_path / "b.parquet").labels == ("1", "0")


def test_integers_become_decimal_strings(tmp_path):
    (tmp_path / "a.jsonl").write_text('{"text": "一", "label": 10}\n{"text": "二", "label": 9}\n', encoding="utf-8")
    data = _load(tmp_path / "a.jsonl")
    assert data.labels == ("10", "9")
    assert data.classes == ("10", "9")


def test_columns_name_a_file_without_a_header(tmp_path):
    (tmp_path / "a.tsv").write_text('x\t"一\t甲\ny\t二\t乙\n', encoding="utf-8")
    data = _load(tmp_path / "a.tsv", columns=["task", "text", "label"])
    assert data.texts == ('"一', "二")


def test_made_ids_follow_content_and_number_repeated_rows(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("text,label\n一,甲\n二,乙\n一,甲\n", encoding="utf-8")
    first = _load(path).row_ids
    assert first[2] == f"{first[0]}-2"
    path.write_text("text,label\n二,乙\n一,甲\n一,甲\n", encoding="utf-8")
    assert sorted(_load(path).row_ids) == sorted(first)
    assert all(len(row_id.partition("-")[0]) == 16 for row_id in first)


def test_own_ids_and_groups_are_kept(tmp_path):
    (tmp_path / "a.csv").write_text("no,text,label,article\n7,一,甲,x\n8,二,乙,y\n", encoding="utf-8")
    data = _load(tmp_path / "a.csv", id="no", group="article")
    assert data.row_ids == ("7", "8")
    assert data.groups == ("x", "y")


@pytest.mark.parametrize(
    ("name", "content", "settings", "place", "message"),
    [
        ("a.csv", "text,label\n一,甲\n二\n", {}, ":3", "1 fields, where 2 are needed (text, label)"),
        ("a.csv", "text,text\n一,甲\n", {}, ":1", "column 'text' stands twice"),
        ("a.csv", "txt,label\n一,甲\n", {}, "", "no column 'text'; did you mean 'txt'? Known: txt, label"),
        ("a.csv", "text,label\n一,甲\n ,乙\n", {}, ":3", "text: the text is missing"),
        ("a.csv", "text,label\n一,甲\n二,\n", {}, ":3", "label: the label is missing"),
        ("a.csv", 'text,label\n"一,甲\n', {}, ":2", "not CSV"),
        ("a.csv", "text,label\n", {}, "", "holds no rows"),
        ("a.csv", "", {}, "", "holds no rows"),
        ("a.txt", "text,label\n", {}, "", "unknown file ending '.txt'"),
        ("a.jsonl", '{"text": "一", "label": "甲"}\n{"text": \n', {}, ":2", "not JSON"),
        ("a.jsonl", '{"text": "一", "label": "甲"}\n[1]\n', {}, ":2", "needs an object of column and value, got [1]"),
        ("a.jsonl", '{"text": 3, "label": "甲"}\n', {}, ":1", "text: the text must be a string, got 3"),
        ("a.jsonl", '{"text": "一", "label": "甲"}\n{"label": "甲"}\n', {}, ":2", "text: the text is missing"),
        ("a.jsonl", '{"text": "一", "label": ["甲", "乙"]}\n', {}, ":1", "multi-label"),
        ("a.jsonl", '{"text": "一", "label": true}\n', {}, ":1", "must be a string or an integer, got True"),
        ("a.jsonl", '{"text": "一", "label": 1.5}\n', {}, ":1", "must be a string or an integer, got 1.5"),
        ("a.jsonl", '{"text": "\\ud800一", "label": "甲"}\n', {}, ":1", "half a surrogate pair"),
        ("a.json", '[{"text": "一", "label": "甲"},\n {"text": "二"},]\n', {}, ":2", "not JSON"),
        ("a.json", '[{"text": "一", "label": "甲"}, 3]', {}, ": row 2", "needs an object"),
        ("a.json", "[" * 100_000, {}, "", "without end"),
        ("a.json", "[]", {}, "", "holds no rows"),
        ("a.csv", "id,text,label\n1,一,甲\n1,二,乙\n", {"id": "id"}, ":3", "id '1' stands twice, first at"),
        ("a.jsonl", '{"text": "一", "label": "甲"}\n', {"columns": ["text", "label"]}, "", "leave 'columns' out"),
        ("a.csv", b"text,label\n\xd6\xd0,a\n", {}, ":2", "byte 0xd6 is not UTF-8"),
        ("a.parquet", "no parquet", {}, "", "not Parquet"),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_place(tmp_path, name, content, settings, place, message):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(BenchError) as error:
        _load(path, **settings)
    assert error.value.place == f"{path}{place}"
    assert message in error.value.message
    assert "\n" not in str(error.value)


def test_a_very_long_text_is_read(tmp_path):
    (tmp_path / "a.csv").write_text("text,label\n" + "长" * 200_000 + ",甲\n二,乙\n", encoding="utf-8")
    assert len(_load(tmp_path / "a.csv").texts[0]) == 200_000


def test_the_corpus_gives_its_rows_with_articles_as_groups():
    topics, everything = CorpusSource(kind="corpus").load(), CorpusSource(kind="corpus", config="all").load()
    assert "none" not in topics.classes
    assert "none" in everything.classes
    assert set(topics.row_ids) < set(everything.row_ids)
    assert 1 < len(set(everything.groups)) < len(everything)


def test_the_group_of_a_sentence_is_its_paragraph():
    sentences, paragraphs = CorpusSource(kind="corpus", config="sentences").load(), CorpusSource(kind="corpus").load()
    assert set(sentences.groups) == set(paragraphs.row_ids)
    assert len(sentences) > len(paragraphs)
    labels = dict(zip(paragraphs.row_ids, paragraphs.labels, strict=True))
    assert all(labels[group] == label for group, label in zip(sentences.groups, sentences.labels, strict=True))


def test_a_corpus_that_is_not_built_says_how_to_build_it(tmp_path):
    source = CorpusSource.model_validate({"kind": "corpus", "path": "none"}, context={"folder": tmp_path})
    with pytest.raises(BenchError, match="bench build"):
        source.load()
