"""The model of a script: features and classifier, and the names of classes where the classifier learns from them."""

from __future__ import annotations

from collections.abc import Sequence

from bench.experiment.config import System
from bench.experiment.export.code import Code

_PLAIN = 'Pipeline([("features", features()), ("classifier", classifier())])'
_WITH_NAMES = '''
class WithNames(ClassifierMixin, BaseEstimator):
    """Features fitted on texts, and a classifier fitted on texts and on the names of the classes."""

    def __init__(self, features, classifier, names_weight):
        self.features = features
        self.classifier = classifier
        self.names_weight = names_weight

    def fit(self, texts, y):
        self.features_, self.classifier_ = clone(self.features), clone(self.classifier)
        train = self.features_.fit_transform(texts)
        names = self.features_.transform(NAMES)
        # A name of which the texts know nothing says nothing; the others of its class share its weight.
        there = np.flatnonzero(np.asarray(abs(names).sum(axis=1)).ravel())
        names, codes = names[there], NAME_CODES[there]
        if self.names_weight == 0 or not len(there):
            self.classifier_.fit(train, y)
        else:
            weights = [1.0] * len(y) + [self.names_weight / (codes == code).sum() for code in codes]
            both = vstack([train, names], format="csr") if issparse(train) else np.vstack([train, names])
            every, weights = np.concatenate([y, codes]), np.array(weights)
            if hasattr(self.classifier_, "fit_with_names"):
                self.classifier_.fit_with_names(both, every, weights, len(y))
            else:
                self.classifier_.fit(both, every, sample_weight=weights)
        self.classes_ = self.classifier_.classes_
        return self

    def predict(self, texts):
        return self.classifier_.predict(self.features_.transform(texts))
'''
_FROM_NAMES = '''
class FromNames(ClassifierMixin, BaseEstimator):
    """Features and a classifier fitted on the names of the classes alone."""

    def __init__(self, features, classifier):
        self.features = features
        self.classifier = classifier

    def fit(self, texts, y):
        self.features_ = clone(self.features)
        self.classifier_ = clone(self.classifier).fit(self.features_.fit_transform(NAMES), NAME_CODES)
        self.classes_ = self.classifier_.classes_
        return self

    def predict(self, texts):
        return self.classifier_.predict(self.features_.transform(texts))
'''


def named_model(system: System, classes: Sequence[str], code: Code) -> str:
    """The unfitted model as an expression; what it needs is noted in `code`.

    classes: sorted; a script's labels are their indices.
    """
    named = system.name_texts
    if not named:
        return _PLAIN
    code.need(
        "from scipy.sparse import issparse, vstack", "from sklearn.base import BaseEstimator, ClassifierMixin, clone"
    )
    code.define(f"NAMES = {[text for _, text in named]!r}")
    code.define(f"NAME_CODES = np.array({[list(classes).index(label) for label, _ in named]!r})")
    if system.classifier.names_only:
        code.define(_FROM_NAMES)
        return "FromNames(features(), classifier())"
    code.define(_WITH_NAMES)
    return f"WithNames(features(), classifier(), {(system.classifier.names_weight or (0,))[0]!r})"
