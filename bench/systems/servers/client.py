"""Sends requests to a server: several at once, again where that may help, every answer limited in time and size."""

from __future__ import annotations

import email.utils
import functools
import itertools
import json
import logging
import time
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from bench.core.errors import BenchError, cut, quoted
from bench.systems.servers.json_body import error_text, strict_json
from bench.systems.servers.settings import ServerError, ServerSettings

if TYPE_CHECKING:
    import ssl

    import httpx2
    from tenacity import RetryCallState

LONGEST_WAIT = 120.0
"""The longest wait in seconds: a server that asks for more is given up."""

_FIRST_WAIT, _LONGEST_BACKOFF = 0.5, 30.0
_PASSING = frozenset({408, 425, 429, 500, 502, 503, 504, 507, 509, 520, 521, 522, 523, 524, 529})
_KEPT_OF_AN_ERROR = 64 * 1024
_LONGEST_TOLD = 200


@dataclass(frozen=True, slots=True)
class Reply:
    """What a server answered. value: the parsed JSON; seconds: from sending to the last byte, without earlier tries."""

    value: Any
    seconds: float


class _PassingError(Exception):
    """A failure that may be over when the request is sent again. wait: seconds that the server asks to wait, if any."""

    def __init__(self, text: str, wait: float | None = None) -> None:
        super().__init__(text)
        self.wait = wait


_LOG = logging.getLogger(__name__)

_sent: dict[str, int] = {}
_announced: set[str] = set()


def requests_sent(base_url: str) -> int:
    """How many requests this process sent to an address so far, repeated ones included."""
    return _sent.get(base_url, 0)


def ask(
    server: ServerSettings,
    route: str,
    bodies: Iterable[Mapping[str, Any]],
    take: Callable[[int, Reply], None],
    *,
    most_bytes: int,
) -> None:
    """Send each body to a route of a server, and pass each answer to `take` as it comes, in any order.

    Before the first text is sent, a warning in the log says where texts go.
    bodies: read a few ahead of their turn. take: gets the number of the body and its answer; it is called on one
    thread, one call at a time, and an error that it raises ends everything. most_bytes: the most that one answer may
    have.
    An error or a signal drops the requests under way; answers that were passed to `take` already are kept.
    Raises ServerError with the address for a server that cannot be reached, refuses, redirects, or answers no JSON;
    BenchError where the key's variable is not set, and where a package is missing.
    """
    numbered = enumerate(bodies)
    first = next(numbered, None)
    if first is None:
        return  # nothing to be asked needs no key and no package
    try:
        import tenacity  # noqa: F401  asked for before anything is sent
        from anyio.from_thread import start_blocking_portal
    except ImportError as missing:
        text = f"asking a server needs the package {missing.name}; install it: pip install 'banmian[servers]'"
        raise BenchError(text) from None
    key = server.key()
    _announce(server)
    # The debug lines of httpcore2 hold the headers that a server sends, and these may repeat the key.
    logging.getLogger("httpcore2").setLevel(logging.WARNING)
    # The event loop gets a thread of its own: the caller's thread may run one already, as a notebook's does, and so
    # receives signals at once.
    with start_blocking_portal() as portal:
        failure = portal.call(
            _ask_all, _Asking(server, route, key, most_bytes), itertools.chain([first], numbered), take
        )
    if failure is not None:
        raise failure


def _announce(server: ServerSettings) -> None:
    """Log, once in a process, what is sent to which server. Every request passes here before it is sent."""
    line = server.announcement()
    if line not in _announced:
        _announced.add(line)
        _LOG.warning("%s", line)


@functools.cache
def _tls(*, trust_env: bool) -> ssl.SSLContext:
    """How https is spoken. The list of certificates is read once in a process, which takes a tenth of a second."""
    import httpx2

    return httpx2.create_ssl_context(trust_env=trust_env)


@dataclass(frozen=True, slots=True)
class _Asking:
    """What all requests of one call share."""

    server: ServerSettings
    route: str
    key: str | None
    most_bytes: int

    @property
    def url(self) -> str:
        return f"{self.server.base_url}/{self.route}"

    def client(self) -> httpx2.AsyncClient:
        import httpx2

        headers = {"Accept": "application/json", "Accept-Encoding": "identity", "Content-Type": "application/json"}
        if self.key is not None:
            headers["Authorization"] = f"Bearer {self.key}"
        trust_env = not self.server.is_loopback  # a proxy is for what leaves the machine
        return httpx2.AsyncClient(
            headers=headers,
            verify=_tls(trust_env=trust_env),
            timeout=None,
            follow_redirects=False,
            limits=httpx2.Limits(max_connections=self.server.concurrency),
            trust_env=trust_env,
        )

    def without_key(self, said: bytes) -> bytes:
        """A server's message with the key removed, which it may repeat."""
        return said if self.key is None else said.replace(self.key.encode(), "…".encode())

    def quoted_answer(self, body: bytes) -> str:
        """The server's own words about an error, short enough to be quoted in one line."""
        text = error_text(self.without_key(body))
        return f": {cut(text, _LONGEST_TOLD)!r}" if text else ""


async def _ask_all(
    asking: _Asking, numbered: Iterator[tuple[int, Mapping[str, Any]]], take: Callable[[int, Reply], None]
) -> Exception | None:
    """Send all requests. Gives the first failure, which cancels the others; None where all were answered."""
    from anyio import create_task_group

    failures: list[Exception] = []
    async with asking.client() as client, create_task_group() as group:

        async def work() -> None:
            try:
                for number, body in numbered:
                    take(number, await _answered(asking, client, body))
            except Exception as failure:  # noqa: BLE001  raised by the caller, as it is and alone
                failures.append(failure)
                group.cancel_scope.cancel()

        for _ in range(asking.server.concurrency):
            group.start_soon(work)
    return failures[0] if failures else None


async def _answered(asking: _Asking, client: httpx2.AsyncClient, body: Mapping[str, Any]) -> Reply:
    import anyio
    from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_attempt

    tries = asking.server.retries + 1
    retrying = AsyncRetrying(
        sleep=anyio.sleep,
        stop=stop_after_attempt(tries),
        wait=_wait,
        retry=retry_if_exception_type(_PassingError),
        reraise=True,
    )
    content = json.dumps(body).encode()
    try:
        return await retrying(_tried, asking, client, content)
    except _PassingError as failure:
        text = f"{failure}; sent {tries} times" if tries > 1 else str(failure)
        raise ServerError(text, place=asking.url) from None


def _wait(state: RetryCallState) -> float:
    """Seconds until the next try: as the server asks; otherwise longer each time."""
    failure = state.outcome.exception() if state.outcome is not None else None
    asked = failure.wait if isinstance(failure, _PassingError) else None
    return min(_FIRST_WAIT * 2.0 ** (state.attempt_number - 1), _LONGEST_BACKOFF) if asked is None else asked


async def _tried(asking: _Asking, client: httpx2.AsyncClient, content: bytes) -> Reply:
    import anyio
    import httpx2

    base_url, seconds = asking.server.base_url, asking.server.timeout
    _sent[base_url] = requests_sent(base_url) + 1
    start = time.perf_counter()
    try:
        with anyio.fail_after(seconds):
            async with client.stream("POST", asking.url, content=content) as response:
                most = asking.most_bytes if response.status_code == httpx2.codes.OK else _KEPT_OF_AN_ERROR
                body, whole = await _read(response.aiter_bytes(), most)
    except TimeoutError:
        raise _PassingError(f"gave no whole answer within {seconds:g} seconds") from None
    except httpx2.ConnectError as failure:
        raise _PassingError(f"cannot be reached ({_reason(failure)}); is the server running?") from None
    except (httpx2.TransportError, OSError) as failure:
        raise _PassingError(f"the connection was lost ({_reason(failure)})") from None
    except httpx2.HTTPError as failure:
        raise ServerError(f"gives no answer that can be read ({_reason(failure)})", place=asking.url) from None
    if response.status_code != httpx2.codes.OK:
        raise _refusal(asking, response, body)
    if not whole:
        raise ServerError(f"answers with more than {asking.most_bytes:,} bytes", place=asking.url)
    try:
        return Reply(strict_json(asking.without_key(body)), time.perf_counter() - start)
    except ValueError as fault:
        raise ServerError(
            f"answers no JSON that can be read ({fault}){asking.quoted_answer(body)}", place=asking.url
        ) from None


async def _read(chunks: AsyncIterator[bytes], most: int) -> tuple[bytes, bool]:
    """The first bytes of an answer, `most` at most, and whether they are the whole answer."""
    found = bytearray()
    async for chunk in chunks:
        found += chunk
        if len(found) > most:
            return bytes(found[:most]), False
    return bytes(found), True


def _reason(failure: Exception) -> str:
    return cut(" ".join(str(failure).split()), _LONGEST_TOLD) or type(failure).__name__


def _refusal(asking: _Asking, response: httpx2.Response, body: bytes) -> Exception:
    """The exception for a status other than 200."""
    status = response.status_code
    words = f"answers {status} {response.reason_phrase}".strip()
    if response.is_redirect:
        to = quoted(asking.without_key(response.headers.get("location", "nowhere").encode()).decode())
        text = f"{words}, which sends on to {to}; texts go to the address alone that the experiment names"
        return ServerError(text, place=asking.url)
    if status not in _PASSING:
        variable = asking.server.api_key_env
        hint = (
            f"; is the key in {variable} right?"
            if variable
            else "; it may need a key: name its variable in api_key_env"
        )
        return ServerError(
            f"{words}{asking.quoted_answer(body)}{hint if status in {401, 403} else ''}", place=asking.url
        )
    wait = retry_after(response.headers.get("retry-after"), datetime.now(UTC))
    if wait is not None and wait > LONGEST_WAIT:
        text = f"{words} and asks to wait {wait:.0f} seconds{asking.quoted_answer(body)}"
        text = f"{text}; run again later, what was answered is kept"
        return ServerError(text, place=asking.url)
    return _PassingError(f"{words}{asking.quoted_answer(body)}", wait)


def retry_after(header: str | None, now: datetime) -> float | None:
    """Seconds of a `Retry-After` header, which holds seconds or a date; None where it says nothing that can be read.

    >>> retry_after("2", datetime(2026, 1, 1, tzinfo=UTC))
    2.0
    >>> retry_after("Thu, 01 Jan 2026 00:00:05 GMT", datetime(2026, 1, 1, tzinfo=UTC))
    5.0
    """
    if header is None:
        return None
    if header.strip().isascii() and header.strip().isdigit():
        return float(header.strip()[:9])
    try:
        date = email.utils.parsedate_to_datetime(header)
    except ValueError:
        return None
    if date.tzinfo is None:
        date = date.replace(tzinfo=UTC)
    return max(0.0, (date - now).total_seconds())
