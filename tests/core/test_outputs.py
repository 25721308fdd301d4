"""What is written goes to a regular file or through a stream; nothing else is ever replaced. Leftovers go, others stay."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from bench.core.errors import BenchError
from bench.core.files import open_whole, write_together, write_whole
from bench.core.temporary_files import abandoned, clear, is_unfinished, neighbour


def _through_open(path, data):
    with open_whole(path) as file:
        file.write(data.decode())


WAYS = {
    "whole": write_whole,
    "stream": _through_open,
    "together": lambda path, data: write_together({path: data}, over=True),
}


@pytest.fixture(params=WAYS)
def write(request):
    return WAYS[request.param]


def _is_unharmed(path, mode):
    return path.lstat().st_mode == mode and not [each for each in path.parent.iterdir() if is_unfinished(each.name)]


@pytest.mark.parametrize("kind", ["folder", "link", "dangling", "loop", "socket", "link to folder"])
def test_what_is_no_file_and_no_stream_is_refused_in_one_line(tmp_path, monkeypatch, write, kind):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "far").write_text("mine")
    path = Path("x")
    if kind == "folder":
        path.mkdir()
    elif kind == "socket":
        with socket.socket(socket.AF_UNIX) as server:
            server.bind("x")
    else:
        path.symlink_to({"link": "far", "dangling": "nowhere", "loop": "x", "link to folder": "."}[kind])
    mode = path.lstat().st_mode
    with pytest.raises(BenchError, match=r"^x: is a (folder|link to '.*'|socket)[,;] (where|name)"):
        write(path, b"new")
    assert _is_unharmed(path, mode)
    assert (tmp_path / "far").read_text() == "mine"
    assert not Path("nowhere").exists()


@pytest.mark.skipif(not hasattr(os, "mknod") or os.geteuid() != 0, reason="only root makes device nodes")
def test_a_device_is_written_through_and_its_node_stays(tmp_path, write):
    null = tmp_path / "null"
    try:
        os.mknod(null, 0o20666, os.makedev(1, 3))
        null.open("wb").close()
    except OSError:
        pytest.skip("no device nodes here")
    mode = null.lstat().st_mode
    write(null, b"new")
    assert _is_unharmed(null, mode)


def test_the_null_device_takes_all_and_stays(write):
    mode = Path("/dev/null").stat().st_mode
    write(Path("/dev/null"), b"new")
    assert Path("/dev/null").stat().st_mode == mode


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no full device here")
def test_a_full_device_is_an_error_that_names_it(write):
    with pytest.raises(OSError, match="/dev/full"):
        write(Path("/dev/full"), b"new")
    assert Path("/dev/full").is_char_device()


def test_a_pipe_is_written_through_where_somebody_reads_and_refused_where_nobody_does(tmp_path, write):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(BenchError, match="is a pipe that nobody reads"):
        write(tmp_path / "pipe", b"new")
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    try:
        write(tmp_path / "pipe", b"new")
        assert os.read(reader, 100) == b"new"
    finally:
        os.close(reader)
    assert (tmp_path / "pipe").is_fifo()


@pytest.mark.parametrize("name", ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"])
@pytest.mark.parametrize("output", ["pipe", "file"])
def test_standard_output_by_name_is_written_through_in_order(tmp_path, name, output):
    code = (
        "from pathlib import Path\nfrom bench.core.files import write_whole\n"
        f"print('first')\nwrite_whole(Path({name!r}), b'second\\n')\nprint('third')"
    )
    command = [sys.executable, "-c", code]
    if output == "pipe":
        done = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    else:
        with (tmp_path / "out").open("w") as file:
            subprocess.run(command, stdout=file, check=True)
        done = (tmp_path / "out").read_text()
    assert done == "first\nsecond\nthird\n"


def _killed_while_writing(folder):
    code = (
        "import os, signal\nfrom pathlib import Path\nfrom bench.core.temporary_files import neighbour\n"
        "with neighbour(Path('x')), neighbour(Path('x'), folder=True) as (made, _):\n"
        "    (made / 'inside').write_text('x')\n    os.kill(os.getpid(), signal.SIGKILL)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, check=False)
    assert done.returncode == -signal.SIGKILL


def test_what_a_killed_process_left_goes_with_the_next_file_that_is_written_there(tmp_path, write):
    _killed_while_writing(tmp_path)
    left = [path.name for path in tmp_path.iterdir()]
    assert len(left) == 2
    assert all(map(is_unfinished, left))
    write(tmp_path / "y", b"new")
    assert [path.name for path in tmp_path.iterdir()] == ["y"]


def test_files_of_live_processes_and_of_other_people_stay(tmp_path, write):
    others = [".part", ".0123456789abcdef.part", "x.part", ".0123456789ABCDEF.part", ".tmp.part"]
    for name in others:
        (tmp_path / name).write_text("mine")
    with neighbour(tmp_path / "x") as (live, _), neighbour(tmp_path / "x", folder=True) as (live_folder, _):
        write(tmp_path / "y", b"new")
        assert {path.name for path in tmp_path.iterdir()} == {*others, "y", live.name, live_folder.name}
        with abandoned(live) as free:
            assert not free
    assert {path.name for path in tmp_path.iterdir()} == {*others, "y"}


def test_a_link_that_bears_such_a_name_is_no_leftover(tmp_path):
    with neighbour(tmp_path / "x") as (live, _):
        name = live.name
    (tmp_path / "far").write_text("mine")
    (tmp_path / name).symlink_to(tmp_path / "far")
    clear(tmp_path)
    assert (tmp_path / name).is_symlink()
    assert (tmp_path / "far").read_text() == "mine"
