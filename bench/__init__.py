r"""Chinese newspaper pages as a labelled topic dataset, and an honest, exact comparison of text classifiers on it.

Everything that the command line does is a function here, for notebooks and scripts. This list is all that is public.

>>> import bench
>>> data = bench.dataset(["深化改革", "改革攻坚", "义诊活动", "健康义诊"], ["reform", "reform", "health", "health"])
>>> results = bench.run(
...     {
...         "name": "first",
...         "data": data,
...         "protocol": {"kind": "repeated-stratified", "folds": 2, "repeats": 2},
...         "systems": [
...             {"name": "nb", "features": {"kind": "tfidf", "tokens": "char"}, "classifier": {"kind": "complement-nb"}}
...         ],
...     }
... )
>>> results.summary().to_frame()["accuracy"].tolist()
[1.0]
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bench.api.audits import audit as audit
    from bench.api.comparison import Comparisons as Comparisons
    from bench.api.comparison import Differences as Differences
    from bench.api.comparison import compare as compare
    from bench.api.comparison import difference as difference
    from bench.api.dataset import dataset as dataset
    from bench.api.dataset import load_paragraphs as load_paragraphs
    from bench.api.experiment_files import Kinds as Kinds
    from bench.api.experiment_files import export as export
    from bench.api.experiment_files import kinds as kinds
    from bench.api.experiments import plan as plan
    from bench.api.experiments import run as run
    from bench.api.experiments import verify as verify
    from bench.api.explanations import Explained as Explained
    from bench.api.models import FittedModel as FittedModel
    from bench.api.models import fit as fit
    from bench.api.models import load_model as load_model
    from bench.api.next_rows import NextRows as NextRows
    from bench.api.next_rows import next_rows as next_rows
    from bench.api.pipelines import pipeline as pipeline
    from bench.api.reports import report as report
    from bench.api.results import Results as Results
    from bench.api.results import load_results as load_results
    from bench.api.suites import Across as Across
    from bench.api.suites import compare_across as compare_across
    from bench.core.errors import BenchError as BenchError
    from bench.core.errors import BenchWarning as BenchWarning
    from bench.corpus.pages import repair_page as repair_page
    from bench.experiment.config import Experiment as Experiment
    from bench.experiment.config import System as System
    from bench.experiment.config import load_experiment as load_experiment

_HOMES = {
    "Across": "bench.api.suites",
    "BenchError": "bench.core.errors",
    "BenchWarning": "bench.core.errors",
    "Comparisons": "bench.api.comparison",
    "Differences": "bench.api.comparison",
    "Experiment": "bench.experiment.config",
    "Explained": "bench.api.explanations",
    "FittedModel": "bench.api.models",
    "Kinds": "bench.api.experiment_files",
    "NextRows": "bench.api.next_rows",
    "Results": "bench.api.results",
    "System": "bench.experiment.config",
    "audit": "bench.api.audits",
    "compare": "bench.api.comparison",
    "compare_across": "bench.api.suites",
    "dataset": "bench.api.dataset",
    "difference": "bench.api.comparison",
    "export": "bench.api.experiment_files",
    "fit": "bench.api.models",
    "kinds": "bench.api.experiment_files",
    "load_experiment": "bench.experiment.config",
    "load_model": "bench.api.models",
    "load_paragraphs": "bench.api.dataset",
    "load_results": "bench.api.results",
    "next_rows": "bench.api.next_rows",
    "pipeline": "bench.api.pipelines",
    "plan": "bench.api.experiments",
    "repair_page": "bench.corpus.pages",
    "report": "bench.api.reports",
    "run": "bench.api.experiments",
    "verify": "bench.api.experiments",
}
"""What is public, and the module that it comes from."""

__all__ = list(_HOMES)


def __getattr__(name: str) -> object:
    """The public functions, imported when first asked for (PEP 562): the command line starts without them."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value: object = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


class _Face(ModuleType):
    """The package, in which a public name stays what it is where a folder has the same (`bench.report`)."""

    def __setattr__(self, name: str, value: object) -> None:
        # The import system sets every submodule as an attribute of its package.
        if not (name in _HOMES and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Face
