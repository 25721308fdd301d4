"""Invalid values cannot be held; files are whole or absent; the store never gives what it was not given."""

from __future__ import annotations

import errno
import os
import pickle
import stat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.core.digests import canonical_json, digest
from bench.core.errors import INVISIBLE, BenchError, RowError, printable, quoted, suggest
from bench.core.files import write_whole
from bench.core.labelled_texts import GivenParts, LabelledTexts
from bench.core.pages import Fragment, Span
from bench.core.registry import Registry


@pytest.mark.parametrize(("start", "end"), [(-1, 2), (2, 2), (3, 2)])
def test_a_span_runs_forward(start, end):
    with pytest.raises(ValueError, match="a span runs forward"):
        Span(start, end)


@pytest.mark.parametrize("spans", [(), (Span(2, 4), Span(3, 5)), (Span(5, 6), Span(1, 2))])
def test_spans_stand_in_order_without_overlap(spans):
    with pytest.raises(ValueError, match="span"):
        Fragment("text", spans)


def test_labelled_texts_have_unique_ids_and_equal_columns():
    with pytest.raises(RowError, match="row 2: id 'a' appears twice, first in row 1"):
        LabelledTexts(("a", "a"), ("x", "y"), ("1", "2"))
    with pytest.raises(ValueError, match="one length"):
        LabelledTexts(("a",), ("x", "y"), ("1", "2"))
    with pytest.raises(ValueError, match="one length"):
        LabelledTexts((), (), ())


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("甲\n", r"'甲\\n' has blanks at an end; write '甲'"),
        ("\u3000甲", r"'\\u3000甲' has blanks at an end; write '甲'"),
        ("a\tb", r"'a\\tb' holds the control character U\+0009"),
        ("\x1b[31m甲", r"'\\x1b\[31m甲' holds the control character U\+001B"),
        ("a\u202eb", r"'a\\u202eb' holds the control character U\+202E"),
        ("a\u2066b", "holds the control character U[+]2066"),
        ("\ufeff甲", r"'\\ufeff甲' holds the control character U\+FEFF"),
        ("a\ud800", "holds the control character U[+]D800"),
        ("", "is missing"),
        (" ", "is missing"),
        (None, "is missing"),
        (3, "must be a string, got 3"),
    ],
)
@pytest.mark.parametrize("role", ["id", "label", "group"])
def test_a_name_that_does_not_look_like_what_it_is_is_refused_with_its_row(role, name, told):
    columns = {"id": ("a", "b"), "label": ("1", "2"), "group": ("g", "g")}
    columns[role] = (columns[role][0], name)
    with pytest.raises(RowError, match=f"^row 2: the {role} .*{told}") as error:
        LabelledTexts(columns["id"], ("x", "y"), columns["label"], columns["group"])
    assert error.value.row == 1
    assert INVISIBLE.search(str(error.value)) is None


@pytest.mark.parametrize("text", ["a\nb", " \x1b[31m\u202e ", "\u200d"])
def test_a_text_may_hold_anything_but_blanks_alone_and_half_characters(text):
    assert LabelledTexts(("a",), (text,), ("1",)).texts == (text,)


@pytest.mark.parametrize(
    ("text", "told"), [("\n", "missing"), (None, "missing"), (b"x", "string"), ("一\ud800", "U.D800")]
)
def test_a_text_that_is_none_is_refused_with_its_row(text, told):
    with pytest.raises(RowError, match=f"^row 2: .*{told}"):
        LabelledTexts(("a", "b"), ("x", text), ("1", "2"))


@given(text=st.text() | st.text(alphabet="\n\x1b\u202ea\ud800\\"))
def test_an_error_holds_no_character_that_a_terminal_obeys(text):
    for error in (BenchError(text, place=text), BenchError(suggest(text, [text])), RowError(0, text)):
        assert INVISIBLE.search(str(error)) is None
        assert str(pickle.loads(pickle.dumps(error))) == str(error)  # noqa: S301
    assert printable(printable(text)) == printable(text)


def test_an_error_quotes_a_large_value_in_few_characters():
    deep: list[object] = []
    for _ in range(5000):
        deep = [deep]
    values = ["长" * 10**6, list(range(10**6)), {str(at): "x" * 1000 for at in range(100)}, 10**6000, -(16**5000), deep]
    for value in values:
        assert len(quoted(value)) < 1000
        assert len(suggest(value if isinstance(value, str) else "x", ["y" * 10**6] * 1000)) < 10_000


def test_any_change_of_the_data_changes_its_digest():
    base = LabelledTexts(("a", "b"), ("x", "y"), ("1", "2"), ("g", "h"))
    others = [
        LabelledTexts(("b", "a"), ("y", "x"), ("2", "1"), ("h", "g")),
        LabelledTexts(("a", "b"), ("x", "y"), ("2", "1"), ("g", "h")),
        LabelledTexts(("a", "b"), ("x", "yy"), ("1", "2"), ("g", "h")),
        LabelledTexts(("a", "b"), ("x", "y"), ("1", "2"), ("g", "g")),
        LabelledTexts(("a", "b"), ("x", "y"), ("1", "2")),
    ]
    assert len({data.sha256() for data in [base, *others]}) == 6
    assert base.sha256() == LabelledTexts(("a", "b"), ("x", "y"), ("1", "2"), ("g", "h")).sha256()


def test_no_column_runs_into_another_in_the_digest():
    ids, texts, labels = ("a", "b", "c"), ("x", "y", "z"), ("1", "2", "1")
    grouped = LabelledTexts(ids, texts, labels, ("d", "u", "2"))
    # One digest over all values in a row would take the three groups for a fourth row.
    assert LabelledTexts((*ids, "d"), (*texts, "u"), (*labels, "2")).sha256() != grouped.sha256()


def test_every_part_is_in_the_digest_and_notes_are_not():
    rows = (("a", "b", "c"), ("x", "y", "z"), ("1", "2", "1"))
    cuts = [
        None,
        GivenParts((range(3),)),
        GivenParts((range(2), range(2, 3))),
        GivenParts((range(2),), test=range(2, 3)),
        GivenParts((range(1),), test=range(1, 3)),
        GivenParts((range(2),), (range(2, 3),)),
        GivenParts((range(1),), (range(1, 2),), range(2, 3)),
    ]
    assert len({LabelledTexts(*rows, parts=parts).sha256() for parts in cuts}) == len(cuts)
    noted = LabelledTexts(*rows, notes=("read as GB18030",))
    assert (noted, noted.sha256()) == (LabelledTexts(*rows), LabelledTexts(*rows).sha256())


@pytest.mark.parametrize(
    "parts",
    [
        ((),),
        ((range(2), range(3, 4)),),
        ((range(2), range(1, 4)),),
        ((range(0, 4, 2),),),
        ((range(2), range(2, 2)),),
        ((range(1), range(1, 2), range(2, 3)), (range(3, 4), range(4, 5))),
        ((range(2),), (range(2, 3),), range(4, 5)),
    ],
)
def test_given_parts_follow_each_other_and_pair_up(parts):
    with pytest.raises(ValueError, match="parts"):
        GivenParts(*parts)


def test_given_parts_are_all_rows_and_know_their_validation():
    with pytest.raises(ValueError, match="together all 3 rows"):
        LabelledTexts(("a", "b", "c"), ("x",) * 3, ("1",) * 3, parts=GivenParts((range(2),)))
    paired = GivenParts((range(1), range(1, 2)), (range(2, 3), range(3, 4)), range(4, 6))
    shared = GivenParts((range(1), range(1, 2)), (range(2, 3),))
    assert [paired.validation_of(part) for part in range(2)] == [range(2, 3), range(3, 4)]
    assert [shared.validation_of(part) for part in range(2)] == [range(2, 3)] * 2
    assert GivenParts((range(1),)).validation_of(0) is None


def test_a_digest_takes_half_surrogates_and_tells_parts_apart():
    assert digest(["\ud800"]) != digest(["?"])
    assert digest(["ab", ""]) != digest(["a", "b"])


def test_canonical_json_refuses_what_json_cannot_say():
    with pytest.raises(ValueError, match="JSON"):
        canonical_json(float("nan"))


def test_a_failed_write_leaves_the_old_file_and_no_neighbour(tmp_path, monkeypatch):
    path = tmp_path / "file"
    write_whole(path, b"old")
    monkeypatch.setattr("os.replace", lambda *_: (_ for _ in ()).throw(OSError("full")))
    with pytest.raises(OSError, match="full"):
        write_whole(path, b"new")
    assert path.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["file"]


@pytest.mark.parametrize("umask", [0o022, 0o027, 0o077, 0o002])
def test_a_new_file_has_the_permissions_of_any_new_file_and_an_old_one_keeps_its_own(tmp_path, umask):
    before = os.umask(umask)
    try:
        (tmp_path / "plain").write_bytes(b"")
        write_whole(tmp_path / "new", b"x")
        assert (tmp_path / "new").stat().st_mode == (tmp_path / "plain").stat().st_mode
        (tmp_path / "new").chmod(0o640)
        write_whole(tmp_path / "new", b"y")
        assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o640
    finally:
        os.umask(before)


def test_a_write_that_fails_names_the_path_and_leaves_no_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(
        "os.replace", lambda *_: (_ for _ in ()).throw(OSError(errno.ENOSPC, "No space left on device"))
    )
    path = tmp_path / "new" / "deep" / "file"
    with pytest.raises(OSError, match="No space left") as error:
        write_whole(path, b"x")
    assert error.value.filename == str(path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(getattr(os, "geteuid", lambda: 1)() == 0, reason="root writes into every folder")
def test_a_folder_that_may_not_be_written_is_named(tmp_path):
    tmp_path.chmod(0o555)
    with pytest.raises(PermissionError) as error:
        write_whole(tmp_path / "file", b"x")
    assert error.value.filename == str(tmp_path / "file")


def test_two_classes_cannot_claim_one_kind():
    registry: Registry[object] = Registry("thing", package="bench.core", group="banmian.nothing")
    registry.register("a")(dict)
    with pytest.raises(ValueError, match="two classes claim"):
        registry.register("a")(list)


def test_an_unknown_kind_is_told_with_the_known_ones():
    registry: Registry[object] = Registry("thing", package="bench.core", group="banmian.nothing")
    registry.register("alpha")(dict)
    with pytest.raises(BenchError, match=r"unknown thing kind 'alhpa'; did you mean 'alpha'\? Known: alpha"):
        registry["alhpa"]
