"""Sentences on what systems are made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bench.report.wording.base import Bilingual, in_language, several


def alike(versions: Mapping[str, str], machine: str) -> Bilingual:
    """The versions that all systems of a table ran with. machine: the one that all ran on; empty if not known."""
    named = ", ".join(f"{name} {version}" for name, version in versions.items())
    there = (f" on {machine}", f"，在 {machine} 上运行") if machine else ("", "")
    return Bilingual(f"All ran with {named}{there[0]}.", f"全部使用 {named}{there[1]}。")


YES, NO = Bilingual("yes", "是"), Bilingual("no", "否")
ONE_VALUE = Bilingual("nothing to tune", "无需调参")
MISTAKES_OF = Bilingual("show", "查看")


def calibrated(classifier: str, calibration: str) -> Bilingual:
    """A classifier whose probabilities are calibrated. calibration: how, as it is set."""
    return Bilingual(f"{classifier}, calibration {calibration}", f"{classifier}，校准 {calibration}")


def learning(classifier: str, unlabelled: str) -> Bilingual:
    """A classifier in a system that learns from texts without labels. unlabelled: how, as it is set."""
    chinese = in_language(classifier, "zh")
    return Bilingual(f"{classifier}; unlabelled: {unlabelled}", f"{chinese}；无标签文字：{unlabelled}")


def values_chosen(name: str, values: Sequence[tuple[str, int]], more: int) -> Bilingual:
    """The values that tuning chose, each with how often it was chosen.

    name: the field that the values belong to, empty where they name it themselves. more: how many others were chosen.
    """
    named = (f"{name}: " if name else "") + ", ".join(f"{value} ({times}×)" for value, times in values)
    rest = (f", {several(more, 'other')}", f"，另有 {more} 种") if more else ("", "")
    return Bilingual(named + rest[0], named + rest[1])
