"""Fitted systems: fitted on all rows, saved without pickle, loaded only where they would predict the same."""

from bench.deployment.models.conversion import system_of
from bench.deployment.models.fitting import fit
from bench.deployment.models.folder import read, save
from bench.deployment.models.model import ARRAYS, CARD, MODEL, Model, ModelRecord, Predicted
from bench.deployment.models.ownership import MODEL_FOLDER

__all__ = [
    "ARRAYS",
    "CARD",
    "MODEL",
    "MODEL_FOLDER",
    "Model",
    "ModelRecord",
    "Predicted",
    "fit",
    "read",
    "save",
    "system_of",
]
