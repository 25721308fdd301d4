"""How large a difference of two systems likely is on a further data set: a Bayesian hierarchical model, by quadrature.

The difference that was measured on data set i, y_i, is normal about the true one, d_i, with the standard error s_i that
the data set's own paired test has; the d_i are normal about mu with standard deviation tau (the random-effects model of
Gelman et al., Bayesian Data Analysis, 3rd ed., section 5.5, which Corani et al. 2017 set under the comparison of
classifiers over data sets, there with Student's t for the d_i). mu is uniform over all differences that can be, tau
half-Cauchy with scale 0.1: a tenth of the scale of scores. Integrals are sums over a grid, so that the same numbers
come out everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_SCALE = 0.1
_LEAST_ERROR = 1e-3


@dataclass(frozen=True, slots=True)
class PosteriorDifference:
    """The posterior of a difference. mean, low, high: the mean mu over data sets of this sort, with 95 % limits.

    better, equivalent, worse: how probable it is that on a further data set the true difference lies above the region,
    inside of it, or below.
    """

    mean: float
    low: float
    high: float
    better: float
    equivalent: float
    worse: float


def likely(differences: Floats, errors: Floats, region: float, width: float = 1.0) -> PosteriorDifference:
    """The posterior of a difference over data sets.

    differences, errors: (data sets,) in units of the score. region: 0 or more; smaller differences count as none.
    width: the largest difference that can be.
    """
    from scipy.special import ndtr

    mu = np.linspace(-width, width, 1601)
    tau = width * np.concatenate([[0.0], np.geomspace(1e-4, 1.0, 140)])
    variance = np.maximum(errors, _LEAST_ERROR)[None, :] ** 2 + tau[:, None] ** 2
    # (tau, mu): the product over data sets, as sums of what is quadratic in mu.
    precision = (1 / variance).sum(axis=1)
    middle = (differences / variance).sum(axis=1) / precision
    rest = (differences**2 / variance).sum(axis=1) - precision * middle**2
    log = -0.5 * (
        np.log(variance).sum(axis=1)[:, None] + rest[:, None] + precision[:, None] * (mu - middle[:, None]) ** 2
    )
    prior = np.gradient(tau) / (1 + (tau / (_SCALE * width)) ** 2)
    posterior = np.exp(log - log.max()) * prior[:, None]
    posterior /= posterior.sum()
    of_mu = posterior.sum(axis=0)
    low, high = np.interp([0.025, 0.975], np.cumsum(of_mu), mu)
    spread = np.maximum(tau, 1e-9 * width)[:, None]
    above = float((posterior * ndtr((mu - region) / spread)).sum())
    below = float((posterior * ndtr((-region - mu) / spread)).sum())
    return PosteriorDifference(
        float((of_mu * mu).sum()), float(low), float(high), above, max(0.0, 1 - above - below), below
    )
