"""`bench` in a process of its own that has imported the packages of others already, but nothing of bench.

For tests to which it matters that a process is another one (plug-ins that it finds, folders added to its packages, signals
that it gets), and not how Python starts. A server, started once by each process of tests, imports for the two seconds that a new Python takes, and
is forked for each call.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

from command import SECONDS

IMPORTED = (
    "click",
    "filelock",
    "joblib",
    "pandas",
    "polars",
    "platformdirs",
    "pyarrow.compute",
    "pyarrow.dataset",
    "pyarrow.parquet",
    "pydantic",
    "rich.progress",
    "rich.table",
    "ruamel.yaml",
    "scipy.stats",
    "sklearn.calibration",
    "sklearn.discriminant_analysis",
    "sklearn.feature_extraction.text",
    "sklearn.linear_model",
    "sklearn.model_selection",
    "sklearn.naive_bayes",
    "sklearn.neighbors",
    "sklearn.pipeline",
    "sklearn.svm",
    "statsmodels.stats.multitest",
)
_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload([*IMPORTED, *filter(find_spec, ("distributed",))])


class Started:
    """A process that runs, by the names of `subprocess.Popen`; what it prints is found in two files."""

    def __init__(self, given: tuple[object, ...], streams: Path) -> None:
        self._process = _PROCESSES.Process(target=_call, args=given)
        self._streams = streams
        self._process.start()
        self.pid = self._process.pid

    @property
    def out(self) -> str:
        """What it has printed so far."""
        return (self._streams / "1").read_text(encoding="utf-8")

    @property
    def err(self) -> str:
        """What it has complained of so far."""
        return (self._streams / "2").read_text(encoding="utf-8")

    def poll(self) -> int | None:
        """The exit code, less than 0 for a signal; None while it runs."""
        return self._process.exitcode

    def wait(self, seconds: float = SECONDS) -> int:
        """The exit code, once it has ended; a process that does not is killed."""
        self._process.join(seconds)
        if self._process.is_alive():
            self.kill()
            self._process.join()
        code = self._process.exitcode
        assert code is not None
        return code

    def send_signal(self, number: int) -> None:
        """To this process, where it runs."""
        if self.poll() is None and self.pid is not None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)


def started(
    *arguments: object,
    cwd: Path,
    streams: Path,
    program: str = "bench.cli",
    before: str = "",
    added: Mapping[str, Path] | None = None,
    session: bool = False,
    stdin: str = "",
    **environment: str,
) -> Started:
    """A program in a process of its own, in a folder.

    program: the module whose `main` is called. before: code that runs first. streams: a folder for what it reads and prints.
    added: folders whose modules join a package of bench, by the package's name. session: it leads a session of its own,
    as under a terminal. environment: variables added; those of PYTHONPATH are looked through first, as by a new Python.
    """
    variables = {**os.environ, "LOKY_MAX_CPU_COUNT": "1", "COLUMNS": "100", **environment}
    streams.mkdir(parents=True, exist_ok=True)
    for name, text in zip("012", (stdin, "", ""), strict=True):
        Path(streams, name).write_text(text, encoding="utf-8")
    words = [program.partition(".")[0], *map(str, arguments)]
    folders = {name: str(path) for name, path in (added or {}).items()}
    return Started((program, words, before, str(cwd), variables, folders, str(streams), session), streams)


def bench(
    *arguments: object, cwd: Path, added: Mapping[str, Path] | None = None, stdin: str = "", **environment: str
) -> subprocess.CompletedProcess[str]:
    """What `bench ARGUMENTS` does and prints in a folder, by the names of `subprocess.run`; the rest as in `started`."""
    with tempfile.TemporaryDirectory() as streams:
        process = started(*arguments, cwd=cwd, streams=Path(streams), added=added, stdin=stdin, **environment)
        code = process.wait()
        return subprocess.CompletedProcess(list(map(str, arguments)), code, process.out, process.err)


def _call(
    program: str,
    words: list[str],
    before: str,
    cwd: str,
    variables: dict[str, str],
    added: dict[str, str],
    streams: str,
    session: bool,
) -> None:
    """In the process of its own."""
    import atexit
    import importlib

    if session:
        os.setsid()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for number, flags in enumerate((os.O_RDONLY, *[os.O_WRONLY | os.O_APPEND] * 2)):
        os.dup2(os.open(Path(streams) / str(number), flags), number)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115  multiprocessing has closed it
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(variables)
    sys.path[:] = [*filter(None, variables.get("PYTHONPATH", "").split(os.pathsep)), *filter(None, sys.path)]
    warnings.simplefilter("ignore")
    for package, folder in added.items():
        importlib.import_module(package).__path__.append(folder)
    sys.argv = words
    try:
        exec(before, {})  # noqa: S102  a test wrote it
        importlib.import_module(program).main()
    finally:
        atexit._run_exitfuncs()  # multiprocessing ends its processes without
