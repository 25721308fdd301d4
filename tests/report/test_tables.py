"""Tables: best first, aligned with Chinese in them, hostile text as text."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace

import pytest
from rich.cells import cell_len

from bench.api import Comparisons
from bench.comparison import SideBySide, compare, side_by_side
from bench.comparison.labelling_gains import Gain
from bench.core.errors import BenchError
from bench.report.tables import FORMATS, as_terminal, gains_sheet
from bench.report.tables.numbers import heading
from bench.report.wording import first_screen, scores


@pytest.fixture
def runs(stored):
    return [
        stored("平庸的系统", wrong=(range(12), range(3, 15))),
        stored("best", wrong=([1], [2])),
        stored("majority", kind="majority", wrong=(range(1, 40, 2),) * 2),
        stored("broken", error="ValueError: no n-gram"),
    ]


@pytest.mark.parametrize("width", [60, 80, 120])
def test_a_terminal_table_keeps_its_width_and_its_columns_with_chinese_in_it(runs, width):
    lines = as_terminal(compare(runs), width=width).splitlines()
    assert max(map(cell_len, lines)) <= width
    if width >= 80:
        rows = [
            line
            for line in lines
            if line[1:2].isdigit() and line.split()[1:2] in (["best"], ["平庸的系统"], ["majority"])
        ][:3]
        assert len(rows) == 3
        assert len({cell_len(line.rstrip()) for line in rows}) == 1


def test_a_terminal_table_tells_controls_failures_resolution_and_advice(runs):
    text = as_terminal(compare(runs), width=200, explain=True)
    assert text.startswith("Best: best .97 [")
    assert "]; both others are shown to be worse.\nTake best: tests show that it is better than every other" in text
    assert "majority *" in text
    assert "*: control, does not read the words." in text
    assert "broken failed: ValueError: no n-gram" in text
    assert "One row more or less right moves accuracy by 2.5 points." in text
    assert "corrected for 3 tests (Holm)" in text
    assert "A single test, of two systems chosen beforehand, finds a difference of ." in text
    assert "\x1b" not in text


def test_three_notes_stand_under_a_table_and_all_with_explain(runs):
    [comparison] = compare(runs)
    short, whole = (as_terminal([comparison], width=1000, explain=explain) for explain in (False, True))
    under = short.partition("floor: chance")[2].splitlines()[2:]
    assert under[0].startswith("broken failed")
    assert 1 < len(under[1:-1]) <= 3
    hidden = int(re.match(r"(\d+) more notes: --explain\.$", under[-1])[1])
    assert "--explain" not in whole
    assert len(whole.splitlines()) == len(short.splitlines()) - 1 + hidden
    assert set(under[:-1]) < set(whole.splitlines())


def test_a_line_without_text_stands_between_tiers_alone(runs):
    lines = as_terminal(compare(runs), width=200).splitlines()
    first = next(at for at, line in enumerate(lines) if line.startswith(" 1 "))
    tiers = ["1", "", "2", "", "3"]
    assert [line[1:2] for line in lines[first : first + 5]] == tiers


def test_a_comparison_is_told_in_chinese_when_asked_for(runs):
    shown = as_terminal(compare(runs), width=80, explain=True, language="zh")
    assert shown.startswith("最好：best .97 [")
    assert "try：40 行，2 个类别；分层交叉验证，5 折重复 2 次" in shown
    assert [
        word for word in ("档", "系统", "95 % 区间", "比最好的", "准确率", "下限：多数类") if word not in shown
    ] == []
    assert not re.search(
        r"[A-Za-z]{3,} [A-Za-z]{3,} [A-Za-z]{3,}", re.sub("ValueError: no n-gram|bench run", "", shown)
    ), shown
    assert max(map(cell_len, shown.splitlines())) <= 80
    assert not any(line.startswith(tuple("，。；：、）")) for line in shown.splitlines())
    plain = FORMATS["csv"]().comparisons(compare(runs))
    assert "最好" not in plain


def test_metrics_floors_and_heads_have_one_chinese_name_everywhere(stored, tmp_path):
    runs = [stored(f"s{at}", wrong=([at, at + 9], [at + 3, at + 11])) for at in range(6)]
    [comparison] = compare(runs, "accuracy", class_counts="random")
    shown = as_terminal([comparison], width=300, explain=True, language="zh")
    assert "应当包含真实的准确率，" in shown
    assert "它的准确率大约有" in shown
    assert "accuracy" not in shown
    assert first_screen.best(heading("accuracy")).chinese == "最高准确率"
    assert first_screen.best(heading("f1_macro")).chinese == "最高 macro-F1"
    assert first_screen.bound_value("floor: zero-shot", ".5").chinese == scores.reference("zero-shot").chinese + " .5"
    gain = Gain("svm", "margin", (10, 50), 0.02, 0.01, 0.03, 0.001, 0.001, 50, 40)
    sheet = gains_sheet(SideBySide("accuracy", "a", ("one",), {}, {}, gains=(gain,))).into("zh")
    texts = [sheet.title, *(column.heading for column in sheet.columns), *sheet.notes, *sheet.lines[0].cells]
    assert "与随机选行相比准确率的增益，10 到 50 个标签的平均" in texts
    assert "显示出好于随机选行的：svm 用 margin。" in texts
    assert [text for text in texts if re.search(r"[a-z]{4}", text) and not re.search("[\u4e00-\u9fff]", text)] == [
        "margin"
    ]


@pytest.mark.parametrize("width", [60, 80, 120])
def test_no_word_is_broken(stored, width):
    long = "char-complement-nb-with-names"
    runs = [stored(long, wrong=([1], [2])), stored("nb", state=8), stored(long, state=8), stored("nb", state=9)]
    comparisons = compare(runs)
    shown = as_terminal(comparisons, side_by_side(comparisons), width=width, explain=True)
    assert max(map(cell_len, shown.splitlines())) <= width
    words = set(re.findall(r"[A-Za-z]+", as_terminal(comparisons, side_by_side(comparisons), width=1000, explain=True)))
    assert set(re.findall(r"[A-Za-z]+", shown)) - words <= {
        "F",
        "of",
        "each",
        "class",
        "accuracy",
        "a",
        "wider",
        "terminal",
        "or",
        "format",
        "csv",
    }


def test_floors_stand_under_the_systems(runs):
    lines = as_terminal(compare(runs), width=200).splitlines()
    floors = [line.split() for line in lines if line.split()[:1] in (["floor:"], ["ceiling:"])]
    assert floors[0][:3] == ["floor:", "majority", ".33"]
    assert floors[1][:3] == ["floor:", "chance", ".50"]


def test_two_annotators_are_the_ceiling(stored):
    run = stored("svm")
    facts = {**run.record.data["facts"], "ceiling": {"accuracy": 0.975, "f1_macro": 0.9}}
    labelled = run.record.model_copy(update={"data": {"facts": facts}})
    text = as_terminal(compare([type(run)(run.folder, labelled)]), width=200)
    assert "ceiling: annotators       .90" in text


def test_a_region_shows_how_probable_it_is_that_systems_are_equal(runs):
    [comparison] = compare(runs, region=0.05)
    assert "equal" in as_terminal([comparison], width=200)
    assert all(0 <= pair.equivalent <= 1 for pair in comparison.pairs)


def test_warnings_while_fitting_are_shown(stored):
    text = as_terminal(compare([stored("svm", seen={"ConvergenceWarning": 12})]), width=200)
    assert "ConvergenceWarning while fitting: svm (12×)." in text


def test_rows_in_groups_that_splits_part_are_told(stored):
    run = stored("svm")
    facts = {**run.record.data["facts"], "groups": 7}
    grouped = run.record.model_copy(update={"data": {"facts": facts}})
    text = as_terminal(compare([type(run)(run.folder, grouped)]), width=200)
    assert "Rows of the same group (7 groups in all) are in both training and test." in text


def test_a_language_that_is_none_is_refused_in_one_line(runs):
    for form in ("table", "markdown", "json"):
        with pytest.raises(BenchError, match=r"^unknown language 'fr'"):
            Comparisons(tuple(compare(runs))).render(form, language="fr")


def test_colour_is_only_there_when_asked_for(runs):
    assert "\x1b[" in as_terminal(compare(runs), width=100, colour=True)


def test_many_classes_are_left_to_csv_and_json(stored):
    comparisons = compare([stored("one", classes=tuple(f"class{at:02}" for at in range(13)), rows=65)])
    assert "class03" not in as_terminal(comparisons, width=300)
    assert "F1 of each of the 13 classes: --format csv or json." in as_terminal(comparisons, width=300, explain=True)
    assert "f1:class03" in FORMATS["csv"]().comparisons(comparisons)


def test_classes_that_do_not_fit_the_terminal_are_left_out_with_a_word(runs):
    assert "F1 of each class: a wider terminal" in as_terminal(compare(runs), width=80)
    narrow = " ".join(as_terminal(compare(runs), width=50).split())
    assert "F1 of each class, accuracy: a wider terminal, or --format csv." in narrow
    assert "F1 of each class" not in as_terminal(compare(runs), width=200)


def test_csv_holds_full_numbers_and_no_formulas(stored):
    hostile = [stored("one", classes=("=cmd()", "b,c"), wrong=([0], [0])), stored("two", error="=HYPERLINK(1)")]
    rows = list(csv.DictReader(io.StringIO(FORMATS["csv"]().comparisons(compare(hostile)))))
    assert {row["system"] for row in rows} == {"one", "two"}
    assert all(not str(value).startswith("=") for row in rows for value in row.values())
    assert [row["mean"] for row in rows if (row["system"], row["metric"]) == ("one", "accuracy")] == ["0.975"]


def test_markdown_takes_hostile_names_as_text(stored):
    text = FORMATS["markdown"]().comparisons(compare([stored("one", classes=("*c*", "<script>", "a|b"))]))
    assert "F1 a\\|b" in text
    assert "\\<script\\>" in text
    assert len({line.count("|") - line.count("\\|") for line in text.splitlines() if line.startswith("|")}) == 1


def test_json_holds_everything_and_parses(runs, stored):
    comparisons = compare([*runs, stored("best", state=8)])
    found = json.loads(FORMATS["json"]().comparisons(comparisons, side_by_side(comparisons)))
    first = found["comparisons"][0]
    assert first["rows"][0]["cells"]["accuracy"]["mean"] == pytest.approx(0.975)
    assert first["facts"]["rows"] == 40
    assert len(first["pairs"]) == 3
    assert found["side_by_side"][0]["values"]["best"] == [pytest.approx(0.975, abs=1e-3), 1.0]


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-1", "true", "1" + "0" * 400, '"soon"'])
def test_times_that_no_clock_gives_are_none(stored, value):
    run = stored("best")
    (run.folder / "timings.json").write_text(f'{{"fit_seconds_per_row": {value}, "predict_seconds_per_row": 0.25}}')
    shown = [replace(each, columns=("times",)) for each in compare([run])]
    [row] = json.loads(FORMATS["json"]().comparisons(shown))["comparisons"][0]["rows"]
    assert row["columns"] == {"fit_seconds_per_row": None, "predict_seconds_per_row": 0.25}
    assert "| – | 250 |" in FORMATS["markdown"]().comparisons(shown)


@pytest.mark.parametrize(
    ("protocol", "of_each", "said"),
    [
        (
            "leave-one-group-out",
            2,
            "Nobody has measured how often intervals hold the true score where each group is left out once",
        ),
        ("grouped", 2, "20 groups, "),
        ("grouped", 1, "40 groups of one class each, "),
        ("repeated-stratified", 0, "48 rows, 2 classes"),
    ],
)
def test_coverage_is_quoted_of_real_text_most_like_the_data(stored, protocol, of_each, said):
    groups = tuple(f"article{at // of_each}" for at in range(40)) if of_each else None
    runs = [stored("svm", wrong=([1], [2]), groups=groups, protocol=protocol)]
    text = as_terminal(compare(runs), width=300, explain=True)
    assert said in text
    assert ("held the true score in " in text) == (protocol != "leave-one-group-out")
    assert re.search(r"\.\d\d +\[\.\d\d, ", text)


@pytest.mark.parametrize(("size", "kind"), [(0, "20 groups of one class each are"), (4, "10 groups are")])
def test_too_few_groups_give_neither_interval_nor_test_and_that_is_said(stored, size, kind):
    groups = tuple(f"article{at // size}" if size else f"{at % 2}-{at // 4}" for at in range(40))
    runs = [
        stored(name, wrong=(range(at), range(at)), groups=groups, protocol="grouped") for at, name in enumerate("ab")
    ]
    [comparison] = compare(runs)
    assert comparison.rows[0].cells["f1_macro"].low is None
    assert not comparison.pairs
    text = as_terminal([comparison], width=300, explain=True)
    assert f"No intervals and no tests: {kind} too few" in text
    assert " too low." in text


def test_tests_without_halves_say_what_would_measure_what_they_estimate(runs):
    text = as_terminal(compare(runs), width=300, explain=True)
    assert "estimate the chance in training sets from the repeats; bench run CONFIG --halves 20 measures it." in text


def test_the_best_of_several_is_quoted_without_its_luck_and_class_counts_by_chance_are_named(stored):
    runs = [stored(f"s{at}", wrong=([at, at + 9], [at + 3, at + 11])) for at in range(6)]
    [comparison] = compare(runs, "accuracy")
    found = comparison.selected
    assert found.among == 6
    assert 0 < found.luck < 0.1
    assert found.score == pytest.approx(comparison.rows[0].cells["accuracy"].mean - found.luck)
    assert found.low < found.score < found.high
    text = as_terminal([comparison], width=300, explain=True)
    assert "s0 is the best of 6: about .0" in text
    assert "with as many rows of each class (--class-counts random: as many as chance brings)" in text
    by_chance = compare(runs, "accuracy", class_counts="random")
    assert "class counts left to chance" in as_terminal(by_chance, width=300, explain=True)
