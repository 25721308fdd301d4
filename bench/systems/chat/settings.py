"""Settings of a chat model as a classifier: messages, examples, allowed answers, and prices of tokens."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, Field

from bench.core.settings import Settings
from bench.systems.chat.messages import LETTERS, Form
from bench.systems.servers.settings import ServerSettings

_MILLION = 1_000_000


def _said(value: str) -> str:
    if not value.strip():
        raise ValueError("instructions must say something; leave the key out for those that are there")
    return value


class Prices(Settings):
    """What tokens cost, for a million of them."""

    prompt: Annotated[float, Field(ge=0)]
    """The price of a million tokens that are sent."""

    completion: Annotated[float, Field(ge=0)]
    """The price of a million tokens of answers."""

    currency: Annotated[str, Field(min_length=1, max_length=10)] = "USD"
    """The currency of the prices."""

    def cost(self, prompt_tokens: int, completion_tokens: int) -> float:
        """The cost of so many tokens."""
        return (prompt_tokens * self.prompt + completion_tokens * self.completion) / _MILLION


class ChatSettings(ServerSettings):
    """Base of the settings of a classifier that asks a chat model."""

    reserved: ClassVar[frozenset[str]] = frozenset(
        {"model", "messages", "seed", "temperature", "response_format", "logprobs", "top_logprobs", "n", "stream"}
    )
    sends: ClassVar[str] = "texts to be labelled"

    instructions: Annotated[str, AfterValidator(_said)] = "Label the text with the one label that fits it best."
    """What the model is to do; the list of labels and the form of the answer are put after it."""

    examples: Annotated[int, Field(ge=0, le=100)] = 0
    """How many labelled texts of the training rows are shown with each text; 0 shows none."""

    draw: Literal["nearest", "random"] = "nearest"
    """Which examples: the nearest to the text by TF-IDF of characters, nearest last; or random, classes in turn."""

    answers: Form = "schema"
    """How a label is answered: `schema`, as JSON that the server holds to the labels; `logprobs`, by the probability of
    each label's letter as the first token, for up to 20 labels; `text`, as the label alone, held to nothing."""

    temperature: Annotated[float, Field(ge=0, le=2)] | None = 0.0
    """0 for the likeliest answer; null leaves it out, for servers that refuse it."""

    max_tokens: Annotated[int, Field(ge=1)] | None = 256
    """Tokens of an answer at most, its reasoning included; null leaves it out. With `logprobs` it is 1."""

    send_seed: bool = True
    """Whether the protocol's `random_state` goes along as `seed`."""

    max_characters: Annotated[int, Field(ge=1)] | None = None
    """Characters of a text that are sent, from its beginning; left out, all of them."""

    prices: Prices | None = None
    """What tokens cost; left out, no cost is shown."""

    def body(self, messages: list[dict[str, str]], seed: int) -> dict[str, Any]:
        """A request's body without its `response_format`."""
        body: dict[str, Any] = {**self.extra_body, "model": self.model, "messages": messages}
        if self.temperature is not None:
            body["temperature"] = self.temperature
        if self.send_seed:
            body["seed"] = seed
        if self.answers == "logprobs":
            return {**body, "logprobs": True, "top_logprobs": len(LETTERS), "max_tokens": 1}
        return body if self.max_tokens is None else {**body, "max_tokens": self.max_tokens}
