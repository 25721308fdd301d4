"""Every task of the project, for people and for CI: `nox -l` lists them. They run in the environment of nox itself."""

from __future__ import annotations

import json
import os
import platform
import re
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nox

nox.options.default_venv_backend = "none"
nox.options.sessions = ["lint", "types", "layers", "spelling", "docs", "tests"]

ROOT = Path(__file__).parent
sys.path.insert(0, str(ROOT))
import start  # noqa: E402  it lies beside this file

NO_COMPILE = {"PIP_NO_COMPILE": "1"}
"""Most of what pip would compile in a passing environment is never imported there."""

# Images of containers often forbid Python to keep what it compiles: each of many processes would compile it again.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# The tools of the environment that nox runs in, whether or not it is activated.
os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"

PARALLEL = ("-n", "logical", "--dist", "worksteal")
"""For pytest: a process for each core, hyper-threads too; a process without work takes half of what another has left.

Tests of one module mostly stay in one process, which makes the module's fixtures once.
"""


@nox.session
def lint(session: nox.Session) -> None:
    """Style and common mistakes; `nox -s lint -- --fix` mends what can be mended."""
    session.run("ruff", "check", *session.posargs, ".")
    session.run("ruff", "format", *([] if session.posargs else ["--check"]), ".")


@nox.session
def types(session: nox.Session) -> None:
    """Types, strictly."""
    session.run("mypy")


@nox.session
def layers(session: nox.Session) -> None:
    """Imports between wings and inside them."""
    session.run("lint-imports", "--no-cache")


@nox.session
def spelling(session: nox.Session) -> None:
    """Spelling of code and prose."""
    session.run("codespell", ".")


@nox.session
def tests(session: nox.Session) -> None:
    """All tests and docstring examples."""
    session.run("pytest", *PARALLEL, "--durations", "30", *session.posargs)


@nox.session
def quick(session: nox.Session) -> None:
    """Some tests of every wing, in less than a minute: for the time between two thoughts, `tests` before a commit."""
    session.run(
        "pytest", "-q", *PARALLEL, *(file for files in QUICK_TESTS.values() for file in files), *session.posargs
    )


QUICK_TESTS = {
    "api": ("tests/api/test_surface.py",),
    "cli": ("tests/test_cli.py",),
    "comparison": ("tests/comparison/test_compare.py",),
    "core": ("tests/core/test_yaml_files.py", "tests/core/test_files.py", "tests/core/test_values.py"),
    "corpus": ("tests/corpus/pages/test_seed_page.py", "tests/corpus/test_annotations.py"),
    "data": ("tests/data/audit/test_labels.py", "tests/data/test_sources.py"),
    "deployment": ("tests/deployment/test_serialization.py",),
    "execution": ("tests/execution/test_checkpoints.py", "tests/execution/test_results.py"),
    "experiment": ("tests/experiment/test_config.py", "tests/experiment/test_protocol.py"),
    "report": ("tests/report/test_golden.py", "tests/report/test_repairs.py"),
    "suites": ("tests/suites/test_suites.py::test_few_data_sets_are_said_to_be_few_and_show_nothing",),
    "systems": ("tests/systems/test_classifiers.py", "tests/systems/test_segmentation.py"),
    "tables": ("tests/tables/test_stray_quotes.py",),
}
"""By wing; tests/test_habits.py demands some of every wing."""


@nox.session
def docs(session: nox.Session) -> None:
    """Build the documentation site into site/; a link that leads nowhere stops it."""
    session.run("zensical", "build", "--clean", "--strict")


@nox.session
def lists(session: nox.Session) -> None:
    """Write what pages list of the registered kinds, the page of kinds, and the schema of experiment files."""
    session.run("python", "docs/write_lists.py")
    session.run("python", "docs/reference/write_kinds.py")
    schema = session.run("bench", "schema", silent=True)
    (ROOT / "docs" / "experiment.schema.json").write_text(str(schema), encoding="utf-8")


@nox.session
def notebook(session: nox.Session) -> None:
    """Run the tutorial's notebook, and write it with its outputs as a page of the site."""
    session.run("python", "docs/write_notebook.py")


@nox.session
def lock(session: nox.Session) -> None:
    """Write both locks anew from pyproject.toml (needs uv): all of development, and the part that bench runs with."""
    options = ("--universal", "--fork-strategy", "fewest", "--generate-hashes", "--python-version", "3.11")
    written = ("--annotation-style", "line", "--no-emit-index-url", "--no-header")
    compile_ = ("uv", "pip", "compile", "-q", *options, *written, "pyproject.toml")
    extras = [option for extra in ("dask", "e5", "excel", "servers", "static") for option in ("--extra", extra)]
    dev = (*extras, "--group", "dev")
    session.run(*compile_, *dev, "-o", "requirements-dev.lock", external=True)
    main = ("--extra", "e5", "--extra", "servers", "--group", "build", "-c", "requirements-dev.lock")
    session.run(*compile_, *main, "-o", "requirements.lock", external=True)


@nox.session
def wheel(session: nox.Session) -> None:
    """Build the wheel, install it where nothing else is, and run a first experiment from there."""
    with tempfile.TemporaryDirectory() as folder:
        clean = Path(folder)
        session.run("python", "-m", "build", "--wheel", "--no-isolation", "--outdir", folder)
        [built] = clean.glob("*.whl")
        session.run(sys.executable, "-m", "venv", str(clean / "venv"))
        session.run(
            str(clean / "venv/bin/python"), "-m", "pip", "install", "-q", str(built), external=True, env=NO_COMPILE
        )
        bench = str(clean / "venv/bin/bench")
        session.chdir(clean)
        session.run(
            bench, "build", "--check", "--seeds", str(ROOT / "seeds"), "--out", str(ROOT / "dataset"), external=True
        )
        loads = "import bench; print(*(bench.load_paragraphs(name) for name in ('paragraphs', 'all', 'sentences')))"
        session.run(str(clean / "venv/bin/python"), "-c", loads, external=True)
        session.run(bench, "run", str(ROOT / "configs/quick.yaml"), "--results", "out", external=True)
        session.run(bench, "compare", "out", external=True)


@nox.session
def kills(session: nox.Session) -> None:
    """Kill a run at 50 random moments, and demand the bytes of an undisturbed one."""
    session.run("pytest", "-q", "-k", "killed", "tests/test_believed.py", env={"BENCH_KILLS": "50"})


@nox.session
def kernels(session: nox.Session) -> None:
    """Run the tests of exactness, verification and documented numbers as on the oldest processor of numpy."""
    import numpy as np

    found = np.show_config(mode="dicts")["SIMD Extensions"].get("found", [])
    oldest = {"NPY_DISABLE_CPU_FEATURES": " ".join(found)} if found else {}
    if platform.machine() in {"x86_64", "AMD64"}:
        oldest |= {"OPENBLAS_CORETYPE": "Nehalem", "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX,-AVX2,-FMA,-AVX512F"}
    elif platform.machine() in {"arm64", "aarch64"}:
        oldest |= {"OPENBLAS_CORETYPE": "ARMV8"}
    oldest["TIES_CELLS"] = "2500"
    session.run("pytest", "-q", *PARALLEL, *KERNEL_TESTS, *session.posargs, env=oldest)


_SHOWN = "test_every_command_of_a_page_runs_and_prints_what_the_page_shows"
_PAGE = "test_every_command_of_the_page_runs_and_prints_what_the_page_shows"
KERNEL_TESTS = (
    "tests/comparison/test_compare.py::test_the_rows_of_every_committed_split_are_rebuilt_from_the_record_alone",
    "tests/comparison/test_compare.py::test_a_sample_of_the_committed_results_is_made_again_bit_for_bit_where_the_processor_is_alike",
    "tests/execution/test_exactness.py",
    "tests/execution/test_ties.py",
    "tests/execution/test_verify.py",
    "tests/systems/features/test_against_sklearn.py",
    f"tests/test_docs.py::{_SHOWN}[tutorial.md]",
    f"tests/test_docs.py::{_SHOWN}[ci-gate.md]",
    f"tests/test_predicting.py::{_PAGE}",
)
"""What another processor's rounding could move; ordinary tests run all of it with the machine's own kernels.

Of the documentation, the pages whose commands fit systems and print numbers.
"""


@nox.session
def pythons(session: nox.Session) -> None:
    """Install the lock under every other CPython from 3.11 on that the machine has, and run a short part of the tests.

    A model that this Python saved must predict the same, to the byte, under the other. The newest runs a longer part.
    One is installed while the tests of another run.
    """
    others = [python for python in start.pythons() if tuple(python.version) != sys.version_info[:2]]
    os.environ |= NO_COMPILE
    with tempfile.TemporaryDirectory() as there, ThreadPoolExecutor() as pool:
        folder = Path(there)
        predicted = _predicted_here(session, folder) if others else ""
        parts = [
            pool.submit(_short_part, session, python, folder, predicted, [*SHORT_TESTS, *([] if at else NEWEST_TESTS)])
            for at, python in enumerate(others)
        ]
        for part in parts:
            part.result()
    session.log(
        f"the short part holds under {', '.join(each.full for each in others) or 'no other Python: none is here'}"
    )


def _predicted_here(session: nox.Session, folder: Path) -> str:
    """What a model that this Python fits and saves predicts of the lines of a page; the folder holds both."""
    fit = ("fit", "configs/seed-page.yaml", "--system", "e5+char-svm", "--out", str(folder / "model"))
    session.run(sys.executable, "-m", "bench", *fit)
    lines = [line for line in (ROOT / "README.zh.md").read_text(encoding="utf-8").splitlines() if line.strip()]
    rows = "".join(json.dumps({"text": line}, ensure_ascii=False) + "\n" for line in lines)
    (folder / "rows.jsonl").write_text(rows, encoding="utf-8")
    return str(session.run(sys.executable, *_predict(folder), silent=True))


def _predict(folder: Path) -> tuple[str, ...]:
    return ("-m", "bench", "predict", str(folder / "model"), str(folder / "rows.jsonl"))


def _short_part(session: nox.Session, python: start.Python, folder: Path, predicted: str, tests: list[str]) -> None:
    venv = folder / python.full
    start.set_up(python, venv, "requirements.lock")
    there = str(venv / "bin" / "python")
    entries = re.findall(
        r"^\S.*(?:\n[ ].*)*", (ROOT / "requirements-dev.lock").read_text(encoding="utf-8"), re.MULTILINE
    )
    tools = [entry for entry in entries if entry.partition("==")[0] in SHORT_TOOLS]
    (venv / "tools.lock").write_text("\n".join(tools), encoding="utf-8")
    install = ("install", "-q", "--no-deps", "--require-hashes", "-r", str(venv / "tools.lock"))
    session.run(there, "-m", "pip", *install, external=True)
    options = ("-q", "-p", "no:cacheprovider", "-o", "addopts=--strict-markers --import-mode=importlib -ra")
    session.run(there, "-m", "pytest", *options, "-k", "not _titles", *tests, external=True)
    if session.run(there, *_predict(folder), silent=True, external=True) != predicted:
        session.error(f"a saved model predicts otherwise under Python {python.full}")


SHORT_TESTS = ("tests/execution/test_engine.py", "tests/test_cli.py")
NEWEST_TESTS = (
    "tests/execution/test_exactness.py",
    "tests/systems/features/test_against_sklearn.py",
    "tests/systems/test_embedders.py",
)
SHORT_TOOLS = {"hypothesis", "iniconfig", "pluggy", "pytest", "sortedcontainers"}


@nox.session
def ties(session: nox.Session) -> None:
    """Compare a million predictions with plain scikit-learn's, on small tables full of ties (about half an hour)."""
    session.run("pytest", "-q", *PARALLEL, "tests/execution/test_ties.py", env={"TIES_CELLS": "1000000"})


@nox.session
def pages(session: nox.Session) -> None:
    """Set 2,000 pages in type, damage them, and say how much of them the repair gives back; ordinary tests set 200."""
    session.run(
        "pytest", "-q", "-s", "-p", "no:randomly", "tests/corpus/pages/test_typeset.py", env={"BENCH_PAGES": "2000"}
    )


@nox.session
def hostile(session: nox.Session) -> None:
    """Try every bad input, storage fault, signal and tampering of the table; ordinary tests try some of them."""
    session.run("pytest", "-q", "-p", "no:randomly", "tests/hostile", *session.posargs, env={"BENCH_HOSTILE": "1"})


@nox.session
def fuzz(session: nox.Session) -> None:
    """Give readers of pages, tables, experiments, records, checkpoints and models 100,000 random cases."""
    count = session.posargs[0] if session.posargs else "100000"
    session.run("pytest", "-q", "-p", "no:randomly", "tests/fuzz", *session.posargs[1:], env={"BENCH_FUZZ": count})


BENCHMARKS = (
    "pytest",
    "tests/benchmarks",
    "-p",
    "no:randomly",
    "-o",
    "addopts=--strict-markers --import-mode=importlib -ra",
)
"""pytest without the option that leaves benchmarks out of ordinary runs, in the order in which they stand."""


@nox.session
def benchmarks(session: nox.Session) -> None:
    """Run every benchmark once with few rows: the same answers as the plain way, whatever the time."""
    session.run(*BENCHMARKS, "--benchmark-disable", *session.posargs)


@nox.session
def performance(session: nox.Session) -> None:
    """Measure everything, half an hour at most, and write docs/performance.md; with a JSON file, only write it."""
    render = str(ROOT / "docs" / "studies" / "performance" / "render.py")
    if session.posargs:
        session.run("python", render, *session.posargs)
        return
    with tempfile.TemporaryDirectory() as folder:
        measured = str(Path(folder) / "benchmarks.json")
        session.run(*BENCHMARKS, "--benchmark-json", measured)
        session.run("python", render, measured)
