"""Sets bench up in .venv and runs it: `python3 start.py run`, `python3 start.py test`.

Needs nothing but Python, and is written so that every Python from 3.6 on can read it: one that is too old is told so,
in a line, and where the machine has a newer one beside it, that one is taken.
"""

import argparse
import fcntl
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Dict, Iterator, List, NamedTuple, NoReturn, Optional, Tuple

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
NOTE = "start.json"
"""The file in an environment that says what was installed there: nothing, until all of it is."""

LOCKS = {
    "requirements.lock": "some 65 packages, a download of about 320 MB",
    "requirements-dev.lock": "some 185 packages, a download of more than 480 MB",
}
"""What `run` installs, and what `test` installs, which holds all of the first; sizes on Linux, x86-64."""

OLDEST, NEWEST = (3, 11), (3, 14)
"""The minor versions of Python that are tried."""

NEEDED = ("_bz2", "_ctypes", "_lzma", "_ssl", "ensurepip", "venv", "zlib")
"""Modules of Python's own that some builds of it lack."""

LOOK = f"""
from importlib.util import find_spec
import json, platform, sys
print(json.dumps({{
    "version": sys.version_info[:2],
    "full": platform.python_version(),
    "final": sys.version_info[3] == "final",
    "kind": sys.implementation.name,
    "threaded": not getattr(sys, "_is_gil_enabled", lambda: True)(),
    "prefix": sys.prefix,
    "base": getattr(sys, "_base_executable", None) or sys.executable,
    "pip": find_spec("pip") is not None,
    "missing": [name for name in {NEEDED} if find_spec(name) is None],
}}))
"""
"""A program that any Python 3 runs to say what it is."""


class Python(NamedTuple):
    """What `LOOK` prints. base: the executable, or for one of an environment the one that it was made with."""

    version: List[int]
    full: str
    final: bool
    kind: str
    threaded: bool
    prefix: str
    base: str
    pip: bool
    missing: List[str]


class Refused(Exception):  # noqa: N818
    """What the user can mend; its text is one line."""


def main() -> None:
    """Do what the command line asks."""
    arguments = _arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        if arguments.command == "pythons":
            for python in pythons() or [_this()]:
                print(python.full, python.base)
        else:
            {"setup": _setup, "run": _run, "test": _test}[arguments.command](_this(), arguments)
    except Refused as refusal:
        _say(str(refusal))
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="start.py", description="Set bench up in .venv, and run it.")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    commands.required = True
    commands.add_parser("run", help="set up; check the dataset, compare the systems on it, print the table")
    test = commands.add_parser("test", help="set up with the tools of development; run all tests")
    test.add_argument("options", nargs=argparse.REMAINDER, help="options for pytest")
    setup = commands.add_parser("setup", help="set up only")
    setup.add_argument("--dev", action="store_true", help="with the tools of development")
    commands.add_parser("pythons", help="list the Pythons of this machine that can run bench")
    return parser.parse_args()


def _setup(python: Python, arguments: argparse.Namespace) -> None:
    set_up(python, VENV, "requirements-dev.lock" if arguments.dev else "requirements.lock")


def _run(python: Python, _: argparse.Namespace) -> None:
    set_up(python, VENV, "requirements.lock")
    bench = str(VENV / "bin" / "bench")
    for command in (["build", "--check"], ["run", "configs/seed-page.yaml", "--results", "out"]):
        status = _call([bench, *command])
        if status:
            sys.exit(status)
    _become([bench, "compare", "out"])


def _test(python: Python, arguments: argparse.Namespace) -> None:
    set_up(python, VENV, "requirements-dev.lock")
    options = ["--", *arguments.options] if arguments.options else []
    _become([str(VENV / "bin" / "nox"), "-s", "tests", *options])


# Which Python


def _this() -> Python:
    """The Python that runs this, if it can run bench; else hand over to one that can, or raise Refused."""
    here = _look(sys.executable)
    wrong = fault(here) if here else "this Python does not run a program of a few lines"
    if here and not wrong:
        return here
    for other in pythons():
        _say("{}; going on with {}".format(wrong.split(":")[0], other.base))
        os.execv(other.base, [other.base, str(Path(__file__).resolve()), *sys.argv[1:]])
    raise Refused(wrong)


def fault(python: Python) -> str:
    """Why this Python cannot run bench, and what to do about it, in one line; empty if it can."""
    name = f"Python {python.full}"
    wanted = "bench needs CPython {}.{} to {}.{}".format(*(OLDEST + NEWEST))
    cure = "install one, as by 'apt-get install python3 python3-venv', and call this file with it"
    version = tuple(python.version)
    if version < OLDEST:
        return f"{name} is too old: {wanted}; {cure}"
    if version > NEWEST or not python.final:
        return f"{name} is newer than what the packages are built for: {wanted}; {cure}"
    if python.kind != "cpython" or python.threaded:
        kind = "free-threaded" if python.kind == "cpython" else python.kind
        return f"{name} is {kind}, for which the packages are not built: {wanted}; {cure}"
    if {"ensurepip", "venv"} & set(python.missing):
        package = f"python{version[0]}.{version[1]}-venv"
        text = "{} lacks the module {}, which makes environments: on Debian and Ubuntu 'apt-get install {}' brings it"
        return text.format(name, " and ".join(python.missing), package)
    if python.missing:
        return "{} was built without {}: {}; {}".format(
            name, ", ".join(name.strip("_") for name in python.missing), wanted, cure
        )
    return ""


def pythons() -> List[Python]:
    """The Pythons of this machine that can run bench, newest first, one of each minor version."""
    found: Dict[Tuple[int, ...], Python] = {}
    seen = set()
    for path in _executables():
        if path.resolve() in seen:
            continue
        seen.add(path.resolve())
        python = _look(str(path))
        if python and not fault(python):
            found.setdefault(tuple(python.version), python)
    return [found[version] for version in sorted(found, reverse=True)]


def _executables() -> Iterator[Path]:
    """Whatever is called python3 or python3.x, on the PATH and where tools that manage Pythons put them."""
    home = Path.home()
    folders = [Path(folder) for folder in os.environ.get("PATH", "").split(os.pathsep) if folder]
    folders += [Path("/usr/bin"), Path("/usr/local/bin"), Path("/opt/homebrew/bin")]
    roots = {
        Path(os.environ.get("PYENV_ROOT") or home / ".pyenv") / "versions",
        Path(os.environ.get("UV_PYTHON_INSTALL_DIR") or home / ".local/share/uv/python"),
        home / ".asdf/installs/python",
        home / ".local/share/mise/installs/python",
        Path("/Library/Frameworks/Python.framework/Versions"),
    }
    folders += [folder for root in sorted(roots) for folder in sorted(root.glob("*/bin"))]
    for folder in folders:
        try:
            inside = sorted(folder.glob("python3*"))
        except OSError:
            continue
        for path in inside:
            if re.match(r"python3(\.[0-9]+)?$", path.name) and os.access(str(path), os.X_OK):
                yield path


def _look(executable: str) -> Optional[Python]:
    """What a Python says of itself; None for one that does not run."""
    command = [executable, "-c", LOOK]
    try:
        done = subprocess.run(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=60, env=_environment(), check=True
        )
        return Python(**json.loads(done.stdout.decode()))
    except (OSError, ValueError, TypeError, subprocess.SubprocessError):
        return None


# The environment


def set_up(python: Python, folder: Path, lock: str) -> None:
    """Make folder an environment of this Python with what the lock says and bench itself; do only what is missing.

    python: one for which `fault` is empty. Raises Refused in one line.
    """
    with (ROOT / "start.py").open("rb") as guard:
        try:
            fcntl.flock(guard, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            _say("waits for another start.py, which is setting up")
            fcntl.flock(guard, fcntl.LOCK_EX)
        _make(python, folder)
        digests = {name: _digest(name) for name in LOCKS}
        if _noted(folder).get(lock) == digests[lock]:
            return
        _say(f"installs {LOCKS[lock]} into {_short(folder)}; pip is silent for a minute or more")
        _note(folder, {})
        _install(folder, "--require-hashes", "-r", str(ROOT / lock))
        _install(folder, "--no-deps", "--no-build-isolation", "-e", str(ROOT))
        held = list(LOCKS)[: list(LOCKS).index(lock) + 1]
        _note(folder, {name: digests[name] for name in held})
    if folder == VENV:
        _say("done; 'source .venv/bin/activate' gives this terminal the command 'bench'")


def _make(python: Python, folder: Path) -> None:
    """Make an empty environment, unless a sound one of the same Python is there."""
    if os.path.lexists(str(folder)):
        wrong = _unfit(python, folder)
        if not wrong:
            return
        _say(f"{_short(folder)} {wrong}")
        shutil.rmtree(str(folder))
    _say(f"makes an environment of Python {python.full} in {_short(folder)}")
    if _call([python.base, "-m", "venv", str(folder)]):
        raise Refused(f"{_short(folder)} could not be made; the reason stands above")


def _unfit(python: Python, folder: Path) -> str:
    """What is wrong with the environment that is there. Raises Refused where the folder is something else."""
    known = {"bin", "include", "lib", "lib64", "pyvenv.cfg", "share", ".gitignore"}
    ours = folder.is_dir() and not folder.is_symlink()
    if not ours or not ((folder / "pyvenv.cfg").is_file() or known.issuperset(each.name for each in folder.iterdir())):
        raise Refused(f"{_short(folder)} is no environment of Python: move it away, or remove it")
    there = _look(str(folder / "bin" / "python"))
    if not there or not there.pip or os.path.realpath(there.prefix) != os.path.realpath(str(folder)):
        return "does not work here"
    if (folder / NOTE).exists() and not _noted(folder):
        return "was left half made"
    if there.version != python.version or there.kind != python.kind:
        return f"is of Python {there.full}, this is {python.full}"
    return ""


def _install(folder: Path, *options: str) -> None:
    command = [str(folder / "bin" / "python"), "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    if _call(command + list(options)):
        text = "not everything could be installed, for the reason that pip gives above; the same line again goes on"
        raise Refused(text)


def _noted(folder: Path) -> Dict[str, str]:
    try:
        noted = json.loads((folder / NOTE).read_text())
    except (OSError, ValueError):
        return {}
    return noted if isinstance(noted, dict) else {}


def _note(folder: Path, digests: Dict[str, str]) -> None:
    part = folder / (NOTE + ".part")
    part.write_text(json.dumps(digests))
    part.replace(folder / NOTE)


def _digest(lock: str) -> str:
    """SHA-256 over all that decides what an installation holds."""
    return hashlib.sha256((ROOT / lock).read_bytes() + (ROOT / "pyproject.toml").read_bytes()).hexdigest()


# Other programs


def _call(command: List[str]) -> int:
    """Run a program and give its exit code as a shell does; whatever ends us ends it."""
    child = subprocess.Popen(command, cwd=str(ROOT), env=_environment())
    try:
        status = child.wait()
    except BaseException:
        child.terminate()
        child.wait()
        raise
    return status if status >= 0 else 128 - status


def _become(command: List[str]) -> NoReturn:
    sys.stdout.flush()
    os.chdir(str(ROOT))
    os.execve(command[0], command, _environment())


def _environment() -> Dict[str, str]:
    """Ours, without what would make a Python read or write the packages of another."""
    other = {"PYTHONHOME", "PYTHONPATH", "PIP_PREFIX", "PIP_TARGET", "PIP_USER", "__PYVENV_LAUNCHER__"}
    return {name: value for name, value in os.environ.items() if name not in other}


def _short(path: Path) -> str:
    return str(path.relative_to(ROOT)) if ROOT in path.parents else str(path)


def _say(text: str) -> None:
    sys.stderr.write(f"start.py: {text}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    main()
