"""Settings of a server: its address, model, key, and how long and how often it is asked."""

from __future__ import annotations

import ipaddress
import json
import os
import re
from typing import Annotated, Any, ClassVar, Self
from urllib.parse import SplitResult, urlsplit

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from bench.core.errors import INVISIBLE, BenchError, quoted
from bench.core.settings import Settings

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_KEY = re.compile(r"[!-~]+", re.ASCII)
_ROUTES = ("/embeddings", "/completions")


class ServerError(BenchError):
    """A server that cannot be reached, refuses, or answers what its interface does not allow."""


def _refused(text: str) -> PydanticCustomError:
    # A custom error quotes nothing of the value, which may hold a password.
    return PydanticCustomError("address", "{text}", {"text": text})


def _address(value: str) -> str:
    """An address without user, query and last slash, its host in small letters."""
    form = "write it as http://host:port/v1"
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError:
        raise _refused(f"is no address; {form}") from None
    if "@" in parts.netloc:
        text = "holds a user name or a password; put the key into an environment variable and name it in 'api_key_env'"
        raise _refused(text)
    if (
        parts.scheme not in {"http", "https"}
        or not parts.hostname
        or re.search(r"\s", value)
        or INVISIBLE.search(value)
    ):
        raise _refused(f"{quoted(value)} is no address of a server; {form}")
    if parts.query or parts.fragment or port == 0:
        raise _refused(f"{quoted(value)} holds more than scheme, host, port and path; {form}")
    path = parts.path.rstrip("/")
    if path.endswith(_ROUTES):
        raise _refused(f"{quoted(value)} names one route of the server; leave that off and end with '/v1'")
    return SplitResult(parts.scheme, parts.netloc.lower(), path, "", "").geturl()


def _variable(value: str) -> str:
    if not _VARIABLE.fullmatch(value):
        text = "is not the name of an environment variable; put the key into one, as OPENAI_API_KEY, and write its name"
        raise _refused(text)
    return value


def _plain(value: dict[str, Any]) -> dict[str, Any]:
    try:
        json.dumps(value, allow_nan=False)
    except (TypeError, ValueError, RecursionError):
        raise _refused("holds a value that JSON has not; write dates and the like in quotation marks") from None
    return value


class ServerSettings(Settings):
    """Base of the settings of whatever asks a server with OpenAI's interface."""

    base_url: Annotated[str, AfterValidator(_address)]
    """The server's address up to its version, as `http://127.0.0.1:8000/v1`."""

    model: Annotated[str, Field(min_length=1, max_length=200)]
    """The model, as the server names it."""

    api_key_env: Annotated[str, AfterValidator(_variable)] | None = None
    """Name of the environment variable that holds the key; left out, none is sent. The key itself is never written."""

    timeout: Annotated[float, Field(gt=0, le=3600)] = 60.0
    """Seconds for one answer, from connecting to its last byte."""

    retries: Annotated[int, Field(ge=0, le=20)] = 5
    """How often a request is sent again after 429, an error of the server (5xx), a lost connection or no answer."""

    concurrency: Annotated[int, Field(ge=1, le=256)] = 4
    """How many requests are under way at once."""

    extra_body: Annotated[dict[str, Any], AfterValidator(_plain)] = Field(default_factory=dict)
    """More keys of every request, as some servers take (`truncate_prompt_tokens`)."""

    reserved: ClassVar[frozenset[str]] = frozenset()
    """Keys of a request that the settings themselves decide on."""

    sends: ClassVar[str]
    """What is sent, in a few words."""

    @property
    def host(self) -> str:
        """The host of the address."""
        return urlsplit(self.base_url).hostname or ""

    @property
    def is_loopback(self) -> bool:
        """Whether the address is this machine by its name or number, without asking a name server."""
        if self.host == "localhost" or self.host.endswith(".localhost"):
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    def key(self) -> str | None:
        """The key, None where none is named. Raises BenchError where its variable is unset or holds no key."""
        if self.api_key_env is None:
            return None
        found = os.environ.get(self.api_key_env, "").strip()
        if not found:
            text = f"the environment variable {self.api_key_env}, which is to hold the key, is not set"
            raise BenchError(text, place=self.base_url)
        if not _KEY.fullmatch(found):
            text = f"the environment variable {self.api_key_env} holds characters that no key has"
            raise BenchError(text, place=self.base_url)
        return found

    def announcement(self) -> str:
        """What will be sent to which server, in one line for the user."""
        where = "on this machine" if self.is_loopback else "which is NOT this machine"
        plain = "" if self.is_loopback or self.base_url.startswith("https:") else ", unencrypted"
        return f"{self.sends} go to {self.base_url}, {where}{plain} (model {self.model!r})"

    @model_validator(mode="after")
    def _nothing_twice(self) -> Self:
        taken = sorted(self.reserved & set(self.extra_body))
        if taken:
            raise _refused(f"'extra_body' holds {taken[0]!r}, which the other settings decide on; leave it out")
        return self
