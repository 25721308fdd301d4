"""The section on texts without labels of docs/accuracy.md, from unlabelled.csv, which `unlabelled.py` fills."""

from __future__ import annotations

import csv
import statistics
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

from scipy.stats import t

FILE = Path(__file__).with_name("unlabelled.csv")
Accuracies = Mapping[str, Mapping[int, float]]
"""Of one set and size: system, then draw, in percent."""
Figures = Mapping[tuple[str, str], Accuracies]
"""By set and rows a class."""

MEANT = {
    "titles": "titles",
    "titles, natural shares": "titles with test rows in natural shares",
    "reviews": "reviews",
}
SETS = tuple(MEANT)
BEST, SUREST = "few-shot, self-training, 1 x 0.5", "few-shot, self-training, 3 x 0.1"
FEATURES, CENTROID = "lda e5+usem3+lsa, all features with unlabelled", "centroid e5, centred with unlabelled"
SPREADING = "label spreading e5+usem3+lsa, gamma 5, alpha 0.5"
BASE = "lda e5+usem3+lsa"
BASES = {
    "few-shot": "few-shot",
    BASE: BASE,
    f"label spreading {BASE.removeprefix('lda ')}": BASE,
    "lda e5": "lda e5",
    "logistic e5": "logistic e5",
}
"""What a system is compared with, by how its name begins; the others with the nearest centroid."""

TEXT = """## Texts without labels

What up to 1,000 further texts of the same source, their labels unknown, add to 8 or 16 labelled rows a class. For titles they stand
in their natural shares of the 13 categories; for reviews they are up to {reviews} others of the set, half of them good. A system
learns from them as `unlabelled` of an experiment says ([your own data](own-data.md#texts-without-labels)). No test row's text
is among them. Figures are mean differences in points, by draws of 8 and then of 16 rows a class (reviews: 16 alone).

- **Self-training on the surer half of the texts, once, is the use to try** (`self_training: {{share: 0.5}}`). It changes few-shot by
  these points: {best}.
- **What is added moves the shares of the classes** to those of the unlabelled texts. Three rounds that add the surest tenth
  each help more where test rows stand in the same shares, and not where they do not: {surest}. All texts at once, or more
  rounds, are no better (in the table: `lda e5+usem3+lsa`, few-shot with a shrinkage of 0.98 and names with a weight of 4).
- **Features that learn from them** (`features: true`) hardly change `lda e5+usem3+lsa`: {features}. What the nearest centroid on
  e5 gains or loses depends on the shares: {centroid}. Whitening by them is worse than none.
- **Label spreading did not help.** On the same features, against `lda e5+usem3+lsa`, which sees no unlabelled texts, it gave: {spreading}.
  So there is no kind for it.

The table has differences to the same system without unlabelled texts, with 95 % intervals over draws; where a name
has none behind it, its accuracy. `3 x 0.1`: three rounds, each with a tenth of the texts. Label spreading is compared with the
nearest centroid, on the same vectors, or with `lda e5+usem3+lsa`. No half of the draws was held back here: the best of so many
rows owes something to luck.
"""


def section() -> str:
    """What was found, and a table of all that was tried."""
    figures = read()
    order = sorted(figures, key=lambda key: (SETS.index(key[0]), int(key[1])))
    words = TEXT.format(
        reviews=most_of("reviews"),
        best=by_set(figures, BEST),
        surest=by_set(figures, SUREST),
        features=by_set(figures, FEATURES),
        centroid=by_set(figures, CENTROID),
        spreading=by_set(figures, SPREADING),
    )
    heads = [f"{name}, {size} rows a class ({len(figures[name, size][BASE])} draws)" for name, size in order]
    lines = [f"| system | {' | '.join(heads)} |", "|---" * (1 + len(heads)) + "|"]
    known = dict.fromkeys(system for key in order for system in figures[key])
    systems = sorted(known, key=lambda system: not system.startswith("few-shot"))
    lines += [f"| {system} | {' | '.join(apart(figures[key], system) for key in order)} |" for system in systems]
    return "\n".join([words, *lines, ""])


def by_set(figures: Figures, system: str) -> str:
    """Mean differences by set, the smaller size first: `titles +0.5, +1.4; reviews +1.0`."""
    found = []
    for name in SETS:
        sizes = sorted((size for of, size in figures if of == name), key=int)
        means = [f"{statistics.mean(differences(figures[name, size], system)):+.1f}" for size in sizes]
        found += [f"{MEANT[name]} {', '.join(means)}"] if means else []
    return "; ".join(found)


def most_of(name: str) -> int:
    """How many unlabelled texts a draw of a set has at most."""
    with FILE.open(encoding="utf-8") as file:
        return max(int(row["unlabelled"]) for row in csv.DictReader(file) if row["set"] == name)


def read() -> Figures:
    """The file's lines by set and rows a class."""
    figures: dict[tuple[str, str], dict[str, dict[int, float]]] = defaultdict(lambda: defaultdict(dict))
    with FILE.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            of = figures[row["set"], row["rows_a_class"]]
            of[row["system"]][int(row["draw"])] = 100 * float(row["accuracy"])
    return figures


def base_of(system: str) -> str:
    """What a system is compared with."""
    return next((base for start, base in BASES.items() if system.startswith(start)), "centroid e5")


def differences(of: Accuracies, system: str) -> list[float]:
    """To its base, by draw."""
    base = of[base_of(system)]
    return [value - base[draw] for draw, value in sorted(of[system].items())]


def apart(of: Accuracies, system: str) -> str:
    """The difference with its interval; of a base, its accuracy; nothing of what was not measured."""
    if len(of.get(system, {})) < 3:
        return ""
    if system == base_of(system):
        return f"{statistics.mean(of[system].values()):.1f}"
    found = differences(of, system)
    half = float(t.ppf(0.975, len(found) - 1)) * statistics.stdev(found) / len(found) ** 0.5
    return f"{statistics.mean(found):+.1f} ± {half:.1f}"


if __name__ == "__main__":
    print(section())
