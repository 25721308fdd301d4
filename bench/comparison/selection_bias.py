"""How much a score gains from being the best of several: the winner's curse, by the parametric bootstrap."""

from __future__ import annotations

import numpy as np

from bench.comparison.uncertainty import Floats

_DRAWS = 2000
_NEAREST = 200
"""How many systems next to the best are drawn anew: those farther behind do not win."""


def luck_of_the_best(values: Floats, variances: Floats) -> float:
    """By how much the highest of some scores is expected to lie above its system's true score, 0 or more.

    values: (systems,) scores, higher is better. variances: (systems, systems) of their paired differences.

    The parametric bootstrap of the maximum: scores are drawn around the observed ones, with the variances of paired
    differences, and the luck is how far the winner of a draw lies above its own observed score. As observed scores are
    farther apart than the true ones, this is somewhat too small where all systems are equal. The random state is fixed,
    so that equal input gives equal output.
    """
    near = np.argsort(-values, kind="stable")[:_NEAREST]
    values, variances = values[near], variances[np.ix_(near, near)]
    # Chance that all systems share selects none: what matters is -1/2 of the variances, centred over rows and columns.
    means = variances.mean(axis=0)
    covariance = (means[:, np.newaxis] + means - variances - means.mean()) / 2
    sizes, axes = np.linalg.eigh(covariance)
    root = (axes * np.sqrt(np.maximum(sizes, 0.0))) @ axes.T  # the symmetric one, which is the same on every processor
    moved = np.random.default_rng(0).standard_normal((_DRAWS, len(values))) @ root
    winners = (values + moved).argmax(axis=1)
    return max(float(moved[np.arange(_DRAWS), winners].mean()), 0.0)
