"""All kinds that an experiment can name, with their meanings: built in or from an installed plug-in."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from bench.core.errors import BenchError, suggest
from bench.core.parameters import Parameter, parameters
from bench.core.registry import Registry
from bench.core.settings import Settings
from bench.data.audit.base import CHECKS
from bench.data.sources.base import SOURCES
from bench.experiment.metrics.base import METRICS, Metric
from bench.experiment.protocols.base import PROTOCOLS
from bench.experiment.strategies.base import STRATEGIES, Strategy
from bench.systems.classifiers.base import CLASSIFIERS, NAMES_WEIGHT, ClassifierSettings
from bench.systems.embedders.base import EMBEDDERS, EmbedderSettings
from bench.systems.features.base import FEATURES, FeatureSettings

GROUPS: dict[str, Registry[Any]] = {
    "data": SOURCES,
    "features": FEATURES,
    "embedders": EMBEDDERS,
    "classifiers": CLASSIFIERS,
    "protocols": PROTOCOLS,
    "strategies": STRATEGIES,
    "metrics": METRICS,
    "checks": CHECKS,
}
"""The registries of kinds that an experiment file, `compare --metric` and `audit --fail-on` can name, by group."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind. meaning: what its docstring says first; parameters: the keys that it takes beside `kind`.

    facts: what else one should know before choosing it, a few words each. install: the command that gets what it needs
    where that is not installed, else None.
    """

    group: str
    name: str
    meaning: str
    parameters: tuple[Parameter, ...]
    facts: tuple[str, ...] = ()
    install: str | None = None


def catalogue(names: Sequence[str] = ()) -> list[Kind]:
    """The kinds of all groups, or of those groups and kinds that are named, in the order of GROUPS, each once.

    Raises BenchError for a name that is neither a group nor a kind.
    """
    found = [_kind(group, name, cls) for group, registry in GROUPS.items() for name, cls in registry.classes().items()]
    known = [*GROUPS, *dict.fromkeys(kind.name for kind in found)]
    for name in names:
        if name not in known:
            raise BenchError(f"nothing is called {name!r}{suggest(name, known)}")
    return [kind for kind in found if not names or {kind.group, kind.name} & set(names)]


def _kind(group: str, name: str, cls: type[Any]) -> Kind:
    meaning = " ".join((inspect.getdoc(cls) or "").partition("\n\n")[0].split())
    keys = parameters(cls) if issubclass(cls, Settings) else ()
    if issubclass(cls, ClassifierSettings):
        # What classifiers share comes after what is a kind's own; controls and zero-shot have no use for it.
        weighs = not (cls.control or cls.names_only or cls.told_names)
        shared = tuple(key for key in keys if key.name == NAMES_WEIGHT and weighs)
        keys = (*(key for key in keys if key.name != NAMES_WEIGHT), *shared)
    return Kind(group, name, meaning, keys, tuple(_facts(name, cls)), _install(cls))


def _facts(name: str, cls: type[Any]) -> list[str]:
    if issubclass(cls, ClassifierSettings):
        score = "gives no scores" if cls.score_kind == "none" else f"scores: {cls.score_kind}"
        needs = ["control: takes no features"] if cls.control else []
        needs += ["takes no features"] if not (cls.takes_features or cls.control) else []
        needs += ["learns from names of the classes alone"] if cls.names_only else []
        needs += ["for dense features"] if cls.dense_only else []
        needs += ["for features of 0 or more"] if cls.non_negative_only else []
        return [*needs, score]
    if issubclass(cls, FeatureSettings):
        return [f"cost {cls.cost} of 3"]
    if issubclass(cls, Metric):
        better = "higher" if cls.higher_is_better else "lower"
        return [f"{better} is better", *([] if cls.needs == "prediction" else [f"needs {cls.needs}"])]
    if issubclass(cls, Strategy):
        return [f"looks at: {cls.model_construct(kind=name).wants}"]
    if issubclass(cls, EmbedderSettings):
        return [f"licence of the weights: {cls.licence}"]
    return []


def _install(cls: type[Any]) -> str | None:
    if not issubclass(cls, EmbedderSettings):
        return None
    try:
        version(cls.package)
    except PackageNotFoundError:
        return f"pip install 'banmian[{cls.extra}]'" if cls.extra else f"pip install {cls.package}"
    return None
