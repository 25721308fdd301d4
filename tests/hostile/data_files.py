"""Bad data: tables of every format that are damaged, ambiguous or misleading, and names in them that look like others."""

from __future__ import annotations

import gzip
import io
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from hostile.case import Case, both, replace, write
from hostile.worlds import ROWS

# What stands in rows.csv, and what is told of it.
CSV: tuple[tuple[str, str | bytes, str], ...] = (
    ("an empty file", b"", r"rows\.csv"),
    ("a header alone", "text,label\n", r"rows\.csv"),
    ("blank lines alone", "\n\n\n", r"rows\.csv"),
    ("one row", "text,label\n改革,甲\n", r"甲|1 row|one class|class"),
    ("one class", "text,label\n" + "改革,甲\n" * 9, r"class"),
    ("a class of one row", ROWS + "孤,丙\n", r"丙.*1 row|丙"),
    ("a row too short", ROWS + "改革\n", r"rows\.csv:18: 1 fields, where 2 are needed"),
    ("a row too long", ROWS + "改革,甲,乙\n", r"rows\.csv:18: 3 fields, where 2 are needed"),
    ("a column twice", "text,label,label\n" + "改革,甲,乙\n" * 9, r"rows\.csv:1: column 'label' appears twice"),
    ("a blank text", ROWS + " ,甲\n", r"rows\.csv:18: text: the text is missing"),
    ("a missing label", ROWS + "改革,\n", r"rows\.csv:18: label: the label is missing"),
    ("an open quote", ROWS + '"改革,甲\n', r"rows\.csv"),
    ("a NUL", ROWS.replace("第1行", "第\0行"), r"rows\.csv|NUL|0 "),
    ("bytes of no encoding", ROWS.encode() + b"\xff\xfe\xfd,\xff\n", r"rows\.csv"),
    ("a cut character", ROWS.encode()[:-2] + b"\n", r"rows\.csv"),
    ("a stray quote that swallows rows", "text,label\n" + "".join(f'{"" if at != 3 else chr(34)}文{at},{"甲乙"[at % 2]}{chr(34) if at == 9 else ""}\n' for at in range(16)), r"rows\.csv:5: "),
    ("a quote inside, closed later", ROWS.replace("改革第2行", '"改革第2行').replace("改革第5行,甲", '改革第5行",甲'), r"rows\.csv:6: a quoted field spans the lines 6 to 12"),
    ("a JSON file", json.dumps([{"text": "a", "label": "b"}]), r"rows\.csv"),
    ("an HTML page", "<!DOCTYPE html>\n<html><body>404</body></html>\n", r"rows\.csv"),
    ("a ZIP archive", b"PK\x03\x04" + bytes(range(256)) * 4, r"rows\.csv"),
    ("a Parquet file", b"PAR1" + bytes(range(256)), r"rows\.csv"),
    ("cut gzip", gzip.compress(ROWS.encode() * 50)[:60], r"rows\.csv"),
    ("gzip with a wrong checksum", gzip.compress(ROWS.encode())[:-8] + bytes(8), r"rows\.csv"),
    ("UTF-16 without a mark", ROWS.encode("utf-16-le"), r"rows\.csv"),
    ("semicolons", ROWS.replace(",", ";"), r"rows\.csv: no column 'text'"),
    ("a header that moves the terminal", ROWS.replace("label", "\x1b[2Jlabel", 1), r"rows\.csv: no column 'label'"),
    ("a thousand columns", ",".join(f"c{at}" for at in range(1000)) + "\n" + ",".join("x" * 1000) + "\n", r"rows\.csv: no column 'text'"),
    ("a header of 100,000 characters", "x" * 100_000 + ",y\n1,2\n", r"rows\.csv: no column 'text'"),
    ("texts that no n-gram is left of", "text,label\n" + "，,甲\n。,乙\n" * 8, r""),
)[:-1]  # fmt: skip

JSON: tuple[tuple[str, str | bytes, str], ...] = (
    ("an empty file", b"", r"rows\.json"),
    ("no JSON", "{", r"rows\.json"),
    ("an object", '{"text": "a", "label": "b"}', r"own\.yaml: data: all 1 rows have the label 'b'"),
    ("a number", "1", r"rows\.json"),
    ("null", "null", r"rows\.json"),
    ("an empty list", "[]", r"rows\.json"),
    ("a list of lists", "[[1, 2]]", r"rows\.json"),
    ("a list of numbers", "[1, 2]", r"rows\.json"),
    ("a comma too many", '[{"text": "a", "label": "b"},]', r"rows\.json"),
    ("a cut list", '[{"text": "a", "label": "b"}', r"rows\.json"),
    ("what follows the list", '[{"text": "a", "label": "b"}] x', r"rows\.json"),
    ("NaN as a text", '[{"text": NaN, "label": "b"}]', r"rows\.json"),
    ("a number as a text", '[{"text": 1, "label": "b"}]', r"rows\.json.*text"),
    ("a list as a label", '[{"text": "a", "label": ["b"]}]', r"rows\.json.*label"),
    ("an object as a label", '[{"text": "a", "label": {"b": 1}}]', r"rows\.json.*label"),
    ("null as a text", '[{"text": null, "label": "b"}]', r"rows\.json.*text"),
    ("half a surrogate pair", '[{"text": "\\ud800", "label": "b"}]', r"rows\.json.*(U\+D800|surrogate)"),
    ("half a surrogate pair as a label", '[{"text": "a", "label": "\\udfff"}]', r"rows\.json.*(U\+DFFF|udfff)"),
    ("no label in one row", '[{"text": "a", "label": "b"}, {"text": "c"}]', r"rows\.json.*(label|row 2)"),
    ("9000 lists in each other", "[" * 9000, r"rows\.json"),
    ("an object deep in another", '[{"text": ' + '{"a":' * 9000 + "1" + "}" * 9000 + "}]", r"rows\.json"),
    ("an integer of 5000 digits", '[{"text": "a", "label": ' + "9" * 5000 + "}]", r"rows\.json"),
    ("bytes of no encoding", b'[{"text": "\xff", "label": "b"}]', r"rows\.json"),
    ("a key twice", '[{"text": "a", "text": "c", "label": "b"}]', r"rows\.json|class|rows"),
)  # fmt: skip

LINES: tuple[tuple[str, str | bytes, str], ...] = (
    ("an empty file", b"", r"rows\.jsonl"),
    ("no JSON on line 3", '{"text": "a", "label": "b"}\n{"text": "c", "label": "d"}\n{\n', r"rows\.jsonl:?.*3"),
    ("a list on line 2", '{"text": "a", "label": "b"}\n[1]\n', r"rows\.jsonl:?.*2"),
    ("two rows on a line", '{"text": "a", "label": "b"}{"text": "a", "label": "b"}\n', r"rows\.jsonl"),
    ("NaN as a label", '{"text": "a", "label": NaN}\n', r"rows\.jsonl"),
    ("Infinity as a label", '{"text": "a", "label": Infinity}\n', r"rows\.jsonl"),
    ("a fraction as a label", '{"text": "a", "label": 1.5}\n', r"rows\.jsonl.*label"),
    ("a truth value as a text", '{"text": true, "label": "b"}\n', r"rows\.jsonl.*text"),
    ("half a surrogate pair", '{"text": "\\udc00x", "label": "b"}\n', r"rows\.jsonl.*U\+DC00"),
    ("a cut line", '{"text": "a", "label": "b"}\n{"text": "a", "lab', r"rows\.jsonl"),
    ("bytes of no encoding", b'{"text": "\xff\xfe", "label": "b"}\n', r"rows\.jsonl"),
    ("90,000 lists in each other", '{"text": ' + "[" * 90_000, r"rows\.jsonl"),
)  # fmt: skip

# Names that look like another, or like nothing: met as labels, groups and ids alike.
NAMES = (
    ("blank after", '"甲 "', r"blanks at an end; write '甲'"),
    ("blank before", " 甲", r"blanks at an end; write '甲'"),
    ("line end", '"甲\n"', r"'甲\\n' has blanks at an end; write '甲'"),
    ("ideographic blank", "甲\u3000", r"blanks at an end"),
    ("no-break blank", "甲\u00a0", r"blanks at an end"),
    ("ESC", "甲\x1b[31m", r"holds the control character U\+001B"),
    ("BEL", "甲\x07", r"U\+0007"),
    ("DEL", "甲\x7f", r"U\+007F"),
    ("C1", "甲\x9b31m", r"U\+009B"),
    ("right-to-left override", "甲\u202e", r"U\+202E"),
    ("isolate", "a\u2066b", r"U\+2066"),
    ("zero-width blank", "甲\u200b", r"U\+200B"),
    ("zero-width joiner", "甲\u200d", r"U\+200D"),
    ("zero-width non-joiner", "甲\u200c", r"U\+200C"),
    ("byte order mark inside", "甲\ufeff乙", r"U\+FEFF"),
    ("soft hyphen", "甲\u00ad", r"U\+00AD"),
    ("combining grapheme joiner", "甲\u034f", r"U\+034F"),
    ("Hangul filler", "甲\u3164", r"U\+3164"),
    ("half-width Hangul filler", "甲\uffa0", r"U\+FFA0"),
    ("variation selector 16", "甲\ufe0f", r"U\+FE0F"),
    ("variation selector 17", "甲\U000e0100", r"U\+E0100"),
    ("a tag character", "甲\U000e0041", r"U\+E0041"),
    ("Mongolian vowel separator", "甲\u180e", r"U\+180E"),
    ("line separator", "甲\u2028乙", r"U\+2028"),
    ("word joiner", "甲\u2060", r"U\+2060"),
)  # fmt: skip

# Pairs of labels that look alike, each written in NFC or not, in another script or width.
ALIKE = (
    ("NFC and NFD", "\u00e9t\u00e9", "e\u0301te\u0301"),
    ("Cyrillic in Latin", "news", "n\u0435ws"),
    ("Greek in Latin", "Ono", "\u039fno"),
    ("a no-break blank inside", "a b", "a\u00a0b"),
    ("an ideographic blank inside", "a b", "a\u3000b"),
    ("full width", "A1", "\uff21\uff11"),
    ("a compatibility ideograph", "\u8c48", "\uf900"),
    ("a ligature", "fi", "\ufb01"),
)


def cases() -> Iterator[Case]:
    """Every one of them, met by `bench run` and, where a column is guessed, `bench init`."""
    for ending, faults in (("csv", CSV), ("json", JSON), ("jsonl", LINES)):
        for what, content, says in faults:
            yield _data(f"{ending}: {what}", ending, write(f"rows.{ending}", content), says)
    yield from _parquet()
    for what, name, says in NAMES:
        yield _data(f"label: {what}", "csv", replace("rows.csv", ",甲", f",{name}", 2), says)
    for role in ("group", "id"):
        for what, name, says in NAMES[::3]:
            yield _data(f"{role}: {what}", "csv", both(_third_column(role, name), _uses(role)), says)
    yield _data("id: twice", "csv", both(_third_column("id", "r1"), _uses("id")), r"id 'r1' appears twice, first ")
    for what, one, other in ALIKE:
        change = both(replace("rows.csv", ",甲", f",{one}", 9), replace("rows.csv", f",{one}", f",{other}", 4))
        yield _data(f"labels alike: {what}", "csv", change, r"rows\.csv|alike|look")
    for what, make in KINDS:
        for ending in ("csv", "json", "jsonl", "parquet"):
            yield _data(f"{ending}: {what}", ending, _is(f"rows.{ending}", make), rf"rows\.{ending}")
        yield Case("data", f"init: {what}", ("init", "rows.tsv"), r"rows\.tsv", change=_is("rows.tsv", make))


def _data(what: str, ending: str, change: Callable[[Path], object], says: str) -> Case:
    # A pipe that is opened in native code stops the whole process.
    own_process = what.endswith("a pipe")
    named = replace("own.yaml", "rows.csv", f"rows.{ending}") if ending != "csv" else lambda _: None
    return Case("data", what, ("run", "own.yaml", "--jobs", "1"), says, change=both(named, change), process=own_process)


def _third_column(role: str, name: str) -> Callable[[Path], object]:
    def change(folder: Path) -> None:
        lines = ROWS.splitlines()
        named = (2, 3) if name == "r1" else (2,)
        rows = [f"{line},{name if at in named else f'r{at}'}" for at, line in enumerate(lines[1:])]
        write("rows.csv", "\n".join([f"{lines[0]},{role}", *rows]) + "\n")(folder)

    return change


def _uses(role: str) -> Callable[[Path], object]:
    return replace("own.yaml", "label: label", f"label: label, {role}: {role}")


def _is(name: str, make: Callable[[Path], object]) -> Callable[[Path], object]:
    return lambda folder: make(folder / name)


def _socket(path: Path) -> None:
    import socket

    with socket.socket(socket.AF_UNIX) as made:
        here = Path.cwd()
        os.chdir(path.parent)  # the name of a socket has 107 bytes
        try:
            made.bind(path.name)
        finally:
            os.chdir(here)


def _again(path: Path, make: Callable[[Path], object]) -> None:
    path.unlink(missing_ok=True)
    make(path)


KINDS: tuple[tuple[str, Callable[[Path], object]], ...] = (
    ("a pipe", lambda path: _again(path, os.mkfifo)),
    ("a folder", lambda path: _again(path, Path.mkdir)),
    ("a link to itself", lambda path: _again(path, lambda each: each.symlink_to(each.name))),
    ("a link to nothing", lambda path: _again(path, lambda each: each.symlink_to("nowhere"))),
    ("a link to /dev/zero", lambda path: _again(path, lambda each: each.symlink_to("/dev/zero"))),
    ("a link to /proc/kmsg", lambda path: _again(path, lambda each: each.symlink_to("/proc/kmsg"))),
    ("a socket", lambda path: _again(path, _socket)),
)


def _table() -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    target = io.BytesIO()
    rows = [line.split(",") for line in ROWS.splitlines()[1:]]
    pq.write_table(pa.table({"text": [row[0] for row in rows], "label": [row[1] for row in rows]}), target)
    return target.getvalue()


def _of(columns: dict[str, list[object]], metadata: dict[str, str] | None = None) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    target = io.BytesIO()
    pq.write_table(pa.table(columns).replace_schema_metadata(metadata), target)
    return target.getvalue()


def _parquet() -> Iterator[Case]:
    whole = _table()
    for tenth in range(10):
        yield _data(
            f"parquet: cut at {tenth}0 %",
            "parquet",
            write("rows.parquet", whole[: len(whole) * tenth // 10]),
            r"rows\.parquet",
        )
    for what, told in (("that is no JSON", "{no"), ("of another shape", json.dumps([1]))):
        numbered = _of({"text": [f"文{at}" for at in range(16)], "label": [0, 1] * 8}, {"huggingface": told})
        change = both(replace("own.yaml", "rows.csv", "rows.parquet"), write("rows.parquet", numbered))
        # Numbers without names are labels of their own.
        yield Case("data", f"parquet: metadata {what}", ("run", "own.yaml", "--jobs", "1"), r"own: 16 rows \(0 8, 1 8\)", 0,
                   change=change, writes="results.*")  # fmt: skip
    # What closes the footer are remarks of the writing library: the rows are as they were.
    remarks = both(
        replace("own.yaml", "rows.csv", "rows.parquet"), write("rows.parquet", whole[:-300] + bytes(292) + whole[-8:])
    )
    yield Case("data", "parquet: remarks of zeros", ("run", "own.yaml", "--jobs", "1"), "results in results/own", 0, change=remarks,
               writes="results.*", same=(("ran", "results/own/char-svm/predictions.parquet"),))  # fmt: skip
    footer = int.from_bytes(whole[-8:-4], "little")
    texts, labels = [f"文{at}" for at in range(16)], ["甲", "乙"] * 8
    faults: tuple[tuple[str, bytes, str], ...] = (
        ("a wrong end", whole[:-4] + b"PAR2", r"rows\.parquet"),
        ("a length of the footer beyond the file", whole[:-8] + b"\xff\xff\xff\x7f" + whole[-4:], r"rows\.parquet"),
        ("a footer of zeros", whole[: -8 - footer] + bytes(footer) + whole[-8:], r"rows\.parquet"),
        ("no rows", _of({"text": [], "label": []}), r"rows\.parquet"),
        ("no column text", _of({"texts": texts, "label": labels}), r"rows\.parquet: no column 'text'"),
        ("numbers as texts", _of({"text": [*range(16)], "label": labels}), r"rows\.parquet.*text"),
        ("lists as labels", _of({"text": texts, "label": [[each] for each in labels]}), r"rows\.parquet.*label"),
        ("fractions as labels", _of({"text": texts, "label": [0.5, 1.5] * 8}), r"rows\.parquet.*label"),
        ("nulls as labels", _of({"text": texts, "label": [None] * 16}), r"rows\.parquet.*label"),
        ("a blank text", _of({"text": [" ", *texts[1:]], "label": labels}), r"rows\.parquet: row 1: text: the text is missing"),
        ("names of classes that are too few", _of({"text": texts, "label": [0, 7] * 8}, {"huggingface": json.dumps({"info": {"features": {"label": {"_type": "ClassLabel", "names": ["a"]}}}})}), r"rows\.parquet"),
    )  # fmt: skip
    for what, content, says in faults:
        yield _data(f"parquet: {what}", "parquet", write("rows.parquet", content), says)
