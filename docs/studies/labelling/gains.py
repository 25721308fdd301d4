"""What strategies gained over random rows, from the results of `replay.py`.

    python docs/studies/labelling/gains.py FOLDER

prints the tables of docs/labelling.md and writes gains.csv beside this script.
"""

from __future__ import annotations

import csv
import dataclasses
import sys
from pathlib import Path

from bench.comparison.labelling_gains import Gain, gains
from bench.execution.results import find_runs

TABLE = Path(__file__).with_name("gains.csv")


def main() -> None:
    """Print the tables and write the gains."""
    results = Path(sys.argv[1]) / "results"
    lines = []
    for name in ("csl", "reviews", "sentences"):
        found = gains(find_runs([results / name]), "f1_macro")
        print(f"\n{name}\n\n| system | strategy | gain | 95 % | p (Holm) | labels as good as {found[0].last} random |")
        print("|---|---|---|---|---|---|")
        for gain in found:
            interval = f"[{gain.low:+.3f}, {gain.high:+.3f}]"
            reached = "not reached" if gain.as_good is None else str(gain.as_good)
            cells = [gain.system, gain.strategy, f"{gain.difference:+.3f}", interval, f"{gain.adjusted:.3f}", reached]
            print(f"| {' | '.join(cells)} |")
            lines.append([name, *(_written(value) for value in dataclasses.astuple(gain))])
    with TABLE.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerows([["set", *(field.name for field in dataclasses.fields(Gain))], *lines])


def _written(value: object) -> object:
    if isinstance(value, tuple):
        return " ".join(map(str, value))
    return f"{value:.4f}" if isinstance(value, float) else value


if __name__ == "__main__":
    main()
