"""YAML files: every value keeps its line, every fault is one line with its place."""

from __future__ import annotations

import os
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.core.errors import BenchError
from bench.core.settings import Many, Pair, Settings, Tunable
from bench.core.validation import check
from bench.core.yaml_files import load_yaml

# Each line names the line above ten times: a hundred thousand million values from a few hundred characters.
LAUGHS = "a: &a [" + "x, " * 10 + "]\n"
LAUGHS += "".join(f"{key}: &{key} [{', '.join(['*' + before] * 10)}]\n" for before, key in pairwise("abcdefghij"))


class Inner(Settings):
    values: Tunable[float] = (1.0,)
    pair: Pair[int] = (1, 1)


class Outer(Settings):
    name: str
    inner: Many[Inner] = ()
    flag: bool = False


def _write(tmp_path, text):
    path = tmp_path / "file.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("name: a\nnmae: b\n", 2, "unknown key 'nmae'; did you mean 'name'? Known: name, inner, flag"),
        ("name: a\nname: b\n", 2, "key 'name' appears twice, first on line 1; keep one"),
        ("flag: true\n", 1, "the key 'name' is missing"),
        ("name: a\nflag: 3\n", 2, "flag: should be a valid boolean, got 3"),
        ("name: 3\n", 1, "name: should be a valid string, got 3"),
        ("name: a\ninner:\n  - pair: [1, 2]\n  - pair: [1]\n", 4, "inner.1.pair"),
        ("name: a\ninner: b\n", 2, "inner: should be a list, got 'b'"),
        ("name: a\ninner: [{pair: [1, 2, 3]}]\n", 2, "the list should have at most 2 items, not 3, got [1, 2, 3]"),
        ("name: a\ninner: [{values: [1, 1]}]\n", 2, "the same value stands in the list twice"),
        ("name: a\ninner: [{values: []}]\n", 2, "at least 1 item"),
        ("name: a\ninner: [{values: [.nan]}]\n", 2, "finite number"),
        ("name: !!python/name:os.system a\n", 1, "YAML tag"),
        ("name: !mine a\n", 1, "YAML tag '!mine' is not allowed"),
        ("name: [a\n", 2, "not YAML"),
        ("- a\n", 1, "needs a mapping of keys and values"),
        ("", 1, "is empty, where a mapping of keys and values is needed"),
        ("# nothing\n", 1, "is empty"),
        ("name: 2024\n", 1, "name: should be a valid string, got 2024"),
        ("name: !!binary aGVsbG8=\n", 1, "YAML tag 'tag:yaml.org,2002:binary' is not allowed; write a plain value"),
        ("name: a\n<<: {flag: true}\n", 2, "merge keys ('<<') are not allowed; write the keys out"),
        ("name: a\nflag: *b\n", 2, "undefined alias"),
        ("name: a\ninner: [{pair: [1, 9223372036854775808]}]\n", 2, "9223372036854775808 is too large"),
        ("name: a\ninner: [{pair: [1, " + "9" * 5000 + "]}]\n", 2, "the integer 99999999999999999999… is too large"),
        ("name: a\nflag: 0x" + "f" * 5000 + "\n", 2, "is too large"),
        ("name: a\ninner: [{values: 1e999}]\n", 2, "finite number, got inf"),
        ("name: a\ninner: [{values: -.inf}]\n", 2, "finite number, got -inf"),
        ("name: a\ninner: [{values: [" + ", ".join(map(str, range(101))) + "]}]\n", 2, "at most 100 items"),
        ('name: "\\ud800"\n', 1, "half a surrogate pair"),
        ('name: a\n"\\ud800": b\n', 2, "half a surrogate pair"),
        ('name: a\n"\\e[31m\\u202e": b\n', 2, r"unknown key '\x1b[31m\u202e'"),
        ("name: a\0b\n", 1, "character U+0000 is not allowed"),
        ("name: " + "[" * 100_000, 1, "more than 50 deep"),
        ("\n".join(" " * depth + "a:" for depth in range(500)), 51, "more than 50 deep"),
        ("? " * 5000 + "a", 1, "more than 50 deep"),
        (LAUGHS, 1, "aliases never end or hold too many values"),
        (b"name: a\nflag: \xff\n", 2, "byte 0xff is not UTF-8"),
        ("a: &a [*a]\nname: x\n", 1, "aliases never end"),
    ],
)
def test_a_fault_is_told_with_its_line(tmp_path, text, line, message):
    path = _write(tmp_path, text)
    with pytest.raises(BenchError) as error:
        check(Outer, load_yaml(path))
    assert error.value.place == f"{path}:{line}"
    assert message in error.value.message
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
def test_another_encoding_is_named(tmp_path, encoding):
    with pytest.raises(BenchError, match="is in UTF-16 or UTF-32; save the file as UTF-8"):
        load_yaml(_write(tmp_path, "name: 版面\n".encode(encoding)))


def test_a_file_in_the_encoding_of_older_chinese_systems_is_told_with_its_line(tmp_path):
    with pytest.raises(BenchError, match=r"file\.yaml:2: byte 0xb0 is not UTF-8; save the file as UTF-8"):
        load_yaml(_write(tmp_path, "flag: true\nname: 版面\n".encode("gb18030")))


def test_a_file_of_millions_of_bytes_is_not_read(tmp_path):
    with pytest.raises(BenchError, match="holds 4,000,007 bytes, where at most 4,000,000 are read"):
        load_yaml(_write(tmp_path, "name: " + "x" * 4_000_000 + "\n"))


def test_a_file_of_too_many_values_is_not_read_to_its_end(tmp_path, monkeypatch):
    monkeypatch.setattr("bench.core.yaml_files._MOST_VALUES", 2_000)
    # What stands behind the values is no YAML, and would be told of were it read.
    with pytest.raises(BenchError, match=r"file\.yaml:1: holds more than 2,000 values"):
        load_yaml(_write(tmp_path, "name: [" + "1, " * 2_000 + "]\n}"))


def test_what_is_no_file_is_refused_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    told = {"pipe": "is a pipe, where a file is needed", "loop": "cannot be read: Too many levels of symbolic links"}
    told["/dev/zero"] = "is a device, where a file is needed"
    for name, message in told.items():
        with pytest.raises(BenchError) as error:
            load_yaml(tmp_path / name)
        assert error.value.message == message


@pytest.mark.skipif(getattr(os, "geteuid", lambda: 1)() == 0, reason="root reads every file")
def test_a_file_that_may_not_be_read_says_so(tmp_path):
    path = _write(tmp_path, "name: a\n")
    path.chmod(0)
    with pytest.raises(BenchError, match="cannot be read: Permission denied"):
        load_yaml(path)


def test_an_alias_stands_for_its_value(tmp_path):
    text = "name: &n a\ninner: [&i {pair: [1, 2]}, *i]\n"
    assert check(Outer, load_yaml(_write(tmp_path, text))).inner == (Inner(pair=(1, 2)),) * 2


def test_a_missing_file_names_its_neighbour(tmp_path):
    _write(tmp_path, "name: a\n")
    with pytest.raises(BenchError, match=r"no such file; did you mean 'file.yaml'"):
        load_yaml(tmp_path / "fiel.yaml")


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(BenchError, match="is a folder"):
        load_yaml(tmp_path)


def test_a_byte_order_mark_moves_no_line(tmp_path):
    path = _write(tmp_path, b"\xef\xbb\xbfname: a\nflg: true\n")
    with pytest.raises(BenchError, match=r"file.yaml:2: unknown key 'flg'"):
        check(Outer, load_yaml(path))


def test_yaml_1_2_words_stay_words(tmp_path):
    assert check(Outer, load_yaml(_write(tmp_path, "name: no\n"))).name == "no"


def test_settings_come_back_from_what_they_dump():
    outer = Outer(name="a", inner=(Inner(values=(1.0,)), Inner(values=(1.0, 2.0), pair=(1, 2))))
    dumped = outer.model_dump(mode="json")
    assert dumped["inner"][0]["values"] == 1.0
    assert dumped["inner"][1]["values"] == [1.0, 2.0]
    assert Outer.model_validate(dumped) == outer


@given(text=st.text())
@settings(max_examples=300, deadline=None)
def test_any_text_is_read_or_refused_in_one_line(tmp_path_factory, text):
    path = tmp_path_factory.mktemp("any") / "file.yaml"
    path.write_text(text, encoding="utf-8", errors="replace", newline="")
    try:
        check(Outer, load_yaml(path))
    except BenchError as error:
        assert str(error).startswith(str(path))
        assert len(str(error).split("\n")) == 1
