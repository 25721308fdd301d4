"""Chinese text to words, by jieba."""

from __future__ import annotations

import functools
import hashlib
import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from bench.core.documents import read_text
from bench.core.errors import BenchError
from bench.core.settings import InputPath

if TYPE_CHECKING:
    import jieba

_DICTIONARY_LINE = re.compile(r"\S+( [1-9][0-9]*)?( [a-z]+)?")


@dataclass(frozen=True, slots=True)
class Segmenter:
    """jieba's words of a text, blanks left out.

    hmm: whether jieba guesses words that its dictionary does not hold; user_words: lines of a user dictionary.
    Holds settings only, so that it travels between processes; each process loads a dictionary once for each setting.
    """

    hmm: bool = False
    user_words: tuple[str, ...] = ()

    def words(self, text: str) -> list[str]:
        """The words in order.

        >>> Segmenter().words("我省组织工作 高质量发展")
        ['我省', '组织', '工作', '高质量', '发展']
        """
        if self.hmm or self.user_words:
            words = _tokenizer(self.user_words).lcut(text, HMM=self.hmm)
        else:
            # The same tokens as jieba's, eleven times faster; with HMM on they differ, so jieba does that itself.
            import rjieba

            words = rjieba.cut(text, hmm=False)
        return [word for word in words if word.strip()]


@functools.cache
def dictionary_digest() -> str:
    """SHA-256 of jieba's own dictionary, which may change under one version number."""
    found = find_spec("jieba")
    if found is None or found.origin is None:
        raise ModuleNotFoundError("jieba is not installed")
    return hashlib.sha256((Path(found.origin).parent / "dict.txt").read_bytes()).hexdigest()


@functools.cache
def _tokenizer(user_words: tuple[str, ...]) -> jieba.Tokenizer:
    """A tokenizer of our own: a dictionary loaded into jieba's global one would leak to all its other users."""
    import jieba

    jieba.setLogLevel(logging.WARNING)
    tokenizer = jieba.Tokenizer()
    tokenizer.load_userdict(list(user_words))
    return tokenizer


def read_user_dictionary(source: InputPath) -> tuple[str, ...]:
    """Lines of a jieba user dictionary: a word, then maybe its frequency, then maybe its part of speech.

    Raises BenchError with `file:line` for a line that is not that. jieba would take such a line as one word, blanks
    and all; a frequency of 0 it would note for every tokenizer of the process.
    """
    lines = []
    for number, line in enumerate(read_text(source.path).splitlines(), start=1):
        entry = " ".join(line.split())
        if not entry:
            continue
        if not _DICTIONARY_LINE.fullmatch(entry):
            needed = "a word, then maybe a frequency of 1 or more, then maybe a tag of small letters"
            text = f"{line.strip()!r} is no dictionary line; write {needed}"
            raise BenchError(text, place=f"{source.path}:{number}")
        lines.append(entry)
    return tuple(lines)


def read_words(source: InputPath | Sequence[str]) -> tuple[str, ...]:
    """A list of words, from a file of one word a line or as given; sorted, each once."""
    words = read_text(source.path).splitlines() if isinstance(source, InputPath) else source
    return tuple(sorted({word.strip() for word in words} - {""}))
