"""The commands, those of one subject in one module; importing this package adds them to `bench`."""

from bench.cli.commands import (
    audits,
    cache,
    comparison,
    experiment_files,
    experiments,
    labels,
    models,
    next_rows,
    pages,
    reports,
    results,
)

__all__ = [
    "audits",
    "cache",
    "comparison",
    "experiment_files",
    "experiments",
    "labels",
    "models",
    "next_rows",
    "pages",
    "reports",
    "results",
]
