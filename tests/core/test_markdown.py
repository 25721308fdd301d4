"""Foreign text in our Markdown: what a renderer and a browser make of it is the text itself."""

from __future__ import annotations

import os
import shutil

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bench.core.errors import printable
from bench.core.markdown import code, fenced, literal

HOSTILE = (
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "</td></table><b>x</b>", "[x](javascript:alert(1))",
    "![x](http://e.example/p.png)", "[x]: http://e.example", "<http://e.example>", "http://e.example", "www.e.example",
    "a@e.example", "`code`", "``", "`", "a|b", "| a | b |\n|---|---|\n| c | d |", "line\n\n# heading", "# heading",
    "###### h", "#", "- item", "+ item", "* item", "-", "---", "***", "___", "===", "- - -", "1. item", "2) item",
    "> quote", "~~~", "~~gone~~", "```\n<script>\n```", "*em*", "**strong**", "_em_", "__init__", "&lt;b&gt;", "&#60;",
    "&amp;amp;", "$x^2$", "$$x$$", "\\", "\\*", "a\\", "<!-- scores -->", "<!--", "]]>", "[^1]", "- [ ] task", "\t code",
    "\u202etxt", "\x1b[31m", "a\u200bb", "\xad", "体育", "f1:类 别", "=cmd()", "a  b",
)  # fmt: skip
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
RENDERER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
"""As GitHub's: HTML is let through, tables and strike-through are known."""


def page(text):
    """The text wherever we put one: a heading, a paragraph, an emphasis, lists, a table's cell, code."""
    return "\n".join(
        (
            *(f"# {literal(text)}", "", literal(text), "", f"**{literal(text)}**", "", f"- {literal(text)}", ""),
            *("| a | b |", "|---|---|", f"| {literal(text)} | {literal(text)} |", ""),
            *(f"Classes: {code(text)}.", "", fenced(text, "yaml"), "", "end"),
        )
    )


def tags(html):
    """The elements of a rendered page, in order."""
    return [
        (token.type, token.tag, [child.type for child in token.children or () if child.type not in TEXTS])
        for token in RENDERER.parse(html)
    ]


TEXTS = {"text", "text_special"}


def texts_of(source):
    """The text of each place, as a reader sees it."""
    found = []
    for token in RENDERER.parse(source):
        if token.type == "inline":
            found.append("".join(child.content for child in token.children if child.type != "softbreak"))
        elif token.type == "fence":
            found.append(token.content)
    return found


@pytest.mark.parametrize("text", HOSTILE)
def test_a_name_is_its_own_literal_text_wherever_it_stands(text):
    assert tags(page(text)) == tags(page("X"))
    seen, plain = texts_of(page(text)), printable(text)
    expected = [plain, plain, plain, plain, "a", "b", plain, plain, f"Classes: {plain}.", f"{text}\n".lstrip(), "end"]
    blanks = [" ".join(each.split()) for each in expected]
    assert [" ".join(each.split()) for each in seen] == blanks


@given(
    st.text(st.sampled_from(" `*_[]()<>!|\\#-+.1=~&$;:@/ahtpw\n\t体"), max_size=12).filter(lambda text: text.strip())
)
def test_no_text_is_taken_for_markup(text):
    assert tags(page(text)) == tags(page("X"))


@pytest.mark.skipif(CHROMIUM is None and os.environ.get("BENCH_BROWSER_REQUIRED") != "1", reason="no Chromium here")
def test_a_browser_shows_every_name_and_runs_none():
    from playwright.sync_api import sync_playwright

    complaints = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        shown = browser.new_page()
        shown.on("dialog", lambda dialog: (complaints.append(dialog.message), dialog.dismiss()))
        shown.on("request", lambda request: complaints.append(request.url))
        for text in HOSTILE:
            shown.set_content(f"<!doctype html><meta charset=utf-8>{RENDERER.render(page(text))}")
            plain = " ".join(printable(text).split())
            assert shown.locator("a, img, script, b, del").count() == 0
            assert [" ".join(cell.split()) for cell in shown.locator("td").all_text_contents()] == [plain, plain]
            assert " ".join(shown.locator("h1").text_content().split()) == plain
        browser.close()
    assert complaints == []
