"""Foreign text in our Markdown, escaped so that a reader sees exactly that text; and filled-in templates."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from bench.core.errors import printable

# What begins markup anywhere: emphasis, code, links, tables, HTML, entities, strike-through, formulas.
_ANYWHERE = re.compile(r"[\\|*_`<>\[\]~$]|&(?=[#A-Za-z])")
# What begins a heading, list, quote or rule at the start of a line.
_AT_START = re.compile(r"^(\d{1,9}(?=[.)](?:\s|$))|(?=(?:#{1,6}|[+-])(?:\s|$)|[-=][-=\s]*$))")
# What GitHub makes a link of without any brackets.
_LINK = re.compile(r"(?i:(?<=www)(?=\.))|(?=://)|(?=@)|(?i:(?<=mailto)(?=:))|(?i:(?<=xmpp)(?=:))")


def literal(text: object) -> str:
    r"""A text in a line or a table's cell, as its own characters; blanks at its ends go, the invisible is escaped.

    >>> print(literal("<b>a|b</b> & `c` &lt;"))
    \<b\>a\|b\</b\> & \`c\` \&lt;
    >>> print(literal("# 1"), literal("2. x"), literal("f1:a-b"), literal("http://x"))
    \# 1 2\. x f1:a-b http\://x
    """
    plain = _ANYWHERE.sub(r"\\\g<0>", printable(str(text)).strip())
    return _AT_START.sub(r"\1\\", _LINK.sub(r"\\", plain), count=1)


def code(text: object) -> str:
    """A text as a code span outside tables; what is invisible is escaped first.

    >>> print(code("a"), code("b`c"), code("`"))
    `a` ``b`c`` `` ` ``
    """
    plain = printable(str(text))
    fence = "`" * (_longest_run(plain) + 1)
    # Markdown removes one blank at each end where both have one, so that a code span can begin with a backtick.
    pad = " " if plain[:1] in {"`", " ", ""} or plain[-1:] in {"`", " "} else ""
    return f"{fence}{pad}{plain}{pad}{fence}"


def fenced(text: str, language: str) -> str:
    """Lines as a block of code, closed by more backticks than they hold anywhere."""
    fence = "`" * max(3, _longest_run(text) + 1)
    return f"{fence}{language}\n{text.rstrip(chr(10))}\n{fence}"


def rendered(template: Path, values: Mapping[str, Any], filters: Mapping[str, Callable[[Any], str]]) -> str:
    """A Jinja template, a file in UTF-8, filled in. Raises jinja2's UndefinedError for a value that is missing."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(  # noqa: S701  Markdown, no HTML
        loader=FileSystemLoader(template.parent, encoding="utf-8"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(filters)
    return environment.get_template(template.name).render(**values)


def _longest_run(text: str) -> int:
    return max(map(len, re.findall("`+", text)), default=0)
