"""Excel files: one sheet is read as it stands, what cannot be read is told by its row."""

from __future__ import annotations

import sys

import pytest
from workbooks import write_workbook

from bench.core.errors import BenchError
from bench.data.sources.files import FilesSource
from bench.tables import read_table

_ROWS = [["sentence", "topic", "size"], ["深化改革", "改革", 1], [None, None, None], ["干部考核", "考核", 2.5]]


def test_without_the_package_one_line_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "python_calamine", None)
    path = write_workbook(tmp_path / "rows.xlsx", {"数据": _ROWS})
    with pytest.raises(
        BenchError, match=r"rows.xlsx: .*pip install 'banmian\[excel\]'; or save the sheet as CSV UTF-8"
    ):
        read_table(path)


class TestReading:
    @pytest.fixture(autouse=True)
    def _package(self):
        pytest.importorskip("python_calamine", reason="the extra excel is not installed")

    def test_rows_are_read_with_their_numbers_in_the_sheet_and_empty_ones_left_out(self, tmp_path):
        table = read_table(write_workbook(tmp_path / "rows.xlsx", {"数据": _ROWS}))
        assert dict(table.columns) == {
            "sentence": ["深化改革", "干部考核"],
            "topic": ["改革", "考核"],
            "size": [1.0, 2.5],
        }
        assert table.place(1).endswith("rows.xlsx: row 4")
        assert table.notes == ()

    def test_the_first_sheet_that_holds_anything_is_read_and_others_are_told(self, tmp_path):
        path = write_workbook(tmp_path / "rows.xlsx", {"空": [], "数据": _ROWS, "旧": [["a"], ["b"]]})
        assert read_table(path).notes == (
            f"{path}: sheet '数据' is read; others that hold rows: '旧' (sheet: NAME takes another)",
        )
        assert dict(read_table(path, sheet="旧").columns) == {"a": ["b"]}
        with pytest.raises(BenchError, match="no sheet '据'; did you mean '数据'\\? Known: 空, 数据, 旧"):
            read_table(path, sheet="据")

    def test_an_experiment_reads_labels_that_are_numbers_as_a_csv_file_gives_them(self, tmp_path):
        rows = [["text", "label"], ["深化改革", 1], ["干部考核", 2]]
        path = write_workbook(tmp_path / "rows.xlsx", {"数据": rows})
        (tmp_path / "rows.csv").write_text("".join(",".join(map(str, row)) + "\n" for row in rows), encoding="utf-8")
        settings = {"kind": "files", "text": "text", "label": "label"}
        read = [
            FilesSource.model_validate({**settings, "train": name}, context={"folder": tmp_path}).load()
            for name in (path.name, "rows.csv")
        ]
        assert read[0].sha256() == read[1].sha256()

    def test_a_sheet_without_column_names_takes_them_from_the_settings(self, tmp_path):
        path = write_workbook(tmp_path / "rows.xlsx", {"数据": _ROWS[1:]})
        table = read_table(path, ["a", "b", "c"], keep=["a"])
        assert dict(table.columns) == {"a": ["深化改革", "干部考核"]}
        assert list(table.places) == [1, 3]
        with pytest.raises(BenchError, match="row 1: a cell without a column name above it holds '改革'"):
            read_table(path, ["a"])

    @pytest.mark.parametrize(
        ("rows", "message"),
        [
            ([["text", None], ["一", "甲"]], "row 1: sheet 's': column 2 has no name"),
            ([["text", "text"], ["一", "甲"]], "column 'text' appears twice"),
            ([["text"]], "sheet 's' holds no rows but its column names"),
            ([["text"], ["一", "甲"]], "row 1: sheet 's': column 2 has no name; give it one in row 1"),
            ([], "holds no rows"),
        ],
    )
    def test_what_is_no_table_is_refused_in_one_line(self, tmp_path, rows, message):
        with pytest.raises(BenchError, match=message):
            read_table(write_workbook(tmp_path / "rows.xlsx", {"s": rows}))

    def test_a_file_that_is_no_workbook_is_refused(self, tmp_path):
        path = tmp_path / "rows.xlsx"
        path.write_bytes(b"PK\x03\x04 nothing")
        with pytest.raises(BenchError, match="cannot be read as a workbook"):
            read_table(path)
        with pytest.raises(BenchError, match="no such file"):
            read_table(tmp_path / "none.xlsx")
