"""What sets bench up: any Python can read it, faults are told in a line, and an environment is made only where it must be."""

from __future__ import annotations

import ast
import importlib.util
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
_SPEC = importlib.util.spec_from_file_location("start", ROOT / "start.py")
start = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(start)

HERE = start._look(sys.executable)
LOCKS = {name: (ROOT / name).read_text(encoding="utf-8") for name in start.LOCKS}
PYTHONS = [f"3.{minor}" for minor in range(start.OLDEST[1], start.NEWEST[1] + 1)]


def test_a_python_of_2016_can_read_it():
    ast.parse((ROOT / "start.py").read_text(encoding="utf-8"), feature_version=(3, 6))


def test_the_versions_that_it_takes_are_those_that_the_project_names():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = [tuple(map(int, found)) for found in re.findall(r":: (3)\.([0-9]+)'", str(project["classifiers"]))]
    assert named == [(3, minor) for minor in range(start.OLDEST[1], start.NEWEST[1] + 1)]
    assert project["requires-python"] == ">={}.{}".format(*start.OLDEST)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            {"version": [3, 9], "full": "3.9.2"},
            "Python 3.9.2 is too old: bench needs CPython 3.11 to 3.14; install one",
        ),
        ({"version": [3, 15], "full": "3.15.0"}, "Python 3.15.0 is newer than"),
        ({"final": False, "full": "3.14.0rc1"}, "Python 3.14.0rc1 is newer than"),
        ({"kind": "pypy"}, "is pypy, for which"),
        ({"threaded": True}, "is free-threaded, for which"),
        ({"version": [3, 12], "missing": ["ensurepip"]}, "'apt-get install python3.12-venv' brings it"),
        ({"missing": ["_lzma", "_ssl"]}, "was built without lzma, ssl: bench needs"),
    ],
)
def test_a_fault_of_the_machine_is_told_in_one_line_with_its_cure(change, said):
    line = start.fault(HERE._replace(**{"missing": [], **change}))
    assert said in line
    assert "\n" not in line
    assert re.search("apt-get install python3", line)


def test_a_sound_python_has_no_fault():
    assert start.fault(HERE) == ""


def test_pythons_that_do_not_run_or_are_too_old_are_passed_over(monkeypatch, tmp_path):
    says = {"broken": "exit 1", "mute": "exit 0", "old": "echo '%s'"}
    old = (
        str(HERE._replace(version=[3, 8])._asdict()).replace("'", '"').replace("True", "true").replace("False", "false")
    )
    paths = []
    for name, does in says.items():
        paths.append(tmp_path / name)
        paths[-1].write_text("#!/bin/sh\n" + (does % old if "%" in does else does) + "\n", encoding="utf-8")
        paths[-1].chmod(0o755)
    assert start._look(str(paths[-1])).version == [3, 8]
    monkeypatch.setattr(start, "_executables", lambda: [*paths, tmp_path / "absent", Path(sys.executable)])
    assert [python.full for python in start.pythons()] == [HERE.full]


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    """An environment of this Python, with something called pip."""
    folder = tmp_path_factory.mktemp("sound") / "venv"
    subprocess.run([HERE.base, "-m", "venv", "--without-pip", folder], check=True)
    [packages] = folder.glob("lib/python3*/site-packages")
    (packages / "pip").mkdir()
    (packages / "pip" / "__init__.py").touch()
    return folder


def test_a_sound_environment_is_kept(sound, monkeypatch):
    monkeypatch.setattr(start, "_call", lambda command: pytest.fail(f"ran {command}"))
    start._make(HERE, sound)


def test_an_environment_of_another_python_is_told(sound):
    assert "this is 3.99" in start._unfit(HERE._replace(version=[3, 99], full="3.99"), sound)


def test_one_that_an_interrupted_installation_left_is_told(sound):
    start._note(sound, {})
    assert start._unfit(HERE, sound) == "was left half made"
    start._note(sound, {"requirements.lock": "0"})
    assert start._unfit(HERE, sound) == ""


def _half(folder):
    (folder / "bin").mkdir(parents=True)


def _dangling(folder):
    _half(folder)
    (folder / "bin" / "python").symlink_to(folder / "gone")


def _without_pip(folder):
    subprocess.run([HERE.base, "-m", "venv", "--without-pip", folder], check=True)


@pytest.mark.parametrize("make", [_half, _dangling, _without_pip])
def test_a_half_made_environment_is_made_anew(tmp_path, monkeypatch, make):
    folder, ran = tmp_path / "venv", []
    make(folder)
    monkeypatch.setattr(start, "_call", lambda command: ran.append(command) or 0)
    start._make(HERE, folder)
    assert not folder.exists()
    assert ran == [[HERE.base, "-m", "venv", str(folder)]]


@pytest.mark.parametrize("kind", ["folder", "file", "link"])
def test_what_is_no_environment_is_left_alone(tmp_path, kind):
    folder, mine = tmp_path / "venv", tmp_path / "mine"
    mine.mkdir()
    (mine / "thesis.txt").write_text("mine", encoding="utf-8")
    if kind == "folder":
        mine = mine.rename(folder)
    elif kind == "file":
        folder.write_text("mine", encoding="utf-8")
    else:
        folder.symlink_to(mine)
    with pytest.raises(start.Refused, match="is no environment of Python: move it away, or remove it"):
        start._make(HERE, folder)
    assert folder.read_text("utf-8") == "mine" if kind == "file" else (mine / "thesis.txt").is_file()


def test_what_is_installed_is_not_installed_again(sound, monkeypatch):
    ran = []
    monkeypatch.setattr(start, "_call", lambda command: ran.append(command) or 0)
    start.set_up(HERE, sound, "requirements-dev.lock")
    first = len(ran)
    start.set_up(HERE, sound, "requirements-dev.lock")
    start.set_up(HERE, sound, "requirements.lock")
    assert (first, len(ran)) == (2, 2)
    monkeypatch.setattr(start, "_digest", lambda lock: "another " + lock)
    start.set_up(HERE, sound, "requirements.lock")
    assert len(ran) == 4


def test_no_variable_turns_an_installation_elsewhere(monkeypatch):
    for name in ("PYTHONHOME", "PYTHONPATH", "PIP_USER", "PIP_TARGET", "PIP_PREFIX"):
        monkeypatch.setenv(name, "1")
    assert not {"PYTHONHOME", "PYTHONPATH", "PIP_USER", "PIP_TARGET", "PIP_PREFIX"} & set(start._environment())


def _pins(name, python):
    """What the lock installs on Linux under a version of Python: version by package."""
    here = {"python_full_version": f"{python}.9", "python_version": python, "sys_platform": "linux"}
    return {
        requirement.name: str(requirement.specifier)
        for requirement in map(Requirement, re.findall(r"^([a-z0-9][^\\]+)", LOCKS[name], re.MULTILINE))
        if requirement.marker is None or requirement.marker.evaluate(here)
    }


@pytest.mark.parametrize("python", PYTHONS)
def test_what_bench_runs_with_is_the_same_under_every_python_and_among_what_it_is_developed_with(python):
    pins = _pins("requirements.lock", python)
    assert pins == _pins("requirements.lock", PYTHONS[0])
    assert pins.items() < _pins("requirements-dev.lock", python).items()


@pytest.mark.parametrize("name", LOCKS)
def test_every_entry_of_a_lock_has_hashes_and_none_an_address(name):
    entries = re.split(r"\n(?=\S)", LOCKS[name].strip())
    assert len(entries) > 50
    assert all("--hash=sha256:" in entry for entry in entries)
    assert "://" not in LOCKS[name]
