"""HTML for notebook cells and any other page: in that page's colours, light or dark, without a script."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from bench.core.errors import printable

# Quiet text and rules are a transparent form of the surrounding text's colour, which works in every theme.
_STYLE = """
.banmian { color: inherit; max-width: 100%; font-size: 13px; line-height: 1.45; }
.banmian .scroll { overflow-x: auto; }
.banmian table { border-collapse: collapse; border: 0; margin: .4em 0; width: auto; background: none; color: inherit;
  font-size: inherit; font-variant-numeric: tabular-nums; table-layout: auto; }
.banmian caption { caption-side: top; text-align: left; font-weight: 600; color: inherit; padding: 0 0 .3em; }
.banmian th, .banmian td { border: 0; padding: .18em .75em; text-align: left; vertical-align: baseline; color: inherit;
  background: none; white-space: nowrap; min-width: 0; max-width: none; }
.banmian .prose { white-space: normal; max-width: 32em; }
.banmian th.number, .banmian td.number { text-align: right; }
.banmian thead th { font-weight: 600; vertical-align: bottom; border-bottom: 1px solid currentColor; }
.banmian tbody th { font-weight: 400; }
.banmian tbody tr, .banmian tbody tr:hover, .banmian tbody tr:nth-child(odd), .banmian tbody tr:nth-child(even)
  { background: none; }
.banmian tr.apart > * { border-top: 1px solid color-mix(in srgb, currentColor 45%, transparent); }
.banmian tr.quiet > * { color: color-mix(in srgb, currentColor 72%, transparent); }
.banmian p { margin: .35em 0; max-width: 60em; }
.banmian .advice { font-weight: 600; }
.banmian details { margin: .3em 0; max-width: 60em; }
.banmian summary { cursor: pointer; }
.banmian ul { margin: .2em 0; padding-left: 1.4em; }
.banmian td.shares { white-space: normal; min-width: 14em; vertical-align: top; }
.banmian .chip { display: inline-block; border-radius: 3px; padding: 0 .35em; margin: 0 .3em .25em 0;
  white-space: nowrap; }
.banmian .chip.up { background: color-mix(in srgb, #2f7fd1 calc(10% + 45% * var(--share)), transparent); }
.banmian .chip.down { background: color-mix(in srgb, #c8641a calc(10% + 45% * var(--share)), transparent); }
.banmian .chip small { opacity: .85; }
.banmian .fault, .banmian .risk, .banmian .note { font-weight: 600; border-bottom: 3px solid; }
.banmian .fault { border-color: #d3423f; }
.banmian .risk { border-color: #c8841a; }
.banmian .note { border-color: #2f7fd1; }
.banmian svg { max-width: 100%; height: auto; color: inherit; }
""".replace(".banmian ", ".banmian.banmian.banmian ")  # more than a notebook says of tables in general


def framed(content: str) -> str:
    """Mark-up with the style that it needs, which reaches nothing else on the page."""
    return f'<div class="banmian"><style>{_STYLE}</style>{content}</div>'


def text(value: str) -> str:
    """A text escaped so that HTML shows it unchanged.

    >>> text("a<b & c")
    'a&lt;b &amp; c'
    """
    return escape(printable(value))


def grid(header: Sequence[str], rows: Iterable[Sequence[object]], caption: str = "") -> str:
    """A plain table, numbers to the right.

    >>> grid(["a"], [[1]])
    '<table><thead><tr><th>a</th></tr></thead><tbody><tr><td class="number">1</td></tr></tbody></table>'
    """
    title = f"<caption>{text(caption)}</caption>" if caption else ""
    head = "".join(f"<th>{text(name)}</th>" for name in header)
    body = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in rows)
    return f"<table>{title}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _cell(value: object) -> str:
    if value is None:
        return "<td>–</td>"
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return f'<td class="number">{f"{value:.4g}" if isinstance(value, float) else value}</td>'
    return f'<td class="prose">{text(str(value))}</td>'
