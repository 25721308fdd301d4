"""`bench` in a process of its own that has imported the packages of others already, but nothing of bench.

For tests to which it matters that a process is another one (plug-ins that it finds, folders added to its packages), and not
how Python starts. A server, started once by each process of tests, imports for the two seconds that a new Python takes, and
is forked for each call.
"""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Mapping
from pathlib import Path

from command import SECONDS

IMPORTED = (
    "joblib",
    "pandas",
    "polars",
    "pyarrow.parquet",
    "rich.progress",
    "rich.table",
    "ruamel.yaml",
    "scipy.stats",
    "sklearn.calibration",
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
_PROCESSES.set_forkserver_preload(list(IMPORTED))


def bench(
    *arguments: object, cwd: Path, added: Mapping[str, Path] | None = None, stdin: str = "", **environment: str
) -> subprocess.CompletedProcess[str]:
    """What `bench ARGUMENTS` does and prints in a folder, by the names of `subprocess.run`.

    added: folders whose modules join a package of bench, by the package's name. environment: variables added; those of
    PYTHONPATH are looked through first, as by a new Python.
    """
    words = list(map(str, arguments))
    variables = {**os.environ, "LOKY_MAX_CPU_COUNT": "1", "COLUMNS": "100", **environment}
    with tempfile.TemporaryDirectory() as streams:
        given = (words, str(cwd), variables, {name: str(path) for name, path in (added or {}).items()}, streams)
        Path(streams, "0").write_text(stdin, encoding="utf-8")
        process = _PROCESSES.Process(target=_bench, args=given)
        process.start()
        process.join(SECONDS)
        if process.is_alive():
            process.kill()
            process.join()
        out, err = (Path(streams, name).read_text(encoding="utf-8") for name in "12")
    return subprocess.CompletedProcess(words, process.exitcode, out, err)


def _bench(words: list[str], cwd: str, variables: dict[str, str], added: dict[str, str], streams: str) -> None:
    """In the process of its own."""
    import importlib

    for number, flags in enumerate((os.O_RDONLY, *[os.O_WRONLY | os.O_CREAT] * 2)):
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
    sys.argv = ["bench", *words]
    from bench.cli import main

    main()
