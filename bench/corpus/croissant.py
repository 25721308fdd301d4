"""The Croissant description of the dataset: plain JSON-LD, the same bytes for the same facts (mlcommons.org/croissant/1.0)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bench.core.digests import readable_json
from bench.corpus.configs import COLUMNS, CONFIGS, Column
from bench.corpus.statistics import CorpusStatistics
from bench.corpus.topics import LABELS

CROISSANT = "croissant.json"
NAME = "banmian"

_CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    **{
        name: f"cr:{name}"
        for name in (
            "citeAs", "column", "equivalentProperty", "extract", "field", "fileObject", "fileProperty", "fileSet", "format",
            "includes", "isLiveDataset", "jsonPath", "key", "md5", "parentField", "path", "recordSet", "references",
            "regex", "repeated", "replace", "samplingRate", "separator", "source", "subField", "transform",
        )
    },
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "rai": "http://mlcommons.org/croissant/RAI/",
    "sc": "https://schema.org/",
}  # fmt: skip
"""The standard context of Croissant 1.0."""

_TYPES: dict[str, str] = {
    "string": "sc:Text",
    "integer": "sc:Integer",
    "boolean": "sc:Boolean",
    "label": "sc:Integer",
    "any label": "sc:Integer",
}


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A Parquet file as it lies on disk: SHA-256 and size of its bytes, which vary with the library that wrote it."""

    sha256: str
    size: int


def croissant(statistics: CorpusStatistics, files: Mapping[str, StoredFile]) -> bytes:
    """The description as JSON. files: by config."""
    return readable_json(
        {
            "@context": _CONTEXT,
            "@type": "sc:Dataset",
            "conformsTo": ["http://mlcommons.org/croissant/1.0", "http://mlcommons.org/croissant/RAI/1.0"],
            "name": NAME,
            "description": (
                "Paragraphs of Chinese provincial newspaper pages, repaired from a damaged print extraction and labelled "
                "by topic by language models; no expert has checked the labels. The card is README.md."
            ),
            "license": (
                "The newspaper text belongs to its holders, and no licence for it is granted; "
                "repairs and labels are under the MIT licence."
            ),
            "version": statistics.release,
            **({} if statistics.version is None else {"datePublished": statistics.version.date}),
            "inLanguage": "zh",
            "keywords": ["Chinese", "newspaper", "topic classification", "few-shot"],
            "creator": {"@type": "sc:Organization", "name": "The banmian authors"},
            "citeAs": citation(statistics),
            "isLiveDataset": False,
            **_responsible(statistics),
            "distribution": [_file_object(statistics, config, files[config]) for config in CONFIGS],
            "recordSet": [
                record_set for config in CONFIGS for record_set in (_label_set(config), _record_set(statistics, config))
            ],
        }
    )


def citation(statistics: CorpusStatistics) -> str:
    """How to cite the dataset, as a BibTeX entry."""
    year = [] if statistics.version is None else [f"  year = {{{statistics.version.date[:4]}}},"]
    lines = [
        "@misc{banmian,",
        "  author = {{The banmian authors}},",
        "  title = {banmian: topics of Chinese newspaper paragraphs},",
        *year,
        f"  version = {{{statistics.release}}},",
        f"  note = {{Content SHA-256 {statistics.content}}},",
        "}",
    ]
    return "\n".join(lines)


def _responsible(statistics: CorpusStatistics) -> dict[str, Any]:
    """Fields of Croissant's responsible-AI vocabulary that fit."""
    found, rows = statistics.agreement, statistics.rows["all"]
    kappa = "undefined" if found.kappa is None else f"{found.kappa:.2f}"
    return {
        "rai:dataCollection": f"{statistics.repairs.pages} newspaper page(s), as text extracted from print.",
        "rai:dataCollectionType": ["Others"],
        "rai:dataCollectionMissingData": f"{statistics.repairs.incomplete} of {len(rows)} rows of `all` have lost text.",
        "rai:dataPreprocessingProtocol": [
            (
                "General rules join printed lines, part paragraphs and restore full-width marks; `spans` names the raw "
                "characters of each row of `paragraphs` and `all`. Sentences are split by rules from the paragraphs."
            )
        ],
        "rai:dataAnnotationProtocol": [
            (
                "One label for each paragraph or photo caption, by a written guideline with decision rules: seeds/GUIDELINE.md. "
                "Two independent passes; the second saw only guideline and texts, in another order. Each disagreement was "
                "settled alone, with its reason on file. A sentence has its paragraph's label."
            )
        ],
        "rai:annotationsPerItem": (
            f"2 for {found.rows} of {len(rows)} paragraphs and captions, 1 for the others; none for a sentence of its own"
        ),
        "rai:machineAnnotationTools": ["Language models gave all labels of both passes; which ones is not on record."],
        "rai:dataAnnotationAnalysis": [
            (
                f"{found.agreed} of {found.rows} labelled alike; Cohen's kappa {kappa}. Both passes share the habits of "
                "language models: this is no agreement between people."
            )
        ],
        "rai:dataUseCases": ["Trying text classifiers where labelled Chinese text is scarce; teaching evaluation."],
        "rai:dataLimitations": [
            (
                f"{len(statistics.rows['paragraphs'])} labelled paragraphs from {len(statistics.articles)} articles: systems that differ "
                "by a few rows cannot be told apart. No benchmark to rank systems by, no ground truth on officials or bodies."
            )
        ],
        "rai:dataBiases": [
            "Topics keep to articles. One newspaper's wording, one province; class sizes differ.",
        ],
        "rai:personalSensitiveInformation": ["Names and offices of people, as the newspaper printed them."],
        "rai:dataReleaseMaintenancePlan": "CHANGELOG.md records every version with the SHA-256 of its content.",
    }


def _file_object(statistics: CorpusStatistics, config: str, file: StoredFile) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject",
        "@id": f"{config}.parquet",
        "name": f"{config}.parquet",
        "description": f"Rows of config {config}; SHA-256 over their content {statistics.identity[config]}.",
        "contentUrl": statistics.file(config),
        "contentSize": f"{file.size} B",
        "encodingFormat": "application/x-parquet",
        "sha256": file.sha256,
    }


def _record_set(statistics: CorpusStatistics, config: str) -> dict[str, Any]:
    return {
        "@type": "cr:RecordSet",
        "@id": config,
        "name": config,
        "description": f"{len(statistics.rows[config])} rows, one split (train).",
        "key": {"@id": f"{config}/id"},
        "field": [_field(config, name, column) for name, column in COLUMNS[config].items()],
    }


def _field(config: str, name: str, column: Column) -> dict[str, Any]:
    field: dict[str, Any] = {
        "@type": "cr:Field",
        "@id": f"{config}/{name}",
        "name": name,
        "description": column.meaning["en"],
    }
    source = {"fileObject": {"@id": f"{config}.parquet"}, "extract": {"column": name}}
    if column.type == "spans":
        return {**field, "repeated": True, "subField": [_span_part(config, name, part) for part in ("start", "end")]}
    names = {"label": CONFIGS[config], "any label": LABELS}.get(column.type)
    if names is not None:
        numbered = ", ".join(f"{number} {label}" for number, label in enumerate(names))
        field["description"] += f"; {numbered}"
    return {**field, "dataType": _TYPES[column.type], "source": source}


def _span_part(config: str, name: str, part: str) -> dict[str, Any]:
    return {
        "@type": "cr:Field",
        "@id": f"{config}/{name}/{part}",
        "name": part,
        "dataType": "sc:Integer",
        "source": {
            "fileObject": {"@id": f"{config}.parquet"},
            "extract": {"column": name},
            "transform": {"jsonPath": part},
        },
    }


def _label_set(config: str) -> dict[str, Any]:
    """The names of a config's class numbers, as an enumeration."""
    key = f"{config}_labels"
    return {
        "@type": "cr:RecordSet",
        "@id": key,
        "name": key,
        "description": f"Names of the numbers in {config}/label.",
        "dataType": "sc:Enumeration",
        "key": {"@id": f"{key}/number"},
        "field": [
            {"@type": "cr:Field", "@id": f"{key}/number", "name": "number", "dataType": "sc:Integer"},
            {"@type": "cr:Field", "@id": f"{key}/name", "name": "name", "dataType": "sc:Text"},
        ],
        "data": [{f"{key}/number": number, f"{key}/name": label} for number, label in enumerate(CONFIGS[config])],
    }
