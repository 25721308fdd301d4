"""Encodings of text files: found, told, and never guessed where a guess would give wrong characters."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.core.errors import BenchError
from bench.tables import read_table

ROWS = ["text,label", "改革开放以来的变化,经济", "群众监督“三公”经费,监督"]
CONTENT = "\r\n".join(ROWS).encode()
PLAIN = [*(row.split(",")[0] for row in ROWS[1:])]


def _table(path, data):
    path.write_bytes(data)
    return read_table(path)


@pytest.mark.parametrize(
    ("encoding", "told"),
    [
        ("utf-8", None),
        ("utf-8-sig", "read as UTF-8 with a byte order mark"),
        ("gb18030", "not UTF-8, read as GB18030"),
        ("gbk", "not UTF-8, read as GB18030"),
        ("utf-16", "read as UTF-16"),
        ("utf-32", "read as UTF-32"),
    ],
)
@pytest.mark.parametrize("name", ["a.csv", "a.jsonl", "a.json"])
def test_every_encoding_gives_the_same_rows_and_is_told(tmp_path, name, encoding, told):
    text = CONTENT.decode()
    if name != "a.csv":
        lines = [f'{{"text": "{row.split(",")[0]}", "label": "{row.split(",")[1]}"}}' for row in ROWS[1:]]
        text = "\n".join(lines) if name == "a.jsonl" else f"[{','.join(lines)}]"
    table = _table(tmp_path / name, text.encode(encoding))
    assert list(table.column("text")) == PLAIN
    assert table.notes == (() if told is None else (f"{tmp_path / name}: {told}",))


def test_utf_16_of_either_byte_order_is_read(tmp_path):
    text = "\ufeff" + CONTENT.decode()
    tables = [_table(tmp_path / f"{end}.csv", text.encode(f"utf-16-{end}")) for end in ("le", "be")]
    assert [list(table.column("text")) for table in tables] == [PLAIN, PLAIN]


@pytest.mark.parametrize(
    ("data", "line", "message"),
    [
        # One byte of good UTF-8 is damaged; as GB18030 the file would often pass, as nonsense.
        (CONTENT[:-2] + b"\xe7\xe7", 3, "byte 0xe7 is not UTF-8; save"),
        ("text,label\n改革开放以来,甲\n群众监督,乙\n".encode().replace("监".encode(), b"\xe7\x9b"), 3, "is not UTF-8"),
        # Big5 decodes as GB18030, its comma as a code point for private use.
        ("text,label\n改革,甲\n監督，群眾,乙\n".encode("big5"), 2, "is neither UTF-8 nor GB18030"),
        ("text,label\ncafé,a\n".encode("latin-1"), 2, "byte 0xe9 is neither UTF-8 nor GB18030; save the file as UTF-8"),
        (CONTENT.decode().encode("utf-16-le"), 1, "holds a NUL character, as UTF-16 without a byte order mark"),
        ("text,label\na,b\n".encode("utf-16-le"), 1, "holds a NUL character, as UTF-16 without a byte order mark"),
        (CONTENT.decode().encode("utf-16")[:-1], 3, "is not UTF-16"),
        (b"\xef\xbb\xbftext,label\n\xff,a\n", 2, "byte 0xff is not UTF-8 with a byte order mark"),
        (b"text,label\n" + b"a,b\n" * 600_000 + b"\xff,b\n", 600_002, "byte 0xff is neither"),
    ],
)
def test_bytes_that_are_no_text_are_refused_with_their_line(tmp_path, data, line, message):
    path = tmp_path / "a.csv"
    with pytest.raises(BenchError) as error:
        _table(path, data)
    assert error.value.place == f"{path}:{line}"
    assert message in error.value.message


def test_a_folder_and_a_pipe_are_no_files(tmp_path):
    import os

    (tmp_path / "a.csv").mkdir()
    with pytest.raises(BenchError, match="is a folder, but none that `save_to_disk` of datasets wrote"):
        read_table(tmp_path / "a.csv")
    os.mkfifo(tmp_path / "b.csv")
    with pytest.raises(BenchError, match="is a pipe, where a file is needed"):
        read_table(tmp_path / "b.csv")


CHINESE = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=30)


@given(texts=st.lists(CHINESE, min_size=1, max_size=5), encoding=st.sampled_from(["gb18030", "gbk"]))
@settings(max_examples=300, deadline=None)
def test_text_in_gb18030_is_never_read_as_other_characters(tmp_path_factory, texts, encoding):
    path = tmp_path_factory.mktemp("any") / "a.csv"
    try:
        table = _table(path, ("text,label\n" + "".join(f"{text},监督\n" for text in texts)).encode(encoding))
    except BenchError:
        return
    assert list(table.column("text")) == texts


@given(texts=st.lists(CHINESE, min_size=1, max_size=5), at=st.integers(0, 10_000), byte=st.integers(0x80, 0xFF))
@settings(max_examples=300, deadline=None)
def test_damaged_utf_8_of_some_length_is_never_read_as_gb18030(tmp_path_factory, texts, at, byte):
    whole = ("label,text\n监督,改革开放以来的\n" + "".join(f"监督,{text}\n" for text in texts)).encode()
    start = len("label,text\n监督,改革开放以来的\n".encode())
    at = start + at % (len(whole) - start)
    path = tmp_path_factory.mktemp("any") / "a.csv"
    try:
        assert not _table(path, whole[:at] + bytes([byte]) + whole[at + 1 :]).notes
    except BenchError:
        return
