"""The JSON Schema of experiment files says what the program says."""

from __future__ import annotations

import json

import jsonschema
import pytest
from ruamel.yaml import YAML

from bench import api
from bench.core.errors import BenchError
from bench.experiment.config import load_experiment

FIRST = "# yaml-language-server: $schema=../docs/experiment.schema.json"
BAD = [
    ("name: quick", "title: quick"),
    ("folds: 5", "fold: 5"),
    ("tokens: word", "token: word"),
    ("C: [0.3, 3]", "C: [0, 3]"),
    ("kind: majority", "kind: mayority"),
    ("config: paragraphs", "config: pages"),
    ("ngrams: [1, 2]", "ngrams: [1, 2, 3]"),
    ("classifier: {kind: length}", "clasifier: {kind: length}"),
]


@pytest.fixture(scope="module")
def validator(root):
    schema = json.loads((root / "docs" / "experiment.schema.json").read_bytes())
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def _plain(text):
    return YAML(typ="safe", pure=True).load(text)


def test_the_committed_schema_is_the_one_that_the_program_writes(root):
    written = (root / "docs" / "experiment.schema.json").read_bytes()
    assert written == api.schema(), "bench schema --out docs/experiment.schema.json --force"


def test_every_committed_experiment_is_valid_and_names_its_schema(root, validator):
    paths = sorted((root / "configs").glob("*.yaml"))
    assert paths
    for path in paths:
        text = path.read_text(encoding="utf-8")
        assert text.splitlines()[0] == FIRST
        validator.validate(_plain(text))


@pytest.mark.parametrize(("old", "new"), BAD, ids=[new for _, new in BAD])
def test_what_the_program_refuses_the_schema_refuses(root, tmp_path, validator, old, new):
    text = (root / "configs" / "quick.yaml").read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "bad.yaml").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(BenchError):
        load_experiment(tmp_path / "bad.yaml")
    assert not validator.is_valid(_plain(text.replace(old, new, 1)))


@pytest.mark.parametrize("value", ["1", "[0.1, 1]", "0.5"])
def test_one_value_and_a_list_of_values_are_both_valid(root, validator, value):
    text = (root / "configs" / "quick.yaml").read_text(encoding="utf-8")
    validator.validate(_plain(text.replace("C: [0.3, 3]", f"C: {value}")))


def test_every_key_is_explained(root):
    schema = json.loads((root / "docs" / "experiment.schema.json").read_bytes())
    unexplained = [
        f"{name}.{key}"
        for name, each in [("Experiment", schema), *schema["$defs"].items()]
        for key, field in each["properties"].items()
        if key != "kind" and "description" not in field
    ]
    assert unexplained == []
