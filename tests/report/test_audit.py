"""Audits as text: aligned with Chinese in them, nothing invisible, everything in JSON."""

from __future__ import annotations

import json

import pytest
from rich.cells import cell_len

from bench.core.labelled_texts import LabelledTexts
from bench.data.audit.base import AuditData, audit
from bench.data.sources.corpus import CorpusSource
from bench.report.audit import FORMATS, as_terminal


@pytest.fixture(scope="module")
def damaged():
    """The real page with faults planted in it."""
    rows = CorpusSource(kind="corpus").load()
    texts = list(rows.texts)
    texts[0] = "政\u202e府\x1b[31m" + texts[0]
    texts[1] = texts[2] + "完"
    texts[4] = "[b]發展組織[/b]" + texts[4]
    return audit(AuditData(LabelledTexts(rows.row_ids, tuple(texts), rows.labels, rows.groups)))


@pytest.mark.parametrize("width", [60, 80, 120])
def test_text_keeps_the_width_and_shows_what_is_invisible(damaged, width):
    text = as_terminal(damaged, name="试验", width=width)
    assert max(map(cell_len, text.splitlines())) <= width
    assert text.startswith("试验: 44 rows, 4 classes, 7 groups")
    assert not {"\u202e", "\x1b"} & set(text)
    whole = "".join(text.split())
    assert "<U+202E>" in whole
    assert "<U+001B>" in whole
    assert "[b]發展組織[/b]" in whole


def test_columns_of_a_table_line_up_behind_chinese(damaged):
    lines = as_terminal(damaged, name="x", width=120).splitlines()
    start = next(at for at, line in enumerate(lines) if line.startswith("risk confounding: the group"))
    table = [line for line in lines[start + 4 : start + 20] if line.startswith(" f0146")]
    shares = {cell_len(line[: line.rindex("  ")]) for line in table}
    assert len(table) == 7
    assert len({cell_len(line[: line.index("%")].rstrip("0123456789")) for line in table}) == 1
    assert shares


def test_findings_stand_worst_first_and_what_found_nothing_last(damaged):
    text = as_terminal(damaged, name="x", width=100)
    heads = [line.split()[0] for line in text.splitlines() if line.split(" ")[0] in {"fault", "risk", "note"}]
    assert heads == sorted(heads, key=["fault", "risk", "note"].index)
    assert "Nothing found by:" in text
    assert "Not made: annotators (no row was labelled twice)." in text


def test_colour_is_only_there_when_asked_for(damaged):
    assert "\x1b[" in as_terminal(damaged, name="x", width=100, colour=True)
    assert "\x1b" not in as_terminal(damaged, name="x", width=100)


def test_json_holds_every_row_of_every_finding(damaged):
    found = json.loads(FORMATS["json"](damaged, name="x"))
    assert (found["data"], found["rows"], found["groups"]) == ("x", 44, 7)
    near = next(finding for finding in found["findings"] if finding["check"] == "near-duplicates")
    assert len(near["rows"]) == 2
    assert near["figures"]["pairs"] == 1
    assert found["findings"][0]["severity"] == "fault"


def test_markdown_is_a_section(damaged):
    text = FORMATS["markdown"](damaged, name="x")
    assert text.startswith("## What could mislead\n\nx: 44 rows, 4 classes, 7 groups.\n")
    assert "\u202e" not in text
    tables = [line for line in text.splitlines() if line.lstrip().startswith("|")]
    assert tables
