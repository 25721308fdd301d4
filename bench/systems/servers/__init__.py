"""Servers that follow OpenAI's HTTP interface: where one is, how it is asked, and what it may answer."""

from bench.systems.servers.settings import ServerError, ServerSettings

__all__ = ["ServerError", "ServerSettings"]
