"""Finds the class that a package file or an installed plug-in registered for the name of a kind."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from importlib.metadata import entry_points
from typing import Generic, TypeVar

from bench.core.errors import BenchError, suggest

T = TypeVar("T")


class Registry(Generic[T]):
    """Kinds of one component, found by importing every module of `package` and every entry point of `group`.

    A file dropped into the package, or a distribution that declares an entry point, is all that a new kind takes.
    Nothing is imported before the first look-up.
    """

    def __init__(self, noun: str, *, package: str, group: str) -> None:
        self.noun = noun
        self.package = package
        self.group = group
        self._classes: dict[str, type[T]] = {}
        self._discovered = False

    def register(self, kind: str) -> Callable[[type[T]], type[T]]:
        """Class decorator: this class is what `kind` names. Raises ValueError where two classes claim one kind."""

        def note(cls: type[T]) -> type[T]:
            if kind in self._classes and self._classes[kind].__qualname__ != cls.__qualname__:
                raise ValueError(f"two classes claim the {self.noun} kind {kind!r}: {self._classes[kind]} and {cls}")
            self._classes[kind] = cls
            return cls

        return note

    def classes(self) -> dict[str, type[T]]:
        """Every kind with its class, sorted by kind."""
        self._discover()
        return dict(sorted(self._classes.items()))

    def __getitem__(self, kind: str) -> type[T]:
        """The class of a kind. Raises BenchError with the known kinds for an unknown one."""
        self._discover()
        if kind not in self._classes:
            raise BenchError(f"unknown {self.noun} kind {kind!r}{suggest(kind, self.classes())}")
        return self._classes[kind]

    def _discover(self) -> None:
        if self._discovered:
            return
        package = importlib.import_module(self.package)
        for module in pkgutil.iter_modules(package.__path__):
            importlib.import_module(f"{self.package}.{module.name}")
        for plugin in entry_points(group=self.group):
            plugin.load()
        self._discovered = True
