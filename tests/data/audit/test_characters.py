"""Damaged, mixed and doubled characters: every planted one is found, clean text raises nothing."""

from __future__ import annotations

import pytest

from bench.data.audit.base import SEVERITIES, audit
from bench.data.audit.checks.encoding import FAULTS
from bench.data.audit.checks.widths import STYLES

PLANTED = {
    "replacement": ["政\ufffd府"],
    "control": ["政\x00府", "政\x08府", "政\x85府"],
    "private use": ["政\ue5e5府", "政\U000f0001府"],
    "invisible": ["政\u200b府", "政\u202e府", "\ufeff政府", "政\u00ad府", "葛\U000e0100城", "政\u2066府", "政\u200d府"],
    "look-alike": ["\u2f00次", "\uf9dd用", "\U0002f800人", "\u2ed4前"],
    "combining": ["cafe\u0301", "か\u3099"],
}
SOUND = [
    "《政府》——“好”！",
    "一\t二\n三",
    "café naïve Ångström",
    "👩\u200d🔬 ❤\ufe0f",
    "αβγ ±5°C × 10·2",
    "𠮷野家 﨑",
    "ガギグ",
    "3.5% £20",
    "————论“好”——“不好”",
    "面反射镜",
    "±°×÷«»",
]


@pytest.mark.parametrize(("sort", "text"), [(sort, text) for sort, texts in PLANTED.items() for text in texts])
def test_a_planted_character_is_found_with_its_row_and_made_visible(texts, findings, data_of, sort, text):
    data = data_of([*texts[:7], text + texts[7], *texts[8:]])
    [found] = findings("encoding", data)
    assert (found.figures["sort"], found.severity, found.rows) == (sort, FAULTS[sort].severity, ("r7",))
    row, point, shown = found.examples.rows[0]
    assert row == "r7"
    assert point.startswith("U+")
    if sort not in {"look-alike", "replacement"}:
        assert f"<{point}>" in shown


@pytest.mark.parametrize("text", SOUND)
def test_sound_text_of_many_sorts_is_no_damage(findings, data_of, text):
    data = data_of([text, "政府"])
    assert [finding.message for kind in ("encoding", "mojibake") for finding in findings(kind, data)] == []


DAMAGES = {
    "UTF-8 read as Latin-1": lambda text: text.encode().decode("latin-1"),
    "UTF-8 read as Windows-1252": lambda text: text.encode().decode("cp1252", "ignore"),
    "GBK read as Latin-1": lambda text: text.encode("gbk", "ignore").decode("latin-1"),
    "UTF-8 read as GBK": lambda text: text.encode().decode("gbk", "ignore"),
    "what was lost read as GBK": lambda text: (
        text.encode("gbk", "ignore").decode("utf-8", "replace").encode().decode("gbk", "ignore")
    ),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_text_of_the_real_page_decoded_wrongly_is_found(texts, findings, data_of, damage):
    for row in range(len(texts)):
        damaged = [DAMAGES[damage](text) if at == row else text for at, text in enumerate(texts)]
        [found] = findings("mojibake", data_of(damaged))
        assert (found.severity, found.rows) == ("fault", (f"r{row}",))


@pytest.mark.parametrize(
    ("text", "meant"), [("cafÃ© noir", "é"), ("5Â°C", "°"), ("娴嬭瘯", None), ("ÖÐ¹ú", "中国"), ("烫烫烫烫", "lost")]
)
def test_short_damage_is_found_from_four_characters_on(findings, data_of, text, meant):
    found = findings("mojibake", data_of([text, "政府"]))
    assert [finding.examples.rows[0][2] for finding in found] == ([] if meant is None else [meant])


def test_traditional_characters_in_simplified_text_are_found_by_the_row(texts, findings, data_of):
    data = data_of([*texts[:4], texts[4].replace("发展", "發展").replace("组织", "組織") + "國際機構", *texts[5:]])
    [found] = findings("scripts", data)
    assert (found.severity, found.rows) == ("risk", ("r4",))
    assert "國" in found.examples.rows[0][1]


def test_one_foreign_character_is_a_note_since_a_name_may_keep_its_writing(texts, findings, data_of):
    [found] = findings("scripts", data_of([*texts, "他在陸虎公司当过记者，写过许多报道。"]))
    assert (found.severity, found.examples.rows[0][1]) == ("note", "陸")


def test_a_text_wholly_in_the_other_script_is_told_apart_from_a_mixed_one(texts, findings, data_of):
    [found] = findings("scripts", data_of([*texts, "國際機構發展組織"]))
    assert "in traditional characters, where most of the data is simplified" in found.message
    [found] = findings("scripts", data_of(["國際機構發展組織", "會議開幕", "国际机构"]))
    assert "in simplified characters, where most of the data is traditional" in found.message


def test_characters_that_both_scripts_use_count_for_neither(findings, data_of):
    assert findings("scripts", data_of(["国际机构发展组织", "皇后公里干支台湾面松著作乾隆"])) == []
    assert findings("scripts", data_of(["國際機構發展組織", "皇后公里干支台松著作乾隆面"])) == []


SAMPLES = {
    "letters and digits": ("2024年GDP", "２０２４年"),
    "punctuation beside Chinese characters": ("好，走", "好,走"),
    "brackets beside Chinese characters": ("（甲）", "(甲)"),
    "double quotation marks": ("“好”", '"好"'),
    "percent signs": ("5%", "5％"),
    "katakana": ("カナ", "ｶﾅ"),
    "blanks": ("甲 乙", "甲\u3000乙"),
}


@pytest.mark.parametrize("sign", STYLES)
def test_a_sign_written_in_two_ways_is_found_and_in_one_is_not(findings, data_of, sign):
    common, rare = SAMPLES[sign]
    [found] = findings("widths", data_of([common, common, rare]))
    assert found.message.startswith(sign)
    assert (found.severity, found.rows) == ("note", ("r2",))
    assert findings("widths", data_of([common] * 3)) == []
    assert findings("widths", data_of([rare] * 3)) == []


def test_half_width_marks_inside_latin_text_are_sound(findings, data_of):
    assert findings("widths", data_of(["他说：好，走。", "GPS, GIS: fine (really); 1,000?"])) == []


def test_the_clean_page_raises_nothing_but_what_is_true_of_it(corpus):
    found = audit(corpus)
    assert {finding.check for finding in found.findings} == {"annotators", "blocked-splits", "confounding"}
    assert [SEVERITIES.index(finding.severity) for finding in found.findings] == sorted(
        SEVERITIES.index(finding.severity) for finding in found.findings
    )
    assert {"duplicates", "near-duplicates", "boilerplate", "encoding", "mojibake", "scripts", "widths"} <= set(
        found.clean
    )


def test_twelve_thousand_real_texts_hold_only_the_faults_that_a_reader_confirms(csl_rows, findings, data_of):
    """Two private-use characters; in names and terms, traditional characters; one title half in traditional."""
    data = data_of(*csl_rows("cls_ctg/train", "cls_ctg/dev", "cls_ctg/test", "cls_dcp/dev", "cls_dcp/test"))
    assert findings("mojibake", data) == []
    (private,) = (found for found in findings("encoding", data) if found.figures["sort"] == "private use")
    assert private.figures["rows"] <= 5
    rows = [row for found in findings("scripts", data) for row in found.rows]
    assert len(rows) <= 15
