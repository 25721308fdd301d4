"""Bad archives: what doccano would export for several annotators, damaged, misleading or a bomb, and none of it unpacked."""

from __future__ import annotations

import io
import json
import stat
import warnings
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

from hostile.case import Case, write

IMPORT = ("labels", "import", "a.zip", "--format", "doccano", "--table", "rows.csv", "--out", "new.csv", "--force")
_ROW = {"text": "改革第0行", "label": ["乙"], "row_id": "3022a8df5868af67"}
RIGHT = f"{json.dumps(_ROW, ensure_ascii=False)}\n".encode()


def archive(*entries: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    """A zip archive of these names and contents, two of one name included."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in entries:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", UserWarning)  # of a name that is there twice
                file.writestr(name, content)
    return target.getvalue()


def _of_kind(name: str, kind: int) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)
    entry.create_system, entry.external_attr = 3, (kind | 0o777) << 16
    return entry


def _encrypted(data: bytes) -> bytes:
    # The first bit of the flags, where the file and where the directory tell them.
    marked = bytearray(data)
    marked[6] |= 1
    marked[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(marked)


def _cases() -> Iterator[tuple[str, bytes, str]]:
    right = archive(("anna.jsonl", RIGHT))
    yield "empty", b"", r"a\.zip: is no zip archive"
    yield "no archive", RIGHT, r"a\.zip: is no zip archive"
    yield "of no files", archive(), r"a\.zip: holds no file that ends in \.json or \.jsonl"
    yield "of files of another kind", archive(("anna.txt", RIGHT)), r"a\.zip: holds no file that ends in"
    for tenth in range(1, 10):
        yield f"cut at {tenth}0 %", right[: len(right) * tenth // 10], r"a\.zip: is no zip archive"
    for at in range(40, len(right) // 2, 12):
        yield f"byte {at} turned", right[:at] + bytes([right[at] ^ 0x55]) + right[at + 1 :], r"a\.zip: .*damaged"
    for name in ("../anna.jsonl", "/etc/anna.jsonl", "a/../../anna.jsonl", "..\\anna.jsonl", "C:anna.jsonl", "\\\\host\\anna.jsonl"):  # fmt: skip
        yield (
            f"a name that leads out: {name}",
            archive((name, RIGHT)),
            r"a\.zip: holds '.*', which leads out of the archive's folder",
        )
    yield (
        "a link",
        archive((_of_kind("anna.jsonl", stat.S_IFLNK), b"/etc/passwd")),
        r"a\.zip: holds 'anna\.jsonl', which is a link",
    )
    for what, kind in (("a pipe", stat.S_IFIFO), ("a device", stat.S_IFCHR), ("a socket", stat.S_IFSOCK)):
        yield (
            what,
            archive((_of_kind("anna.jsonl", kind), RIGHT)),
            r"a\.zip: holds 'anna\.jsonl', which is no ordinary file",
        )
    for what, name in (("as it is", "anna.jsonl"), ("in capitals", "ANNA.jsonl"), ("in Cyrillic", "\u0430nna.jsonl")):
        yield (
            f"one name twice, {what}",
            archive(("anna.jsonl", RIGHT), (name, RIGHT)),
            r"a\.zip: holds .* beside .*: one name twice",
        )
    yield (
        "a bomb",
        archive(("anna.jsonl", bytes(40_000_000))),
        r"a\.zip: 'anna\.jsonl' unpacks to 40,000,000 bytes .* archive bomb",
    )
    yield "encrypted", _encrypted(right), r"a\.zip: holds 'anna\.jsonl', which is encrypted"
    yield "an archive in it", archive(("anna.jsonl", right)), r"a\.zip/anna\.jsonl"
    yield "a name that moves the terminal", archive(("\x1b[2J.jsonl", b"{")), r"a\.zip/\\x1b\[2J\.jsonl"
    for what, content in (
        ("no JSON", b"{"),
        ("no text", b"\xff\xfe\xfd"),
        ("a list", b"[1]\n"),
        ("9000 lists", b"[" * 9000),
        ("no label", b'{"text": "a"}\n'),
    ):
        yield f"rows of {what}", archive(("anna.jsonl", content)), r"a\.zip/anna\.jsonl"


def _altered(**changes: object) -> bytes:
    return json.dumps({**_ROW, **changes}, ensure_ascii=False).encode()


def cases() -> Iterator[Case]:
    """Every one of them, met by `bench labels import` into a table, and rows that are not those of the table."""
    for what, content, says in _cases():
        yield _import(what, write("a.zip", content), says)
    for what, changes in (
        ("of a row that the table does not have", {"row_id": "0" * 16}),
        ("of another text", {"text": "别的"}),
        ("of two labels", {"label": ["甲", "乙"]}),
        ("of a label that moves the terminal", {"label": ["\x1b[2J"]}),
        ("of a label that is a number", {"label": [1]}),
        ("of a label that is a list", {"label": [["甲"]]}),
        ("of an id that is a list", {"row_id": ["a"]}),
    ):
        yield _import(
            f"an answer {what}",
            write("a.zip", archive(("anna.jsonl", _altered(**changes)))),
            r"a\.zip/anna\.jsonl|rows\.csv",
        )


def _import(what: str, change: Callable[[Path], object], says: str) -> Case:
    return Case("archives", what, IMPORT, says, change=change)
