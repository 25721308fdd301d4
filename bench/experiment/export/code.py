"""Source code of a Python script, assembled from expressions, their imports and their definitions."""

from __future__ import annotations

import ast
import inspect
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import PackageNotFoundError, packages_distributions, version
from types import ModuleType
from typing import Any

from bench.core.errors import BenchError

_holders = cache(packages_distributions)
"""The distributions that hold each module. To find them takes a second where many are installed."""


@dataclass(slots=True)
class Code:
    """The lines that expressions of a script need, each once, in the order in which they were first needed."""

    imports: dict[str, None] = field(default_factory=dict)
    definitions: dict[str, None] = field(default_factory=dict)

    def need(self, *lines: str) -> None:
        """Import lines."""
        self.imports |= dict.fromkeys(lines)

    def requirements(self, *modules: str) -> list[str]:
        """The distributions that the imports need, in the installed versions, as PEP 508 writes them; sorted.

        modules: what is needed beside what is imported. A distribution that is not installed here has no version.
        """
        needed = {*modules, *(line.split()[1].partition(".")[0] for line in self.imports)} - sys.stdlib_module_names
        if not needed <= _holders().keys():
            _holders.cache_clear()  # it may have been installed since
        holders = _holders()
        return sorted({_pinned(min(holders.get(module, [module]))) for module in needed}, key=str.casefold)

    def define(self, source: str) -> None:
        """A class or function."""
        self.definitions[source.strip()] = None

    def copy_module(self, module: ModuleType) -> None:
        """All of a module, and its imports of other packages; what it imports of bench is copied by itself."""
        lines: list[str] = []
        for statement, source in _statements(module):
            if not isinstance(statement, ast.Import | ast.ImportFrom):
                lines.append(source)
            elif not re.match(r"from (__future__|bench)\b", source):
                self.need(source)
        self.define(re.sub(r"  # (type: ignore|noqa).*", "", "\n\n\n".join(lines)))

    def estimator(self, built: Any) -> str:
        """An unfitted estimator as an expression; classes of bench are copied out, scikit-learn's imported.

        Raises BenchError for an estimator of another package, as a plug-in's may be.
        """
        for part in _parts(built):
            self._know(type(part))
        return " ".join(repr(built).split())

    def _know(self, cls: type[Any]) -> None:
        package = cls.__module__.partition(".")[0]
        if package == "sklearn":
            self.need(f"from {_public(cls.__module__)} import {cls.__name__}")
        elif cls.__module__.startswith("bench.systems.classifiers."):
            self._copy(cls)
        else:
            raise BenchError(f"{cls.__name__} of the package {package!r} cannot be exported: it is not scikit-learn's")

    def _copy(self, cls: type[Any]) -> None:
        """The class, the functions of its module that it calls, and that module's imports of other packages."""
        module = inspect.getmodule(cls)
        source = inspect.getsource(cls)
        if module is None:
            raise BenchError(f"{cls.__name__} cannot be exported: its source is not there")
        for line in inspect.getsource(module).splitlines():
            if re.match(r"(import|from) (?!__future__|bench|pydantic|typing|numpy\.typing)", line):
                self.need(line)
        for name, helper in inspect.getmembers(module, inspect.isfunction):
            if helper.__module__ == cls.__module__ and re.search(rf"\b{name}\(", source):
                self.define(inspect.getsource(helper))
        self.define(re.sub(r"  # type: ignore\[\w+\]", "", source))


def _statements(module: ModuleType) -> Iterator[tuple[ast.stmt, str]]:
    """What a module consists of, but for its docstring, each with its source."""
    source = inspect.getsource(module)
    for statement in ast.parse(source).body:
        if not isinstance(statement, ast.Expr):
            decorators = getattr(statement, "decorator_list", [])
            first = min([statement.lineno, *(each.lineno for each in decorators)])
            yield statement, "\n".join(source.splitlines()[first - 1 : statement.end_lineno])


def _pinned(distribution: str) -> str:
    try:
        return f"{distribution}=={version(distribution)}"
    except PackageNotFoundError:
        return distribution


def _parts(built: Any) -> Iterator[Any]:
    yield built
    for value in built.get_params(deep=True).values():
        if hasattr(value, "get_params"):
            yield value


def _public(module: str) -> str:
    """The module under which scikit-learn documents what it defines in a private one."""
    return ".".join(part for part in module.split(".") if not part.startswith("_"))
