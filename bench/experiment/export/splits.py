"""Splits as calls of scikit-learn's splitters."""

from __future__ import annotations

import inspect

from bench.core.errors import BenchError
from bench.experiment import splits
from bench.experiment.export.code import Code
from bench.experiment.protocols.base import Protocol
from bench.experiment.protocols.cross_validation import CrossValidation
from bench.experiment.protocols.fixed import Fixed
from bench.experiment.protocols.holdout import Holdout
from bench.experiment.splits import Targets

_SPLITTERS = {
    "repeated-stratified": ("StratifiedKFold", "StratifiedKFold"),
    "grouped": ("GroupKFold", "GroupKFold"),
    "stratified-grouped": ("StratifiedGroupKFold", "StratifiedGroupKFold"),
    "leave-one-group-out": ("LeaveOneGroupOut", "StratifiedGroupKFold"),
}
"""Protocol to the splitters of its outer and inner folds."""


def splits_code(protocol: Protocol, targets: Targets, code: Code) -> str:
    """Source that defines REPEATS, TESTED and `splits(repeat)`, which yields training rows, test rows and inner splits.

    Raises BenchError for a protocol that no plain script can hold, and for several training sizes.
    """
    if isinstance(protocol, Fixed):
        return _fixed(targets, protocol, code)
    if isinstance(protocol, Holdout):
        return _holdout(protocol, code)
    if not isinstance(protocol, CrossValidation) or protocol.kind not in _SPLITTERS:
        raise BenchError(f"protocol {protocol.kind!r} cannot be exported")
    if len(protocol.train_sizes) > 1:
        raise BenchError("train_sizes: a script has one training size; list one, or leave train_sizes out")
    outer, inner = _SPLITTERS[protocol.kind]
    code.need(f"from sklearn.model_selection import {outer}", f"from sklearn.model_selection import {inner}")
    grouped = protocol.kind != "repeated-stratified"
    groups, train_groups = ("group_codes", "group_codes[train]") if grouped else ("None", "None")
    first = f"{outer}()" if outer == "LeaveOneGroupOut" else f"{outer}({protocol.folds}, {_CHANCE})"
    cut = ""
    [size] = protocol.train_sizes
    if size != "all":
        source = inspect.getsource(splits.stratified_subset)
        code.define(source.replace("Codes", "object").replace("RowIndex", "object"))
        cut = f"        train = stratified_subset(codes, train, {size}, [RANDOM_STATE + repeat, number])\n"
    return f'''REPEATS = {protocol.repeats}
TESTED = range(len(texts))


def splits(repeat):
    """Training rows, test rows, and the inner splits of the training rows in which listed values are tuned."""
    outer = {first}
    inner = {inner}({protocol.inner_folds}, {_CHANCE})
    for number, (train, test) in enumerate(outer.split(texts, codes, {groups})):
{cut}        yield train, test, list(inner.split(train, codes[train], {train_groups})) if TUNED else None'''


_CHANCE = "shuffle=True, random_state=RANDOM_STATE + repeat"


_TUNED_IN = "from sklearn.model_selection import StratifiedKFold"


def _holdout(protocol: Holdout, code: Code) -> str:
    code.need("from sklearn.model_selection import train_test_split", _TUNED_IN)
    return f'''REPEATS = 1
TRAINED, TESTED = map(sorted, train_test_split(
    range(len(texts)), test_size={protocol.test_size!r}, stratify=codes, random_state=RANDOM_STATE
))


def splits(repeat):
    """Training rows, test rows, and the inner splits of the training rows in which listed values are tuned."""
    inner = StratifiedKFold({protocol.inner_folds}, {_CHANCE})
    yield np.array(TRAINED), np.array(TESTED), list(inner.split(TRAINED, codes[TRAINED])) if TUNED else None'''


def _fixed(targets: Targets, protocol: Fixed, code: Code) -> str:
    parts = targets.parts
    if parts is None or parts.test is None:
        raise BenchError("protocol 'fixed' needs test rows; name their file: data.test")
    head = f"REPEATS = {len(parts.train)}\nTRAIN = {list(parts.train)!r}\nTESTED = {parts.test!r}"
    if not parts.validation:
        code.need(_TUNED_IN)
        return f'''{head}


def splits(repeat):
    """The training part, the test part, and the inner splits of the training part in which listed values are tuned."""
    train = np.array(TRAIN[repeat])
    inner = StratifiedKFold({protocol.inner_folds}, {_CHANCE})
    yield train, np.array(TESTED), list(inner.split(train, codes[train])) if TUNED else None'''
    validation = [parts.validation_of(at) for at in range(len(parts.train))]
    return f'''{head}
VALIDATION = {validation!r}


def splits(repeat):
    """The training part, the test part, and the validation part on which listed values are tuned."""
    held = VALIDATION[repeat]
    yield np.array(TRAIN[repeat]), np.array(TESTED), None if held is None else np.array(held)'''
