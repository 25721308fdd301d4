"""The user's own files: read in every format, or refused with file and line."""

from __future__ import annotations

import gzip
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.core.errors import BenchError
from bench.data.sources.corpus import CorpusSource, parquet_of, shipped_corpus
from bench.data.sources.files import FilesSource
from bench.tables import read_table

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
        ("a.csv", "text,text\n一,甲\n", {}, ":1", "column 'text' appears twice"),
        ("a.csv", "txt,label\n一,甲\n", {}, "", "no column 'text'; did you mean 'txt'? Known: txt, label"),
        ("a.csv", "text,label\n一,甲\n ,乙\n", {}, ":3", "text: the text is missing"),
        ("a.csv", "text,label\n一,甲\n二,\n", {}, ":3", "label: the label is missing"),
        ("a.csv", 'text,label\n"一,甲\n', {}, ":2", "a quotation mark is never closed"),
        ("a.csv", 'text,label\n一,甲\n"二"三,乙\n', {}, ":3", "cannot be split into fields: ',' expected after '\"'"),
        (
            "a.csv",
            "text,label\n一,二,甲\n",
            {},
            ":2",
            "3 fields, where 2 are needed (text, label); put a text that holds ','",
        ),
        (
            "a.csv",
            "一,甲\n二,乙\n",
            {},
            "",
            "no column 'text'. Known: 一, 甲; if line 1 is a row already, put a line of column names",
        ),
        ("a.csv", "text;label\n一;甲\n", {}, "", "the fields seem to be separated by ';': set delimiter: \";\""),
        ("a.csv", "text\tlabel\n一,二\t甲\n", {}, "", 'set delimiter: "\\t"'),
        ("a.tsv", "text,label\n一,甲\n", {}, "", 'set delimiter: ","'),
        ("a.csv", "text,label\n一\0,甲\n", {}, ":2", "holds a NUL character"),
        (
            "a.csv",
            "text,label\n一,甲\n",
            {"sheet": "x"},
            "",
            "only Excel and OpenDocument files take 'sheet'; leave 'sheet' out",
        ),
        ("a.csv.zip", "PK", {}, "", "unpack it, or compress with gzip"),
        ("a.csv.gz", "text,label\n", {}, "", "is no whole gzip file: Not a gzipped file"),
        ("a.jsonl", "", {"delimiter": ","}, "", "only CSV and TSV files take 'delimiter'; leave 'delimiter' out"),
        ("a.csv", "text,label\n", {}, "", "holds no rows but a header line"),
        ("a.csv", "", {}, "", "holds no rows"),
        ("a.txt", "text,label\n", {}, "", "unknown file ending '.txt'"),
        ("a.jsonl", '{"text": "一", "label": "甲"}\n{"text": \n', {}, ":2", "not JSON"),
        ("a.jsonl", '{"text": "一", "label": "甲"}\n[1]\n', {}, ":2", "needs an object of column and value, got [1]"),
        ("a.jsonl", '{"text": 3, "label": "甲"}\n', {}, ":1", "text: the text must be a string, got 3"),
        ("a.jsonl", '{"text": "一", "label": "甲"}\n{"label": "甲"}\n', {}, ":2", "text: the text is missing"),
        ("a.jsonl", '{"text": "一", "label": ["甲", "乙"]}\n', {}, ":1", "multi-label"),
        ("a.jsonl", '{"text": "一", "label": {"a": 1}}\n', {}, ":1", "must be a string or an integer, got {'a': 1}"),
        ("a.jsonl", '{"text": "一", "label": NaN}\n', {}, ":1", "label: the label is missing"),
        ("a.jsonl", '{"text": "一", "label": null}\n', {}, ":1", "label: the label is missing"),
        ("a.jsonl", '{"text": "一", "label": 1e300}\n', {}, ":1", "must be a string or an integer, got 1e+300"),
        ("a.jsonl", '{"text": "一", "label": ' + "7" * 4301 + "}\n", {}, ":1", "an integer of more than 4,300 digits"),
        (
            "a.json",
            '[{"text": "一", "label": ' + "7" * 4301 + "}]",
            {},
            ": row 1",
            "an integer of more than 4,300 digits",
        ),
        ("a.jsonl", '{"text": "一", "text": "二", "label": 1}\n', {}, ":1", "key 'text' appears twice in an object"),
        (
            "a.json",
            '[{"text": "一", "text": "二", "label": 1}]',
            {},
            ": row 1",
            "key 'text' appears twice in an object",
        ),
        ("a.jsonl", '{"txt": "一", "label": 1}\n', {}, "", "no column 'text'; did you mean 'txt'? Known: txt, label"),
        (
            "a.json",
            '{\n "data": [{"text": "一"}]\n}',
            {},
            "",
            "holds rows under 'data'; write that list alone: rows are",
        ),
        ("a.json", '{"data": [{"text": "一"}]}', {}, "", "holds rows under 'data'; write that list alone: rows are"),
        (
            "a.json",
            '{"text": {"0": "一"}, "label": {"0": 1}}',
            {},
            "",
            "is one object of whole columns; rows are an array",
        ),
        ("a.jsonl", '[{"text": "一", "label": "甲"}]', {}, ":1", "; name a file that holds one array .json"),
        ("a.json", '{"train": [{"a": 1}],\n "test": [{"a": 1}]}', {}, "", "write each list to a file of its own"),
        (
            "a.json",
            '{\n "text": "一",\n "label": "甲"\n}',
            {},
            "",
            "is one object over several lines; rows are an array",
        ),
        ("a.json", '{\n "text": "一"\n}\n{\n "text": "二"\n}', {}, ":1", "not JSON"),
        ("a.json", '[{"text": "一", "label": "甲"}] x', {}, ":1", "not JSON: Extra data"),
        ("a.json", '[{"text": "一", "label": "甲"}\n{"text": ', {}, ":2", "not JSON: Expecting ',' delimiter"),
        ("a.json", '[{"text": "一", "label": "甲"},\n\n{"text": "二', {}, ":3", "not JSON: Unterminated string"),
        ("a.jsonl", '{"text": "一", "label": 1.5}\n', {}, ":1", "must be a string or an integer, got 1.5"),
        ("a.jsonl", '{"text": "\\ud800一", "label": "甲"}\n', {}, ":1", "half a surrogate pair"),
        ("a.json", '[{"text": "一", "label": "甲"},\n {"text": "二"},]\n', {}, ":2", "not JSON"),
        ("a.json", '[{"text": "一", "label": "甲"}, 3]', {}, ": row 2", "needs an object"),
        ("a.json", "[" * 100_000, {}, ": row 1", "without end"),
        ("a.json", "[]", {}, "", "holds no rows"),
        ("a.csv", "id,text,label\n1,一,甲\n1,二,乙\n", {"id": "id"}, ":3", "id '1' appears twice, first at"),
        ("a.jsonl", '{"text": "一", "label": "甲"}\n', {"columns": ["text", "label"]}, "", "leave 'columns' out"),
        (
            "a.csv",
            "id,text,label\n1,一,甲\n,二,乙\n",
            {"id": "id"},
            ":3",
            "id: the id is missing; fill it in or take the row out",
        ),
        (
            "a.jsonl",
            '{"text": "一", "label": 1, "g": [1]}\n',
            {"group": "g"},
            ":1",
            "a row has one group, got the list [1]",
        ),
        ("a.csv", "text,label\n一,1\n二,2\n", {"label_names": ["甲", "乙"]}, ":3", "label_names names 0 to 1, got '2'"),
        ("a.csv", "text,label\n一,-1\n", {"label_names": ["甲", "乙"]}, ":2", "label_names names 0 to 1, got '-1'"),
        ("a.csv", "text,label\n一,甲\n", {"label_names": ["甲", "乙"]}, ":2", "label_names names 0 to 1, got '甲'"),
        ("a.csv", "text,label\n一,\n,乙\n", {"drop_empty": True}, "", "no row has both 'text' and 'label'"),
        (
            "a.csv",
            b"text,label\n\xff\xd0,a\n",
            {},
            ":2",
            "byte 0xff is neither UTF-8 nor GB18030; save the file as UTF-8",
        ),
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


def test_a_string_of_parquet_that_is_not_utf_8_is_told_with_its_row(tmp_path):
    strings = pa.Array.from_buffers(pa.binary(), 2, pa.array([b"ok", b"\xe4\xb8"]).buffers()).view(pa.string())
    pq.write_table(pa.table({"text": strings, "label": ["a", "b"]}), tmp_path / "a.parquet")
    with pytest.raises(BenchError, match=r"a.parquet: row 2: text: byte 0xe4 is not UTF-8"):
        _load(tmp_path / "a.parquet")


def test_a_class_label_out_of_its_names_is_told_with_its_row(tmp_path):
    named = {"huggingface": json.dumps({"info": {"features": {"label": {"_type": "ClassLabel", "names": ["甲"]}}}})}
    table = pa.table({"text": ["一", "二"], "label": [0, 1]}).replace_schema_metadata(named)
    pq.write_table(table, tmp_path / "a.parquet")
    with pytest.raises(BenchError, match=r"a.parquet: row 2: label: 1 has no name; 0 to 0 have"):
        _load(tmp_path / "a.parquet")


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"columns": []}, "at least 1 item"),
        ({"columns": ["text", "text"]}, "stands in the list twice"),
        ({"label_names": ["甲", "甲"]}, "stands in the list twice"),
        ({"delimiter": '"'}, "no quotation mark"),
        ({"delimiter": "::"}, "at most 1 character"),
        ({"train": []}, "at least 1 item"),
        ({"train": ["a.csv", "a.csv"]}, "stands in the list twice"),
        ({"train": ["a.csv", "b.csv", "c.csv"], "validation": ["d.csv", "e.csv"]}, "2 files for 3 of train"),
    ],
)
def test_settings_that_make_no_sense_are_refused_with_their_line(tmp_path, settings, message):
    from bench.core.validation import check
    from bench.core.yaml_files import load_yaml

    value = {"kind": "files", "train": "a.csv", "text": "text", "label": "label", **settings}
    (tmp_path / "own.yaml").write_text(json.dumps(value), encoding="utf-8")
    with pytest.raises(BenchError, match=message) as error:
        check(FilesSource, load_yaml(tmp_path / "own.yaml"), context={"folder": tmp_path})
    assert error.value.place == f"{tmp_path / 'own.yaml'}:1"


@pytest.mark.parametrize(
    ("written", "label"),
    [
        ("true", "true"),
        ("3", "3"),
        ("3.0", "3"),
        ("-0.0", "0"),
        ('"3.0"', "3.0"),
        ('"a|b,c"', "a|b,c"),
        ('"[1, 2]"', "[1, 2]"),
    ],
)
def test_a_label_that_is_no_list_has_one_spelling(tmp_path, written, label):
    (tmp_path / "a.jsonl").write_text(f'{{"text": "一", "label": {written}}}\n', encoding="utf-8")
    assert _load(tmp_path / "a.jsonl").labels == (label,)


@pytest.mark.parametrize(("name", "labels"), [("a.csv", "0 1 1"), ("a.jsonl", "0 1.0 1")])
def test_label_names_name_integers(tmp_path, name, labels):
    rows = list(zip("一二三", labels.split(), strict=True))
    written = (
        "text,label\n" + "".join(f"{text},{label}\n" for text, label in rows)
        if name.endswith("csv")
        else "".join(f'{{"text": "{text}", "label": {label}}}\n' for text, label in rows)
    )
    (tmp_path / name).write_text(written, encoding="utf-8")
    assert _load(tmp_path / name, label_names=["差评", "好评"]).labels == ("差评", "好评", "好评")


def test_label_names_that_are_digits_are_not_named_again(tmp_path):
    (tmp_path / "a.jsonl").write_text(
        "".join(f'{{"text": "一", "label": {label}}}\n' for label in ("0", '"1"', "1", '"0"')), encoding="utf-8"
    )
    assert _load(tmp_path / "a.jsonl", label_names=["1", "0"]).labels == ("1", "0", "0", "1")


def test_rows_without_text_or_label_are_dropped_when_asked_and_counted(tmp_path):
    rows = ["text,label", "一,甲", ",乙", "二,乙", "三,", "　,甲", "四,甲"]
    (tmp_path / "a.csv").write_text("\n".join(rows), encoding="utf-8")
    data = _load(tmp_path / "a.csv", drop_empty=True)
    assert (data.texts, data.labels) == (("一", "二", "四"), ("甲", "乙", "甲"))
    assert data.notes == (f"{tmp_path / 'a.csv'}: 3 of 6 rows dropped, without text or label (line 3, 5, 6)",)
    many = [{"text": "一", "label": 1}, *[{"text": None, "label": 2}] * 7, {"label": 2}]
    (tmp_path / "a.json").write_text(json.dumps(many), encoding="utf-8")
    [note] = _load(tmp_path / "a.json", drop_empty=True).notes
    assert note.endswith("8 of 9 rows dropped, without text or label (row 2, 3, 4, 5, 6, …)")


def test_dropped_rows_move_no_place_of_a_later_fault(tmp_path):
    (tmp_path / "a.jsonl").write_text('{"text": "", "label": 1}\n{"text": "一", "label": [1]}\n', encoding="utf-8")
    with pytest.raises(BenchError, match=r"a.jsonl:2: label: .*multi-label"):
        _load(tmp_path / "a.jsonl", drop_empty=True)


@pytest.mark.parametrize("name", ["a.csv", "a.tsv", "a.json", "b.json", "a.jsonl"])
def test_a_file_compressed_by_gzip_gives_the_same_rows(tmp_path, name):
    write = {"a.csv": _csv, "a.tsv": _tsv, "a.json": _json}.get(name, _lines)
    write(tmp_path / name)
    (tmp_path / f"{name}.gz").write_bytes(gzip.compress((tmp_path / name).read_bytes()))
    assert _load(tmp_path / f"{name}.gz") == _load(tmp_path / name)
    whole = (tmp_path / f"{name}.gz").read_bytes()
    (tmp_path / f"{name}.gz").write_bytes(whole[:-9])
    with pytest.raises(BenchError, match="is no whole gzip file"):
        _load(tmp_path / f"{name}.gz")


def test_fields_may_be_parted_otherwise(tmp_path):
    (tmp_path / "a.csv").write_text('text;label\n"一;二";甲\n', encoding="utf-8")
    assert _load(tmp_path / "a.csv", delimiter=";").texts == ("一;二",)


@given(
    rows=st.lists(st.tuples(st.text(min_size=1, max_size=40), st.integers()), min_size=1, max_size=20),
    indent=st.sampled_from([None, 1]),
    window=st.integers(1, 40),
)
@settings(max_examples=150, deadline=None)
def test_an_array_is_read_the_same_however_it_is_cut(tmp_path_factory, rows, indent, window):
    path = tmp_path_factory.mktemp("any") / "a.json"
    values = [{"text": text, "label": label, "more": [{"deep": text}]} for text, label in rows]
    path.write_text(json.dumps(values, ensure_ascii=False, indent=indent), encoding="utf-8", newline="")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bench.tables.json_rows._CHUNK", window)
        table = read_table(path, keep=["label", "text"])
    assert list(zip(table.column("text"), table.column("label"), strict=True)) == rows


@given(
    content=st.one_of(
        st.binary(max_size=60),
        st.text(alphabet='{}[]",:\n\r\t abc1一;', max_size=60).map(str.encode),
        st.text(max_size=40).map(lambda text: f"text,label\n{text},a\n".encode("utf-8", "replace")),
    ),
    ending=st.sampled_from([".csv", ".tsv", ".json", ".jsonl", ".parquet", ".csv.gz"]),
)
@settings(max_examples=400, deadline=None)
def test_any_bytes_are_read_or_refused_in_one_line(tmp_path_factory, content, ending):
    path = tmp_path_factory.mktemp("any") / f"a{ending}"
    path.write_bytes(gzip.compress(content) if ending.endswith(".gz") else content)
    try:
        data = _load(path)
    except BenchError as error:
        assert str(error).startswith(str(path))
        assert len(error.message.splitlines()) == 1
    else:
        assert len(data) > 0


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


def _corpus(folder, change):
    """The corpus as it ships, changed, as a dataset folder of its own."""
    table = change(pq.read_table(parquet_of(shipped_corpus(), "paragraphs")))
    (folder / "paragraphs").mkdir()
    pq.write_table(table, folder / "paragraphs" / "train-changed.parquet")
    return CorpusSource.model_validate({"kind": "corpus", "path": "."}, context={"folder": folder})


def _with(table, name, change):
    values = change(table.column(name).to_pylist())
    changed = table.set_column(table.schema.get_field_index(name), name, pa.array(values))
    return changed.replace_schema_metadata(table.schema.metadata)


def _without_second(values):
    return [values[0], None, *values[2:]]


@pytest.mark.parametrize(
    ("change", "row", "message"),
    [
        (lambda table: _with(table, "text", _without_second), 2, "the text is missing"),
        (lambda table: _with(table, "label", _without_second), 2, "the label is missing"),
        (lambda table: _with(table, "id", _without_second), 2, "the id is missing"),
        (lambda table: _with(table, "article", _without_second), 2, "the group is missing"),
        (lambda table: _with(table, "text", lambda values: list(range(len(values)))), 1, "must be a string, got 0"),
        (lambda table: _with(table, "label", lambda values: [*values[:4], 99, *values[5:]]), 5, "99 has no name; 0 to 3 have"),
        (lambda table: _with(table, "label", lambda values: ["refrom"] * len(values)), 1, "did you mean 'reform'?"),
        (lambda table: _with(table, "label", lambda values: ["none"] * len(values)), 1, "unknown label 'none'"),
        (lambda table: _with(table, "id", lambda values: [values[0], *values[:-1]]), 2, "appears twice, first in row 1"),
        (lambda table: table.drop(["label"]), None, "no column 'label'"),
        (lambda table: table.drop(["article"]), None, "no column 'article'"),
        (lambda table: table.slice(0, 0), None, "holds no rows"),
    ],
)  # fmt: skip
def test_a_corpus_that_bench_did_not_write_is_refused_with_its_row(tmp_path, change, row, message):
    with pytest.raises(BenchError) as error:
        _corpus(tmp_path, change).load()
    place = tmp_path / "paragraphs" / "train-changed.parquet"
    assert error.value.place == (str(place) if row is None else f"{place}: row {row}")
    assert message in error.value.message


def test_a_corpus_whose_file_is_cut_off_is_refused(tmp_path):
    source = _corpus(tmp_path, lambda table: table)
    [path] = (tmp_path / "paragraphs").iterdir()
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(BenchError, match="not Parquet"):
        source.load()
