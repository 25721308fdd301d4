"""A chat model's answers: kept by content, and read for the class that they name, or the reason why they name none."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.core.cache import Store
from bench.core.digests import digest
from bench.core.errors import cut, printable, quoted
from bench.systems.servers.json_body import field, strict_json

_LONGEST_NAME, _LONGEST_CONTENT = 200, 4000
_MOST_TOPS = 100


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer. content: its text, None where there is none; finish: why it ended there, as the server says.

    tops: the likeliest first tokens with the logarithms of their probabilities, None where the server gave none.
    seconds: what it took; tokens: None where the server does not count.
    """

    content: str | None
    finish: str | None
    refused: bool
    model: str | None
    prompt_tokens: int | None
    completion_tokens: int | None
    seconds: float
    tops: tuple[tuple[str, float], ...] | None = None

    @classmethod
    def of(cls, value: Any, seconds: float) -> Answer:
        """Read the JSON of a chat completion. Raises ValueError that says what in it does not follow the interface."""
        message = field(value, "choices", 0, "message")
        if not isinstance(message, dict):
            raise ValueError("'choices' holds no message")  # noqa: TRY004  of what a server says
        content, refusal = message.get("content"), message.get("refusal")
        if not isinstance(content, str | None):
            raise ValueError(f"the message's 'content' is {quoted(content)}")  # noqa: TRY004
        return cls(
            None if content is None else content[:_LONGEST_CONTENT],
            _name(field(value, "choices", 0, "finish_reason")),
            isinstance(refusal, str),
            _name(field(value, "model")),
            _count(field(value, "usage", "prompt_tokens")),
            _count(field(value, "usage", "completion_tokens")),
            round(seconds, 6),
            _tops(field(value, "choices", 0, "logprobs", "content", 0, "top_logprobs")),
        )


def _name(value: Any) -> str | None:
    return printable(cut(value, _LONGEST_NAME)) if isinstance(value, str) else None


def _count(value: Any) -> int | None:
    return value if type(value) is int and 0 <= value < 10**12 else None


def _tops(value: Any) -> tuple[tuple[str, float], ...] | None:
    if not isinstance(value, list) or not value:
        return None
    found = []
    for each in value[:_MOST_TOPS]:
        token, logprob = field(each, "token"), field(each, "logprob")
        if not isinstance(token, str) or type(logprob) not in {int, float}:
            raise ValueError(f"a log-probability is {quoted(each)}")
        found.append((token[:_LONGEST_NAME], float(logprob)))
    return tuple(found)


def request_key(base_url: str, body: Mapping[str, Any]) -> str:
    """The key of a stored answer: a digest of all that it depends on."""
    # In ASCII, which has a form for half a surrogate pair, too.
    return digest(["answer 1", base_url, json.dumps(body, sort_keys=True, allow_nan=False)])


class AnswerStore(Store):
    """One answer for each key, as JSON."""

    def __init__(self) -> None:
        super().__init__("answers")

    def get(self, key: str) -> Answer | None:
        """The kept answer, None where there is none."""
        payload = self.get_bytes(key)
        if payload is None:
            return None
        try:
            fields = strict_json(payload)
            tops = fields.pop("tops")
            return Answer(**fields, tops=None if tops is None else tuple((str(a), float(b)) for a, b in tops))
        except (ValueError, TypeError, AttributeError, KeyError):
            return None

    def put(self, key: str, answer: Answer) -> None:
        """Keep an answer under its key."""
        self.put_bytes(key, json.dumps(asdict(answer)).encode())


def class_named(answer: Answer, classes: Sequence[str], *, as_json: bool) -> tuple[int | None, str]:
    """The code of the class that an answer names, to the letter; or None and why it names none.

    as_json: whether it had to be `{"label": …}`; a label alone names its class, too, as from servers that constrain
    nothing.
    """
    content = (answer.content or "").strip()
    if content in classes:
        return classes.index(content), ""
    if answer.refused:
        return None, "refused"
    if not content:
        return None, "cut off" if answer.finish == "length" else "empty"
    if not as_json:
        return None, "cut off" if answer.finish == "length" else "no such label"
    try:
        label = field(strict_json(content.encode("utf-8", "surrogatepass")), "label")
    except ValueError:
        return None, "cut off" if answer.finish == "length" else "not the JSON asked for"
    if isinstance(label, str) and label in classes:
        return classes.index(label), ""
    return None, "no such label"


def class_shares(answer: Answer, letters: Sequence[str]) -> NDArray[np.float64] | None:
    """(letters,) what the probability of each first token is among all letters together; None where none is likely.

    Blanks around a token do not count; a letter that is not among the likeliest tokens has a share of 0.
    """
    shares = np.zeros(len(letters))
    for token, logprob in answer.tops or ():
        if token.strip() in letters:
            shares[letters.index(token.strip())] += math.exp(min(logprob, 0.0))
    total = shares.sum()
    return shares / total if total > 0 else None
