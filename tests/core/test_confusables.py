"""Names that look alike are told; different names that merely resemble each other are not."""

from __future__ import annotations

import pytest

from bench.core.confusables import difference, look_alike
from bench.core.errors import INVISIBLE, RowError
from bench.core.labelled_texts import LabelledTexts
from bench.experiment.config import load_experiment

INVISIBLES = "\xad\u034f\u061c\u115f\u180e\u200b\u200c\u200d\u2060\u2064\u3164\uffa0\ufe00\ufe0f\ufeff\ufffa\U000e0041\U000e0101\U0001d173"
ALIKE = [
    ("体 育", "体\xa0育"), ("体 育", "体\u3000育"), ("体 育", "体\u2009育"), ("café", "cafe\u0301"), ("sport", "sp\u043ert"),
    ("A类", "\u0410类"), ("A类", "\u0391类"), ("A类", "Ａ类"), ("1级", "１级"), ("(一)", "（一）"), ("\u6a02", "\uf914"),
    ("一", "\u2f00"), ("가", "\u1100\u1161"), ("ﬁn", "fin"), ("𝐀", "A"), ("a-b", "a\u2010b"), ("x·y", "x・y"), ("pay", "рау"),
]  # fmt: skip
APART = [
    "体育", "体裁", "土", "士", "未", "末", "日", "曰", "己", "已", "巳", "l", "I", "1", "0", "O", "①", "②", "2", "²", "a", "A",
    "一", "ー", "改革", "改革开放", "工", "エ", "口", "囗", "国", "國", "党建", "黨建", "é", "e", "ö", "o",
]  # fmt: skip


def texts(*labels):
    return LabelledTexts(tuple(map(str, range(len(labels)))), ("文字",) * len(labels), labels)


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_two_labels_that_look_alike_are_refused_with_what_differs(one, other):
    with pytest.raises(RowError, match=r"^row 3: the label .* looks like .* of row 1, and is another: .*; write one"):
        texts(one, "别的", other)


def test_labels_that_differ_to_the_eye_are_kept():
    assert look_alike(APART) is None
    assert len(texts(*APART).classes) == len(APART)


@pytest.mark.parametrize("character", INVISIBLES)
@pytest.mark.parametrize("role", ["label", "id", "group"])
def test_a_name_holds_nothing_that_nobody_sees(character, role):
    name = f"体{character}育"
    names = {"row_ids": ("r",), "labels": ("l",), "groups": ("g",)} | {
        {"label": "labels", "id": "row_ids", "group": "groups"}[role]: (name,)
    }
    with pytest.raises(RowError, match=rf"the {role} .* holds the (control|invisible) character U\+"):
        LabelledTexts(texts=("文字",), **names)


def test_every_character_that_unicode_lets_programs_ignore_counts_as_invisible():
    assert all(INVISIBLE.search(character) for character in INVISIBLES)
    assert INVISIBLE.search("体育，Sport é ❤ 1·2 — “x”　가") is None


@pytest.mark.parametrize(
    ("one", "other"), [("svm", "ѕvm"), ("a", "а"), ("가", "\u1100\u1161"), ("A1", "ａ１"), ("x", "X")]
)
def test_two_systems_that_look_alike_are_refused(tmp_path, one, other):
    file = tmp_path / "own.yaml"
    systems = "\n".join(f"  - {{name: {name}, classifier: {{kind: majority}}}}" for name in (one, other))
    file.write_text(
        f"name: own\ndata: {{kind: corpus, config: all}}\nprotocol: {{kind: repeated-stratified}}\nsystems:\n{systems}\n",
        encoding="utf-8",
    )
    with pytest.raises(Exception, match=r"systems.1.name: .* is taken by .*; rename one"):
        load_experiment(file)


def test_a_system_is_not_named_by_a_letter_that_nobody_sees(tmp_path):
    file = tmp_path / "own.yaml"
    file.write_text(
        "name: own\ndata: {kind: corpus, config: all}\nprotocol: {kind: repeated-stratified}\n"
        "systems: [{name: a\u3164, classifier: {kind: majority}}]\n",
        encoding="utf-8",
    )
    with pytest.raises(Exception, match="cannot name a folder"):
        load_experiment(file)


@pytest.mark.parametrize(
    ("one", "other", "said"),
    [
        ("A类", "\u0410类", "U+0410 stands where the other has U+0041"),
        ("体育", "体育\u200b", "one has 1 characters more"),
        ("体育\u200b\u200c", "体育", "one has 2 characters more"),
    ],
)
def test_how_two_names_differ_is_said_by_the_first_character_that_does_or_by_their_number(one, other, said):
    assert difference(one, other) == said
