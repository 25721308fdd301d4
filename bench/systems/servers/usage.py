"""What a server did for a system: models, tokens, seconds, cost, and answers that could not be used."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

from pydantic import Field

from bench.core.settings import Settings


class ServerUsage(Settings):
    """What one server did for one system's predictions; what a record keeps of it, but for seconds and requests sent.

    Answers stored by an earlier run count like those of this one, so that a record repeats.
    """

    address: str
    """The server's address."""

    model: str
    """The model that was asked for."""

    reported: list[str] = Field(default_factory=list)
    """The models that answered, as the server reports them."""

    requests: int | None = None
    """How many different requests the predictions depend on; null for embeddings, which are asked for many at once."""

    prompt_tokens: int | None = None
    """Tokens of all these requests, null where the server does not count them."""

    completion_tokens: int | None = None
    """Tokens of all answers, null where the server does not count them."""

    invalid: dict[str, int] = Field(default_factory=dict)
    """For each reason why an answer named no class, how many answers had it."""

    cost: float | None = None
    """The cost of all these tokens, by the prices in the experiment; null without prices or counts."""

    currency: str | None = None
    """The currency of the cost."""

    seconds: float = Field(default=0.0, exclude=True)
    """The time of all answers, added up; no part of a record."""

    sent: int = Field(default=0, exclude=True)
    """How many requests were sent for this very run; no part of a record."""


@dataclass(frozen=True, slots=True)
class PendingRequests:
    """Requests still to be sent to a server. tokens: those of all requests, estimated without a tokenizer."""

    address: str
    requests: int = 0
    tokens: int = 0

    def plus(self, tokens: int, requests: int = 1) -> Self:
        """With more requests of so many tokens together."""
        return replace(self, requests=self.requests + requests, tokens=self.tokens + tokens)


def likely_tokens(text: str) -> int:
    """Estimates how many tokens a text has: one for each Chinese character, one for four others.

    >>> likely_tokens("考核 5 people")
    5
    """
    wide = sum(character >= "\u2e80" for character in text)
    return wide + -(-(len(text) - wide) // 4)
