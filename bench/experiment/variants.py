"""The systems that a protocol runs: those of the experiment, or their variants by strategy of labelling."""

from __future__ import annotations

from collections.abc import Sequence

from bench.core.errors import BenchError
from bench.experiment.config import Experiment, System, folder_name, system_of_members
from bench.experiment.strategies.base import Strategy, check_scores
from bench.systems.classifiers.ensemble import EnsembleSettings


def systems_run(experiment: Experiment) -> tuple[System, ...]:
    """The systems that an experiment's protocol runs: those of the file, or their variants by strategy.

    A protocol that replays labelling runs each system once for each strategy; such a variant is called
    `char-svm+margin`. A control chooses no rows and runs with random rows alone.
    Raises BenchError where a strategy needs scores that its system does not give, where a strategy is named twice,
    where none is named, and where a system has a strategy but the protocol does not replay labelling.
    """
    if not experiment.protocol.replays:
        for system in experiment.systems:
            if system.strategy is not None:
                raise BenchError(f"system {system.name!r}: a strategy chooses rows under protocol 'labelling' alone")
        return tuple(system_of_members(system, experiment.systems) for system in experiment.systems)
    found: dict[str, System] = {}
    for system in experiment.systems:
        if isinstance(system.classifier, EnsembleSettings):
            raise BenchError(f"system {system.name!r}: an ensemble cannot replay labelling; run its members instead")
        if system.unlabelled is not None:
            raise BenchError(f"system {system.name!r}: a replay of labelling goes without 'unlabelled'; leave it out")
        for variant in _variants(system, getattr(experiment.protocol, "strategies", ())):
            if variant.name in found:
                raise BenchError(f"{variant.name!r} would run twice; name each strategy once")
            found[variant.name] = variant
    return tuple(found.values())


def _variants(system: System, offered: Sequence[Strategy]) -> list[System]:
    if system.strategy is not None:
        _check_strategy(system, system.strategy)
        return [system]
    if not offered:
        raise BenchError("strategies: name at least one, as in [random, margin]")
    fitting = [each for each in offered if each.wants == "nothing"] if system.classifier.control else offered
    for strategy in fitting:
        _check_strategy(system, strategy)
    return [
        system.model_copy(update={"name": folder_name(f"{system.name}+{strategy.title}"), "strategy": strategy})
        for strategy in fitting
    ]


def _check_strategy(system: System, strategy: Strategy) -> None:
    try:
        check_scores(strategy, system.score_kind)
    except BenchError as error:
        raise BenchError(f"system {system.name!r}: {error.message}") from None
