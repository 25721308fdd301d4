"""Results, models, checkpoints, caches and datasets that were changed after bench wrote them: cut, overwritten, swapped or forged."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from hostile.case import Case, both, replace, write

RECORD = "results/own/char-svm/run.json"
PREDICTIONS = "results/own/char-svm/predictions.parquet"
COMPARE, VERIFY = ("compare", "results"), ("verify", "results", "--folder", ".", "--jobs", "1")
REPORT = ("report", "results", "--folder", ".", "--out", "page.html")
PREDICT, RUN = ("predict", "model", "texts.txt"), ("run", "own.yaml", "--jobs", "1")

# What every field of a record and of a model is changed to.
VALUES = (None, True, -1, "x", [], {}, [{"a": 1}], {"a": [1]}, 1e308)
FIELDS = (
    "schema", "experiment", "system", "status", "error", "config", "data", "protocol", "environment", "score_kind",
    "scores", "confusion", "chosen", "warnings", "predictions_sha256", "record_sha256",
)  # fmt: skip
MODEL_FIELDS = (
    "schema", "system", "config", "data", "protocol", "classes", "score_kind", "chosen", "environment", "state", "files", "model_sha256",
)  # fmt: skip

# Bytes that are no file of bench.
NO_FILE = (
    ("empty", b""),
    ("one byte", b"\0"),
    ("no text", b"\xff\xfe\xfd" * 9),
    ("a list", b"[]"),
    ("null", b"null"),
    ("NaN", b"NaN"),
    ("an open brace", b"{"),
    ("9000 lists in each other", b"[" * 9000),
    ("an integer of 5000 digits", b"9" * 5000),
    ("an object without fields", b"{}"),
    ("half a surrogate pair", b'{"schema": "\\ud800"}'),
    ("HTML", b"<!DOCTYPE html>"),
)


def cases() -> Iterator[Case]:
    """Every one of them."""
    yield from _records()
    yield from _predictions()
    yield from _models()
    yield from _checkpoints()
    yield from _caches()
    yield from _datasets()


def damaged(name: str, how: Callable[[bytes], bytes]) -> Callable[[Path], object]:
    """A change of a file's bytes. name: a pattern; the first file that fits."""

    def change(folder: Path) -> object:
        path = min(folder.glob(name))
        return path.write_bytes(how(path.read_bytes()))

    return change


def regions(parts: int) -> Iterator[tuple[str, Callable[[bytes], bytes]]]:
    """Ways to damage bytes: in each part one bit turned, and cut there."""
    for part in range(parts):

        def turned(data: bytes, part: int = part) -> bytes:
            at = (2 * part + 1) * len(data) // (2 * parts)
            return data[:at] + bytes([data[at] ^ 0x10]) + data[at + 1 :]

        yield f"a bit turned in part {part + 1} of {parts}", turned
        yield f"cut at part {part + 1} of {parts}", lambda data, part=part: data[: part * len(data) // parts]
    yield "a byte too many", lambda data: data + b"\0"
    yield "all zeros", lambda data: bytes(len(data))


def field(name: str, key: str, value: object) -> Callable[[Path], object]:
    """A change of a field of a JSON file, or, of `...`, its removal."""

    def change(folder: Path) -> None:
        path = folder / name
        fields = json.loads(path.read_bytes())
        if value is ...:
            del fields[key]
        else:
            fields[key] = value
        path.write_text(json.dumps(fields, ensure_ascii=False), encoding="utf-8")

    return change


def _sealed(folder: Path) -> None:
    """Give a record the digest that fits what it now says, as a forger would."""
    from bench.core.digests import canonical_json, digest

    fields = json.loads((folder / RECORD).read_bytes())
    rest = {name: value for name, value in fields.items() if name != "record_sha256"}
    field(RECORD, "record_sha256", digest([canonical_json(rest)]))(folder)


def _all_turned(folder: Path) -> None:
    """Forge predictions in which every guess is another, with scores and digests that fit them."""
    from dataclasses import replace as changed

    from bench.execution.predictions import Predictions
    from bench.execution.scoring import score_predictions

    stored = Predictions.from_parquet((folder / PREDICTIONS).read_bytes())
    forged = changed(stored, prediction=(stored.prediction + 1) % len(stored.classes))
    (folder / PREDICTIONS).write_bytes(forged.to_parquet())
    scores = {name: score.model_dump() for name, score in score_predictions(forged, probabilities=False).items()}
    for key, value in (("predictions_sha256", forged.sha256()), ("scores", scores), ("confusion", forged.confusion())):
        field(RECORD, key, value)(folder)
    _sealed(folder)


def _records() -> Iterator[Case]:
    place = r"own/char-svm"
    for at, key in enumerate(FIELDS):
        for value in (..., VALUES[at % len(VALUES)], VALUES[(at + 4) % len(VALUES)]):
            what = "taken out" if value is ... else f"= {json.dumps(value)}"
            command = (COMPARE, VERIFY, REPORT)[at % 3]
            # An error of None, or no warnings, may be what the record says already.
            yield _tampered(f"run.json: {key} {what}", command, field(RECORD, key, value), place, "ran", unharmed=True)
    for what, content in NO_FILE:
        for command in (COMPARE, VERIFY):
            yield _tampered(f"run.json: {what} ({command[0]})", command, write(RECORD, content), place, "ran")
    for what, how in regions(8):
        yield _tampered(f"run.json: {what}", COMPARE, damaged(RECORD, how), place, "ran", unharmed=True)
    yield _tampered(
        "run.json: is gone, the predictions stay",
        ("compare", "results/own/char-svm"),
        lambda folder: (folder / RECORD).unlink(),
        "char-svm",
        "ran",
    )
    for command, code, says in ((COMPARE, 0, "char-svm"), (VERIFY, 1, r"own/char-svm: .*(guess|score|prediction)")):
        yield Case(
            "tampering",
            f"forged with digests, every guess right ({command[0]})",
            command,
            says,
            code,
            "ran",
            _all_turned,
        )
    for key, value in (
        ("chosen", []),
        ("confusion", [[8, 8], [8, 8]]),
        ("confusion", []),
        ("scores", {}),
        ("score_kind", "none"),
        ("data", {}),
        ("protocol", {}),
        ("config", {}),
    ):
        forge = both(field(RECORD, key, value), _sealed)
        what, unread = f"run.json: {key} = {json.dumps(value)} with its digest", value == {} and key != "scores"
        # What can be read and is not what a run gives is named; what cannot be read is refused.
        yield _tampered(what, VERIFY, forge, r"own/char-svm|'char-svm'", "ran", code=2 if unread else 1)
        if unread:
            yield _tampered(f"{what} (report)", REPORT, forge, r"own/char-svm|'char-svm'", "ran")
    for what, make in NO_FILES:
        yield _tampered(
            f"run.json: {what} in its place", ("compare", "results/own/char-svm"), _in_place(RECORD, make), place, "ran"
        )
        # What a run took is told beside it, and no question hangs on it.
        yield Case("tampering", f"timings: {what} in their place", COMPARE, "char-svm", 0, "ran",
                   _in_place("results/own/char-svm/timings.json", make))  # fmt: skip
    swapped = _swap(RECORD, "results/own/majority/run.json")
    yield _tampered("run.json: of another system", COMPARE, swapped, "results", "ran")


def _predictions() -> Iterator[Case]:
    place = r"own/char-svm/predictions\.parquet"
    for what, content in NO_FILE:
        yield _tampered(f"predictions: {what}", COMPARE, write(PREDICTIONS, content), place, "ran")
    for what, how in regions(16):
        yield _tampered(f"predictions: {what}", COMPARE, damaged(PREDICTIONS, how), place, "ran", unharmed=True)
        yield _tampered(
            f"predictions: {what} (report)",
            REPORT,
            damaged(PREDICTIONS, how),
            place,
            "ran",
            unharmed=True,
            writes="page.html",
        )
    for what, change in (
        ("an added column", _table(lambda table: table.append_column("score:丙", table["score:甲"]))),
        ("a column of another type", _table(lambda table: table.set_column(1, "repeat", table["row_id"]))),
        ("a column taken out", _table(lambda table: table.drop_columns(["fold"]))),
        ("a column twice", _table(lambda table: table.append_column("fold", table["fold"]))),
        ("columns in another order", _table(lambda table: table.select(table.column_names[::-1]))),
        ("no rows", _table(lambda table: table.slice(0, 0))),
        ("a row taken out", _table(lambda table: table.slice(1))),
        ("rows in another order", _table(lambda table: table.take([*range(len(table))][::-1]))),
        ("every guess right", _table(lambda table: table.set_column(table.column_names.index("guess"), "guess", table["truth"]))),
    ):  # fmt: skip
        for command in (COMPARE, REPORT):
            yield _tampered(
                f"predictions: {what} ({command[0]})", command, change, place, "ran", unharmed=True, writes="page.html"
            )
    for what, make in NO_FILES:
        yield _tampered(f"predictions: {what} in their place", COMPARE, _in_place(PREDICTIONS, make), place, "ran")
    swapped = _swap(PREDICTIONS, "results/own/majority/predictions.parquet")
    yield _tampered("predictions: of another system", COMPARE, swapped, "predictions", "ran")
    yield _tampered("predictions: are gone", COMPARE, lambda folder: (folder / PREDICTIONS).unlink(), place, "ran")


def _models() -> Iterator[Case]:
    for at, key in enumerate(MODEL_FIELDS):
        for value in (..., VALUES[at % len(VALUES)], VALUES[(at + 4) % len(VALUES)]):
            what = "taken out" if value is ... else f"= {json.dumps(value)}"
            yield _tampered(f"model.json: {key} {what}", PREDICT, _model_field(key, value), r"model", "model")
    for what, make in NO_FILES:
        for file in ("model.json", "arrays.*"):
            yield _tampered(
                f"model/{file}: {what} in its place", PREDICT, _in_place(f"model/{file}", make), "model", "model"
            )
    for what, content in NO_FILE:
        yield _tampered(
            f"model.json: {what}", PREDICT, write("model/model.json", content), r"model/model\.json", "model"
        )
        yield _tampered(
            f"arrays: {what}",
            PREDICT,
            damaged("model/arrays.*", lambda _, content=content: content),
            r"model/arrays",
            "model",
        )
    for what, how in regions(12):
        yield _tampered(f"arrays: {what}", PREDICT, damaged("model/arrays.*", how), r"model/arrays", "model")
        yield _tampered(
            f"model.json: {what}",
            ("explain", "model", "改革"),
            damaged("model/model.json", how),
            r"model/model\.json",
            "model",
            unharmed=True,
        )


def _checkpoints() -> Iterator[Case]:
    # Whatever is wrong with a block, it is made anew: the results are those of an undisturbed run.
    right = tuple(("ran", f"results/own/{system}/{file}") for system in ("majority", "char-svm") for file in ("run.json", "predictions.parquet"))  # fmt: skip
    block = "results/own/char-svm/.blocks/*-0"
    ways = [*regions(8), *((what, lambda _, content=content: content) for what, content in NO_FILE)]
    changes = [(what, damaged(block, how)) for what, how in ways]
    changes += [
        ("nothing is wrong", lambda _: None),
        ("one is gone", lambda folder: min(folder.glob(block)).unlink()),
        ("two are swapped", lambda folder: _swap(*_names(folder, "results/own/char-svm/.blocks/*"))(folder)),
        ("one stands for two", lambda folder: shutil.copy(*(folder / name for name in _names(folder, "results/own/char-svm/.blocks/*")))),
        ("of another system", lambda folder: shutil.copy(folder / _names(folder, "results/own/majority/.blocks/*")[0], folder / _names(folder, block)[0])),
        ("a payload that is none under its right checksum", damaged(block, lambda _: _checksummed(b"nothing"))),
        ("an archive of other arrays under its right checksum", damaged(block, lambda _: _checksummed(_archive()))),
    ]  # fmt: skip
    for what, make in NO_FILES:
        # What is no file is somebody's, and told before anything is computed.
        says = r"results/own/char-svm: holds \.blocks/[0-9a-f]{16}-0/?, not as bench writes a run, .*; move that away"
        yield _tampered(
            f"checkpoint: {what} in its place",
            RUN,
            _in_place(block, make),
            says,
            "stopped",
            writes=r"results/own/\.lock",
        )
    for what, change in changes:
        yield Case(
            "tampering",
            f"checkpoint: {what}",
            RUN,
            r"results in results/own",
            0,
            "stopped",
            change,
            writes="results.*",
            same=right,
        )


def _caches() -> Iterator[Case]:
    entry = "cache/words/*/*"
    right = tuple(("cached", f"results/own/{system}/predictions.parquet") for system in ("majority", "words"))
    ways = [*regions(4), *((what, lambda _, content=content: content) for what, content in NO_FILE[:4])]
    for what, how in ways:
        yield Case(
            "tampering", f"cache: {what}", (*RUN, "--force"), r"results in results/own", 0, "cached", damaged(entry, how),
            environment={"BENCH_CACHE": "cache"}, writes="results.*|cache.*", same=right,
        )  # fmt: skip
    for what, make in NO_FILES:
        yield Case(
            "tampering", f"cache: {what} in place of an entry", (*RUN, "--force"), r"results in results/own", 0, "cached",
            _in_place(entry, make),
            environment={"BENCH_CACHE": "cache"}, writes="results.*|cache.*", same=right,
        )  # fmt: skip
    for size in ("-1", "nan", "many", "5X", "1e400", "9" * 400):
        yield Case("tampering", f"cache: a bound of {size[:9]}", (*RUN, "--force"), r"BENCH_CACHE_SIZE: ", 2, "cached",
                   environment={"BENCH_CACHE": "cache", "BENCH_CACHE_SIZE": size}, writes="results.*", begun=True)  # fmt: skip


def _datasets() -> Iterator[Case]:
    check, run = ("build", "--check"), ("run", "corpus.yaml", "--jobs", "1")
    for name in ("README.md", "README.zh.md", "croissant.json", "CHANGELOG.md"):
        ways = (*list(regions(2))[:3], ("empty", lambda _: b""), ("no text", lambda _: b"\xff\xfe"))
        for at, (what, how) in enumerate(ways):
            # Scores, in the second half of a card, are compared where the results that they are taken from are at hand.
            world = "scored" if name.startswith("README") and at == 2 else "corpus"
            yield Case("tampering", f"{name}: {what}", check, name, 1, world, damaged(f"dataset/{name}", how))
        yield Case(
            "tampering",
            f"{name}: is gone",
            check,
            name,
            1,
            "corpus",
            lambda folder, name=name: (folder / "dataset" / name).unlink(),
        )
    parquet = "dataset/paragraphs/*.parquet"
    for what, how in regions(6):
        yield _tampered(
            f"dataset: {what}",
            run,
            damaged(parquet, how),
            r"dataset/paragraphs/|corpus\.yaml",
            "corpus",
            unharmed=True,
            writes="results.*",
        )
    yield _tampered(
        "dataset: the Parquet file is gone",
        run,
        lambda folder: min(folder.glob(parquet)).unlink(),
        "dataset",
        "corpus",
    )
    for what, make in NO_FILES:
        yield _tampered(
            f"dataset: {what} in place of its Parquet file", run, _in_place(parquet, make), "dataset", "corpus"
        )
        yield Case("tampering", f"dataset: {what} in place of its Parquet file (check)", check, "paragraphs/.*parquet", 1, "corpus",
                   _in_place(parquet, make))  # fmt: skip
    labels = "seeds/000_f014655719903d2a.labels.csv"
    for what, change in (
        ("no such topic", replace(labels, "assessment", "nonsense")),
        ("an id twice", damaged(labels, lambda data: data + data.splitlines()[1] + b"\n")),
        ("an id that the page does not have", replace(labels, "f014655719903d2a-", "f014655719903d2b-")),
        ("no text", write(labels, b"\xff\xfe\xfd\n")),
        ("empty", write(labels, b"")),
    ):
        yield Case(
            "tampering", f"labels: {what}", ("build", "--out", "new"), r"labels\.csv", world="corpus", change=change
        )
    for what, content in (("empty", b""), ("no YAML", b"{"), ("a list", b"- 1\n"), ("a key unknown", b"nonsense: 1\n")):
        marks = "seeds/000_f014655719903d2a.marks.yaml"
        if what != "empty":
            yield Case(
                "tampering",
                f"marks: {what}",
                ("build", "--out", "new"),
                r"marks\.yaml",
                world="corpus",
                change=write(marks, content),
            )


def _tampered(
    what: str,
    command: tuple[str, ...],
    change,
    says: str,
    world: str,
    *,
    unharmed: bool = False,
    writes: str = "",
    code: int = 2,
) -> Case:
    # What verify finds to differ is exit 1, named; what cannot be read is exit 2.
    return Case("tampering", what, command, says, code, world, change, unharmed=unharmed, writes=writes, begun=True)


def _model_field(key: str, value: object) -> Callable[[Path], object]:
    def change(folder: Path) -> None:
        fields = json.loads((folder / "model/model.json").read_bytes())
        assert key in fields, (key, list(fields))
        field("model/model.json", key, value)(folder)

    return change


def _swap(one: str, other: str) -> Callable[[Path], object]:
    def change(folder: Path) -> None:
        first, second = (folder / one).read_bytes(), (folder / other).read_bytes()
        (folder / one).write_bytes(second)
        (folder / other).write_bytes(first)

    return change


def _names(folder: Path, pattern: str) -> list[str]:
    return [str(path.relative_to(folder)) for path in sorted(folder.glob(pattern))]


def _table(how: Callable) -> Callable[[Path], object]:
    def change(folder: Path) -> None:
        import pyarrow.parquet as pq

        path = folder / PREDICTIONS
        pq.write_table(how(pq.read_table(path)), path)

    return change


def _checksummed(payload: bytes) -> bytes:
    import hashlib

    return hashlib.sha256(payload).digest() + payload


def _archive() -> bytes:
    import io

    import numpy as np

    target = io.BytesIO()
    np.savez(target, values=np.array("[1, 2]"), other=np.zeros(3))
    return target.getvalue()


def _in_place(name: str, make: Callable[[Path], object]) -> Callable[[Path], object]:
    """A change: where the first file that fits the pattern was, something else stands."""
    return lambda folder: make(min(folder.glob(name)))


def _as_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _as_link(path: Path, to: str) -> None:
    path.unlink()
    path.symlink_to(to)


def _as_pipe(path: Path) -> None:
    import os

    path.unlink()
    os.mkfifo(path)


NO_FILES: tuple[tuple[str, Callable[[Path], object]], ...] = (
    ("a folder", _as_folder),
    ("a pipe", _as_pipe),
    ("a link to nothing", lambda path: _as_link(path, "nowhere")),
)
"""What stands where a file of bench was."""
