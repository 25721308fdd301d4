"""What identifies a run: experiment, data, protocol and system, and the versions of all that computes."""

from __future__ import annotations

import functools
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bench.core.digests import canonical_json, digest
from bench.core.kernels import kernels
from bench.core.labelled_texts import LabelledTexts
from bench.execution.checkpoints import Checkpoints
from bench.execution.record import DataSummary
from bench.execution.run_folder import BLOCKS
from bench.execution.scoring import agreement_scores
from bench.experiment.config import Experiment, System
from bench.experiment.protocols.base import Protocol

_PACKAGES = ("banmian", "jieba", "numpy", "rjieba", "scikit-learn", "scipy")


@dataclass(frozen=True, slots=True)
class RunIdentity:
    """What identifies the runs of one experiment: its name, the data as a record describes it, and the protocol."""

    experiment: str
    data: Mapping[str, Any]
    protocol: Protocol

    @classmethod
    def of(
        cls,
        experiment: Experiment,
        data: LabelledTexts,
        protocol: Protocol,
        annotations: Sequence[tuple[str, str] | None] = (),
        **remarks: object,
    ) -> RunIdentity:
        """Of an experiment whose data is loaded.

        annotations: both labels of each row, where there are two. remarks: what was done to the data, for the record.
        """
        groups = None if data.groups is None else len(set(data.groups))
        data_summary = DataSummary(
            sha256=data.sha256(),
            rows=len(data),
            groups=groups,
            classes=data.counts(),
            ceiling=agreement_scores(annotations, data.classes),
            chosen=data.chosen(),
            unlabelled=len(data.unlabelled),
        )
        described = {
            **experiment.data.model_dump(mode="json"),
            **remarks,
            "facts": data_summary.model_dump(mode="json"),
        }
        return cls(experiment.name, described, protocol)

    def of_system(self, system: System) -> dict[str, Any]:
        """All that a system's predictions depend on, as its record holds it."""
        return {
            "config": system.model_dump(mode="json", exclude={"name"}),
            "data": dict(self.data),
            "protocol": self.protocol.model_dump(mode="json"),
            "environment": environment(system),
        }

    def folder(self, results: Path, system: System) -> Path:
        """The folder of a system's run."""
        return results / self.experiment / f"{system.name}{self.protocol.suffix}"

    def checkpoints(self, results: Path, system: System) -> Checkpoints:
        """The folder of the finished tasks of an unfinished run."""
        return Checkpoints(self.folder(results, system) / BLOCKS, digest([canonical_json(self.of_system(system))]))


def environment(system: System) -> dict[str, str]:
    """Versions of all that the system's predictions depend on. Raises BenchError for a back end that is not there."""
    brought = system.classifier if system.features is None else system.features
    return {**packages(), **brought.versions()}


def packages() -> dict[str, str]:
    """Versions of Python and of the packages that every system's predictions depend on."""
    return {"python": ".".join(platform.python_version_tuple()[:2]), **{name: _version(name) for name in _PACKAGES}}


_version = functools.cache(version)  # which reads a file each time it is asked


def worker_environment(systems: Sequence[System]) -> dict[str, str]:
    """All that the systems' predictions depend on where this is called, their code and machine included."""
    found = {name: value for system in systems for name, value in environment(system).items()}
    computed = {f"kernels of {name}": value for name, value in kernels().items()}
    return {**found, **computed, "joblib": version("joblib"), "machine": machine(), "code of bench": code_digest()[:12]}


def machine() -> str:
    """The machine, on which floating-point results may depend: system, processor and C library."""
    library = " ".join(platform.libc_ver()).strip()
    return " ".join(part for part in (platform.system(), platform.machine(), library) if part)


@functools.cache
def code_digest() -> str:
    """SHA-256 over the Python files of this bench: says whether code that is not yet a version has changed."""
    package = Path(__file__).parents[1]
    parts: list[str | bytes] = []
    for path in sorted(package.rglob("*.py")):
        parts += [path.relative_to(package).as_posix(), path.read_bytes()]
    return digest(parts)
