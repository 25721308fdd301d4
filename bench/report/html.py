"""The web page of comparisons, which works from disk: no network, a content security policy, every text escaped."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

from bench.comparison import SideBySide
from bench.comparison.run_details import DetailedComparison
from bench.deployment.attributions import Attributions
from bench.report.data import Browser, Rows, make_browser, overview
from bench.report.elements import Block, Section
from bench.report.links import Place, RowLinks
from bench.report.row_texts import Texts
from bench.report.sections import by_protocol, section
from bench.report.suite_diagram import block
from bench.report.wording.base import Bilingual, all_in_language, in_language
from bench.report.wording.data import DATA, data_of
from bench.report.wording.page import PAGE, ROWS, SCRIPT
from bench.suites import Suite

if TYPE_CHECKING:
    from jinja2 import Environment

GENERATOR = "banmian"
"""The start of the generator name in our pages, before the version."""

_SCRIPTS = ("page", "tables", "figures", "details", "rows", "start")

_HAN = re.compile(
    r"[\u2e80-\u2fdf\u3000-\u303f\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]"
)
_CHINESE = re.compile(rf"{_HAN.pattern}(?:[^<>A-Za-z]*{_HAN.pattern})?")


@dataclass(frozen=True, slots=True)
class Dataset:
    """What a page shows of one data set."""

    name: str
    overview: Block
    by_protocol: Block | None
    browser: Browser | None


@dataclass(frozen=True, slots=True)
class Report:
    """All values of a page; `render` writes it. name: of the experiments that it shows."""

    name: str
    sections: tuple[Section, ...]
    datasets: tuple[Dataset, ...]
    across: Block | None = None
    """What several data sets show together, where that was asked for."""

    language: str = "en"


def rows_of(detailed: Sequence[DetailedComparison], texts: Mapping[str, Texts]) -> list[Rows]:
    """The rows of each data set, in the order in which the sets first come. texts: by the data's digest."""
    by_data: dict[str, list[DetailedComparison]] = {}
    for each in detailed:
        by_data.setdefault(each.comparison.data_summary.sha256, []).append(each)
    return [Rows(f"d{at}", tuple(group), texts[key]) for at, (key, group) in enumerate(by_data.items())]


def make_report(
    detailed: Sequence[DetailedComparison],
    compared: Sequence[SideBySide],
    rows: Sequence[Rows],
    attributions: Mapping[tuple[str, int], Attributions],
    suite: Suite | None = None,
    *,
    language: str = "en",
) -> Report:
    """The values of a page.

    attributions: by the key of `rows` and the place of the comparison among those of them that have predictions.
    language: of the page, one of `LANGUAGES`.
    """
    ordered = sorted(detailed, key=lambda each: -len(each.scored) * each.comparison.repeats)
    besides = {each.data: each for each in compared}
    datasets = []
    for each in rows:
        group = [*each.detailed]
        side = besides.get(group[0].comparison.data_summary.sha256)
        name = DATA if len(rows) == 1 else data_of(_experiments(group))
        own = {at: found for (key, at), found in attributions.items() if key == each.key}
        datasets.append(
            Dataset(
                name,
                overview(each, name),
                None if side is None else by_protocol(Place(each.key, language), side, group),
                make_browser(each, own),
            )
        )
    return Report(
        _experiments(ordered),
        tuple(section(Place(f"c{at}", language, _links(each, rows)), each) for at, each in enumerate(ordered)),
        tuple(datasets),
        None if suite is None else block(suite, language),
        language,
    )


def _links(detailed: DetailedComparison, rows: Sequence[Rows]) -> RowLinks | None:
    """The place of the rows that a comparison tested; None where it has no predictions."""
    for each in rows:
        for table, other in enumerate(each.comparisons):
            if other is detailed:
                return RowLinks(each.key, table, {name: at for at, name in enumerate(each.names)})
    return None


def _experiments(group: Sequence[DetailedComparison]) -> str:
    return ", ".join(dict.fromkeys(name for each in group for name in each.comparison.experiments))


def render(report: Report) -> str:
    """Render the page: one HTML document that needs no other file.

    Its policy allows its own style and script by their SHA-256 and nothing else; data is text, escaped.
    """
    environment = _environment(report.language)
    style, script = _source("report.css"), _script()
    return environment.get_template("report.html.j2").render(
        name=report.name,
        policy=_policy(style, script),
        generator=f"{GENERATOR} {version('banmian')}",
        style=style,
        script=script,
        sections=report.sections,
        across=report.across,
        datasets=report.datasets,
        language="zh-Hans" if report.language == "zh" else "en",
        say=all_in_language(PAGE, report.language),
        rows=all_in_language(ROWS, report.language),
        script_words=all_in_language(SCRIPT, report.language),
    )


def is_ours(page: bytes) -> bool:
    """Whether a file is a page that `render` wrote. page: its first thousand bytes or more."""
    return f'<meta name="generator" content="{GENERATOR} '.encode() in page


def chinese(text: object) -> Markup:
    """A text, escaped, with what is Chinese in it marked as such, so that browsers take fonts for it.

    >>> chinese("a<b 改革")
    Markup('a&lt;b <span lang="zh">改革</span>')
    """
    found = str(text)
    if is_chinese(found):
        return Markup('<span lang="zh">{}</span>').format(found)
    parts: list[Markup] = []
    end = 0
    for match in _CHINESE.finditer(found):
        parts += [escape(found[end : match.start()]), Markup('<span lang="zh">{}</span>').format(match[0])]
        end = match.end()
    return Markup("").join([*parts, escape(found[end:])])


def is_chinese(text: object) -> bool:
    """Whether half of a text or more is written in Chinese, so that its digits and brackets are set as its own.

    >>> is_chinese("2024年，省委"), is_chinese("改革 reform")
    (True, False)
    """
    found = "" if text is None else str(text)
    characters = len("".join(found.split()))
    return 0 < characters <= 2 * len(_HAN.findall(found))


def _policy(style: str, script: str) -> str:
    hashes = {
        name: base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        for name, text in (("style", style), ("script", script))
    }
    allowed = "; ".join(f"{name}-src 'sha256-{value}'" for name, value in hashes.items())
    return f"default-src 'none'; {allowed}; img-src data:; base-uri 'none'; form-action 'none'"


@cache
def _environment(language: str) -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("bench.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: in_language(value, language) if isinstance(value, Bilingual) else value,
    )
    environment.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "separators": (",", ":"), "allow_nan": False}

    def marked(text: object) -> Markup:
        """A text in the page's language; in an English page, what is Chinese in it is marked as such."""
        found = in_language(text, language) if isinstance(text, str) else str(text)
        return escape(found) if language == "zh" else chinese(found)

    def said(value: Any) -> Any:
        return all_in_language(value, language)

    filters: dict[str, Any] = {"zh": marked, "said": said, "drawing": _ours, "ours": _ours}
    environment.filters.update(filters)
    environment.tests["chinese"] = is_chinese
    return environment


def _ours(text: str) -> Markup:
    """Mark-up of this package, which is not escaped: drawings, whose texts are escaped already, style and script."""
    return Markup(text)  # noqa: S704


def _source(name: str) -> str:
    """The text of one of the page's own files, ready to go between its tags."""
    from importlib.resources import files

    return files("bench.report").joinpath("templates", name).read_text(encoding="utf-8")


def _script() -> str:
    """The page's script: its parts, in the order in which they need each other, in a scope of their own."""
    parts = "\n".join(_source(f"script/{name}.js") for name in _SCRIPTS)
    return f'"use strict";\n(() => {{\n{parts}}})();\n'
