"""Splits as calls of scikit-learn's own splitters."""

from __future__ import annotations

import inspect

from bench.core.errors import BenchError
from bench.experiment.export.code import Code
from bench.experiment.protocols import base
from bench.experiment.protocols.base import CrossValidation, Protocol, Targets

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
    if protocol.kind == "fixed":
        return _fixed(targets)
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
        code.define(inspect.getsource(base.stratified_subset).replace("Codes", "object").replace("RowIndex", "object"))
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


def _fixed(targets: Targets) -> str:
    parts = targets.parts
    if parts is None or parts.test is None:
        raise BenchError("protocol 'fixed' needs test rows; name their file: data.test")
    validation = [parts.validation_of(at) for at in range(len(parts.train))]
    return f'''REPEATS = {len(parts.train)}
TRAIN = {list(parts.train)!r}
VALIDATION = {validation!r}
TESTED = {parts.test!r}


def splits(repeat):
    """The training part, the test part, and the validation part on which listed values are tuned."""
    held = VALIDATION[repeat]
    yield np.array(TRAIN[repeat]), np.array(TESTED), None if held is None else np.array(held)'''
