"""The built site: every page is reached, each language leads to the other, and people who cannot see or point can use it."""

from __future__ import annotations

import functools
import http.server
import json
import os
import re
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = sorted(path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md"))
CHINESE = [name for name in PAGES if name.endswith(".zh.md")]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-gpu-compositing", "--disable-threaded-compositing")
LOOKS = [(1280, "light"), (375, "dark"), (375, "light"), (1280, "dark")]
"""Widths of the window, and colour schemes. Each page is looked at in one of them, the next page in the next one."""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The built site. Built from a copy, so that nothing is written into the project."""
    pytest.importorskip("zensical")
    folder = tmp_path_factory.mktemp("site")
    for name in ("docs", "theme", "bench"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "mkdocs.yml", folder)
    command = [Path(sys.executable).parent / "zensical", "build", "--strict"]
    done = subprocess.run(command, capture_output=True, check=False, cwd=folder, encoding="utf-8", timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "site"


def test_every_page_is_in_the_navigation_and_built(site):
    from ruamel.yaml import YAML

    def named(entry):
        if isinstance(entry, str):
            return [entry]
        return [page for each in (entry.values() if isinstance(entry, dict) else entry) for page in named(each)]

    navigation = named(YAML(typ="safe").load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))["nav"])
    assert sorted(navigation) == PAGES
    assert all((site / name).with_suffix(".html").exists() for name in PAGES)


def test_each_chinese_page_and_its_english_one_lead_to_each_other(site):
    from ruamel.yaml import YAML

    extra = YAML(typ="safe").load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))["extra"]
    assert sorted(extra["in_chinese"]) == sorted(name.removesuffix(".zh.md") for name in CHINESE)
    for name in CHINESE:
        stem = name.removesuffix(".zh.md")
        chinese, english = ((site / f"{stem}{ending}").read_text(encoding="utf-8") for ending in (".zh.html", ".html"))
        assert '<html lang="zh"' in chinese
        assert '<html lang="en"' in english
        assert re.search(rf'href="[./]*{stem}\.html" hreflang="en" lang="en"', chinese)
        assert re.search(rf'href="[./]*{stem}\.zh\.html" hreflang="zh" lang="zh"', english)


def test_the_live_report_of_the_site_is_the_committed_one(site):
    assert (site / "report.html").read_bytes() == (ROOT / "results" / "report.html").read_bytes()


def test_nothing_of_the_site_is_fetched_from_elsewhere(site):
    for page in site.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        fetched = re.findall(r"<(?:script|img|iframe|source)[^>]*\ssrc=[\"']?(https?:)?//", text)
        fetched += re.findall(r"<link[^>]*rel=[\"']?(?:stylesheet|preconnect|icon)[^>]*href=[\"']?(?:https?:)?//", text)
        assert fetched == [], page


def test_the_reference_holds_every_verb_and_every_public_function(site):
    from bench import __all__ as functions
    from bench.cli.entry import bench

    commands = (site / "reference" / "commands.html").read_text(encoding="utf-8")
    assert [verb for verb in bench.commands if f"bench {verb}" not in commands] == []
    assert "Sentinel" not in commands
    python = (site / "reference" / "python.html").read_text(encoding="utf-8")
    assert [name for name in functions if f'.{name}"' not in python] == []


def test_search_finds_chinese_words(site):
    index = json.loads((site / "search.json").read_text(encoding="utf-8"))
    assert "清水镇" in json.dumps(index, ensure_ascii=False)


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        """Say nothing of requests."""


@pytest.fixture(scope="module")
def address(site):
    """Where a web server shows the built site."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=str(site))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="module")
def chromium():
    required = os.environ.get("BENCH_BROWSER_REQUIRED") == "1"
    if CHROMIUM is None and not required:
        pytest.skip("no Chromium here (Debian's package `chromium`)")
    from playwright.sync_api import sync_playwright

    assert CHROMIUM is not None, "BENCH_BROWSER_REQUIRED=1, and no Chromium on the path"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield browser
        browser.close()


def test_long_tables_of_figures_are_folded_on_the_site_and_named(address, chromium):
    page = chromium.new_page()
    page.goto(f"{address}/simulation.html")
    found = page.locator("details > summary").all_text_contents()
    assert [text for text in found if re.fullmatch(r"Table of \d+ rows: Coverage of 95 % intervals, accuracy", text)]
    page.goto(f"{address}/reference/kinds.html")
    assert page.locator("details > summary").count() == 0
    page.close()


@pytest.fixture(scope="module")
def judged():
    """What axe has judged on the pages before."""
    from axe import Judged

    return Judged()


@pytest.mark.parametrize("look", range(len(LOOKS)), ids=[f"{width}-{scheme}" for width, scheme in LOOKS])
def test_axe_finds_no_fault_and_nothing_runs_out_of_the_window(site, address, chromium, judged, look):
    from axe import new_violations

    width, scheme = LOOKS[look]
    page = chromium.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme, reduced_motion="reduce")
    asked, faults = [], []
    page.on("request", lambda request: asked.append(request.url))
    homes = {"index.md", "index.zh.md"}
    names = [name for at, name in enumerate(PAGES) if name in homes or at % len(LOOKS) == look]
    # The longest first: what they hold need not be judged again on many others.
    for name in sorted(names, key=lambda name: -(site / name).with_suffix(".html").stat().st_size):
        page.goto(f"{address}/{name.removesuffix('.md')}.html", wait_until="load")
        page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
        if page.evaluate("document.documentElement.scrollWidth") > width:
            faults.append((name, "wider than the window"))
        faults += [(name, *fault) for fault in new_violations(page, judged, scheme)]
    page.close()
    assert faults == []
    assert [url for url in asked if not url.startswith((address, "data:", "blob:"))] == []
