"""YAML files: every value keeps its line, every fault is one line with its place."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.core.documents import check, load_yaml
from bench.core.errors import BenchError
from bench.core.settings import Many, Pair, Settings, Tunable


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
        ("name: a\nname: b\n", 2, "key 'name' stands twice, first on line 1; keep one"),
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
        ("", 1, "needs a mapping of keys and values, got None"),
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
