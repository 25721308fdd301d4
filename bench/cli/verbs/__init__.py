"""Every verb of the command line, one module for those of one matter; importing this adds them to `bench`."""

from bench.cli.verbs import (
    audits,
    cache,
    comparison,
    experiments,
    guide,
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
    "experiments",
    "guide",
    "labels",
    "models",
    "next_rows",
    "pages",
    "reports",
    "results",
]
