"""How many cases each reader is given, the count of them, and what every refusal must look like."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable

from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import SearchStrategy, tuples

from bench.core.errors import INVISIBLE, BenchError

ALL = int(os.environ.get("BENCH_FUZZ", "500"))
"""Cases of all readers together."""

LONGEST_MESSAGE = 500

tried: Counter[str] = Counter()
"""Cases that were tried in this process, by reader."""


def fuzz(reader: str, share: float, *cases: SearchStrategy) -> Callable:
    """A decorator: the test takes this share of all cases, each counted.

    A few more are asked for, as hypothesis may stop a little early.
    """

    def decorate(test: Callable[..., None]) -> Callable[[], None]:
        def counted(case: tuple[object, ...]) -> None:
            tried[reader] += 1
            test(*case)

        counted.__name__, counted.__qualname__, counted.__module__ = test.__name__, test.__qualname__, test.__module__
        counted.__doc__ = test.__doc__
        most = max(20, int(ALL * share * 1.01))
        return settings(max_examples=most, deadline=None, suppress_health_check=list(HealthCheck))(
            given(case=tuples(*cases))(counted)
        )

    return decorate


def check_refusal(error: BenchError) -> None:
    """One printable line of bounded length."""
    message = str(error)
    assert message.strip()
    assert INVISIBLE.search(message) is None
    assert len(message) < LONGEST_MESSAGE, len(message)
