"""A new seed page: its key, its place among the others, and the files that begin it."""

from __future__ import annotations

import codecs
import os
import re
from pathlib import Path

from bench.core.errors import BenchError
from bench.core.text_files import read_bytes
from bench.corpus.build import page_key

_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,59}")
_NUMBER = re.compile(r"(\d+)_")


def page_bytes(path: Path, encoding: str) -> bytes:
    """A page's file as it goes into the seeds: its own bytes where they are UTF-8, else converted to UTF-8.

    Raises BenchError for an unknown encoding, with the line of the first byte that is not of the encoding, and for a
    UTF-8 file under another encoding, which most of them would read without complaint as other characters.
    """
    data = read_bytes(path)
    try:
        is_utf8 = codecs.lookup(encoding).name in {"utf-8", "utf-8-sig"}
        if not is_utf8 and not data.isascii() and _reads_as(data, "utf-8"):
            raise BenchError(f"is UTF-8, not {encoding}; leave --encoding out", place=path)
        text = data.decode(encoding)
    except LookupError:
        known = "utf-8, gb18030, gbk, big5, utf-16"
        raise BenchError(f"--encoding: {encoding!r} is no encoding of text; known are {known}, …") from None
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        hint = ", but all of it could be gb18030: --encoding gb18030" if _reads_as(data, "gb18030") else ""
        raise BenchError(f"byte 0x{data[error.start]:02x} is not {encoding}{hint}", place=f"{path}:{line}") from None
    except UnicodeError as error:
        raise BenchError(f"is not {encoding}: {error}", place=path) from None
    return data if is_utf8 else text.removeprefix("\ufeff").encode()


def _reads_as(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeError:
        return False
    return True


def new_page_file(page: Path, data: bytes, seeds: Path, key: str | None = None) -> Path:
    """The path of a new page: `<number>_<key>.txt` in `seeds`, numbered after all pages there.

    data: what the file will hold.
    key: names the page in row ids; None takes the file's name without ending and leading number.
    Raises BenchError for a folder that is not there, a page that is a seed page already, by place or by content, and a
    key that cannot be one or that another page has.
    """
    if not seeds.is_dir():
        raise BenchError("no such folder of seed pages; make it, or name another: --seeds FOLDER", place=seeds)
    there = sorted(seeds.glob("*.txt"))
    if os.path.realpath(page) in {os.path.realpath(file) for file in there}:
        raise BenchError(f"lies in {seeds} already; give a page that lies elsewhere", place=page)
    same = next((file for file in there if read_bytes(file) == data), None)
    if same is not None:
        raise BenchError(f"holds the same text as {same}, byte for byte; a page is added once", place=page)
    key = page_key(page) if key is None else key
    if not _KEY.fullmatch(key):
        text = f"{key!r} cannot be a page's key, which every row id begins with; give one of up to 60 letters a to z"
        raise BenchError(f"{text}, digits, '-' and '_': --key KEY", place=page)
    # Names that differ by case alone are one file on some machines.
    taken = next((file for file in there if page_key(file).casefold() == key.casefold()), None)
    if taken is not None:
        raise BenchError(f"the key {key!r} is taken by {taken}; give another: --key KEY", place=page)
    numbers = [int(match[1]) for file in seeds.glob("*_*") if (match := _NUMBER.match(file.name))]
    return seeds / f"{max(numbers, default=-1) + 1:03d}_{key}.txt"
