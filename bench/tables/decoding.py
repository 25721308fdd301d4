"""Decodes text files in the encodings of Chinese data, which are detected from the bytes and reported.

A byte order mark decides. Without one a file is UTF-8 if all of it is, else GB18030 (which holds GBK and GB2312) if all
of it is. Two kinds of file would pass for GB18030 and give wrong characters in silence, and are refused: damaged UTF-8
(eight sound characters beyond ASCII before the first wrong byte do not happen in GB18030 text) and other encodings such
as Big5, whose punctuation falls on code points for private use.
"""

from __future__ import annotations

import codecs
import gzip
import io
import itertools
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TextIO, cast

from bench.core.errors import BenchError
from bench.core.inputs import check_regular
from bench.core.text_files import unreadable

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8 with a byte order mark"),
    (codecs.BOM_UTF32_LE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)
_PRIVATE_USE = re.compile("[\ue000-\uf8ff]")
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")
_SURELY_UTF8 = 8
_CHUNK = 1 << 20
_NUL, _PRIVATE = "a NUL character", "a character for private use"


@dataclass(frozen=True, slots=True)
class _Fault:
    """Why bytes are no text of an encoding; line from 1.

    beyond_ascii: how many sound characters beyond ASCII precede it, counted up to `_SURELY_UTF8`.
    """

    what: str
    line: int
    beyond_ascii: int


@contextmanager
def open_text(path: Path, newline: str) -> Iterator[tuple[TextIO, tuple[str, ...]]]:
    r"""A file's text as a stream, and notes on its encoding; a name that ends in .gz is decompressed.

    newline: as for `open`; "" leaves line ends as they are and parts at all, "\n" parts at that alone.
    Raises BenchError for a file that is missing, no text, or damaged, with the line of the first wrong byte.
    """
    encoding, notes = _encoding(path)
    with _open(path) as data, io.TextIOWrapper(data, encoding=encoding, newline=newline) as text:
        yield text, notes


def _encoding(path: Path) -> tuple[str, tuple[str, ...]]:
    try:
        check_regular(path)
        with _open(path) as data:
            start = data.read(4)
        for mark, encoding, name in _MARKS:
            if start.startswith(mark):
                _refuse(path, _fault(path, encoding), name)
                return encoding, (f"{path}: read as {name}",)
        fault = _fault(path, "utf-8")
        if fault is None:
            return "utf-8", ()
        if fault.beyond_ascii >= _SURELY_UTF8 or fault.what == _NUL:
            _refuse(path, fault, "UTF-8")
        if _fault(path, "gb18030") is not None:
            _refuse(path, fault, "UTF-8 nor GB18030")
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise BenchError(f"is no whole gzip file: {error}", place=path) from None
    except OSError as error:
        raise unreadable(path, error) from None
    return "gb18030", (f"{path}: not UTF-8, read as GB18030",)


def _open(path: Path) -> BinaryIO:
    return cast("BinaryIO", gzip.open(path)) if path.suffix.lower() == ".gz" else path.open("rb")


def _fault(path: Path, encoding: str) -> _Fault | None:
    """The first thing in a file that is not text of this encoding, None where all of it is."""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    lines = beyond_ascii = 0
    with _open(path) as data:
        while True:
            chunk = data.read(_CHUNK)
            wrong: str | None = None
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                text = error.object[: error.start].decode(encoding, "ignore")
                wrong = f"byte 0x{error.object[error.start]:02x}"
            for what, found in ((_NUL, text.find("\0")), (_PRIVATE, _private_use(text, encoding))):
                if found >= 0:
                    text, wrong = text[:found], what
            lines += text.count("\n")
            beyond_ascii += _count_beyond_ascii(text, _SURELY_UTF8 - beyond_ascii)
            if wrong is not None:
                return _Fault(wrong, lines + 1, beyond_ascii)
            if not chunk:
                return None


def _count_beyond_ascii(text: str, most: int) -> int:
    return sum(1 for _ in itertools.islice(_BEYOND_ASCII.finditer(text), most))


def _private_use(text: str, encoding: str) -> int:
    found = _PRIVATE_USE.search(text) if encoding == "gb18030" else None
    return -1 if found is None else found.start()


def _refuse(path: Path, fault: _Fault | None, tried: str) -> None:
    if fault is None:
        return
    place = f"{path}:{fault.line}"
    if fault.what == _NUL:
        text = "holds a NUL character, as UTF-16 without a byte order mark and binary files do"
        raise BenchError(f"{text}; save the file as UTF-8", place=place)
    neither = "neither " if " nor " in tried else "not "
    raise BenchError(f"{fault.what} is {neither}{tried}; save the file as UTF-8", place=place)
