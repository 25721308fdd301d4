"""A fitted system: fitted on all rows, saved without pickle, read again only where it would predict the same."""

from bench.evaluation.models.fitting import fit
from bench.evaluation.models.folder import MODEL_FOLDER
from bench.evaluation.models.model import ARRAYS, CARD, MODEL, Model, ModelRecord, Predicted
from bench.evaluation.models.storing import read, save

__all__ = ["ARRAYS", "CARD", "MODEL", "MODEL_FOLDER", "Model", "ModelRecord", "Predicted", "fit", "read", "save"]
