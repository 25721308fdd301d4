"""Files read at once: their bytes, and their text in UTF-8."""

from __future__ import annotations

import codecs
import os
from pathlib import Path

from bench.core.errors import BenchError, suggest
from bench.core.inputs import open_regular

MOST_BYTES = 2_000_000_000


def read_bytes(path: Path, *, most_bytes: int | None = None) -> bytes:
    """A file's bytes. Raises BenchError for what is missing, no regular file, unreadable, or above `most_bytes`.

    most_bytes: left out, `MOST_BYTES`, more than any file can be that is read at once.
    """
    most = MOST_BYTES if most_bytes is None else most_bytes
    try:
        with open_regular(path) as file:
            size = os.fstat(file.fileno()).st_size
            if size > most:
                raise BenchError(f"holds {size:,} bytes, where at most {most:,} are read", place=path)
            return file.read(most)
    except OSError as error:
        raise unreadable(path, error) from None


def unreadable(path: Path, error: OSError) -> BenchError:
    """Why a file cannot be read, in words for a user; for a missing one, with the most similar name in its folder."""
    if isinstance(error, IsADirectoryError):
        return BenchError("is a folder, where a file is needed", place=path)
    if isinstance(error, FileNotFoundError):
        return BenchError(f"no such file{suggest(path.name, _neighbours(path))}", place=path)
    return BenchError(f"cannot be read: {error.strerror}", place=path)


def _neighbours(path: Path) -> list[str]:
    try:
        return sorted(entry.name for entry in path.parent.iterdir())[:20]
    except OSError:
        return []


def read_text(path: Path, *, most_bytes: int | None = None) -> str:
    """A UTF-8 file's text. Raises BenchError as `read_bytes` does, and with the line for what is not UTF-8."""
    return decode(read_bytes(path, most_bytes=most_bytes), path)


def decode(data: bytes, path: Path) -> str:
    """Bytes as UTF-8 text, a byte order mark left out. Raises BenchError with the line of the first wrong byte."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise BenchError("is in UTF-16 or UTF-32; save the file as UTF-8", place=path)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # A byte order mark is dropped before positions are counted: line numbers are the same with and without it.
        line = data[: error.start].count(b"\n") + 1
        raise BenchError(
            f"byte 0x{error.object[error.start]:02x} is not UTF-8; save the file as UTF-8", place=f"{path}:{line}"
        ) from None
