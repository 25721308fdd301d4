"""Scores that others have published: shown apart from runs, with source and protocol, and never tested."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field

from bench.core.errors import BenchError
from bench.core.settings import Many, Settings
from bench.core.validation import check
from bench.core.yaml_files import load_yaml
from bench.experiment.metrics.base import metric_of


class Published(Settings):
    """One system of a published table."""

    system: Annotated[str, Field(min_length=1)]
    """Its name in that table."""

    source: Annotated[str, Field(min_length=1)]
    """Where the numbers are published: a paper and its table, or an address."""

    protocol: Annotated[str, Field(min_length=1)]
    """The rows and splits that they were measured on, in a few words."""

    scores: dict[str, float]
    """Metric to value, by the names of bench."""


class _PublishedFile(Settings):
    """A file of published numbers."""

    published: Annotated[Many[Published], Field(min_length=1)]
    """The systems, in the order in which they are shown."""


def read_published(path: Path) -> tuple[Published, ...]:
    """Published numbers from a YAML file with the key `published`.

    Raises BenchError with `file:line` for a fault, and for a metric that is not known.
    """
    document = load_yaml(path)
    found = check(_PublishedFile, document, context={"folder": path.parent}).published
    for index, entry in enumerate(found):
        for name in entry.scores:
            try:
                metric_of(name)
            except BenchError as error:
                raise BenchError(error.message, place=document.place(("published", index, "scores", name))) from None
    return found
