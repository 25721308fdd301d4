"""Systems as scikit-learn estimators."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.core.errors import BenchError

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

    from bench.experiment.config import System

_INNER_FOLDS = 5


def pipeline(system: Mapping[str, Any] | System, *, random_state: int = 0, inner_folds: int = _INNER_FOLDS) -> Pipeline:
    """A system as an unfitted scikit-learn `Pipeline` over lists of texts, with the steps `features` and `classifier`.

    It is what a fold of an experiment fits: the same predictions. It clones, pickles and is searched by `GridSearchCV`
    over parameters such as `features__min_df` and `classifier__C`; of features side by side as `features__0__min_df`.
    system: `features` and `classifier` as an experiment has them, with one value each, where it may list several.
    random_state: what solvers start from, 0 to 2**32 - 1. inner_folds: in which a `calibration` is fitted, 2 or more.
    Raises BenchError, with the path of keys, for settings that cannot be, and for listed values.

    >>> import bench
    >>> char_svm = {"features": {"kind": "tfidf", "tokens": "char"}, "classifier": {"kind": "linear-svm", "C": 10}}
    >>> made = bench.pipeline(char_svm).fit(["深化改革", "改革攻坚", "义诊活动"], ["reform", "reform", "health"])
    >>> made.predict(["全面改革"]).tolist()
    ['reform']
    """
    from sklearn.model_selection import StratifiedKFold

    from bench.experiment.resolving import resolve_system
    from bench.systems.classifiers.ensemble import EnsembleSettings
    from bench.systems.pipeline import build_pipeline, calibrated

    checked = resolve_system(system, folder=Path())
    for name, values in checked.grid().items():
        if len(values) > 1:
            step = "classifier" if name in checked.classifier.grid() else "features"
            text = f"{step}.{name}: lists {len(values)} values, where a pipeline has one"
            search = "" if "." in name else f", and search the others by GridSearchCV over '{step}__{name}'"
            raise BenchError(f"{text}; give one{search}")
    if checked.unlabelled is not None:
        text = "a pipeline learns from the texts that its 'fit' is given, and takes no unlabelled ones beside them"
        raise BenchError(f"unlabelled: {text}; use bench.fit")
    made = build_pipeline(checked.features, checked.classifier, random_state=random_state)
    if checked.calibrates:
        if inner_folds < 2:
            raise BenchError(f"inner_folds: should be 2 or more, got {inner_folds}")
        folds = StratifiedKFold(inner_folds, shuffle=True, random_state=random_state)
        classifier = made.named_steps["classifier"]
        if isinstance(checked.classifier, EnsembleSettings):
            classifier.members = [
                member if each.calibration is None else calibrated(member, each.calibration, folds)
                for member, each in zip(classifier.members, checked.classifier.systems, strict=True)
            ]
        if checked.calibration is not None:
            made.set_params(classifier=calibrated(classifier, checked.calibration, folds))
    return made
