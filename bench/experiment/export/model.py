"""The model of an exported script: features and classifier, and names of classes where the classifier uses them."""

from __future__ import annotations

from collections.abc import Sequence

from bench.experiment.config import System
from bench.experiment.export.code import Code
from bench.systems.name_rows import AUTO, AUTO_BOUNDS, AUTO_FACTOR, USUAL_WEIGHT

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
        # A name without any known feature is left out; the other names of its class share its weight.
        there = np.flatnonzero(np.asarray(abs(names).sum(axis=1)).ravel())
        names, codes, weight = names[there], NAME_CODES[there], self.names_weight
        if weight == 0 or not len(there):
            self.classifier_.fit(train, y)
        else:
            <auto>weights = [1.0] * len(y) + [weight / (codes == code).sum() for code in codes]
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
_AUTO = """if weight == "auto":
                names, weight = automatic(train, y, names, codes)
            """
_AUTOMATIC = '''
def automatic(train, y, names, codes):
    """Names and the weight of those of a class, by empirical Bayes: dense names are moved by a shift that all share."""
    both = [code for code in np.unique(codes) if (y == code).any()]
    counts = np.array([(y == code).sum() for code in both])
    if len(both) < 2 or counts.sum() == len(both):
        return names, {usual!r}
    sparse = issparse(train)
    means = [np.asarray(train[np.flatnonzero(y == code)].mean(axis=0)).ravel() for code in both]
    named = [np.asarray(names[np.flatnonzero(codes == code)].mean(axis=0)).ravel() for code in both]
    apart = np.array(means) - np.array(named)
    shift = np.zeros(train.shape[1]) if sparse else apart.mean(axis=0)
    rows = train[np.flatnonzero(np.isin(y, both))]
    squares = (rows.multiply(rows) if sparse else rows * rows).sum()
    within = (squares - counts @ (np.array(means) ** 2).sum(axis=1)) / (counts.sum() - len(both))
    free = len(both) if sparse else len(both) - 1
    between = (((apart - shift) ** 2).sum() - within * (1 / counts).sum() * free / len(both)) / free
    weight = {highest!r} if between <= 0 else min(max({factor!r} * within / between, {lowest!r}), {highest!r})
    return names if sparse else names + shift, float(f"{{weight:.3g}}")
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
    weights = system.classifier.names_weight or (0,)
    automatic = AUTO in weights
    if automatic:
        lowest, highest = AUTO_BOUNDS
        code.define(_AUTOMATIC.format(usual=USUAL_WEIGHT, factor=AUTO_FACTOR, lowest=lowest, highest=highest))
    code.define(_WITH_NAMES.replace("<auto>", _AUTO if automatic else ""))
    return f"WithNames(features(), classifier(), {weights[0]!r})"
