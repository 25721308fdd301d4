"""The project's own tasks hold what they say."""

from __future__ import annotations

import importlib.util
import re
import tomllib

import pytest

from tests.conftest import LONGEST


@pytest.fixture(scope="module")
def noxfile(root):
    pytest.importorskip("nox", reason="nox is a tool of development")
    spec = importlib.util.spec_from_file_location("noxfile_here", root / "noxfile.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_quick_runs_some_tests_of_every_wing(root, noxfile):
    contracts = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    [layers] = [contract["layers"] for contract in contracts if contract.get("containers") == ["bench"]]
    wings = {wing.strip() for layer in layers for wing in layer.split("|")} - {"__main__"}
    assert noxfile.QUICK_TESTS.keys() == wings
    for wing, files in noxfile.QUICK_TESTS.items():
        texts = [(root / file.partition("::")[0]).read_text(encoding="utf-8") for file in files]
        assert any(re.search(rf"\bbench\.{wing}\b|from bench import.*\b{wing}\b", text) for text in texts), wing
        assert all(re.search(r"^def test_", text, re.MULTILINE) for text in texts), wing


def test_tests_that_tasks_name_are_there(root, noxfile):
    for named in (
        *sum(noxfile.QUICK_TESTS.values(), ()),
        *noxfile.KERNEL_TESTS,
        *noxfile.SHORT_TESTS,
        *noxfile.NEWEST_TESTS,
    ):
        file, _, test = named.partition("::")
        text = (root / file).read_text(encoding="utf-8")
        assert not test or f"def {test.partition('[')[0]}(" in text


def test_files_that_start_first_are_there(root):
    assert [name for name in LONGEST if not (root / "tests" / name).is_file()] == []


def test_the_hooks_before_a_commit_run_what_the_environment_has_and_fetch_nothing(root):
    from ruamel.yaml import YAML

    hooks = YAML(typ="safe").load((root / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    assert [repository["repo"] for repository in hooks["repos"]] == ["local"]
    for hook in hooks["repos"][0]["hooks"]:
        assert hook["language"] == "system"
        assert hook["entry"].startswith(".venv/bin/")
