"""Registered kinds that compute here, on their own.

Those that ask a server and those made of other systems have tests of their own (tests/servers, test_ensemble.py).
"""

from __future__ import annotations

from bench.systems.classifiers.base import CLASSIFIERS
from bench.systems.classifiers.ensemble import EnsembleSettings
from bench.systems.servers import ServerSettings


def local_classifiers() -> list[str]:
    """Classifiers that ask no server and are made of no other systems, sorted."""
    elsewhere = (ServerSettings, EnsembleSettings)
    return sorted(kind for kind, cls in CLASSIFIERS.classes().items() if not issubclass(cls, elsewhere))
