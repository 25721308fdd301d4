"""An audit as a section of a dataset card."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bench.corpus.audit.base import Audit, Examples, Finding
from bench.corpus.audit.shown import counted


def as_markdown(audit: Audit, *, examples: bool = True) -> str:
    """Lines of a card, without a heading: findings worst first, then what found nothing or was not made.

    examples: whether a table stands under each finding.
    """
    return "\n".join(_lines(audit, examples)) + "\n"


def _lines(audit: Audit, examples: bool) -> Iterator[str]:
    if not audit.findings:
        yield "Nothing was found."
        yield ""
    for finding in audit.findings:
        yield f"- **{finding.severity}**, {finding.check}: {_escaped(finding.message)}"
        if examples and finding.examples is not None:
            yield ""
            yield from _table(finding, finding.examples)
            yield ""
    if audit.findings:
        yield ""
    for name, figures in audit.measured.items():
        yield f"- {_escaped(name)}: {_escaped(figures)}"
    if audit.measured:
        yield ""
    if audit.clean:
        yield f"Nothing found by: {', '.join(audit.clean)}."
    for kind, reason in audit.skipped.items():
        yield f"Not made: {kind} ({_escaped(reason)})."


def _table(finding: Finding, examples: Examples) -> Iterator[str]:
    yield f"  | {' | '.join(map(_escaped, examples.header))} |"
    yield f"  |{'---|' * len(examples.header)}"
    for row in examples.rows:
        yield f"  | {' | '.join(_escaped(str(value)) for value in row)} |"
    if len(finding.rows) > len(examples.rows):
        yield ""
        yield f"  {counted(len(finding.rows), 'row')} in all."


def _escaped(text: str) -> str:
    return re.sub(r"([\\|*_`<>\[\]])", r"\\\1", " ".join(text.split()))
