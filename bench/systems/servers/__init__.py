"""Servers with OpenAI's HTTP interface: their addresses, the requests to them, and their allowed answers."""

from bench.systems.servers.settings import ServerError, ServerSettings

__all__ = ["ServerError", "ServerSettings"]
