"""Reads the answers of annotators from the file or the archive that a labelling tool exported."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path, PurePosixPath

from bench.core.archives import open_archive
from bench.core.errors import BenchError
from bench.corpus.exchange.base import TOOLS, Answer
from bench.tables import read_table

_ENDINGS = {".json", ".jsonl"}
_TOGETHER = "all"
"""What doccano calls the one file of a project that shares its labels."""


def read_answers(path: Path, tool: str, control: str) -> list[Answer]:
    """What people answered, from a file that a tool exported, or from its zip archive of one file an annotator.

    In an archive a file's name without its ending names the annotator, except `all`. control: as in `Choices`.
    Raises BenchError for what cannot be read or is of another shape, with file and line or row.
    """
    if path.suffix.lower() != ".zip":
        return TOOLS[tool]().answers(read_table(path), control)
    found: list[Answer] = []
    with open_archive(path) as archive, tempfile.TemporaryDirectory(prefix="banmian-") as folder:
        names = [name for name in archive.names if PurePosixPath(name).suffix.lower() in _ENDINGS]
        if not names:
            raise BenchError(f"holds no file that ends in {' or '.join(sorted(_ENDINGS))}", place=path)
        for number, name in enumerate(names):
            pure = PurePosixPath(name)
            data = archive.read(name)
            if not data.strip():
                continue  # an annotator who has not begun
            unpacked = Path(folder, f"{number}{pure.suffix.lower()}")
            unpacked.write_bytes(data)
            try:
                table = replace(read_table(unpacked), path=f"{path}/{name}")
            except BenchError as error:
                place = str(error.place).replace(str(unpacked), f"{path}/{name}")
                raise BenchError(error.message, place=place) from None
            answers = TOOLS[tool]().answers(table, control)
            found += answers if pure.stem == _TOGETHER else [_by(answer, pure.stem) for answer in answers]
    return found


def _by(answer: Answer, name: str) -> Answer:
    return answer if answer.annotator is not None else replace(answer, annotator=name)
