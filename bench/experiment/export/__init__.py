"""One system of an experiment as a plain scikit-learn script that gives the same predictions."""

from bench.experiment.export.script import export_script

__all__ = ["export_script"]
