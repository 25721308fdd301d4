"""Names of classes: words or sentences that say what a label means; checked, and put into a template."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, TypeAlias

from pydantic import AfterValidator, Field

from bench.core.confusables import difference, skeleton
from bench.core.errors import BenchError, quoted, suggest
from bench.core.settings import OneOrMany

_GAP = "{}"


def _worded(name: str) -> str:
    if not name.strip():
        raise ValueError("is blank; write the class's name, or a sentence that describes it")
    return name


def _with_a_gap(template: str) -> str:
    if template.count(_GAP) != 1:
        count = "no {}" if _GAP not in template else f"{template.count(_GAP)} times {{}}"
        raise ValueError(f"holds {count}; write {{}} once, where the name goes, as in '这是一则{{}}新闻'")
    return template


def distinct_names(names: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """The names. Raises ValueError where two classes have one name, or names that look alike."""
    if not names:
        raise ValueError("is empty; give every class a name, or leave the key out")
    first: dict[str, tuple[str, str]] = {}
    for label, listed in names.items():
        for name in listed:
            before, other = first.setdefault(skeleton(name), (label, name))
            if before != label:
                alike = "" if other == name else f", which looks alike: {difference(other, name)}"
                text = f"{label!r} and {before!r} have one name, {quoted(name)}{alike}"
                raise ValueError(f"{text}; a name tells its class from the others")
    return names


Template = Annotated[str, AfterValidator(_with_a_gap)]
"""A sentence with `{}` where a name goes."""

ClassNames: TypeAlias = Annotated[
    dict[str, OneOrMany[Annotated[str, AfterValidator(_worded)]]],
    AfterValidator(distinct_names),
    Field(max_length=10_000),
]
"""Label to one or several names or sentences."""


class NamesError(BenchError):
    """Names that do not fit the data. label: the one that the fault is about, None for a label without a name."""

    def __init__(self, message: str, label: str | None = None) -> None:
        super().__init__(message)
        self.label = label


def names_of_classes(names: Mapping[str, Sequence[str]], classes: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """The names of the data's classes, in their order.

    Raises NamesError for a label that the data do not have, and for a class without a name.
    """
    for label in names:
        if label not in classes:
            alike = [name for name in classes if skeleton(name) == skeleton(label)]
            how = f"; {alike[0]!r} looks alike: {difference(alike[0], label)}" if alike else suggest(label, classes)
            raise NamesError(f"no row has the label {quoted(label)}{how}", label)
    try:
        distinct_names({label: tuple(listed) for label, listed in names.items()})
    except ValueError as error:
        raise NamesError(str(error)) from None
    missing = [name for name in classes if name not in names]
    if missing:
        more = f" ({len(missing)} of {len(classes)} classes have none)" if len(missing) > 1 else ""
        raise NamesError(f"the class {missing[0]!r} has no name{more}; name every class, or none")
    return {name: tuple(names[name]) for name in classes}


def name_texts(names: Mapping[str, Sequence[str]], templates: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Label and text of every name in every template, in the order of the labels; names as they are without any.

    >>> name_texts({"100": ["体育", "比赛"]}, ["这是一则{}新闻"])
    (('100', '这是一则体育新闻'), ('100', '这是一则比赛新闻'))
    """
    return tuple(
        (label, template.replace(_GAP, name))
        for label, listed in names.items()
        for template in templates or (_GAP,)
        for name in listed
    )
