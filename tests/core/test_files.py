"""Files that are written together: all of them, or what was there before."""

from __future__ import annotations

import os

import pytest

from bench.core.files import write_together
from bench.core.outputs import FileIsThereError


def _there(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_several_files_are_written_and_nothing_else_is_left(tmp_path):
    write_together({tmp_path / "a": b"1", tmp_path / "b": b"2"})
    assert _there(tmp_path) == {"a": b"1", "b": b"2"}


@pytest.mark.parametrize("taken", ["a", "b"])
def test_a_file_that_is_there_is_never_written_over_unasked(tmp_path, taken):
    (tmp_path / taken).write_bytes(b"mine")
    with pytest.raises(FileIsThereError, match="is there already and would be lost"):
        write_together({tmp_path / "a": b"1", tmp_path / "b": b"2"})
    assert _there(tmp_path) == {taken: b"mine"}
    write_together({tmp_path / "a": b"1", tmp_path / "b": b"2"}, over=True)
    assert _there(tmp_path) == {"a": b"1", "b": b"2"}


@pytest.mark.parametrize("over", [False, True])
def test_a_failure_in_the_middle_leaves_what_was_there(tmp_path, monkeypatch, over):
    if over:
        (tmp_path / "a").write_bytes(b"mine")
    before = _there(tmp_path)
    for name in ("link", "replace"):
        real = getattr(os, name)

        def failing(source, target, real=real):
            if str(target).endswith("b"):
                raise OSError(28, "No space left on device", str(target))
            return real(source, target)

        monkeypatch.setattr(os, name, failing)
    with pytest.raises(OSError, match="No space left"):
        write_together({tmp_path / "a": b"1", tmp_path / "b": b"2"}, over=over)
    assert _there(tmp_path) == before


def test_a_file_system_without_links_is_no_hindrance(tmp_path, monkeypatch):
    def refuse(*_):
        raise OSError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    write_together({tmp_path / "a": b"1", tmp_path / "b": b"2"})
    assert _there(tmp_path) == {"a": b"1", "b": b"2"}
