"""The classifier that asks a chat model: training rows become examples, each test row becomes a request."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin

from bench.systems.chat.answers import Answer, AnswerStore, class_named, class_shares, request_key
from bench.systems.chat.examples import at_random, nearest
from bench.systems.chat.messages import LETTERS, label_schema, messages
from bench.systems.chat.rows import ChatRows
from bench.systems.servers.client import Reply, ask
from bench.systems.servers.settings import ServerError

if TYPE_CHECKING:
    from bench.systems.chat.settings import ChatSettings

_ROUTE = "chat/completions"
_MOST_BYTES = 4 << 20

_LOGGED_EVERY = 10.0
_LOG = logging.getLogger(__name__)

_SILENT = 8
"""After so many answers without log-probabilities, a server counts as giving none."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request. key: that of its stored answer."""

    key: str
    body: dict[str, Any]


class ChatClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """A chat model behind a server as a classifier of texts; nothing is trained, training rows are shown as examples.

    It is fitted on rows of `Texts` and codes of classes. Where an answer names no class, `predict` gives the code past
    the last class, and `predict_proba` a row of zeros: no such answer counts as a class.
    settings: of the classifier; random_state: of examples drawn at random, and the request's `seed`.
    """

    def __init__(self, settings: ChatSettings, random_state: int = 0) -> None:
        self.settings = settings
        self.random_state = random_state

    def fit(self, rows: ChatRows, labels: NDArray[np.integer]) -> Self:
        """Keep the training rows. labels: (rows,) codes of classes."""
        self.rows_, self.labels_ = rows, np.asarray(labels)
        self.names_ = rows.classes or tuple(str(each) for each in np.unique(self.labels_))
        self.classes_ = np.arange(len(self.names_))
        return self

    def predict(self, rows: ChatRows) -> NDArray[np.int64]:
        """(rows,) codes of classes; the number of classes where an answer names none."""
        found = [self.read(answer)[0] for answer in self._answers(rows)]
        return np.array([len(self.names_) if code is None else code for code in found], dtype=np.int64)

    def predict_proba(self, rows: ChatRows) -> NDArray[np.float64]:
        """(rows, classes) the shares of the labels' first tokens; zeros where no label is among the likely ones."""
        shares = [class_shares(answer, LETTERS[: len(self.names_)]) for answer in self._answers(rows)]
        nothing = np.zeros(len(self.names_))
        return np.array([nothing if each is None else each for each in shares])

    def read(self, answer: Answer) -> tuple[int | None, str]:
        """The code of the class that an answer names, or None and why it names none."""
        if self.settings.answers != "logprobs":
            return class_named(answer, self.names_, as_json=self.settings.answers == "schema")
        shares = class_shares(answer, LETTERS[: len(self.names_)])
        return (None, "no label among the likely tokens") if shares is None else (int(shares.argmax()), "")

    def requests(self, rows: ChatRows) -> Iterator[Request]:
        """One request a row, in order."""
        settings, count = self.settings, min(self.settings.examples, len(self.rows_))
        places: Sequence[Any]
        if not count:
            places = [()] * len(rows)
        elif settings.draw == "nearest":
            places = list(nearest(self.rows_, rows, count))
        else:
            places = [at_random(self.labels_, count, self.random_state)] * len(rows)
        for text, shown in zip(rows.texts, places, strict=True):
            examples = [(self._cut(self.rows_.texts[at]), int(self.labels_[at])) for at in shown]
            told = messages(
                settings.instructions,
                classes=self.names_,
                descriptions=rows.descriptions,
                examples=examples,
                text=self._cut(text),
                form=settings.answers,
            )
            body = settings.body(told, self.random_state)
            if settings.answers == "schema":
                body["response_format"] = label_schema(self.names_)
            yield Request(request_key(settings.base_url, body), body)

    def _cut(self, text: str) -> str:
        return text[: self.settings.max_characters]

    def _answers(self, rows: ChatRows) -> list[Answer]:
        """The answers that came with the rows; missing ones are taken from the store or requested now."""
        requests = list(self.requests(rows))
        missing = [request for request in requests if request.key not in rows.answers]
        found = answered(self.settings, missing) if missing else {}
        return [rows.answers.get(each.key) or found[each.key] for each in requests]


def answered(
    settings: ChatSettings, requests: Sequence[Request] | Iterator[Request], advance: Callable[[], None] = lambda: None
) -> dict[str, Answer]:
    """The answer to each different request, by its key: stored ones are reused, new ones are stored as they come.

    advance: called after each new one. Raises what `ask` raises, and ServerError for what is no chat completion.
    """
    asking = _Asking(settings, advance)
    ask(settings, _ROUTE, asking.missing(requests), asking.take, most_bytes=_MOST_BYTES)
    asking.check()
    return asking.found


class _Asking:
    """Answers under way. found: those that have come, by key."""

    def __init__(self, settings: ChatSettings, advance: Callable[[], None]) -> None:
        self.found: dict[str, Answer] = {}
        self._settings, self._advance = settings, advance
        self._store = AnswerStore()
        self._asked: list[str] = []
        self._logged = time.perf_counter()

    def missing(self, requests: Iterable[Request]) -> Iterator[dict[str, Any]]:
        """The bodies of requests without a stored answer, each once."""
        seen: set[str] = set()
        for request in requests:
            if request.key in seen:
                continue
            seen.add(request.key)
            kept = self._store.get(request.key)
            if kept is None:
                self._asked.append(request.key)
                yield request.body
            else:
                self.found[request.key] = kept

    def take(self, number: int, reply: Reply) -> None:
        """Store the answer to the body of that number."""
        try:
            answer = Answer.of(reply.value, reply.seconds)
        except ValueError as fault:
            raise self._wrong(f"answers no chat completion as the interface has it: {fault}") from None
        self._store.put(self._asked[number], answer)
        self.found[self._asked[number]] = answer
        if len(self.found) == _SILENT:
            self.check()
        if time.perf_counter() - self._logged > _LOGGED_EVERY:
            self._logged = time.perf_counter()
            _LOG.info("%s: %d answers so far, each of them kept", self._settings.model, len(self.found))
        self._advance()

    def check(self) -> None:
        """One answer may lack log-probabilities, as where half a character is the likeliest; not all of them."""
        if self._settings.answers == "logprobs" and self.found and not any(each.tops for each in self.found.values()):
            raise self._wrong("gives no log-probabilities, which 'answers: logprobs' needs; take 'answers: schema'")

    def _wrong(self, text: str) -> ServerError:
        return ServerError(text, place=f"{self._settings.base_url}/{_ROUTE}")
