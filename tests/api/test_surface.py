"""What is public is the list in `bench/__init__.py`: held here, typed, documented, light to import."""

from __future__ import annotations

import ast
import inspect
import subprocess
import sys
from importlib import import_module
from types import ModuleType

import pytest

import bench

SURFACE = [
    "Across",
    "BenchError",
    "BenchWarning",
    "Comparisons",
    "Differences",
    "Experiment",
    "Explained",
    "FittedModel",
    "Kinds",
    "NextRows",
    "Results",
    "System",
    "audit",
    "compare",
    "compare_across",
    "dataset",
    "difference",
    "export",
    "fit",
    "kinds",
    "load_experiment",
    "load_model",
    "load_paragraphs",
    "load_results",
    "next_rows",
    "pipeline",
    "plan",
    "repair_page",
    "report",
    "run",
    "verify",
]
"""What users build on. A name that goes, or changes its meaning, needs a line in CHANGELOG.md."""

FUNCTIONS = [name for name in SURFACE if name[0].islower()]


def test_the_public_names_are_these():
    assert sorted(bench.__all__) == SURFACE
    assert set(SURFACE) <= set(dir(bench))


def test_types_and_names_are_one_list(root):
    """What a type checker sees under TYPE_CHECKING is what a user gets."""
    tree = ast.parse((root / "bench" / "__init__.py").read_text(encoding="utf-8"))
    [block] = [node for node in tree.body if isinstance(node, ast.If)]
    typed = {
        alias.asname: (node.module, alias.name)
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert sorted(typed) == SURFACE
    for name, (module, own) in typed.items():
        assert getattr(bench, name) is getattr(import_module(module), own)


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="has no attribute 'rnu'"):
        _ = bench.rnu


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_says_what_it_takes_gives_and_raises(name):
    function = getattr(bench, name)
    signature = inspect.signature(function)
    assert signature.return_annotation is not inspect.Signature.empty
    assert all(each.annotation is not inspect.Parameter.empty for each in signature.parameters.values())
    text = inspect.getdoc(function)
    assert len(text.splitlines()[0]) > 20
    if name not in {"plan", "repair_page"}:  # plan: those of run
        assert "Raises " in text
    if name not in {"load_experiment", "repair_page"}:
        missing = [each for each in signature.parameters if each not in text and each != "progress"]
        assert [each for each in missing if name != "plan"] == []


def test_a_wing_of_the_same_name_never_hides_a_function():
    """`bench.report` is a folder, too, which the import system would hang onto the package."""
    code = (
        "import bench, bench.report.rich_text, bench.report.tables; from bench.report import plots\n"
        "from types import FunctionType, ModuleType\n"
        "assert isinstance(bench.report, FunctionType), bench.report\n"
        "assert isinstance(plots, ModuleType) and bench.core is not None"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)
    assert not any(isinstance(getattr(bench, name), ModuleType) for name in SURFACE)


def test_importing_bench_imports_nothing_heavy():
    code = (
        "import sys; before = set(sys.modules); import bench\n"
        "new = {name.partition('.')[0] for name in set(sys.modules) - before}\n"
        "print(sorted(new - set(sys.stdlib_module_names)))"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, timeout=120)
    assert done.stdout == "['bench']\n"


def test_a_verb_of_the_command_line_has_its_function():
    """The command line is a shell: what it does is in `bench.api`, under the verb's own name."""
    from bench import api
    from bench.cli.entry import bench as command

    elsewhere = {
        "list": "kinds",
        "labels": "export_labels",
        "cache": "cache_info",
        "explain": "load_model",
        "next": "next_rows",
    }
    own = {"completion"}
    for verb in set(command.commands) - own:
        assert hasattr(api, elsewhere.get(verb, verb)), verb
