"""An audit as a section of a dataset card, in English or Chinese."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bench.core.languages import in_language
from bench.core.markdown import literal
from bench.data.audit.base import Audit, Examples, Finding, Severity
from bench.data.audit.excerpts import counted


@dataclass(frozen=True, slots=True)
class _Words:
    """The lines of a section in one language, as formats. comma: what parts the names of checks."""

    heading: str
    source: str
    severities: Mapping[Severity, str]
    finding: str
    nothing: str
    measured: str
    clean: str
    skipped: str
    comma: str


_WORDS = {
    "en": _Words(
        heading="## What could mislead",
        source="From `bench audit` of `{}`.",
        severities={"fault": "fault", "risk": "risk", "note": "note"},
        finding="- **{}**, {}: {}",
        nothing="Nothing was found.",
        measured="- {}: {}",
        clean="Nothing found by: {}.",
        skipped="Not made: {} ({}).",
        comma=", ",
    ),
    "zh": _Words(
        heading="## 可能误导之处",
        source="取自对 `{}` 的 `bench audit`。",
        severities={"fault": "错误", "risk": "风险", "note": "提示"},
        finding="- **{}**，{}：{}",
        nothing="没有发现问题。",
        measured="- {}：{}",
        clean="没有发现问题的检查：{}。",
        skipped="没有做的检查：{}（{}）。",
        comma="、",
    ),
}


def card_section(audit: Audit, config: str, language: str) -> str:
    """The section of the dataset card in a language, `en` or `zh`. config: what was audited.

    A text that carries no Chinese, such as that of a plug-in's check, is in English in both.
    """
    words = _WORDS[language]
    lines = "\n".join(_lines(audit, words, language, examples=False))
    return f"{words.heading}\n\n{words.source.format(config)}\n\n{lines}\n"


def as_markdown(audit: Audit) -> str:
    """Lines without a heading: findings worst first, each with its table, then what found nothing or was not made."""
    return "\n".join(_lines(audit, _WORDS["en"], "en", examples=True)) + "\n"


def _lines(audit: Audit, words: _Words, language: str, *, examples: bool) -> Iterator[str]:
    def said(text: str) -> str:
        return _said(in_language(text, language))

    if not audit.findings:
        yield words.nothing
        yield ""
    for finding in audit.findings:
        yield words.finding.format(words.severities[finding.severity], finding.check, said(finding.message))
        if examples and finding.examples is not None:
            yield ""
            yield from _table(finding, finding.examples)
            yield ""
    if audit.findings:
        yield ""
    for name, figures in audit.measured.items():
        yield words.measured.format(said(name), said(figures))
    if audit.measured:
        yield ""
    if audit.clean:
        yield words.clean.format(words.comma.join(audit.clean))
    for kind, reason in audit.skipped.items():
        yield words.skipped.format(kind, said(reason))


def _table(finding: Finding, examples: Examples) -> Iterator[str]:
    yield f"  | {' | '.join(map(_said, examples.header))} |"
    yield f"  |{'---|' * len(examples.header)}"
    for row in examples.rows:
        yield f"  | {' | '.join(_said(str(value)) for value in row)} |"
    if len(finding.rows) > len(examples.rows):
        yield ""
        yield f"  {counted(len(finding.rows), 'row')} in all."


def _said(text: str) -> str:
    return literal(" ".join(text.split()))
