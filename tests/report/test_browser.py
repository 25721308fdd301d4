"""The report in a real browser: silent, alone, reachable by keyboard, its address keeping what was chosen."""

from __future__ import annotations

import os
import re
import shutil

import pytest

from bench import api
from tests.report.test_html import HOSTILE

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
REQUIRED = os.environ.get("BENCH_BROWSER_REQUIRED") == "1"
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip

if CHROMIUM is None and not REQUIRED:
    pytest.skip("no Chromium here (Debian's package `chromium`)", allow_module_level=True)


@pytest.fixture(scope="module")
def chromium():
    from playwright.sync_api import sync_playwright

    assert CHROMIUM is not None, "BENCH_BROWSER_REQUIRED=1, and no Chromium on the path"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def committed(tmp_path_factory, request):
    root = request.config.rootpath
    out = tmp_path_factory.mktemp("report") / "report.html"
    api.report([root / "results"], out, folder=root / "configs")
    return out


@pytest.fixture
def open_page(chromium):
    """Opens a file; at the test's end nothing may have been logged, raised or asked of a network."""
    contexts, complaints = [], []

    def make(path, hash_="", *, width=1280, **options):
        context = chromium.new_context(viewport={"width": width, "height": 900}, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", lambda dialog: complaints.append(dialog.message))
        page.on("request", lambda request: complaints.append(request.url) if not request.url.startswith("file:") else 0)
        page.goto(f"file://{path}{hash_}")
        return page

    yield make
    for context in contexts:
        context.close()
    assert complaints == []


def shown(page):
    return page.locator("table.rows > tbody > tr:not(.detail):visible")


def choose(page, name, value):
    page.locator(f"form.filters [name={name}]").select_option(value)


@pytest.mark.parametrize(("width", "scheme"), [(375, "light"), (1280, "dark")])
def test_axe_finds_no_fault_on_the_page_nor_in_an_opened_row(open_page, committed, width, scheme):
    from axe_playwright_python.sync_playwright import Axe

    page = open_page(committed, width=width, color_scheme=scheme, reduced_motion="reduce")
    shown(page).nth(3).locator("th button").click()
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    faults = Axe().run(page).response["violations"]
    assert [(each["id"], each["nodes"][0]["html"][:200]) for each in faults] == []


@pytest.mark.parametrize("width", [320, 375, 1280])
def test_nothing_runs_out_of_the_window(open_page, committed, width):
    page = open_page(committed, width=width)
    shown(page).first.locator("th button").click()
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_filters_show_what_they_say(open_page, committed):
    page = open_page(committed)
    assert shown(page).count() == 44
    choose(page, "label", "supervision")
    labels = shown(page).locator(".label").all_text_contents()
    assert len(labels) == 6
    assert set(labels) == {"supervision"}
    choose(page, "outcome", "all")
    wrong = shown(page).locator(".wrong").all_text_contents()
    assert len(wrong) > 0
    assert all(re.fullmatch(r"(\d+) of \1", each) for each in wrong)
    choose(page, "outcome", "disputed")
    assert shown(page).locator(".differs").count() == shown(page).count() == 1
    page.get_by_role("button", name="Clear").click()
    assert shown(page).count() == 44
    page.locator("form.filters [name=text]").fill("改革")
    texts = shown(page).locator(".text").all_text_contents()
    assert 0 < len(texts) < 44
    assert all("改革" in each for each in texts)


def test_one_system_is_judged_by_its_own_guesses(open_page, committed):
    page = open_page(committed)
    choose(page, "system", "majority")
    choose(page, "outcome", "wrong")
    assert shown(page).count() == 44 - 16
    assert set(shown(page).locator(".taken").all_text_contents()) == {"assessment"}
    choose(page, "system", "")
    choose(page, "outcome", "")
    assert shown(page).first.locator(".wrong").text_content().endswith("of 18")


def test_a_row_opens_with_its_article_its_raw_text_its_guesses_and_its_n_grams(open_page, committed):
    page = open_page(committed)
    row = shown(page).nth(3)
    text = row.locator(".text").text_content()
    row.locator("th button").click()
    detail = page.locator("tr.detail")
    repaired = detail.locator(".sides > div").nth(1)
    assert "".join(repaired.locator("span, ins").all_text_contents()) == text
    assert text in detail.locator(".article .here").text_content()
    assert detail.locator("table tbody tr").count() == 21
    assert "N-grams that pulled for" in detail.text_content()
    assert detail.locator(".pulls li").count() > 5
    row.locator("th button").click()
    assert page.locator("tr.detail").count() == 0


def test_the_address_keeps_filters_order_and_the_opened_row(open_page, committed):
    page = open_page(committed)
    choose(page, "label", "reform")
    choose(page, "outcome", "wrong")
    page.locator("table.rows thead button", has_text="systems wrong").click()
    page.locator("#c0-scores thead button", has_text="accuracy").click()
    shown(page).nth(1).locator("th button").click()
    before = shown(page).locator("th").all_text_contents()
    wrong = [int(each.split()[0]) for each in shown(page).locator(".wrong").all_text_contents()]
    assert wrong == sorted(wrong, reverse=True)
    again = open_page(committed, page.url[page.url.index("#") :])
    assert shown(again).locator("th").all_text_contents() == before
    assert again.locator("tr.open").get_attribute("data-id") == page.locator("tr.open").get_attribute("data-id")
    assert again.locator("#c0-scores thead th", has_text="accuracy").get_attribute("aria-sort") == "descending"
    assert again.locator("tr.open").is_visible()


def test_links_lead_to_sections_and_leave_the_state(open_page, committed):
    page = open_page(committed, reduced_motion="reduce")
    choose(page, "label", "reform")
    page.locator("nav.contents a", has_text="Stability").first.click()
    assert "#c0-stability&" in page.url
    assert "d0.label=" in page.url
    top = page.locator("#c0-stability").evaluate("(element) => element.getBoundingClientRect().top")
    assert -50 < top < 300
    page.evaluate("location.hash = '#d0-rows&d0.outcome=all'")
    page.wait_for_function("document.querySelector('form.filters [name=outcome]').value === 'all'")
    assert page.locator("form.filters [name=label]").input_value() == ""


@pytest.mark.parametrize(
    "hash_", ["#%", "#&&==", "#x&d0.label=99&d0.page=-3&d0.row=no&sort.c0-scores=77.up", "#&d0.table=9"]
)
def test_an_address_of_nonsense_opens_the_page_all_the_same(open_page, committed, hash_):
    page = open_page(committed, hash_)
    assert shown(page).count() == 44


def test_numbers_are_sorted_as_numbers_and_floors_stay_last(open_page, committed):
    page = open_page(committed)
    head = page.locator("#c0-scores thead th", has_text="macro-F1")
    head.locator("button").click()
    assert head.get_attribute("aria-sort") == "descending"
    head.locator("button").click()
    names = page.locator("#c0-scores tbody th").all_text_contents()
    assert names[0] == "majority *"
    assert page.locator("#c0-scores tfoot th").first.text_content() == "ceiling: annotators"


def test_heads_of_tables_stick_to_the_window_where_the_table_fits_it(open_page, committed):
    page = open_page(committed, reduced_motion="reduce")
    shown(page).nth(20).evaluate("(each) => each.scrollIntoView({ block: 'center' })")
    top = "(each) => Math.round(each.getBoundingClientRect().top)"
    assert page.locator("table.rows > thead th").first.evaluate(top) == 0
    assert page.locator(".box:has(> table.rows)").get_attribute("tabindex") is None
    assert page.locator(".box:has(> #c0-matrix)").get_attribute("tabindex") == "0"


def test_everything_is_reached_by_keyboard(open_page, committed):
    page = open_page(committed, reduced_motion="reduce")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    shown(page).first.locator("th button").focus()
    page.keyboard.press("Enter")
    assert page.locator("tr.detail").count() == 1
    page.keyboard.press("Space")
    assert page.locator("tr.detail").count() == 0
    page.locator("#c0-scores thead button").first.focus()
    page.keyboard.press("Enter")
    assert page.locator("#c0-scores thead th").first.get_attribute("aria-sort") == "ascending"
    outline = page.locator("#c0-scores thead button").first.evaluate("(each) => getComputedStyle(each).outlineStyle")
    assert outline == "solid"


def test_without_javascript_every_table_stands(open_page, committed):
    page = open_page(committed, java_script_enabled=False)
    assert shown(page).count() == 44
    assert page.locator("form.filters").is_hidden()
    assert page.locator("#c0-matrix").is_visible()


def test_dark_and_light_are_the_systems_or_the_readers(open_page, committed):
    page = open_page(committed, color_scheme="dark")
    paper = "getComputedStyle(document.body).backgroundColor"
    ink = "getComputedStyle(document.querySelector('svg.plot text')).fill"
    dark = page.evaluate(f"[{paper}, {ink}]")
    page.locator("#theme").select_option("light")
    light = page.evaluate(f"[{paper}, {ink}]")
    assert dark[0] != light[0]
    assert dark[1] != light[1]
    page.reload()
    assert page.evaluate(f"[{paper}, {ink}]") == light


def test_in_print_there_are_no_scroll_boxes_and_no_controls(open_page, committed):
    page = open_page(committed, color_scheme="dark")
    page.emulate_media(media="print")
    assert page.locator("form.filters").is_hidden()
    assert page.locator("nav.contents").is_hidden()
    assert page.locator("#c0-matrix").evaluate("(each) => getComputedStyle(each.parentElement).overflow") == "visible"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(253, 252, 249)"


def test_hostile_text_runs_nothing_and_reads_as_it_is(open_page, make_results, tmp_path):
    texts = [HOSTILE[at % 4] + f" 改革{at}" for at in range(60)]
    configs, results = make_results(
        texts=texts, classes=HOSTILE, ids=[f"{HOSTILE[at % 4]}{at}" for at in range(60)],
        groups=[HOSTILE[at % 4] for at in range(60)],
    )  # fmt: skip
    out = tmp_path / "report.html"
    api.report([results], out, folder=configs)
    page = open_page(out)
    for at in range(4):
        row = page.locator(f"#d0-row-{at}")
        assert row.locator(".text").text_content() == texts[at]
        row.locator("th button").click()
        assert texts[at] in page.locator("tr.detail .here").text_content()
        assert HOSTILE[at] in page.locator("tr.detail .pulls h4").first.text_content() or at > 0
    choose(page, "label", HOSTILE[0])
    assert set(shown(page).locator(".label").all_text_contents()) == {HOSTILE[0]}
    assert "改革" in open_page(out, page.url[page.url.index("#") :]).locator("tbody .text").first.text_content()


def test_fifty_systems_on_two_thousand_rows_are_paged(open_page, make_results, tmp_path):
    configs, results = make_results(systems=50, rows=2000, repeats=2)
    out = tmp_path / "report.html"
    written = api.report([results], out, folder=configs)
    assert written.size < 6_000_000
    page = open_page(out)
    assert shown(page).count() == 50
    assert page.locator(".pages span").text_content() == "page 1 of 40"
    page.get_by_role("button", name="Later rows").click()
    assert shown(page).first.get_attribute("data-at") == "50"
    assert "d0.page=2" in page.url
    choose(page, "outcome", "wrong")
    assert page.locator(".pages span").text_content().startswith("page 1 of ")


def test_a_large_report_opens(benchmark, open_page, make_results, tmp_path):
    """Left out of ordinary runs: pytest tests/report/test_browser.py --benchmark-only"""
    configs, results = make_results(systems=50, rows=2000, repeats=2)
    out = tmp_path / "report.html"
    api.report([results], out, folder=configs)
    benchmark.pedantic(lambda: open_page(out), rounds=5)
