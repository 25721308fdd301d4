"""What `run.json` holds: everything about a run that a rerun repeats."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, SerializerFunctionWrapHandler, ValidationError, field_validator, model_serializer

from bench.core.settings import Settings
from bench.execution.scoring import Score
from bench.systems.servers.usage import ServerUsage

SCHEMA = 2


class DataSummary(Settings):
    """A summary of the data: enough to decide whether two runs saw the same rows."""

    sha256: str
    """SHA-256 over row ids, texts, labels, groups, given parts and unlabelled texts, in order."""

    rows: int
    groups: int | None
    """How many groups the rows belong to, null for data without groups."""

    classes: dict[str, int]
    """Class to its rows, classes sorted."""

    ceiling: dict[str, float] = Field(default_factory=dict)
    """What one annotator scores against the other, by metric; empty where the data was labelled once."""

    chosen: dict[str, int] = Field(default_factory=dict)
    """Strategy to how many rows it chose to be labelled, beside those that were drawn at random."""

    unlabelled: int = 0
    """How many texts without labels the data brings."""

    @model_serializer(mode="wrap")
    def _plain(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Records of data that nothing chose, without unlabelled texts, are those of versions that did not ask."""
        fields: dict[str, Any] = handler(self)
        return {name: value for name, value in fields.items() if name not in {"chosen", "unlabelled"} or value}


class Record(Settings):
    """`run.json`: everything about a run that a rerun repeats, and nothing that it does not."""

    schema_version: Literal[2] = Field(alias="schema")
    experiment: str
    system: str
    status: Literal["complete", "failed", "impossible"]
    """`impossible`: the protocol cannot be carried out on the data, `error` says why."""

    error: str | None
    config: dict[str, Any]
    """The system's settings, defaults written out."""

    data: dict[str, Any]
    """The data's settings, and under `data_summary` what they gave."""

    protocol: dict[str, Any]
    environment: dict[str, str]
    """Versions of what computes the predictions."""

    kernels: dict[str, str] = Field(default_factory=dict)
    """What numpy and BLAS computed with; empty in records of earlier versions of bench."""

    score_kind: Literal["probability", "decision", "similarity", "none"]
    scores: dict[str, Score]
    """By `metric` or `metric:class`."""

    confusion: list[list[int]]
    """Rows by true class (outer) and predicted class, classes as in the data's facts, over all repeats together.

    One more column holds the rows that were predicted to be of no class, where there are such.
    """

    chosen: list[list[dict[str, Any]]]
    """By repeat and fold, the values that won among those listed."""

    warnings: dict[str, int]
    """How often each category of warning was raised while fitting."""

    predictions_sha256: str | None
    servers: list[ServerUsage] = Field(default_factory=list)
    """What servers did for the predictions; left out where none was asked."""

    record_sha256: str

    @field_validator("data")
    @classmethod
    def _has_facts(cls, data: dict[str, Any]) -> dict[str, Any]:
        try:
            DataSummary.model_validate(data.get("facts"))
        except ValidationError as error:
            where = ".".join(map(str, ("facts", *error.errors()[0]["loc"])))
            raise ValueError(f"does not say what the data was ({where} is missing or wrong)") from None
        return data

    @field_validator("protocol")
    @classmethod
    def _is_named(cls, protocol: dict[str, Any]) -> dict[str, Any]:
        if not _of_a_kind(protocol):
            raise ValueError("names no kind of protocol")
        return protocol

    @field_validator("config")
    @classmethod
    def _names_a_classifier(cls, config: dict[str, Any]) -> dict[str, Any]:
        if not _of_a_kind(config.get("classifier")):
            raise ValueError("names no kind of classifier")
        if config.get("features") is not None and not _of_a_kind(config["features"]):
            raise ValueError("names no kind of features")
        return config

    @model_serializer(mode="wrap")
    def _without_servers(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Leave the key out for systems that ask no server, as in records of earlier versions."""
        fields: dict[str, Any] = handler(self)
        return fields if self.servers else {name: value for name, value in fields.items() if name != "servers"}

    @property
    def data_summary(self) -> DataSummary:
        """The summary of the data."""
        return DataSummary.model_validate(self.data["facts"])


def _of_a_kind(settings: object) -> bool:
    return isinstance(settings, dict) and isinstance(settings.get("kind"), str)
