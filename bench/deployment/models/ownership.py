"""How the files of a saved model are recognised as ours."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from bench.core.folders import FolderKind, object_at
from bench.deployment.models.model import ARRAYS, CARD, MODEL

_OPENING = re.compile(rb'\s*\{\s*"schema":\s*[0-9]+,\s*"experiment":')
_OWN_LINE = b"Fitted by `bench fit`"


def _ours(folder: Path) -> set[str]:
    """Files of a model: the record by its keys, or where it is damaged by its opening; the arrays by the record.

    A card is ours where the record has its digest: one that was edited since is the user's own work. A record without
    that digest, as earlier versions wrote it, leaves a card that says that bench wrote it.
    """
    path = folder / MODEL
    if not path.is_file() or path.is_symlink():
        return set()
    record = object_at(path, "model_sha256", "state", "files")
    if record is None and _OPENING.match(path.read_bytes()[:256]) is None:
        return set()
    files = record["files"] if record is not None and isinstance(record["files"], dict) else {}
    return {MODEL, ARRAYS, *([CARD] if _is_own_card(folder / CARD, files.get(CARD)) else [])}


def _is_own_card(path: Path, recorded: object) -> bool:
    if not path.is_file() or path.is_symlink():
        return False
    data = path.read_bytes()
    return _OWN_LINE in data if recorded is None else hashlib.sha256(data).hexdigest() == recorded


MODEL_FOLDER = FolderKind("model", _ours)
