"""The model card: training data, stored scores of the same system, intended use and limits."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.comparison import Cell, compare
from bench.core.markdown import code, fenced, literal, rendered
from bench.deployment.models import CARD, MODEL, Model, ModelRecord
from bench.execution.results import StoredRun

_TEMPLATE = Path(__file__).parent / "templates" / "model-card.md.jinja"
_METRICS = {"f1_macro": "f1", "accuracy": "accuracy"}
_FEW_ROWS = 1000


@dataclass(frozen=True, slots=True)
class CardScores:
    """What stored predictions of the same system on the same data score under one protocol.

    splits: the protocol in a few words. rows: how many are tested. cells: metric to its score, 95 % interval included.
    """

    splits: str
    rows: int
    cells: dict[str, Cell]


def scores_of(runs: Iterable[StoredRun], record: ModelRecord) -> list[CardScores]:
    """The stored scores of a model's own system on the same data, one for each protocol.

    Raises BenchError for damaged predictions.
    """
    found: dict[str, StoredRun] = {}
    for run in runs:
        same = run.record.config == record.config and run.record.data_summary.sha256 == record.data_summary.sha256
        if same and run.record.status == "complete":
            found.setdefault(str(run.record.protocol), run)
    return [
        CardScores(each.splits, sum(each.tested.values()), each.rows[0].cells)
        for each in compare(list(found.values()))
        if each.rows[0].error is None
    ]


def model_card(model: Model, scores: Sequence[CardScores]) -> str:
    """The card in Markdown, under the metadata that Hugging Face reads. scores: empty where none are stored."""
    record = model.record
    metrics = scores[0].cells if scores else ()
    values = {
        "record": record,
        "data_summary": record.data_summary,
        "metadata": _metadata(record, scores),
        "settings": _yaml(record.config),
        "data": _yaml({name: value for name, value in record.data.items() if name != "facts"}),
        "scores": scores,
        "metrics": [name for name in metrics if all(name in each.cells for each in scores)],
        "few": record.data_summary.rows < _FEW_ROWS,
        "model_file": MODEL,
        "card_file": CARD,
    }
    filters = {"literal": literal, "code": code, "fenced": lambda text: fenced(text, "yaml")}
    return rendered(_TEMPLATE, values, filters)


def _metadata(record: ModelRecord, scores: Sequence[CardScores]) -> str:
    """The YAML between the rulers; a model index only where there are scores."""
    values: dict[str, Any] = {
        "library_name": "banmian",
        "pipeline_tag": "text-classification",
        "language": ["zh"],
        "tags": ["text-classification", "topic-classification", record.config["classifier"]["kind"]],
        "metrics": ["f1", "accuracy"],
    }
    results = [
        {
            "task": {"type": "text-classification"},
            "dataset": {"name": f"{record.experiment} (SHA-256 {record.data_summary.sha256[:12]})", "type": "banmian"},
            "metrics": [
                {
                    "type": "f1" if name == "f1_macro" else name,
                    "name": f"{name}, {each.splits}",
                    "value": round(mean, 4),
                }
                for name in _METRICS
                if (mean := each.cells[name].mean) is not None
            ],
        }
        for each in scores
    ]
    if any(result["metrics"] for result in results):
        values["model-index"] = [{"name": record.system, "results": results}]
    return _yaml(values)


def _yaml(values: dict[str, Any]) -> str:
    from ruamel.yaml import YAML

    writer = YAML()
    writer.default_flow_style = False
    writer.width = 10_000
    writer.representer.add_representer(
        type(None), lambda node, _: node.represent_scalar("tag:yaml.org,2002:null", "null")
    )
    target = io.StringIO()
    writer.dump(values, target)
    return target.getvalue()
