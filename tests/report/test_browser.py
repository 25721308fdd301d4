"""The report in a real browser: silent, alone, reachable by keyboard, its address keeping what was chosen."""

from __future__ import annotations

import os
import re
import shutil

import pytest
from playwright.sync_api import expect

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


@pytest.fixture(scope="module")
def one_page(chromium):
    """A page that most tests share, and what it complained of."""
    context = chromium.new_context(
        viewport={"width": 1280, "height": 900}, reduced_motion="reduce", accept_downloads=True
    )
    page = context.new_page()
    complaints = _complaints(page)
    yield page, complaints
    context.close()


@pytest.fixture
def page(one_page, committed):
    """The committed results, opened anew; at the test's end nothing may have been logged, raised or asked."""
    found, complaints = one_page
    complaints.clear()
    found.goto("about:blank")
    found.goto(f"file://{committed}")
    yield found
    assert complaints == []


def _complaints(page):
    found = []
    page.on("console", lambda message: found.append(message.text))
    page.on("pageerror", lambda error: found.append(str(error)))
    page.on("dialog", lambda dialog: found.append(dialog.message))
    ours = ("file:", "about:", "blob:")
    page.on("request", lambda request: None if request.url.startswith(ours) else found.append(request.url))
    return found


@pytest.fixture
def open_page(chromium):
    """Opens a file; at the test's end nothing may have been logged, raised or asked of a network."""
    contexts, complaints = [], []

    def make(path, hash_="", *, width=1280, **options):
        context = chromium.new_context(viewport={"width": width, "height": 900}, **options)
        contexts.append(context)
        page = context.new_page()
        complaints.append(_complaints(page))
        page.goto(f"file://{path}{hash_}")
        return page

    yield make
    for context in contexts:
        context.close()
    assert [each for found in complaints for each in found] == []


def shown(page):
    return page.locator("table.rows > tbody > tr:not(.detail):visible")


def choose(page, name, value):
    page.locator(f"form.filters [name={name}]").select_option(value)


@pytest.mark.parametrize(("width", "scheme"), [(375, "light"), (1280, "dark")])
def test_axe_finds_no_fault_on_the_page_nor_in_an_opened_row(open_page, committed, width, scheme):
    from axe import violations

    page = open_page(committed, width=width, color_scheme=scheme, reduced_motion="reduce")
    shown(page).nth(3).locator("th button").click()
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    assert violations(page) == []


@pytest.mark.parametrize(
    ("fault", "rule"),
    [
        ('<td style="color: #eee">pale</td>', "color-contrast"),
        ('<td><img src="data:,"></td>', "image-alt"),
        ('<td><a href="#x"></a></td>', "link-name"),
        ('<td><button aria-label=""></button></td>', "button-name"),
    ],
)
def test_axe_sees_a_fault_in_a_row_among_many_that_are_made_alike(chromium, fault, rule):
    from axe import violations

    row = '<tr><td>plain</td><td><a href="#a">link</a><button aria-label="b"></button></td></tr>'
    page = chromium.new_page()
    page.set_content(f"<table><tbody>{row * 20}<tr><td>plain</td>{fault}</tr>{row * 20}</tbody></table>")
    found = dict(violations(page))
    assert page.locator("tr:visible").count() == 4
    page.close()
    assert rule in found


def test_axe_sees_new_kinds_and_whole_pages_behind_pages_that_it_has_judged(chromium):
    from axe import Judged, new_violations

    judged, page = Judged(), chromium.new_page()

    def found(inside, head="<title>t</title>", scheme="light"):
        whole = f'<html lang="en"><head>{head}</head><body><main><h1>One</h1>{inside}</main></body></html>'
        page.set_content(whole)
        return {rule for rule, _ in new_violations(page, judged, scheme)}

    assert found('<p>plain <a href="#a">link</a></p>') == set()
    assert found('<p>plain <a href="#a"></a></p>') == {"link-name"}  # a link without words is of another kind
    assert found('<p style="color: #eee">pale</p>') == {"color-contrast"}
    assert found("<p>plain</p><h4>Four</h4>", head="") == {"document-title", "heading-order"}
    assert found("<p>plain</p><h4>Four</h4>") == {
        "heading-order"
    }  # of no new kind, which a whole page may break all the same
    page.add_style_tag(content="p { color: #eee }")
    page.emulate_media(color_scheme="dark")
    assert {rule for rule, _ in new_violations(page, judged, "dark")} == {"color-contrast", "heading-order"}
    page.close()


@pytest.mark.parametrize("width", [320, 375, 1280])
def test_nothing_runs_out_of_the_window(open_page, committed, width):
    page = open_page(committed, width=width)
    shown(page).first.locator("th button").click()
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_filters_show_what_they_say(page):
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
    expect(shown(page)).to_have_count(44)
    page.locator("form.filters [name=text]").fill("改革")
    texts = shown(page).locator(".text").all_text_contents()
    assert 0 < len(texts) < 44
    assert all("改革" in each for each in texts)


def test_one_system_is_judged_by_its_own_guesses(page):
    choose(page, "system", "majority")
    choose(page, "outcome", "wrong")
    assert shown(page).count() == 44 - 16
    assert set(shown(page).locator(".taken").all_text_contents()) == {"assessment"}
    choose(page, "system", "")
    choose(page, "outcome", "")
    assert shown(page).first.locator(".wrong").text_content().endswith("of 18")


def test_a_row_opens_with_its_article_its_raw_text_its_guesses_and_its_n_grams(page):
    row = shown(page).nth(3)
    text = row.locator(".text").text_content()
    row.locator("th button").click()
    detail = page.locator("tr.detail")
    repaired = detail.locator(".sides > div").nth(1)
    assert "".join(repaired.locator("span, ins").all_text_contents()) == text
    assert text in detail.locator(".article .here").text_content()
    assert detail.locator("table tbody tr").count() == 21
    assert "Which n-grams decided: " in detail.text_content()
    heads = detail.locator("table thead th").all_text_contents()
    assert heads == ["system", "predicted over the repeats", "mean probability", "right"]
    assert any(each.endswith("%") for each in detail.locator("table tbody td.number").all_text_contents())
    assert detail.locator(".pulls li").count() > 5
    row.locator("th button").click()
    assert page.locator("tr.detail").count() == 0


def test_the_address_keeps_filters_order_and_the_opened_row(open_page, committed):
    page = open_page(committed)
    choose(page, "label", "reform")
    choose(page, "outcome", "wrong")
    page.locator("table.rows thead button", has_text="systems wrong").click()  # from the least wrong
    page.locator("#c0-scores thead button", has_text="accuracy").click()
    shown(page).nth(1).locator("th button").click()
    before = shown(page).locator("th").all_text_contents()
    wrong = [int(each.split()[0]) for each in shown(page).locator(".wrong").all_text_contents()]
    assert wrong == sorted(wrong)
    assert len(set(wrong)) > 1
    again = open_page(committed, page.url[page.url.index("#") :])
    assert shown(again).locator("th").all_text_contents() == before
    assert again.locator("tr.open").get_attribute("data-id") == page.locator("tr.open").get_attribute("data-id")
    assert again.locator("#c0-scores thead th", has_text="accuracy").get_attribute("aria-sort") == "descending"
    assert again.locator("tr.open").is_visible()
    overflow = again.locator("tr.detail .box").evaluate_all(
        "(all) => all.map((each) => getComputedStyle(each).overflow)"
    )
    assert set(overflow) == {"auto"}


def test_links_lead_to_sections_and_leave_the_state(page):
    choose(page, "label", "reform")
    page.locator("nav.contents a", has_text="Stability").first.click()
    assert "#c0-stability&" in page.url
    assert "d0.label=" in page.url
    top = page.locator("#c0-stability").evaluate("(element) => element.getBoundingClientRect().top")
    assert -50 < top < 300
    page.evaluate("location.hash = '#d0-rows&d0.outcome=all'")
    expect(page.locator("form.filters [name=outcome]")).to_have_value("all")
    assert page.locator("form.filters [name=label]").input_value() == ""


@pytest.mark.parametrize(
    "hash_", ["#%", "#&&==", "#x&d0.label=99&d0.page=-3&d0.row=no&sort.c0-scores=77.up", "#&d0.table=9"]
)
def test_an_address_of_nonsense_opens_the_page_all_the_same(open_page, committed, hash_):
    page = open_page(committed, hash_)
    assert shown(page).count() == 44


def test_numbers_are_sorted_as_numbers_and_floors_stay_last(page):
    head = page.locator("#c0-scores thead th", has_text="macro-F1")
    head.locator("button").click()
    assert head.get_attribute("aria-sort") == "descending"
    head.locator("button").click()
    names = page.locator("#c0-scores tbody th").all_text_contents()
    assert names[0] == "majority *"
    assert page.locator("#c0-scores tfoot th").first.text_content() == "ceiling: annotators"


def test_heads_of_tables_stick_to_the_window_where_the_table_fits_it(page):
    shown(page).nth(20).evaluate("(each) => each.scrollIntoView({ block: 'center' })")
    top = "(each) => Math.round(each.getBoundingClientRect().top)"
    assert page.locator("table.rows > thead th").first.evaluate(top) == 0
    assert page.locator(".box:has(> table.rows)").get_attribute("tabindex") is None


def test_everything_is_reached_by_keyboard(page):
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


def stops(page):
    """How many times Tab stops before the filters: what is shown, can be focused, and is not left out."""
    return page.evaluate("""() => {
        const filters = document.querySelector("form.filters");
        return [...document.querySelectorAll("a[href], button, select, input, summary, [tabindex]")].filter((each) =>
            each.tabIndex >= 0 && each.checkVisibility() &&
            each.compareDocumentPosition(filters) & Node.DOCUMENT_POSITION_FOLLOWING).length;
    }""")


def test_a_table_or_a_figure_is_one_stop_and_arrows_go_on_from_there(page):
    assert stops(page) < 60
    for box in page.locator("#c0-scores, #c0-made-of, #c0-topic-scores").all():
        assert box.evaluate("(each) => each.parentElement.querySelectorAll('[tabindex=\"0\"]').length") == 1
    page.locator("#c0-scores thead button").first.focus()
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.textContent") == "char-knn"
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.textContent") == "char-multinomial-nb"
    page.keyboard.press("Home")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Copy: Scores, best first"
    page.keyboard.press("Tab")
    assert not page.evaluate("document.querySelector('#c0-scores').contains(document.activeElement)")


def test_every_figure_is_named_in_full(page):
    names = page.locator("figure > .box").evaluate_all("(all) => all.map((each) => each.getAttribute('aria-label'))")
    assert len(names) >= 3
    assert names[0] == "macro-F1 of 21 systems with 95 % intervals"
    assert len(set(names)) == len(names)


def test_marks_of_a_plot_tell_their_values_when_pointed_at_and_focused_and_lead_to_rows(page):
    tip = page.locator(".tip")
    marks = page.locator("#c0-whiskers svg.wide .mark")
    assert marks.count() == 21
    marks.first.hover()
    assert re.fullmatch(r"char-knn: macro-F1 \.\d\d \[\.\d\d, .*\]", tip.text_content())
    assert tip.is_visible()
    page.mouse.move(0, 0)
    assert tip.is_hidden()
    marks.first.focus()
    page.keyboard.press("ArrowRight")
    assert tip.text_content().startswith("char-multinomial-nb: ")
    page.keyboard.press("Enter")
    assert page.locator("form.filters [name=system]").input_value() == "char-multinomial-nb"
    assert page.locator("form.filters [name=outcome]").input_value() == "wrong"


def test_a_cell_of_a_confusion_leads_to_its_rows(page):
    cell = page.locator("#c0-confusion-0 tbody tr").nth(3).locator("td").nth(0).locator("a")
    cell.click()
    values = {name: page.locator(f"form.filters [name={name}]").evaluate("(each) => each.selectedOptions[0].text")
              for name in ("label", "predicted", "system")}  # fmt: skip
    assert values == {"label": "supervision", "predicted": "assessment", "system": "char-knn"}
    found = shown(page)
    assert 0 < found.count() < 6
    assert set(found.locator(".label").all_text_contents()) == {"supervision"}
    found.first.locator("th button").click()
    line = page.locator("tr.detail tbody tr", has=page.locator("th", has_text=re.compile("^char-knn$")))
    assert "✗ assessment" in line.text_content()


def test_classes_systems_and_mistakes_lead_to_rows(page):
    page.locator("#d0-overview-classes a", has_text="reform").click()
    assert set(shown(page).locator(".label").all_text_contents()) == {"reform"}
    page.locator("#c0-scores a", has_text=re.compile("^char-svm$")).click()
    assert page.evaluate("document.activeElement.id").startswith("c0-system-")
    page.evaluate("document.activeElement.querySelector('td:last-child a').click()")
    assert page.locator("form.filters [name=label]").input_value() == ""
    assert page.locator("form.filters [name=system]").input_value() == "char-svm"
    page.locator(".lines a").first.click()
    assert page.locator("form.filters [name=system]").input_value() == ""
    assert page.locator("form.filters [name=predicted]").input_value() != ""


def test_back_and_forward_take_back_and_repeat_what_was_chosen(page):
    choose(page, "label", "reform")
    choose(page, "outcome", "wrong")
    page.locator("#c0-scores thead button", has_text="accuracy").click()
    few = shown(page).count()
    page.go_back()
    assert page.locator("#c0-scores thead th", has_text="accuracy").get_attribute("aria-sort") is None
    page.go_back()
    assert page.locator("form.filters [name=outcome]").input_value() == ""
    assert shown(page).count() == 10
    page.go_back()
    assert shown(page).count() == 44
    page.go_forward()
    page.go_forward()
    assert shown(page).count() == few
    page.locator("form.filters [name=text]").press_sequentially("改革")
    page.go_back()
    assert page.locator("form.filters [name=text]").input_value() == ""
    assert page.locator("form.filters [name=outcome]").input_value() == "wrong"


def test_a_filtered_link_opens_at_the_rows(open_page, page, committed):
    choose(page, "label", "reform")
    assert page.url.endswith("#d0-rows&d0.label=2")
    for hash_ in ("#d0-rows&d0.label=2", "#&d0.label=2"):
        again = open_page(committed, hash_)
        expect(again.locator("#d0-rows")).to_be_in_viewport()
        top = again.locator("#d0-rows").evaluate("(each) => each.getBoundingClientRect().top")
        assert -50 < top < 300


def test_the_rows_that_most_systems_get_wrong_stand_first_whoever_is_asked(page):
    for system in ("", "majority", "word-svm"):
        choose(page, "system", system)
        shares = [
            int(a) / int(b)
            for a, b in (each.split(" of ") for each in shown(page).locator(".wrong").all_text_contents())
        ]
        assert shares == sorted(shares, reverse=True)
        assert shares[0] > 0
        taken = shown(page).locator(".taken").all_text_contents()
        assert all(bool(one) == (share > 0) for one, share in zip(taken, shares, strict=True))


def test_an_empty_result_says_which_condition_to_drop(page):
    choose(page, "label", "supervision")
    page.locator("form.filters [name=text]").fill("没有这样的字")
    assert shown(page).count() == 0
    count = page.locator(".count")
    assert "No row meets all of these conditions." in count.text_content()
    count.get_by_role("button", name="Drop “Text contains: 没有这样的字”: 6 rows").click()
    assert shown(page).count() == 6
    page.locator("form.filters [name=text]").fill("nowhere")
    choose(page, "label", "")
    count.get_by_role("button").first.click()
    assert shown(page).count() == 44


def test_what_is_hidden_is_not_shown(open_page, make_results, tmp_path):
    configs, results = make_results()
    out = tmp_path / "report.html"
    api.report([results], out, folder=configs)
    page = open_page(out)
    assert page.locator("form.filters [name=system]").is_visible()
    assert page.locator("form.filters [name=table]").is_hidden()
    assert page.locator("form.filters label.long").is_hidden()


def test_tables_are_saved_and_copied_as_they_stand(page):
    page.locator("#c0-scores thead button", has_text="accuracy").click()
    box = page.locator(".box:has(> #c0-scores)")
    with page.expect_download() as found:
        box.get_by_role("button", name="Save CSV: Scores, best first").click()
    assert found.value.suggested_filename == "c0-scores.csv"
    lines = found.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert lines[0] == "system,tier,macro-F1,95 %,difference,p,accuracy"
    assert len(lines) == 1 + 21 + 3
    assert lines[1].startswith('char-knn,1,.88,"[.')
    choose(page, "label", "reform")
    with page.expect_download() as found:
        page.get_by_role("button", name="Save CSV: Rows with their labels").click()
    assert len(found.value.path().read_text(encoding="utf-8-sig").splitlines()) == 1 + 10
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    box.get_by_role("button", name="Copy: Scores, best first").click()
    expect(page.locator(".box:has(> #c0-scores) .tools button").first).to_have_text("Copied")
    text = page.evaluate("navigator.clipboard.readText()")
    assert text.split("\n")[0].split("\t") == ["system", "tier", "macro-F1", "95 %", "difference", "p", "accuracy"]


def test_the_contents_mark_where_the_reader_is(page):
    page.locator("#c0-stability").evaluate("(each) => each.scrollIntoView({ block: 'start' })")
    expect(page.locator("nav.contents [aria-current]")).to_have_text("Stability")
    assert page.locator("nav.contents [aria-current]").count() == 1


def test_a_table_that_goes_on_beyond_the_edge_says_so(open_page, committed):
    page = open_page(committed, width=700)
    held = page.locator(".held:has(#c0-made-of)")
    cut = re.compile(r"\bcut\b")
    expect(held).to_have_class(cut)
    held.locator(".box").evaluate("(each) => { each.scrollLeft = 9999; }")
    expect(held).not_to_have_class(cut)


def test_on_a_phone_rows_are_ordered_without_their_head(open_page, committed):
    page = open_page(committed, width=375)
    order = page.locator("form.filters [name=order]")
    assert order.is_visible()
    assert page.locator("table.rows > thead").is_hidden()
    order.select_option(label="row ↑")
    places = [int(each) for each in shown(page).evaluate_all("(all) => all.map((each) => each.dataset.at)")]
    assert places == sorted(places)
    page.go_back()
    assert order.evaluate("(each) => each.selectedOptions[0].text") == "systems wrong ↓"


def test_in_chinese_nothing_is_left_in_english_but_names(open_page, tmp_path, request):
    root = request.config.rootpath
    out = tmp_path / "report.html"
    api.report([root / "results"], out, folder=root / "configs", language="zh")
    page = open_page(out)
    assert page.locator("html").get_attribute("lang") == "zh-Hans"
    assert page.locator("nav.contents a").all_text_contents()[:3] == ["结果", "seed-page", "分数"]
    shown(page).first.locator("th button").click()
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    texts = page.evaluate("""() => {
        const skipped = ".rows .text, .rows .group, .detail .article, .sides, .pulls, code, footer, [id$=made-of]";
        const walker = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
        const found = [];
        while (walker.nextNode()) {
            const parent = walker.currentNode.parentElement;
            if (!parent.closest(`script, style, noscript, ${skipped}`)) found.push(walker.currentNode.textContent.trim());
        }
        return found.filter((text) => text);
    }""")
    sentences = [
        text
        for text in texts
        if len(re.findall(r"\b[a-z]{3,}\b", text)) >= 4 and not re.search("[\u4e00-\u9fff]", text)
    ]
    assert sentences == []
    assert len(texts) > 500


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
    assert page.locator("details.more").first.is_hidden()
    assert page.locator(".tools").first.is_hidden()
    display = "getComputedStyle(document.querySelector('#c0-scores thead button')).display"
    assert page.evaluate(display) == "contents"
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("details.notes").first.get_attribute("open") == ""
    assert page.locator("#c1-scores").is_visible()
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("details[open]").count() == 0


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
    before = shown(page).first.get_attribute("data-at")
    page.get_by_role("button", name="Next rows").click()
    assert shown(page).first.get_attribute("data-at") != before
    assert "d0.page=2" in page.url
    choose(page, "outcome", "wrong")
    assert page.locator(".pages span").text_content().startswith("page 1 of ")


def test_a_large_report_opens(benchmark, open_page, make_results, tmp_path):
    """Left out of ordinary runs: pytest tests/report/test_browser.py --benchmark-only"""
    configs, results = make_results(systems=50, rows=2000, repeats=2)
    out = tmp_path / "report.html"
    api.report([results], out, folder=configs)
    benchmark.pedantic(lambda: open_page(out), rounds=5)
