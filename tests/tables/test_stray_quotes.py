"""Quoted fields that span lines: meant ones are read as they are, swallowed rows are never lost without a word."""

from __future__ import annotations

import csv
import io
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.core.errors import BenchError
from bench.tables import read_table

LABELS = ["甲", "乙", "丙"]
WORDS = st.text(st.sampled_from("改革会议发展农村,，;'ab 1"), min_size=1, max_size=12).filter(str.strip)
SIMPLE = st.text(st.sampled_from("改革会议发展农村，'ab 1"), min_size=1, max_size=12).filter(str.strip)
ORDERS = st.permutations(["id", "text", "label"])


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return tmp_path_factory.mktemp("spans") / "rows.csv"


def _written(path, rows, order, end="\n", quoting=csv.QUOTE_MINIMAL):
    target = io.StringIO()
    writer = csv.DictWriter(target, order, lineterminator=end, quoting=quoting)
    writer.writeheader()
    writer.writerows(rows)
    path.write_bytes(target.getvalue().encode())
    return target.getvalue()


def _rows(texts, labels):
    return [
        {"id": f"n{at}", "text": text, "label": label}
        for at, (text, label) in enumerate(zip(texts, labels, strict=True))
    ]


@settings(max_examples=200)
@given(
    st.lists(st.lists(WORDS, min_size=1, max_size=4), min_size=2, max_size=30),
    ORDERS, st.sampled_from(["\n", "\r\n", "\r"]), st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]), st.data(),
)  # fmt: skip
def test_a_table_of_many_fields_that_span_lines_is_read_as_it_is(path, texts, order, end, quoting, data):
    spanning = [["first line", *lines] if at % 4 == 0 else lines for at, lines in enumerate([["x"], *texts, ["y"]])]
    rows = _rows(
        [end.join(lines) for lines in spanning],
        data.draw(st.lists(st.sampled_from(LABELS), min_size=len(spanning), max_size=len(spanning))),
    )
    _written(path, rows, order, end, quoting)
    if sum(end in row["text"] for row in rows) == 1:
        return
    table = read_table(path)
    assert [dict(zip(table.columns, each, strict=True)) for each in zip(*table.columns.values(), strict=True)] == rows


@settings(max_examples=300)
@given(st.lists(SIMPLE, min_size=6, max_size=40), ORDERS, st.sampled_from(["\n", "\r\n"]), st.data())
def test_rows_between_two_stray_marks_are_never_lost_without_a_word(path, texts, order, end, data):
    rows = _rows(texts, [LABELS[at % 2] for at in range(len(texts))])
    first = data.draw(st.integers(0, len(rows) - 2))
    last = data.draw(st.integers(first + 1, len(rows) - 1))
    column = data.draw(st.sampled_from(order))
    marked = [dict(row) for row in rows]
    marked[first][column] = "\0" + marked[first][column]
    marked[last][column] += "\0"
    path.write_bytes(_written(path, marked, order, end).replace("\0", '"').encode())
    with pytest.raises(BenchError) as raised:
        read_table(path)
    assert re.match(rf"{re.escape(str(path))}:{first + 2}: ", str(raised.value)), str(raised.value)
    assert f"lines {first + 2} to {last + 2}" in str(raised.value)
    assert len(read_table(path, multiline=True).places) == len(rows) - (last - first)


@settings(max_examples=100)
@given(st.lists(SIMPLE, min_size=12, max_size=40), st.permutations(["text", "label"]), st.data())
def test_a_stray_mark_is_found_among_many_fields_that_are_meant(path, texts, order, data):
    meant = _rows([f"{text}\nzweite Zeile" for text in texts], [LABELS[at % 2] for at in range(len(texts))])
    between = _rows(texts, [LABELS[at % 2] for at in range(len(texts))])
    first = data.draw(st.integers(0, len(texts) - 3))
    last = data.draw(st.integers(first + 1, len(texts) - 2))
    between[first]["text"] = "\0" + between[first]["text"]
    between[last]["text"] += "\0"
    rows = [{name: row[name] for name in order} for row in (*meant, *between, *_rows(["a", "b"], LABELS[:2]))]
    path.write_bytes(_written(path, rows, order).replace("\0", '"').encode())
    line = 2 + 2 * len(meant) + first
    with pytest.raises(BenchError, match=f":{line}: a quoted field spans the lines {line} to {line + last - first}, "):
        read_table(path)


def test_the_only_field_of_a_table_that_spans_lines_is_refused_unless_it_is_meant(path):
    rows = _rows(["一", "二\n三", "四", "五", "六"], [*LABELS, *LABELS[:2]])
    _written(path, rows, ["id", "text", "label"])
    with pytest.raises(
        BenchError, match=r":3: a quoted field spans the lines 3 to 4, .* multiline: true \(--multiline\)$"
    ):
        read_table(path)
    assert read_table(path, multiline=True).columns["text"][1] == "二\n三"


def test_a_row_that_stands_alone_may_span_lines(path):
    _written(path, _rows(["一\n二"], ["甲"]), ["id", "text", "label"])
    assert read_table(path).columns["text"] == ["一\n二"]


@pytest.mark.parametrize("name", ["rows.tsv", "rows.jsonl", "rows.parquet"])
def test_files_without_quoted_fields_take_no_such_option(tmp_path, name):
    (tmp_path / name).write_text("a\tb\n1\t2\n")
    with pytest.raises(BenchError, match="leave 'multiline' out"):
        read_table(tmp_path / name, multiline=True)
