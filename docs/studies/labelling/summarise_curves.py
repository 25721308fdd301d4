"""How often extrapolated bands hold the known later score, from the files of `curves.py`.

    python docs/studies/labelling/summarise_curves.py FOLDER

prints the tables of docs/labelling.md and writes curves.csv beside this script: a line for each sample, system and
known point. Coverage is told for several values of what a curve's form is off for each doubling of the rows.
"""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

from bench.comparison import curve_fits
from bench.comparison.curve_fits import Curve, Extrapolation, extrapolate

TABLE = Path(__file__).with_name("curves.csv")
COLUMNS = ("set", "rows", "sample", "system", "family", "missed", "largest", "at", "known", "value", "low", "high")
FARTHER = (2, 4, 8)
TRIED = (0.0, 0.005, 0.01, 0.015, 0.02, 0.03)


def carried_on(folder: Path) -> list[tuple[dict[str, Any], Extrapolation]]:
    """Each known point, and the curve of a sample that is asked for it."""
    made = []
    for path in sorted(folder.glob("sample-*.json")):
        name, size, number = path.stem.removeprefix("sample-").rsplit("-", 2)
        last = round(int(size) * 4 / 5)
        for system, arrays in json.loads(path.read_bytes()).items():
            found = extrapolate(Curve(*(np.array(each) for each in arrays)))
            for times in FARTHER:
                known = json.loads((folder / f"known-{name}-{last * times}.json").read_bytes())[system]
                values = (name, size, number, system, found.family, found.missed, last, last * times)
                made.append((dict(zip(COLUMNS, (*values, float(np.mean(known))), strict=False)), found))
    return made


def points(made: list[tuple[dict[str, Any], Extrapolation]]) -> list[dict[str, Any]]:
    """Each known point beside the band that its curve gives for it."""
    rows = []
    for known, found in made:
        value, low, high = (float(each[0]) for each in found.at(np.array([float(known["at"])])))
        rows.append({**known, "value": value, "low": low, "high": high})
    return rows


def held(rows: list[dict[str, Any]]) -> str:
    """Share of bands that hold, and of how many."""
    inside = [row["low"] <= row["known"] <= row["high"] for row in rows]
    return f"{np.mean(inside):.0%} of {len(inside)}" if inside else "none"


def main() -> None:
    """Print the tables and write the points."""
    made = carried_on(Path(sys.argv[1]))
    usual = curve_fits.PER_DOUBLING
    print(
        "| off for each doubling | "
        + " | ".join(f"{times}× the rows" for times in FARTHER)
        + " | all | mean width at 4× |"
    )
    print("|---|---|---|---|---|---|")
    for tried in TRIED:
        curve_fits.PER_DOUBLING = tried
        rows = points(made)
        by_times = [[row for row in rows if row["at"] == times * row["largest"]] for times in FARTHER]
        width = np.mean([row["high"] - row["low"] for row in by_times[1]])
        print(f"| {tried:.3f} | " + " | ".join(map(held, [*by_times, rows])) + f" | {width:.3f} |")
    curve_fits.PER_DOUBLING = usual
    rows = points(made)
    with TABLE.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(
            [f"{row[name]:.4f}" if isinstance(row[name], float) else row[name] for name in COLUMNS] for row in rows
        )
    print("\n| set | rows | 2× | 4× | 8× | mean error at 4× |\n|---|---|---|---|---|---|")
    for name, size in sorted({(row["set"], row["rows"]) for row in rows}, key=lambda pair: (pair[0], int(pair[1]))):
        mine = [row for row in rows if (row["set"], row["rows"]) == (name, size)]
        each = [[row for row in mine if row["at"] == times * row["largest"]] for times in FARTHER]
        error = np.mean([row["value"] - row["known"] for row in each[1]])
        print(f"| {name} | {size} | " + " | ".join(map(held, each)) + f" | {error:+.3f} |")
    print("\n| family chosen | times | bands that hold |\n|---|---|---|")
    for family in sorted({row["family"] for row in rows}):
        mine = [row for row in rows if row["family"] == family]
        print(f"| {family} | {len(mine) // 3} | {held(mine)} |")
    far = [row for row in rows if row["missed"] > 0.1]
    print(f"\nmissed by more than .1 when held back: {len(far) // 3} curves; bands that hold: {held(far)}")


if __name__ == "__main__":
    main()
