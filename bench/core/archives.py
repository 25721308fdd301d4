"""Zip archives: written the same for the same content, and read from strangers without harm.

What an archive of a stranger may try: a name that leads out of the folder, a link, one name twice, a name that two
systems read differently, and a few bytes that unpack to a full disk. Each is refused before anything is unpacked.
"""

from __future__ import annotations

import stat
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from bench.core.confusables import skeleton
from bench.core.errors import BenchError, quoted
from bench.core.inputs import open_regular

MOST_BYTES, MOST_FILES, MOST_RATIO = 4_000_000_000, 100_000, 100
"""Limits of an archive: bytes when unpacked, number of files, and ratio of unpacked to packed bytes."""

_SMALL = 10_000_000
"""Files up to so many bytes may have any ratio."""

_DRIVE = ":"
_EPOCH = (1980, 1, 1, 0, 0, 0)
_ENCRYPTED = 0x1


class Archive:
    """An archive whose every name was found to be harmless."""

    def __init__(self, path: Path, file: zipfile.ZipFile) -> None:
        self._path = path
        self._file = file
        self._entries = {entry.filename: entry for entry in file.infolist() if not entry.is_dir()}

    @property
    def names(self) -> list[str]:
        """Paths of the files in it, parted by slashes, sorted."""
        return sorted(self._entries)

    def read(self, name: str) -> bytes:
        """A file's bytes. Raises BenchError where they are damaged or more than the archive says."""
        entry = self._entries[name]
        try:
            with self._file.open(entry) as file:
                data = file.read(entry.file_size + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as error:
            raise BenchError(f"{quoted(name)} is damaged: {error}", place=self._path) from None
        if len(data) != entry.file_size:
            raise BenchError(f"{quoted(name)} is not as long as the archive says", place=self._path)
        return data


@contextmanager
def open_archive(path: Path) -> Iterator[Archive]:
    """Open a zip archive that is not trusted. Raises BenchError for other files, and for hostile content."""
    with _opened(path) as stream:
        try:
            file = zipfile.ZipFile(stream)
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
            raise BenchError(f"is no zip archive that can be read: {error}", place=path) from None
        with file:
            _check(file.infolist(), path)
            yield Archive(path, file)


def _opened(path: Path) -> BinaryIO:
    try:
        return open_regular(path)
    except FileNotFoundError:
        raise BenchError("no such file", place=path) from None
    except OSError as error:
        raise BenchError(f"cannot be read: {error.strerror}", place=path) from None


def _check(entries: list[zipfile.ZipInfo], path: Path) -> None:
    files = [entry for entry in entries if not entry.is_dir()]
    if len(entries) > MOST_FILES:
        raise BenchError(f"holds {len(entries):,} files, where at most {MOST_FILES:,} are read", place=path)
    for entry in entries:
        _check_name(entry, path)
    seen: dict[str, str] = {}
    for entry in files:
        # Names that differ only by case or by look-alike characters are the same on some systems, or to a reader.
        other = seen.setdefault(skeleton(entry.filename).casefold(), entry.filename)
        if seen and other is not entry.filename:
            raise BenchError(f"holds {quoted(entry.filename)} beside {quoted(other)}: one name twice", place=path)
    total = sum(entry.file_size for entry in files)
    if total > MOST_BYTES:
        raise BenchError(f"unpacks to {total:,} bytes, where at most {MOST_BYTES:,} are read", place=path)
    for entry in files:
        if entry.file_size > max(_SMALL, MOST_RATIO * entry.compress_size):
            text = f"{quoted(entry.filename)} unpacks to {entry.file_size:,} bytes from {entry.compress_size:,}"
            raise BenchError(f"{text}: more than {MOST_RATIO} times as many, as an archive bomb does", place=path)


def _check_name(entry: zipfile.ZipInfo, path: Path) -> None:
    # `filename` ends at a NUL, which `orig_filename` still holds.
    name = entry.orig_filename
    parts = PurePosixPath(name).parts
    if name.startswith("/") or ".." in parts or not parts or any(each in name for each in ("\\", _DRIVE, "\0")):
        raise BenchError(f"holds {quoted(name)}, which leads out of the archive's folder", place=path)
    mode = entry.external_attr >> 16
    if mode and not (stat.S_ISREG(mode) or stat.S_ISDIR(mode) or not stat.S_IFMT(mode)):
        kind = "a link" if stat.S_ISLNK(mode) else "no ordinary file"
        raise BenchError(f"holds {quoted(name)}, which is {kind}", place=path)
    if entry.flag_bits & _ENCRYPTED:
        raise BenchError(f"holds {quoted(name)}, which is encrypted; save the archive without a password", place=path)


def write_archive(target: BinaryIO, files: Mapping[str, Path | bytes]) -> None:
    """Write files under their names, sorted, without times or permissions: equal content gives equal bytes."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name in sorted(files):
            content = files[name]
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = (stat.S_IFREG | 0o644) << 16
            entry.create_system = 3
            archive.writestr(entry, content if isinstance(content, bytes) else content.read_bytes())
