"""Folders are replaced whole, only where bench wrote all that they hold, and a kill at any moment loses nothing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bench.core import folders
from bench.core.errors import BenchError
from bench.core.folders import FolderKind, check_folder, foreign, mend, new_folder
from bench.core.outputs import FileIsThereError


def _ours(folder: Path) -> set[str]:
    return {"mark", "part/a", "part/b"} if (folder / "mark").is_file() else set()


KIND = FolderKind("thing", _ours)


def _write(folder, text, *, over=True, meanwhile=lambda: None):
    with new_folder(folder, KIND, over=over) as made:
        (made / "part").mkdir()
        (made / "part" / "a").write_text(text)
        (made / "part" / "b").write_text(text)
        (made / "mark").write_text(text)
        meanwhile()


def _full():
    raise OSError(28, "No space left on device")


def _there(folder):
    return {path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*") if path.is_file()}


def _whole(text):
    return {"mark": text, "part/a": text, "part/b": text}


WAYS = ["exchange", "two renames", "another file system"]
"""How a folder takes the place of another."""


def _go(way, set_attribute):
    if way != "exchange":
        set_attribute(folders, "_exchange", lambda one, other: False)
    if way == "another file system":
        _no_rename_of_old(set_attribute)


@pytest.fixture(params=WAYS)
def way(request, monkeypatch):
    _go(request.param, monkeypatch.setattr)
    return request.param


def _no_rename_of_old(set_attribute):
    """As on an overlay: a folder of the layer below can be copied, not renamed."""
    real = Path.rename

    def rename(path, target):
        if path.name == "x" and Path(target).suffix == ".old":
            raise OSError(18, "Invalid cross-device link", str(path))
        return real(path, target)

    set_attribute(Path, "rename", rename)


@pytest.mark.parametrize("before", ["absent", "empty", "ours"])
def test_a_folder_is_put_where_nothing_is_or_our_own_and_nothing_else_is_left(tmp_path, before, way):
    if before == "empty":
        (tmp_path / "x").mkdir()
    if before == "ours":
        _write(tmp_path / "x", "old")
    _write(tmp_path / "x", "new")
    assert _there(tmp_path / "x") == _whole("new")
    assert [path.name for path in tmp_path.iterdir()] == ["x"]


@pytest.mark.parametrize(
    "name", ["notes.txt", "part/c", "part/deeper/a", "other/", ".hidden", ".0123456789abcdef.part", "b", "link", "pipe"]
)
@pytest.mark.parametrize("ours", [True, False])
def test_other_peoples_files_are_named_and_nothing_is_touched(tmp_path, name, ours, way):
    folder = tmp_path / "x"
    if ours:
        _write(folder, "old")
    there = folder / name
    there.parent.mkdir(parents=True, exist_ok=True)
    if name.endswith("/"):
        there.mkdir()
    elif name == "link":
        there.symlink_to(tmp_path)
    elif name == "pipe":
        os.mkfifo(there)
    else:
        there.write_text("mine")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(
        BenchError, match=r"x: holds .* not as bench writes a thing, which would be lost; move"
    ) as raised:
        _write(folder, "new")
    assert name.rstrip("/").split("/")[0] in str(raised.value)
    assert sorted(tmp_path.rglob("*")) == before
    if ours:
        assert (folder / "mark").read_text() == "old"


def test_a_file_that_comes_while_the_new_folder_is_written_stays(tmp_path, way):
    _write(tmp_path / "x", "old")
    with pytest.raises(BenchError, match=r"holds late\.txt"):
        _write(tmp_path / "x", "new", meanwhile=lambda: (tmp_path / "x" / "late.txt").write_text("mine"))
    assert _there(tmp_path / "x") == {**_whole("old"), "late.txt": "mine"}


def test_what_is_there_is_not_replaced_unasked(tmp_path):
    _write(tmp_path / "x", "old", over=False)
    with pytest.raises(FileIsThereError, match="is a thing already and would be lost"):
        _write(tmp_path / "x", "new", over=False)
    assert _there(tmp_path / "x") == _whole("old")


def test_a_block_that_fails_leaves_the_old_folder_or_none(tmp_path, way):
    for before in ({}, _whole("old")):
        with pytest.raises(OSError, match="No space"):
            _write(tmp_path / "deep" / "x", "new", meanwhile=_full)
        assert (tmp_path / "deep").exists() == bool(before)
        if not before:
            _write(tmp_path / "deep" / "x", "old")
    assert _there(tmp_path / "deep" / "x") == _whole("old")
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["x"]


@pytest.mark.parametrize("place", ["here", "above"])
def test_the_folder_that_one_is_in_is_not_replaced(tmp_path, monkeypatch, place):
    (tmp_path / "x").mkdir()
    monkeypatch.chdir(tmp_path / "x")
    folder = Path() if place == "here" else tmp_path
    with pytest.raises(BenchError, match="is the folder that you are in, or is above it"):
        _write(folder, "new")
    assert list(tmp_path.rglob("*")) == [tmp_path / "x"]


def test_a_link_to_a_folder_stays_a_link_and_one_to_nothing_is_refused(tmp_path):
    (tmp_path / "far").mkdir()
    (tmp_path / "x").symlink_to(tmp_path / "far")
    _write(tmp_path / "x", "new")
    assert (tmp_path / "x").is_symlink()
    assert _there(tmp_path / "far") == _whole("new")
    (tmp_path / "y").symlink_to(tmp_path / "nowhere")
    (tmp_path / "z").symlink_to(tmp_path / "z")
    for name in ("y", "z"):
        with pytest.raises(BenchError, match=r"is a link to .* where no folder is"):
            _write(tmp_path / name, "new")


def test_permissions_of_the_old_folder_and_its_files_hold(tmp_path):
    _write(tmp_path / "x", "old")
    (tmp_path / "x").chmod(0o750)
    (tmp_path / "x" / "mark").chmod(0o600)
    _write(tmp_path / "x", "new")
    assert (tmp_path / "x").stat().st_mode & 0o777 == 0o750
    assert (tmp_path / "x" / "mark").stat().st_mode & 0o777 == 0o600


def _dying(kill, when):
    """Let the process end at the `kill`-th change of the file system, just before or after it."""
    count = 0

    def patch(owner, name):
        real = getattr(owner, name)

        def call(*values, **options):
            nonlocal count
            count += 1
            mine = count
            if mine == kill and when == "before":
                os._exit(9)
            try:
                return real(*values, **options)
            finally:
                if mine == kill:
                    os._exit(9)

        setattr(owner, name, call)

    for owner, names in (
        (os, ("unlink", "rmdir", "mkdir", "rename", "replace")),
        (Path, ("rename", "write_text", "chmod")),
        (shutil, ("copy2", "rmtree")),
        (folders, ("_exchange",)),
    ):
        for name in names:
            patch(owner, name)


def _exit_code_of(work):
    """Of a process that does some work, made by a fork."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    try:
        work()
        os._exit(0)
    finally:
        os._exit(70)


def _kill_at_every_moment(folder, when):
    """Replace a folder in processes that end at one change of the file system after another; check what each leaves."""
    seen = set()
    for kill in range(1, 200):
        target = folder / str(kill) / "x"
        _write(target, "old")

        def replaced(kill=kill, target=target):
            _dying(kill, when)
            _write(target, "new")

        code = _exit_code_of(replaced)
        assert code in {0, 9}
        mend(target, KIND)
        found = _there(target)
        assert found in (_whole("old"), _whole("new"))
        seen.add(found["mark"])
        _write(target, "next")
        assert _there(target) == _whole("next")
        assert [path.name for path in target.parent.iterdir()] == ["x"]
        if code == 0:
            break
    assert code == 0
    assert seen == {"old", "new"}
    assert kill > 10


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("way", WAYS)
def test_a_kill_at_any_moment_leaves_the_old_or_the_new_and_the_next_command_leaves_nothing_else(tmp_path, way, when):
    """In a small process of its own, because it forks at each moment, and the tests' process has imported too much."""
    subprocess.run([sys.executable, __file__, tmp_path, way, when], check=True)


def test_a_swap_of_a_live_process_is_not_mended(tmp_path, monkeypatch):
    monkeypatch.setattr(folders, "_exchange", lambda one, other: False)
    _write(tmp_path / "x", "old")
    real = Path.rename

    def rename(path, target):
        if path.suffix == ".part":
            check_folder(tmp_path / "x", KIND, over=True)  # as another command would, in the very middle
            assert not (tmp_path / "x").exists()
        return real(path, target)

    monkeypatch.setattr(Path, "rename", rename)
    _write(tmp_path / "x", "new")
    assert _there(tmp_path / "x") == _whole("new")


def test_what_stands_there_by_now_is_no_reason_to_lose_what_was_set_aside(tmp_path, monkeypatch):
    monkeypatch.setattr(folders, "_exchange", lambda one, other: False)
    _write(tmp_path / "x", "old")
    (tmp_path / "x").rename(folders._aside(tmp_path / "x"))
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "notes.txt").write_text("mine")
    with pytest.raises(BenchError, match=r"holds notes\.txt"):
        _write(tmp_path / "x", "new")
    (tmp_path / "x" / "notes.txt").rename(tmp_path / "notes.txt")
    mend(tmp_path / "x", KIND)
    assert _there(tmp_path / "x") == _whole("old")


def test_many_foreign_files_are_one_short_line(tmp_path):
    for number in range(300):
        (tmp_path / f"{number:03}{'很' * 70}\n").write_text("mine")
    with pytest.raises(BenchError) as raised:
        check_folder(tmp_path, KIND, over=True)
    text = str(raised.value).removeprefix(str(tmp_path))
    assert "and 297 more" in text
    assert "\n" not in text
    assert len(text) < 500
    assert len(foreign(tmp_path, KIND)) == 300


if __name__ == "__main__":
    _go(sys.argv[2], setattr)
    _kill_at_every_moment(Path(sys.argv[1]), sys.argv[3])
