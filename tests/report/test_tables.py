"""Tables: best first, aligned with Chinese in them, hostile text as text, and never two data sets in one."""

from __future__ import annotations

import csv
import io
import json

import numpy as np
import pytest
from rich.cells import cell_len

from bench.core.errors import BenchError
from bench.evaluation.compare import compare
from bench.evaluation.results import Record
from bench.report.tables import FORMATS, as_csv, as_markdown, as_terminal


def _score(*repeats):
    value = None if None in repeats else float(np.mean(repeats))
    return {
        "value": value,
        "repeats": list(repeats),
        "folds": [],
        "reason": "no rows of it" if None in repeats else None,
    }


def _record(
    system,
    *,
    kind="linear-svm",
    f1=(0.5, 0.6),
    sha="a" * 64,
    classes=("改革", "assessment"),
    error=None,
    state=7,
    experiment="try",
    numpy="2",
):
    scores = {"accuracy": _score(*f1), "f1_macro": _score(*f1), **{f"f1:{name}": _score(*f1) for name in classes}}
    return Record.model_validate(
        {
            "schema": 1,
            "experiment": experiment,
            "system": system,
            "status": "failed" if error else "complete",
            "error": error,
            "config": {"classifier": {"kind": kind}},
            "data": {"facts": {"sha256": sha, "rows": 50, "groups": None, "classes": dict.fromkeys(classes, 5)}},
            "protocol": {"kind": "repeated-stratified", "folds": 5, "repeats": 2, "random_state": state},
            "environment": {"numpy": numpy},
            "score_kind": "none",
            "scores": {} if error else scores,
            "chosen": [],
            "warnings": {},
            "predictions_sha256": None,
            "record_sha256": "",
        }
    )


RECORDS = [
    _record("平庸的系统", f1=(0.5, 0.6)),
    _record("best", f1=(0.9, 0.8)),
    _record("majority", kind="majority", f1=(0.1, 0.1)),
    _record("broken", error="ValueError: no n-gram"),
    _record("undefined", f1=(0.4, None)),
]


def test_rows_stand_best_first_and_what_has_no_score_last():
    [comparison] = compare(RECORDS)
    assert [row.system for row in comparison.rows] == ["best", "平庸的系统", "majority", "broken", "undefined"]
    assert [row.control for row in comparison.rows] == [False, False, True, False, False]


def test_the_spread_is_the_standard_deviation_over_repeats():
    [comparison] = compare(RECORDS[:1])
    cell = comparison.rows[0].cells["f1_macro"]
    assert (cell.mean, cell.spread) == (pytest.approx(0.55), pytest.approx(np.std([0.5, 0.6], ddof=1)))


def test_runs_of_other_data_or_another_protocol_stand_in_tables_of_their_own():
    others = [_record("other-data", sha="b" * 64), _record("other-splits", state=8)]
    assert [[row.system for row in found.rows] for found in compare([RECORDS[1], *others])] == [
        ["best"],
        ["other-data"],
        ["other-splits"],
    ]


def test_comparable_runs_of_two_experiments_share_a_table_and_say_whose_they_are():
    [comparison] = compare([*RECORDS[:2], _record("best", experiment="mine", f1=(0.7, 0.7), numpy="3")])
    assert [row.system for row in comparison.rows] == ["try/best", "mine/best", "平庸的系统"]
    text = as_terminal([comparison], width=100)
    assert text.startswith("try, mine: 50 rows")
    assert "These runs used more than one version of numpy: 2, 3." in text


def test_the_results_of_a_plug_in_are_read_where_it_is_not_installed():
    [comparison] = compare([_record("theirs", kind="not-installed")])
    assert comparison.rows[0].cells["accuracy"].mean is not None


def test_a_metric_that_no_run_holds_is_refused():
    with pytest.raises(BenchError, match=r"hold no metric 'f1:reform'"):
        compare(RECORDS, "f1:reform")
    with pytest.raises(BenchError, match="unknown metric 'f2'"):
        compare(RECORDS, "f2")


@pytest.mark.parametrize("width", [60, 80, 120])
def test_a_terminal_table_keeps_its_width_and_its_columns_with_chinese_in_it(width):
    lines = as_terminal(compare(RECORDS), width=width).splitlines()
    assert max(map(cell_len, lines)) <= width
    if width >= 80:
        rows = [line for line in lines if line.startswith((" best", " 平庸", " majority"))]
        ends = {cell_len(line.rstrip()) for line in rows}
        assert len(ends) == 1


def test_a_terminal_table_tells_controls_failures_and_reasons():
    text = as_terminal(compare(RECORDS), width=100)
    assert "majority *" in text
    assert "* control: reads no words." in text
    assert "broken failed: ValueError: no n-gram" in text
    assert "– in f1_macro: no rows of it" in text
    assert "One row is 2 points of accuracy" in text
    assert "\x1b" not in text


def test_colour_is_only_there_when_asked_for():
    assert "\x1b[" in as_terminal(compare(RECORDS), width=100, colour=True)


def test_many_classes_are_left_to_csv_and_json():
    classes = tuple(f"class{at}" for at in range(13))
    comparisons = compare([_record("one", classes=classes)])
    assert "class3" not in as_terminal(comparisons, width=100)
    assert "F1 of each of the 13 classes: --format csv or json." in as_terminal(comparisons, width=100)
    assert "f1:class3" in as_csv(comparisons)


def test_csv_holds_full_numbers_and_no_formulas():
    hostile = _record("one", classes=("=cmd()", "b,c"))
    rows = list(csv.DictReader(io.StringIO(as_csv(compare([hostile, _record("two", error="=HYPERLINK(1)")])))))
    assert {row["system"] for row in rows} == {"one", "two"}
    assert all(not str(value).startswith("=") for row in rows for value in row.values())
    assert [row["mean"] for row in rows if (row["system"], row["metric"]) == ("one", "f1_macro")] == ["0.55"]


def test_markdown_takes_hostile_names_as_text():
    text = as_markdown(compare([_record("one", classes=("a|b", "<script>", "*c*"))]))
    assert "F1 a\\|b" in text
    assert "\\<script\\>" in text
    assert len({line.count("|") - line.count("\\|") for line in text.splitlines() if line.startswith("|")}) == 1


def test_json_holds_everything_and_parses():
    [found] = json.loads(FORMATS["json"](compare(RECORDS)))
    assert found["rows"][0]["cells"]["f1_macro"]["mean"] == pytest.approx(0.85)
    assert found["facts"]["rows"] == 50
