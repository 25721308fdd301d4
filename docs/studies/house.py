"""Prints the wings of bench with their modules and lines, and the small modules that one other alone imports.

python docs/studies/house.py
"""

from __future__ import annotations

import ast
import tomllib
from collections import Counter, defaultdict
from pathlib import Path

ROOT = Path(__file__).parents[2]
BENCH = ROOT / "bench"
SMALL = 60
"""Lines below which a module is small."""


def main() -> None:
    """One line a wing, the top one first; then one line a small module with one importer."""
    modules, lines = Counter[str](), Counter[str]()
    for path in BENCH.rglob("*.py"):
        wing = path.relative_to(BENCH).parts[0]
        modules[wing] += 1
        lines[wing] += _lines(path)
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    layers = next(each["layers"] for each in contracts if each.get("containers") == ["bench"])
    print(f"{'wing':<12}{'modules':>8}{'lines':>8}")
    for wing in (name.strip() for layer in layers for name in layer.split("|") if name != "__main__"):
        print(f"{wing:<12}{modules[wing]:>8}{lines[wing]:>8}")
    importers = imported_by()
    alone = [name for name, by in importers.items() if len(by) == 1 and _path(name).name != "__init__.py"]
    small = [name for name in sorted(alone) if _lines(_path(name)) < SMALL]
    print(f"\n{len(alone)} modules are imported by one other, {len(small)} of them have fewer than {SMALL} lines:")
    for name in small:
        print(f"{name:<48}{_lines(_path(name)):>4}  {next(iter(importers[name]))}")


def imported_by() -> dict[str, set[str]]:
    """Each module of bench to those that import it anywhere, inside functions too."""
    names = {_name(path) for path in BENCH.rglob("*.py")}
    found: dict[str, set[str]] = defaultdict(set)
    for name in names:
        for node in ast.walk(ast.parse(_path(name).read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module:
                for each in node.names:
                    whole = f"{node.module}.{each.name}"
                    found[whole if whole in names else node.module].add(name)
    return {name: by - {name} for name, by in found.items() if name in names}


def _name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _path(name: str) -> Path:
    path = ROOT.joinpath(*name.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def _lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


if __name__ == "__main__":
    main()
