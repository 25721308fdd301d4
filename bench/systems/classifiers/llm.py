"""A chat model that labels texts by instructions."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, ClassVar, Literal

from sklearn.base import ClassifierMixin

from bench.core.errors import BenchError
from bench.systems.chat.answers import Answer, AnswerStore
from bench.systems.chat.classifier import ChatClassifier, Request, answered
from bench.systems.chat.messages import LETTERS
from bench.systems.chat.rows import ChatRows, Texts
from bench.systems.chat.settings import ChatSettings
from bench.systems.classifiers.base import CLASSIFIERS, AllFolds, ClassifierSettings, ScoreKind
from bench.systems.servers.client import requests_sent
from bench.systems.servers.settings import ServerSettings
from bench.systems.servers.usage import PendingRequests, ServerUsage, likely_tokens


@CLASSIFIERS.register("llm")
class LLMSettings(ChatSettings, ClassifierSettings):
    """A chat model behind a server with OpenAI's `/v1/chat/completions` labels each text by instructions.

    It takes no features. The model gets the labels, with their descriptions where the data or the experiment has some,
    and examples from the training rows of the fold. Texts leave this process, and this machine where the address is
    another's. An answer that names no label is counted, and wrong for every class. Each answer is stored under a key of
    all that it depends on, so that no request is sent twice.
    """

    score_kind: ClassVar[ScoreKind] = "none"
    takes_features: ClassVar[bool] = False
    cost: ClassVar[int] = 4
    abstains: ClassVar[bool] = True
    told_names: ClassVar[bool] = True

    kind: Literal["llm"]

    @property
    def gives(self) -> ScoreKind:
        """Probabilities with `logprobs`, else no scores."""
        return "probability" if self.answers == "logprobs" else "none"

    @property
    def servers(self) -> tuple[ServerSettings, ...]:
        """The server that it asks."""
        return (self,)

    def build(self, *, random_state: int, **tuned: Any) -> ClassifierMixin:
        """`random_state` draws examples, and is the request's `seed`."""
        return ChatClassifier(self, random_state, **tuned)

    def own_features(self, *, random_state: int) -> Texts:
        """The texts themselves."""
        del random_state
        return Texts(counted=self.examples > 0 and self.draw == "nearest")

    def encoding_key(self) -> str:
        """Each has rows of its own, which hold its answers."""
        return f"texts for {self.model_dump_json()}"

    def check_classes(self, classes: Sequence[str]) -> None:
        """Raises BenchError for more labels than first tokens can be weighed for."""
        if self.answers == "logprobs" and len(classes) > len(LETTERS):
            text = f"'answers: logprobs' weighs up to {len(LETTERS)} labels, and there are {len(classes)}"
            raise BenchError(f"{text}; take 'answers: schema'")

    def foresee(self, rows: ChatRows, foresight: AllFolds) -> ChatRows:
        """The rows with the answers to all requests of all folds: several at once, none twice, none from a worker."""
        known = replace(rows, classes=tuple(foresight.classes), descriptions=foresight.descriptions)
        before = requests_sent(self.base_url)
        found = answered(self, self._requests(known, foresight), foresight.advance)
        sent = requests_sent(self.base_url) - before
        return replace(known, answers=found, served=(self._served(known, found, sent, foresight),))

    def pending(self, rows: ChatRows, foresight: AllFolds) -> PendingRequests:
        """The requests that `foresee` would send now."""
        known = replace(rows, classes=tuple(foresight.classes), descriptions=foresight.descriptions)
        store, seen, missing = AnswerStore(), set(), PendingRequests(self.base_url)
        for request in self._requests(known, foresight):
            if request.key not in seen:
                seen.add(request.key)
                if store.get(request.key) is None:
                    told = sum(likely_tokens(message["content"]) for message in request.body["messages"])
                    missing = missing.plus(told)
        return missing

    def _requests(self, rows: ChatRows, foresight: AllFolds) -> Iterator[Request]:
        folds: Iterable[Iterator[Request]] = (
            self.build(random_state=foresight.random_state)
            .fit(rows.take(train), foresight.labels[train])
            .requests(rows.take(test))
            for train, test in foresight.splits()
        )
        return itertools.chain.from_iterable(folds)

    def _served(self, rows: ChatRows, found: dict[str, Answer], sent: int, foresight: AllFolds) -> ServerUsage:
        reader = ChatClassifier(self, foresight.random_state).fit(rows, foresight.labels)
        answers = [found[key] for key in sorted(found)]
        why = Counter(reason for _, reason in map(reader.read, answers) if reason)
        prompts = _sum(each.prompt_tokens for each in answers)
        completions = _sum(each.completion_tokens for each in answers)
        cost = None
        if self.prices is not None and prompts is not None and completions is not None:
            cost = self.prices.cost(prompts, completions)
        return ServerUsage(
            address=self.base_url,
            model=self.model,
            reported=sorted({each.model for each in answers if each.model is not None}),
            requests=len(answers),
            prompt_tokens=prompts,
            completion_tokens=completions,
            invalid=dict(sorted(why.items())),
            cost=cost,
            currency=None if cost is None or self.prices is None else self.prices.currency,
            seconds=sum(each.seconds for each in answers),
            sent=sent,
        )


def _sum(counts: Iterable[int | None]) -> int | None:
    """The sum; None where one of them was not counted."""
    found = list(counts)
    known = [count for count in found if count is not None]
    return sum(known) if len(known) == len(found) else None
