"""Discriminants of matrices with many columns are scikit-learn's, two classes or more, names or none."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.feature_extraction.text import TfidfVectorizer

from bench.systems.classifiers.lda import NamedLDA


@pytest.fixture(scope="module")
def wide(page_texts):
    counts = TfidfVectorizer(analyzer="char", ngram_range=(1, 2), lowercase=False, max_features=1100)
    return counts.fit_transform(page_texts).toarray()


@pytest.mark.parametrize("classes", [2, 5])
@pytest.mark.parametrize("shrinkage", [0.1, 0.9, 1])
def test_scores_are_those_of_scikit_learn(wide, classes, shrinkage):
    assert wide.shape[1] >= NamedLDA.many_columns
    y = np.arange(len(wide)) % classes
    train, test = slice(0, 40), slice(40, None)
    ours = NamedLDA(solver="lsqr", shrinkage=shrinkage).fit(wide[train], y[train])
    theirs = LinearDiscriminantAnalysis(solver="lsqr", shrinkage=shrinkage).fit(wide[train], y[train])
    np.testing.assert_allclose(ours.predict_log_proba(wide[test]), theirs.predict_log_proba(wide[test]), rtol=1e-6)
    assert ours.predict(wide).tolist() == theirs.predict(wide).tolist()


def test_names_change_means_and_priors_as_they_do_where_there_are_few_columns(wide, monkeypatch):
    y = np.arange(len(wide)) % 3
    weights = np.concatenate([np.ones(40), np.full(len(wide) - 40, 2.0)])
    ours = NamedLDA(solver="lsqr", shrinkage=0.8).fit_with_names(wide, y, weights, 40)
    monkeypatch.setattr(NamedLDA, "many_columns", 10_000)
    theirs = NamedLDA(solver="lsqr", shrinkage=0.8).fit_with_names(wide, y, weights, 40)
    np.testing.assert_allclose(ours.predict_log_proba(wide), theirs.predict_log_proba(wide), rtol=1e-6)


def test_a_row_a_class_is_refused_in_the_words_of_scikit_learn(wide):
    with pytest.raises(ValueError, match="number of samples"):
        NamedLDA(solver="lsqr", shrinkage=0.5).fit(wide[:6], np.arange(6))
