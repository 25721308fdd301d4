"""Tokenizes texts for multilingual-e5: the most probable pieces of a unigram model (Kudo 2018)."""

from __future__ import annotations

import re

from bench.systems.networks.e5_file import Pieces

_SPACE = "\u2581"
_UNKNOWN_PENALTY = 10.0
_BLANKS = re.compile("  +")


class Tokenizer:
    """Splits a text into pieces whose scores add up to the most; a character that no piece has is unknown.

    Scores are added as 64-bit floats in one order, so that a text has the same tokens on every machine.
    """

    def __init__(self, pieces: Pieces) -> None:
        self.begin, self.end, self._unknown = pieces.begin, pieces.end, pieces.unknown
        self._known = {
            text: (score, at) for at, (text, score) in enumerate(zip(pieces.texts, pieces.scores, strict=True)) if text
        }
        self._known.pop(pieces.texts[pieces.unknown], None)
        self._normalized = pieces.normalized
        self._unknown_score = min(pieces.scores) - _UNKNOWN_PENALTY
        self._longest: dict[str, int] = {}
        for text in self._known:
            self._longest[text[0]] = max(self._longest.get(text[0], 1), len(text))

    def __call__(self, text: str) -> list[int]:
        """Ids of the pieces, without those of begin and end."""
        plain = _BLANKS.sub(" ", text.translate(self._normalized))
        marked = (plain if plain.startswith(" ") else f" {plain}").replace(" ", _SPACE)
        return self._best(marked)

    def _best(self, text: str) -> list[int]:
        """The best path through all pieces (Viterbi), the first found of equals."""
        size = len(text)
        best = [float("-inf")] * (size + 1)
        best[0] = 0.0
        came: list[tuple[int, int]] = [(0, 0)] * (size + 1)
        known, longest = self._known, self._longest
        for start in range(size):
            so_far = best[start]
            for stop in range(start + 1, min(start + longest.get(text[start], 0), size) + 1):
                found = known.get(text[start:stop])
                if found is not None and so_far + found[0] > best[stop]:
                    best[stop] = so_far + found[0]
                    came[stop] = (start, found[1])
            if so_far + self._unknown_score > best[start + 1]:
                best[start + 1] = so_far + self._unknown_score
                came[start + 1] = (start, self._unknown)
        tokens = []
        at = size
        while at:
            at, token = came[at]
            tokens.append(token)
        return tokens[::-1]
