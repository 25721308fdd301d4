"""Every format, character for character, with Chinese and hostile names; `--write-golden` writes the files anew."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pytest
from rich.cells import cell_len

from bench.comparison import compare, side_by_side
from bench.comparison.difference import difference
from bench.comparison.published import Published
from bench.report.tables import FORMATS, as_terminal, difference_as_terminal
from bench.report.tables.formats.latex import escaped

GOLDEN = Path(__file__).parent / "golden"
HOSTILE = tuple(sorted(("改革", "=cmd()", "<script>", r"50% a_b & #1 $x$ {y} ~z^2 \input", "a|b", "很长的类名" * 12)))
WIDTHS = (60, 80, 100, 120, 200)


@pytest.fixture
def found(stored):
    def made(system, wrong, **options):
        return stored(system, wrong=wrong, classes=HOSTILE, rows=60, **options)

    runs = [
        made("平庸的系统", (range(12), range(3, 15))),
        made("best", ([1], [2]), seen={"ConvergenceWarning": 3}),
        made("majority", (range(1, 60, 2),) * 2, kind="majority"),
        made("broken", ((), ()), error="ValueError: a | b & <c> \\d"),
        made("best", ([1], [2]), state=8),
    ]
    comparisons = compare(runs)
    entry = {"system": "某模型", "source": "a paper, table 3", "protocol": "one split", "scores": {"accuracy": 0.81}}
    return comparisons, side_by_side(comparisons), (Published.model_validate(entry),)


@pytest.fixture
def differing(stored):
    def made(system, wrong, **options):
        return stored(system, wrong=wrong, classes=HOSTILE, rows=60, **options)

    old = [made(name, ([1], [2]), experiment="old") for name in ("平庸的系统", "best", "gone")]
    new = [
        made("平庸的系统", (range(30),) * 2, experiment="new", numpy_version="3"),
        made("best", ([1], [2]), experiment="new", numpy_version="3", kind="logistic"),
        made("fresh", ([1], [2]), experiment="new"),
    ]
    return difference(new, old, "f1_macro")


def _demand(name, text, request):
    path = GOLDEN / name
    if request.config.getoption("--write-golden"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")
    assert text == path.read_bytes().decode(), f"{name}: read the difference; pytest --write-golden writes it anew"


@pytest.mark.parametrize("width", WIDTHS)
def test_terminal_tables_are_as_they_were_read(found, differing, width, request):
    shown = {"compare": as_terminal(*found, width=width), "difference": difference_as_terminal(differing, width=width)}
    for name, text in shown.items():
        assert max(map(cell_len, text.splitlines())) <= width
        _demand(f"{name}-{width}.txt", text, request)


@pytest.mark.parametrize("form", FORMATS.classes())
def test_other_formats_are_as_they_were_read(found, differing, form, request):
    ending = {"markdown": "md", "latex": "tex"}.get(form, form)
    _demand(f"compare.{ending}", FORMATS[form]().comparisons(*found), request)
    _demand(f"difference.{ending}", FORMATS[form]().difference(differing), request)


def test_numbers_stay_whole_in_a_narrow_terminal(found):
    text = as_terminal(*found, width=60)
    for number in ("<.001", "1.000"):
        assert number in text or number not in as_terminal(*found, width=200)
    assert not re.search(r" [+-]?\.$", text, re.MULTILINE)


def test_latex_leaves_no_special_character_bare(found, differing):
    shown = r"50\% a\_b \& \#1 \$x\$ \{y\} \textasciitilde{}z\textasciicircum{}2 \textbackslash{}input"
    assert escaped(HOSTILE[0]) == shown
    assert (
        escaped("--a [b] *c* `d` \x1b")
        == r"-{}-a {[}b] {*}c{*} \textasciigrave{}d\textasciigrave{} \textbackslash{}x1b"
    )
    for text in (FORMATS["latex"]().comparisons(*found), FORMATS["latex"]().difference(differing)):
        body = [line for line in text.splitlines() if line.startswith("    ") and "\\\\" in line]
        body = [line for line in body if "shortstack" not in line]
        plain = [re.sub(r"\\[\\&%$#_{}]|\\text\w+\{\}|\{\[\}|\{\*\}|\$-\$", "", line) for line in body]
        counts = {line.count("&") for line in plain}
        assert body
        assert not any(set(line) & set("%#_$^~<>|[*\\{}") for line in plain), plain
        assert len(counts) <= 4


def test_json_and_csv_of_a_difference_hold_full_numbers(differing):
    plain = json.loads(FORMATS["json"]().difference(differing))
    assert plain["worse"] == ["平庸的系统"]
    rows = list(csv.DictReader(io.StringIO(FORMATS["csv"]().difference(differing))))
    [worse] = [row for row in rows if row["verdict"] == "worse"]
    pair = next(each.pair for each in differing.systems if each.verdict == "worse")
    assert float(worse["difference"]) == pair.difference
    assert [row["systems"] for row in rows if row["part"].startswith("only")] == ["gone", "fresh"]
    assert all(not str(value).startswith("=") for row in rows for value in row.values())
