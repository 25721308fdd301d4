"""Prints the wings of bench with their modules and lines, as they are now: `python docs/studies/house.py`."""

from __future__ import annotations

import tomllib
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[2]
BENCH = ROOT / "bench"


def main() -> None:
    """One line a wing, the top one first."""
    modules, lines = Counter[str](), Counter[str]()
    for path in BENCH.rglob("*.py"):
        wing = path.relative_to(BENCH).parts[0]
        modules[wing] += 1
        lines[wing] += len(path.read_text(encoding="utf-8").splitlines())
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    layers = next(each["layers"] for each in contracts if each.get("containers") == ["bench"])
    print(f"{'wing':<12}{'modules':>8}{'lines':>8}")
    for wing in (name.strip() for layer in layers for name in layer.split("|") if name != "__main__"):
        print(f"{wing:<12}{modules[wing]:>8}{lines[wing]:>8}")


if __name__ == "__main__":
    main()
