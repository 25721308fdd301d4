"""The labelling tools that are known, by the name that the command line takes."""

from __future__ import annotations

from bench.corpus.exchange.base import Tool
from bench.corpus.exchange.doccano import Doccano
from bench.corpus.exchange.label_studio import LabelStudio

TOOLS: dict[str, Tool] = {"doccano": Doccano(), "label-studio": LabelStudio()}
