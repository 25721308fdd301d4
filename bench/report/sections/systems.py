"""The systems of a comparison: features, classifier, tried and chosen values, versions; when and where they ran."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from bench.comparison.run_details import DetailedComparison, RunDetails
from bench.report.elements import Block, Entry, Heading, Table
from bench.report.links import Place
from bench.report.plots.costs import seconds_in_words
from bench.report.sections.base import BLOCKS, ComparisonBlock
from bench.report.tables import numbers
from bench.report.tables.columns.times import measured_seconds
from bench.report.wording import systems as wording
from bench.report.wording.base import in_language
from bench.report.wording.headings import CAPTIONS, COLUMNS, TITLES
from bench.systems.classifiers.base import CLASSIFIERS
from bench.systems.embedders.base import EMBEDDERS
from bench.systems.features.base import FEATURES

_MOST_CHOSEN = 3
_DIGEST = re.compile(r"[0-9a-f]{16,}")
_MOST_LISTED = 6
_ALWAYS = frozenset({"tokens", "ngrams"})
"""Settings that are shown even where they have their default value."""


def systems(place: Place, detailed: DetailedComparison) -> Block | None:
    """A line a system, which its name leads to from everywhere; None where there is no system."""
    if not detailed.systems:
        return None
    alike = _alike([detail.record.environment for detail in detailed.systems])
    several = len(detailed.comparison.experiments) > 1
    versions = [
        ", ".join(
            f"{name} {_DIGEST.sub(lambda found: f'{found[0][:8]}…', version)}"
            for name, version in detail.record.environment.items()
            if name not in alike
        )
        for detail in detailed.systems
    ]
    machines = {str(detail.timings.get("machine", "")) for detail in detailed.systems}
    machine = machines.pop() if len(machines) == 1 else ""
    runs = [_run(detail, machine) for detail in detailed.systems]
    headings = [
        Heading(COLUMNS["system"]),
        *([Heading(COLUMNS["experiment"])] if several else []),
        *(Heading(COLUMNS[name], sortable=False) for name in ("features", "classifier", "tuned", "chosen")),
        *([Heading(COLUMNS["versions"], sortable=False)] if any(versions) else []),
        *([Heading(COLUMNS["run"], sortable=False)] if any(runs) else []),
        *([Heading(COLUMNS["mistakes"], sortable=False)] if place.rows is not None else []),
    ]
    rows = []
    for at, detail in enumerate(detailed.systems):
        entries = [Entry(numbers.name(detail.row), style="control" if detail.row.control else "")]
        entries += [Entry(detail.record.experiment)] if several else []
        entries += _made_of(detail, place.language)
        entries += [Entry(versions[at])] if any(versions) else []
        entries += [Entry(runs[at])] if any(runs) else []
        if place.rows is not None:
            there = detail.predictions is not None
            link = place.rows_of(system=detail.row.system, outcome="wrong") if there else ""
            entries.append(Entry(wording.MISTAKES_OF if there else numbers.NONE, link=link))
        rows.append(tuple(entries))
    table = Table(
        f"{place.key}-made-of",
        CAPTIONS["systems"],
        tuple(headings),
        tuple(rows),
        style="prose",
        ids=tuple(place.system(at) for at in range(len(rows))),
    )
    words = (wording.alike(alike, machine),) if alike else ()
    return Block(f"{place.key}-systems", TITLES["systems"], words, (), (table,))


def _made_of(detail: RunDetails, language: str) -> list[Entry]:
    """Features, classifier, the values tried and those chosen."""
    config = detail.record.config
    classifier, tuned = _tuned(config["classifier"], language)
    if config.get("calibration"):
        classifier = wording.calibrated(classifier, _value(config["calibration"], language))
    if config.get("unlabelled"):
        said = {name: value for name, value in config["unlabelled"].items() if value not in (None, False)}
        classifier = wording.learning(classifier, _value(said, language))
    return [
        Entry(_features(config.get("features"), language)),
        Entry(classifier),
        Entry(tuned or wording.ONE_VALUE),
        Entry(_chosen(detail.record.chosen, language)),
    ]


def _alike(environments: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """What all of them hold."""
    first = environments[0]
    return {name: value for name, value in first.items() if all(each.get(name) == value for each in environments)}


def _run(detail: RunDetails, everywhere: str) -> str:
    """When and where it was run, and how long that took, as far as that is kept. everywhere: where all were run."""
    kept = detail.timings
    seconds = measured_seconds(kept.get("seconds"))
    took = seconds_in_words(seconds) if seconds else ""
    finished = str(kept.get("finished", "")).replace("T", " ").removesuffix("+00:00")
    where = "" if everywhere else str(kept.get("machine", ""))
    return ", ".join(part for part in (f"{finished} UTC" if finished else "", where, took) if part)


def _features(settings: Any, language: str) -> str:
    if settings is None:
        return numbers.NONE
    if settings.get("kind") == "concat":
        return " + ".join(_features(part, language) for part in settings.get("parts", ()))
    return _settings(settings, FEATURES.classes(), language)


def _tuned(settings: Mapping[str, Any], language: str) -> tuple[str, str]:
    """A classifier without the values that are tuned, and these."""
    tuned = {name: value for name, value in settings.items() if isinstance(value, list)}
    rest = {name: value for name, value in settings.items() if name not in tuned}
    return _settings(rest, CLASSIFIERS.classes(), language), "; ".join(
        f"{name}: {_value(value, language)}" for name, value in tuned.items()
    )


def _settings(settings: Mapping[str, Any], kinds: Mapping[str, Any], language: str) -> str:
    """A kind, and those of its settings that are not what is taken when they are left out."""
    kind = kinds.get(str(settings.get("kind")))
    fields = getattr(kind, "model_fields", {})
    said = [str(settings.get("kind"))]
    for name, value in settings.items():
        default = getattr(fields.get(name), "default", None)
        plain = list(default) if isinstance(default, tuple) else default
        if name == "kind" or value is None or (value == plain and name not in _ALWAYS):
            continue
        if isinstance(value, Mapping) and "kind" in value:
            said.append(_settings(value, EMBEDDERS.classes(), language))
        elif value is True:
            said.append(name)
        else:
            said.append(f"{name} {_value(value, language)}")
    return ", ".join(said)


def _value(value: Any, language: str) -> str:
    if isinstance(value, bool):
        return in_language(wording.YES if value else wording.NO, language)
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, (list, tuple)):
        if len(value) == 2 and all(type(each) is int for each in value):
            return f"{value[0]}–{value[1]}"
        more = ", …" if len(value) > _MOST_LISTED else ""
        return ", ".join(_value(each, language) for each in value[:_MOST_LISTED]) + more
    if isinstance(value, Mapping):
        known = {name: each for name, each in value.items() if each is not None}
        return ", ".join(name if each is True else f"{name} {_value(each, language)}" for name, each in known.items())
    return str(value)


def _chosen(chosen: Sequence[Sequence[Mapping[str, Any]]], language: str) -> str:
    """The values that won most often, with how often."""
    every = [values for repeat in chosen for values in repeat if values]
    names = list(dict.fromkeys(name for values in every for name in values))
    won = Counter(
        ", ".join(("" if len(names) == 1 else f"{name} ") + _value(value, language) for name, value in values.items())
        for values in every
    )
    if not won:
        return numbers.NONE
    return wording.values_chosen(
        names[0] if len(names) == 1 else "", won.most_common(_MOST_CHOSEN), max(0, len(won) - _MOST_CHOSEN)
    )


@BLOCKS.register("systems")
class SystemsBlock(ComparisonBlock):
    """What each system is made of."""

    order = 20

    def block(self, place: Place, detailed: DetailedComparison) -> Block | None:
        """As `systems`."""
        return systems(place, detailed)
