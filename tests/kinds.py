"""Registered kinds that compute here: those that ask a server have tests of their own (tests/servers)."""

from __future__ import annotations

from bench.systems.classifiers.base import CLASSIFIERS
from bench.systems.servers import ServerSettings


def local_classifiers() -> list[str]:
    """Classifiers that ask no server, sorted."""
    return sorted(kind for kind, cls in CLASSIFIERS.classes().items() if not issubclass(cls, ServerSettings))
