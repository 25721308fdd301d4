"""Write what the readmes show of the committed results, and the pictures of the report: python docs/write_shown.py.

--no-pictures leaves the pictures as they are; these need Chromium and fonts for Chinese.
"""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[1]
LANGUAGES = {"README.md": "en", "README.zh.md": "zh"}
WIDTH = 90
"""Columns of the table."""


def shown(text, language):
    """The text of a readme, with today's advice and table between the comments that mark them."""
    for name, write in {"advice": advice, "table": table}.items():
        mark, end = f"<!-- {name} of results/seed-page -->", f"<!-- end of {name} -->"
        before, _, rest = text.partition(f"{mark}\n")
        text = f"{before}{mark}\n{write(language)}\n{end}{rest.partition(end)[2]}"
    return text


def table(language):
    """What `bench compare results/seed-page` prints, as a block of code."""
    from bench import api

    return f"```text\n{api.compare([ROOT / 'results' / 'seed-page']).render('table', width=WIDTH).rstrip()}\n```"


def advice(language):
    """The sentence of the table that says what to take, as a quotation."""
    from bench.comparison import compare
    from bench.execution.results import find_runs

    [comparison] = compare(find_runs([ROOT / "results" / "seed-page"]))
    return f"> {comparison.advice}"


def main():
    for name, language in LANGUAGES.items():
        path = ROOT / name
        path.write_text(shown(path.read_text(encoding="utf-8"), language), encoding="utf-8")


if __name__ == "__main__":
    main()
