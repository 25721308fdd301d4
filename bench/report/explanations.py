"""What spoke for and against each class of one text, for a terminal, for a notebook and as JSON."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from typing import Any

from bench.core.errors import printable
from bench.deployment.explanation import ClassExplanation, Explanation, Share
from bench.report.notebook_html import framed, text
from bench.report.rich_text import words


def notes(found: Explanation) -> list[str]:
    """What a reader must know to read the shares right, a line each."""
    if found.why_not is not None:
        what = "the scores above" if found.score_kind != "none" else "its label"
        text = f"What counted for a class cannot be shown: {found.why_not}. The model gives {what} alone"
        return [f"{text}; a linear classifier on n-grams, as linear-svm on tfidf, shows more."]
    lines = []
    if found.unknown:
        lines.append("The text has no n-gram that the model knows: every such text gets this label.")
    lines.append(f"Start, shares and rest add up to the {found.shares_of}.")
    if found.relative:
        lines.append("Every number is relative to the mean over all classes: above 0 speaks for this class.")
    return lines


def as_json(found: Explanation) -> str:
    """Everything that an explanation holds, an object."""
    classes = [
        {
            "class": each.name,
            "score": each.score,
            "total": each.total,
            "start": each.start,
            "for": _plain(each.for_),
            "against": _plain(each.against),
            "rest": each.rest,
        }
        for each in found.classes
    ]
    values = {
        "text": found.text,
        "label": found.label,
        "score_kind": found.score_kind,
        "classes": classes,
        "shares_of": None if found.why_not is not None else found.shares_of,
        "relative_to_mean": found.relative,
        "unknown": found.unknown,
        "why_not": found.why_not,
    }
    return json.dumps(values, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def as_html(found: Explanation) -> str:
    """A block a class, for a notebook's cell: what spoke for it and what against, each as wide as its share."""
    most = max((abs(share.value) for each in found.classes for share in (*each.for_, *each.against)), default=1.0)
    rows = "".join(
        f'<tr><th scope="row">{text(_title(found, each))}</th>'
        + "".join(f'<td class="shares">{_chips(shares, most)}</td>' for shares in (each.for_, each.against))
        + "</tr>"
        for each in found.classes
    )
    heads = "" if found.why_not is not None else "<thead><tr><th></th><th>for</th><th>against</th></tr></thead>"
    said = "".join(f"<p>{text(line)}</p>" for line in notes(found))
    caption = f"<caption>{text(found.label)}: {text(' '.join(found.text.split()))}</caption>"
    return framed(f"<table>{caption}{heads}<tbody>{rows}</tbody></table>{said}")


def _chips(shares: Sequence[Share], most: float) -> str:
    return "".join(
        f'<span class="chip {"up" if share.value > 0 else "down"}" style="--share: {abs(share.value) / most:.2f}">'
        f"{text(share.feature.replace(' ', '␣'))} <small>{_signed(share.value)}</small></span>"
        for share in shares
    )


def as_terminal(found: Explanation, *, width: int | None, colour: bool, most: int | None = None) -> str:
    """A block a class, for a terminal of `width` columns (its own width if None), aligned with Chinese in it.

    most: how many classes are shown, the likeliest first; None for all.
    """
    from rich.console import Console

    target = io.StringIO()
    console = Console(
        file=target, force_jupyter=False, width=width, force_terminal=colour, no_color=not colour, highlight=False
    )
    console.print(words(" ".join(found.text.split())))
    console.print(words(f"label: {found.label}", "bold"))
    for each in found.classes[:most]:
        title = _title(found, each)
        if found.why_not is not None:
            console.print(words(f"  {title}"))
            continue
        console.print()
        console.print(words(title, "bold" if each.name == found.label else ""))
        console.print(_shares(each))
    console.print()
    more = len(found.classes) - len(found.classes[:most])
    if more:
        classes = "1 class is" if more == 1 else f"{more} classes are"
        console.print(words(f"{classes} less likely: --classes {len(found.classes)} shows all.", "dim"))
    for line in notes(found):
        console.print(words(line, "dim"))
    return "\n".join(line.rstrip() for line in target.getvalue().splitlines()) + "\n"


def _shares(each: ClassExplanation) -> Any:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1), collapse_padding=True, show_edge=False)
    for heading in ("  for", "share", "against", "share"):
        table.add_column(heading, justify="right" if heading == "share" else "left", overflow="fold", min_width=7)
    for at in range(max(len(each.for_), len(each.against), 1)):
        left, right = _cells(each.for_, at, "green"), _cells(each.against, at, "red")
        table.add_row(Text("  ") + left[0], left[1], *right)
    table.add_row(Text("  start", style="dim"), Text(_signed(each.start), style="dim"), Text(), Text())
    table.add_row(Text("  rest", style="dim"), Text(_signed(each.rest), style="dim"), Text(), Text())
    return table


def _cells(shares: Sequence[Share], at: int, style: str) -> tuple[Any, Any]:
    from rich.text import Text

    if at >= len(shares):
        return Text(), Text()
    feature = printable(shares[at].feature).replace(" ", "␣")
    return Text(feature, style=style), Text(_signed(shares[at].value), style=style)


def _signed(value: float | None) -> str:
    return "–" if value is None else f"{value:+.3f}"


def _title(found: Explanation, each: ClassExplanation) -> str:
    parts = [each.name]
    if each.score is not None and (found.score_kind == "probability" or each.total is None):
        parts.append(f"{'probability' if found.score_kind == 'probability' else 'score'} {each.score:.2f}")
    if each.total is not None:
        parts.append(f"{found.shares_of} {_signed(each.total)}")
    return "  ".join(parts)


def _plain(shares: Sequence[Share]) -> list[dict[str, Any]]:
    return [{"feature": share.feature, "share": share.value} for share in shares]
