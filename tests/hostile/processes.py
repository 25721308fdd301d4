"""Signals at exact moments, streams that are closed, full or of another encoding, and odd surroundings: real processes."""

from __future__ import annotations

import errno
import os
import signal
from collections.abc import Iterator
from pathlib import Path

from hostile.case import Case

STOPPED = {
    signal.SIGINT: (130, r"(\A|\n)interrupted; results of finished systems stand\n\Z"),
    signal.SIGTERM: (143, r"(\A|\n)terminated; results of finished systems stand\n\Z"),
}
# World, arguments, moments, and what may stand afterwards, each whole.
MOMENTS: tuple[tuple[str, str, tuple[tuple[str, int], ...], str], ...] = (
    ("own", "run own.yaml --jobs 1", (("open", 1), ("open", 2), ("os.mkdir", 1), ("os.rename", 1), ("os.rename", 4)), r"results.*"),
    ("own", "fit own.yaml --system char-svm --out new", (("open", 2), ("os.rename", 1)), r"new.*"),
    ("own", "init rows.csv --out new.yaml", (("open", 1),), ""),
    ("ran", "compare results", (("open", 1), ("open", 3)), ""),
    ("ran", "verify results --folder . --jobs 1", (("open", 3),), ""),
    ("ran", "report results --folder . --out page.html", (("open", 2), ("os.rename", 1)), r"page\.html"),
    ("model", "predict model texts.txt", (("open", 2),), ""),
    ("corpus", "build --out new", (("open", 3), ("os.rename", 1)), r"new.*"),
)  # fmt: skip
# World, arguments, events before which the process is killed, what must then work, files as if nothing had been. A folder
# that replaces another one is exchanged with it in one call, which no hook sees: those kills come before and after it.
KILLS: tuple[tuple[str, str, tuple[tuple[str, int], ...], str, str, tuple[str, ...]], ...] = (
    ("own", "run own.yaml --jobs 1", (("os.rename", 1), ("os.rename", 2), ("os.rename", 3), ("os.rename", 4)), "run own.yaml --jobs 1", "ran", tuple(f"results/own/{system}/{file}" for system in ("majority", "char-svm") for file in ("run.json", "predictions.parquet"))),
    ("own", "fit own.yaml --system char-svm --out model", (("os.rename", 1),), "fit own.yaml --system char-svm --out model --force", "model", ("model/model.json",)),
    ("model", "fit own.yaml --system char-svm --out model --force", (("os.mkdir", 1),), "predict model texts.txt", "model", ("model/model.json",)),
    ("model", "fit own.yaml --system char-svm --out model --force", (("shutil.rmtree", 1),), "fit own.yaml --system char-svm --out model --force", "model", ("model/model.json",)),
    ("model", "predict model texts.txt --out new.csv", (("os.rename", 1),), "predict model texts.txt --out new.csv --force", "model", ()),
    ("ran", "report results --folder . --out page.html", (("os.rename", 1),), "report results --folder . --out page.html --force", "ran", ()),
    ("corpus", "build --out new", (("os.rename", 1),), "build --out new", "corpus", ()),
)  # fmt: skip


def cases() -> Iterator[Case]:
    """Every one of them, in a process of its own."""
    for world, arguments, moments, writes in MOMENTS:
        for event, count in moments:
            for number, (code, says) in STOPPED.items():
                what = f"{signal.Signals(number).name} at {event} {count}: {arguments}"
                yield Case("signals", what, tuple(arguments.split()), says, code, world, writes=writes, process=True,
                           moment=(event, count, number))  # fmt: skip
    for world, arguments, moments, then, right, files in KILLS:
        for event, count in moments:
            yield Case("signals", f"SIGKILL at {event} {count}: {arguments}", tuple(arguments.split()), r"", -signal.SIGKILL, world,
                       writes=".*", process=True, moment=(event, count, signal.SIGKILL), then=tuple(then.split()),
                       same=tuple((right, file) for file in files))  # fmt: skip
    yield from _streams()
    yield from _surroundings()


def _streams() -> Iterator[Case]:
    printing = (("own", "list"), ("own", "schema"), ("own", "export own.yaml --system char-svm"), ("own", "run own.yaml --dry-run"),
                ("ran", "compare results"), ("model", "predict model texts.txt"), ("model", "explain model 改革"))  # fmt: skip
    for world, arguments in printing:
        words = tuple(arguments.split())
        full = rf"^bench: output: {os.strerror(errno.ENOSPC)}\n$"
        yield Case(
            "streams",
            f"/dev/full: {arguments}",
            words,
            full,
            2,
            world,
            process=True,
            bash='"$@" >/dev/full',
            needs=_full,
        )
        yield Case(
            "streams",
            f"no output: {arguments}",
            words,
            r"^bench: standard output: is closed; send it to a file, or to /dev/null\n$",
            2,
            world,
            process=True,
            bash='"$@" >&-',
        )
        yield Case(
            "streams",
            f"a reader that goes away: {arguments}",
            words,
            r"^1\n$",
            0,
            world,
            process=True,
            bash='set -o pipefail; "$@" | head -c 1 | wc -c',
        )
        yield Case(
            "streams",
            f"ASCII: {arguments}",
            words,
            r"\w",
            0,
            world,
            process=True,
            environment={"PYTHONIOENCODING": "ascii"},
        )
    predict = ("predict", "model")
    yield Case(
        "streams",
        "no input",
        predict,
        r"^bench: standard input: holds no text\n$",
        2,
        "model",
        process=True,
        bash='"$@" <&-',
    )
    yield Case(
        "streams",
        "no standard error",
        ("run", "nowhere.yaml"),
        r"^bench: nothing was said\n$",
        2,
        process=True,
        bash='"$@" 2>&-; code=$?; echo bench: nothing was said >&2; exit $code',
    )
    yield Case(
        "streams",
        "input that is no text",
        predict,
        r"byte|UTF-8|decoded",
        2,
        "model",
        stdin=b"\xff\xfe\xfd" * 50,
        process=True,
    )
    yield Case(
        "streams", "input without end of a line", predict, r"甲|乙", 0, "model", stdin="改革".encode(), process=True
    )
    yield Case(
        "streams",
        "empty input",
        predict,
        r"^bench: standard input: holds no text\n$",
        2,
        "model",
        stdin=b"",
        process=True,
    )
    for name in (r"\xff.yaml", r"\xe7\x89.yaml", r"a\xff/b.yaml"):
        yield Case(
            "streams",
            f"a name that is no UTF-8: {name}",
            ("run",),
            r"bench: .*(xff|xe7|dcff|dce7).*no such file",
            2,
            process=True,
            bash=f"\"$@\" $'{name}'",
        )
    for option in ("--id", "--keep", "--text"):
        yield Case(
            "streams",
            f"a column whose name is no UTF-8: {option}",
            ("predict", "model", "texts.jsonl", option),
            r"bench: ",
            2,
            "model",
            process=True,
            bash="\"$@\" $'\\xff'",
        )


def _surroundings() -> Iterator[Case]:
    run = ("run", "own.yaml", "--jobs", "1")
    for what, variables in (
        ("a terminal of no columns", {"COLUMNS": "0"}),
        ("columns that are no number", {"COLUMNS": "many"}),
        ("a terminal that can nothing", {"TERM": "dumb"}),
        ("the C locale", {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}),
        ("no home", {"HOME": "/nowhere"}),
        ("a time zone that is none", {"TZ": "Nowhere/None"}),
        ("random hashes", {"PYTHONHASHSEED": "7"}),
        ("a cache that is a file", {"BENCH_CACHE": "rows.csv"}),
        ("a cache that is a device", {"BENCH_CACHE": "/dev/null"}),
        ("a cache in a folder that cannot be", {"BENCH_CACHE": "/proc/nowhere"}),
        ("no bound of the cache", {"BENCH_CACHE_SIZE": "0"}),
    ):
        yield Case("surroundings", what, run, r"results in results/own", 0, environment=variables, writes="results.*", process=True,
                   same=(("ran", "results/own/char-svm/predictions.parquet"), ("ran", "results/own/char-svm/run.json")))  # fmt: skip
    yield Case("surroundings", "a temporary folder that is none", ("run", "own.yaml", "--jobs", "2"), r"results in results/own|^bench: .*\n$", 0,
               environment={"TMPDIR": "/nowhere", "JOBLIB_TEMP_FOLDER": "/dev/null/x"}, writes="results.*", process=True)  # fmt: skip
    yield Case(
        "surroundings",
        "a working folder that is gone",
        run,
        r"^bench: .*\n$",
        2,
        process=True,
        bash='mkdir gone; cd gone; rmdir ../gone; "$@"',
    )


def _full() -> str | None:
    return None if Path("/dev/full").exists() else "needs /dev/full"
