"""The dataset in an experiment of one's own: `datasets` and scikit-learn, nothing of this project.

python docs/reuse_dataset.py [FOLDER]
"""

import sys
from pathlib import Path

from datasets import load_dataset
from sklearn.dummy import DummyClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import accuracy_score, f1_score
from sklearn.model_selection import GroupKFold, StratifiedGroupKFold, StratifiedKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC

FOLDER = sys.argv[1] if len(sys.argv) > 1 else str(Path(__file__).parents[1] / "dataset")


def score(name, config, splits, model, groups=None):
    """One line: macro-F1 and accuracy of out-of-fold predictions."""
    rows = load_dataset(FOLDER, config, split="train")
    texts, labels = list(rows["text"]), list(rows["label"])
    groups = None if groups is None else list(rows[groups])
    predictions = cross_val_predict(model, texts, labels, groups=groups, cv=splits)
    f1, accuracy = f1_score(labels, predictions, average="macro", zero_division=0), accuracy_score(labels, predictions)
    print(f"{name:42} {len(labels):3} rows  macro-F1 {f1:.2f}  accuracy {accuracy:.2f}")


svm = make_pipeline(TfidfVectorizer(analyzer="char", ngram_range=(1, 2), sublinear_tf=True), LinearSVC(random_state=0))
folds = {"n_splits": 5, "shuffle": True, "random_state": 0}

score("majority", "paragraphs", StratifiedKFold(**folds), DummyClassifier())
score("paragraphs, random folds", "paragraphs", StratifiedKFold(**folds), svm)
score("paragraphs, articles kept whole", "paragraphs", GroupKFold(5), svm, groups="article")
# Sentences of one paragraph on both sides of a split would test on what was trained on.
score("sentences, random folds (leaks: do not)", "sentences", StratifiedKFold(**folds), svm)
score("sentences, paragraphs kept whole", "sentences", StratifiedGroupKFold(**folds), svm, groups="paragraph")
