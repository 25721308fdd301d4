"""Checkpoints: taken only where they answer for the very block, and can be a result of it."""

from __future__ import annotations

import hashlib
import io
import json
import shutil

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.execution.checkpoints import Checkpoints
from bench.execution.engine import run_systems
from bench.execution.tasks import Cost, EncodedTexts, Task, TaskResult
from bench.experiment.splits import Targets

KEY, OTHER = "a" * 64, "b" * 64


@pytest.fixture(scope="module")
def encoded(data):
    return EncodedTexts(None, Targets.of(data))


@pytest.fixture(scope="module")
def task(experiment):
    [svm] = [system for system in experiment.systems if system.name == "svm"]
    return Task(svm, None, experiment.protocol, 0)


@pytest.fixture(scope="module")
def result(data):
    rows = np.arange(len(data), dtype=np.int64)
    chosen = ({"C": 0.1}, {"C": 10}, {"C": 0.1})
    scores = np.zeros((len(data), len(data.classes)))
    return TaskResult(rows % 3, rows % len(data.classes), scores, chosen, {"X": 1}, None, 0.5, Cost())


def _sealed(kept, repeat, payload):
    kept._path(repeat).parent.mkdir(parents=True, exist_ok=True)
    kept._path(repeat).write_bytes(kept._checksum(repeat, payload) + payload)


def test_a_block_is_kept_and_found(tmp_path, task, encoded, result):
    kept = Checkpoints(tmp_path / "blocks", KEY)
    assert TaskResult.kept(kept, task, encoded) is None
    result.keep(kept, 0)
    found = TaskResult.kept(kept, task, encoded)
    for name in ("fold", "prediction", "scores"):
        assert getattr(found, name).tobytes() == getattr(result, name).tobytes()
    assert (found.chosen, found.warnings, found.seconds, found.cost) == (
        result.chosen,
        result.warnings,
        result.seconds,
        result.cost,
    )


@pytest.mark.parametrize("moved", ["to another repeat", "to another question"])
def test_a_block_that_was_moved_to_the_place_of_another_is_not_taken(tmp_path, result, moved):
    kept, other = Checkpoints(tmp_path / "blocks", KEY), Checkpoints(tmp_path / "blocks", OTHER)
    result.keep(kept, 0)
    target = kept._path(1) if moved == "to another repeat" else other._path(0)
    shutil.move(kept._path(0), target)
    assert kept.get(1) is None
    assert other.get(0) is None


def _values(change=None, **arrays):
    values = {
        "chosen": [{"C": 1}] * 3,
        "warnings": {},
        "seconds": 1.0,
        "cpu_seconds": 1.0,
        "cost": {},
        **(change or {}),
    }
    return {"values": np.array(json.dumps(values)), **arrays}


DAMAGES = {
    "no archive": lambda good: b"x",
    "nothing": lambda good: b"",
    "cut off": lambda good: good[:-30],
    "one array": lambda good: _npy(np.arange(3)),
    "no values": lambda good: _npz(fold=np.arange(3)),
    "values that are no JSON": lambda good: _npz(values=np.array("{")),
    "values that are a list": lambda good: _npz(values=np.array("[]")),
    "an archive without arrays": lambda good: _npz(),
}
ODD = [
    {"fold": np.zeros(2, dtype=np.int64)},
    {"fold": None},
    {"guess": "too large"},
    {"guess": "negative"},
    {"guess": "floats"},
    {"scores": "another shape"},
    {"scores": "not a number"},
    {"values": {"chosen": 1}},
    {"values": {"chosen": [1, 2, 3]}},
    {"values": {"chosen": [{"C": 1}]}},
    {"values": {"chosen": [{"alpha": 1}] * 3}},
    {"values": {"warnings": []}},
    {"values": {"seconds": "long"}},
    {"values": {"cpu_seconds": "long"}},
    {"values": {"cost": {"unknown": 1}}},
    {"values": {"cost": {"fit_seconds": "long"}}},
]


def _npz(**arrays):
    target = io.BytesIO()
    np.savez(target, **arrays)
    return target.getvalue()


def _npy(array):
    target = io.BytesIO()
    np.save(target, array)
    return target.getvalue()


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_payload_under_a_right_checksum_is_not_taken(tmp_path, task, encoded, result, damage):
    kept = Checkpoints(tmp_path / "blocks", KEY)
    result.keep(kept, 0)
    good = kept._path(0).read_bytes()[hashlib.sha256().digest_size :]
    _sealed(kept, 0, DAMAGES[damage](good))
    assert TaskResult.kept(kept, task, encoded) is None


@pytest.mark.parametrize("odd", ODD, ids=str)
def test_a_payload_that_can_be_no_result_of_the_block_is_not_taken(tmp_path, task, encoded, result, odd):
    kept = Checkpoints(tmp_path / "blocks", KEY)
    arrays = {"fold": result.fold, "guess": result.prediction, "scores": result.scores}
    _sealed(kept, 0, _npz(**_values(**arrays)))
    assert TaskResult.kept(kept, task, encoded) is not None
    made = {
        "too large": np.full_like(result.prediction, encoded.n_classes),
        "negative": np.full_like(result.prediction, -1),
        "floats": result.prediction.astype(float),
        "another shape": result.scores[:, :1],
        "not a number": np.full_like(result.scores, np.nan),
    }
    for name, value in odd.items():
        if name != "values":
            arrays[name] = made[value] if isinstance(value, str) else value
    arrays = {name: array for name, array in arrays.items() if array is not None}
    _sealed(kept, 0, _npz(**_values(odd.get("values"), **arrays)))
    assert TaskResult.kept(kept, task, encoded) is None


@settings(max_examples=200)
@given(st.integers(0, 10**6), st.integers(0, 255))
def test_any_changed_byte_under_a_right_checksum_is_no_crash(tmp_path_factory, task, encoded, result, at, byte):
    kept = Checkpoints(tmp_path_factory.getbasetemp() / "any" / "blocks", KEY)
    result.keep(kept, 0)
    good = bytearray(kept._path(0).read_bytes()[hashlib.sha256().digest_size :])
    good[at % len(good)] = byte
    _sealed(kept, 0, bytes(good))
    found = TaskResult.kept(kept, task, encoded)
    assert found is None or found.fold.shape == result.fold.shape


def test_a_run_with_swapped_and_damaged_blocks_gives_the_guesses_of_an_undisturbed_one(
    tmp_path, data, experiment, runs
):
    systems = [system for system in experiment.systems if system.name in {"svm", "nb"}]
    kept = {system.name: Checkpoints(tmp_path / system.name, KEY) for system in systems}
    for _ in run_systems(data, experiment.protocol, systems, jobs=1, checkpoints=kept):
        pass
    one, two = (kept["svm"]._path(repeat) for repeat in (0, 1))
    three = one.with_name("three")
    one.rename(three)
    two.rename(one)
    three.rename(two)
    _sealed(kept["nb"], 0, b"damaged")
    again = list(run_systems(data, experiment.protocol, systems, jobs=1, checkpoints=kept))
    whole = {run.system.name: run.predictions.sha256() for run in runs}
    assert {run.system.name: run.predictions.sha256() for run in again} == {name: whole[name] for name in ("svm", "nb")}
