"""Workbooks as small as can be, for tests: nothing that is installed writes them."""

from __future__ import annotations

import zipfile
from xml.sax.saxutils import escape

_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_RELATED = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
_KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def _cell(at, number, value):
    name = f"{chr(65 + at)}{number}"
    if value is None:
        return ""
    if isinstance(value, bool):
        return f'<c r="{name}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, (int, float)):
        return f'<c r="{name}"><v>{value}</v></c>'
    return f'<c r="{name}" t="inlineStr"><is><t>{escape(value)}</t></is></c>'


def write_workbook(path, sheets):
    """The smallest files that make a workbook. sheets: name to rows of strings, numbers, booleans and None."""
    names = list(sheets)
    with zipfile.ZipFile(path, "w") as archive:
        parts = "".join(
            f'<Override PartName="/xl/worksheets/sheet{at}.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
            for at in range(len(names))
        )
        archive.writestr(
            "[Content_Types].xml",
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>{parts}</Types>',
        )
        relations = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        archive.writestr(
            "_rels/.rels",
            f'{relations}<Relationship Id="r" Type="{_KIND}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        listed = "".join(f'<sheet name="{name}" sheetId="{at + 1}" r:id="r{at}"/>' for at, name in enumerate(names))
        archive.writestr("xl/workbook.xml", f"<workbook {_MAIN} {_RELATED}><sheets>{listed}</sheets></workbook>")
        links = "".join(
            f'<Relationship Id="r{at}" Type="{_KIND}/worksheet" Target="worksheets/sheet{at}.xml"/>'
            for at in range(len(names))
        )
        archive.writestr("xl/_rels/workbook.xml.rels", f"{relations}{links}</Relationships>")
        for at, name in enumerate(names):
            rows = "".join(
                f'<row r="{number}">{"".join(_cell(column, number, value) for column, value in enumerate(row))}</row>'
                for number, row in enumerate(sheets[name], start=1)
            )
            archive.writestr(
                f"xl/worksheets/sheet{at}.xml", f"<worksheet {_MAIN}><sheetData>{rows}</sheetData></worksheet>"
            )
    return path
