"""Write what the readmes show of the committed results, and the pictures of the report: python docs/write_shown.py.

--no-pictures leaves the pictures as they are; these need Chromium and fonts for Chinese.
"""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
LANGUAGES = {"README.md": "en", "README.zh.md": "zh", "docs/tutorial.zh.md": "zh"}
WIDTH = 88
"""Columns of a table."""
_SHOWN = re.compile(r"(<!-- (table|advice) of (results/[a-z-]+) -->\n).*?(<!-- end of \2 -->)", re.DOTALL)


def shown(text, language):
    """The text of a page, with today's advice and tables between the comments that mark them."""
    write = {"advice": advice, "table": table}
    return _SHOWN.sub(lambda found: f"{found[1]}{write[found[2]](ROOT / found[3], language)}\n{found[4]}", text)


def table(results, language):
    """What `bench compare RESULTS` prints, as a block of code."""
    from bench import api

    return f"```text\n{api.compare([results]).render('table', width=WIDTH, language=language).rstrip()}\n```"


def advice(results, language):
    """The sentence of the table that says what to take, as a quotation."""
    from bench.comparison import compare
    from bench.core.languages import in_language
    from bench.execution.results import find_runs

    [comparison] = compare(find_runs([results]))
    return f"> {in_language(comparison.advice, language)}"


def take_pictures(folder):
    """The report's first screen and its rows, in both languages, as PNG files in the folder."""
    import tempfile

    from playwright.sync_api import sync_playwright

    from bench import api

    found = shutil.which("chromium") or shutil.which("chromium-browser")
    with tempfile.TemporaryDirectory() as made, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        for language, ending in (("en", ""), ("zh", ".zh")):
            report = Path(made) / f"report{ending}.html"
            api.report([ROOT / "results"], report, folder=ROOT / "configs", language=language)
            page = browser.new_page(viewport={"width": 1280, "height": 900}, device_scale_factor=1.5, bypass_csp=True)
            page.goto(report.as_uri())
            first = _area(page, "#findings", "#findings dl, #findings figure svg")
            page.add_style_tag(content="#findings dl ~ *, #findings figcaption { visibility: hidden; }")
            page.screenshot(path=folder / f"result{ending}.png", clip=first, full_page=True)
            page.locator("table.rows > tbody > tr:not(.detail):visible th button").first.click()
            rows = _area(page, "#d0-rows form.filters", "#d0-rows")
            page.screenshot(path=folder / f"rows{ending}.png", clip={**rows, "height": 720}, full_page=True)
            page.close()
        browser.close()


def _area(page, start, inside):
    """From the start of one element to the end of the last one of others, with a margin, in CSS pixels of the page."""
    [[left, top, _, _]], boxes = (
        page.locator(each).evaluate_all(
            "all => all.map(each => each.getBoundingClientRect()).map(box => "
            "[box.left, box.top + scrollY, box.right, box.bottom + scrollY])"
        )
        for each in (start, inside)
    )
    right, bottom = max(box[2] for box in boxes), max(box[3] for box in boxes)
    return {"x": left - 24, "y": top - 12, "width": right - left + 48, "height": bottom - top + 24}


def main():
    for name, language in LANGUAGES.items():
        path = ROOT / name
        path.write_text(shown(path.read_text(encoding="utf-8"), language), encoding="utf-8")
    if "--no-pictures" not in sys.argv:
        take_pictures(ROOT / "docs" / "images")


if __name__ == "__main__":
    main()
