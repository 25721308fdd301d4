"""Centred features are whitened as plain scikit-learn whitens."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.covariance import ShrunkCovariance
from sklearn.decomposition import PCA, TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.preprocessing import normalize

from bench.core.settings import Settings
from bench.systems.features.base import AnyFeatures

LSA = {"kind": "lsa", "tokens": "char", "components": 12}


class Holder(Settings):
    features: AnyFeatures


def _centred(whitening):
    given = {"features": {"kind": "centred", "part": LSA, "whitening": whitening}}
    return Holder.model_validate(given).features


def _plain(train, test):
    counts = TfidfVectorizer(analyzer="char", lowercase=False).fit(train)
    svd = TruncatedSVD(12, random_state=3).fit(counts.transform(train))
    return [normalize(svd.transform(counts.transform(texts))) for texts in (train, test)]


@pytest.mark.parametrize("whitening", [0.001, 0.1, 0.5, 1])
def test_rows_are_whitened_by_the_shrunken_covariance_of_the_training_rows(page_texts, whitening):
    train, test = page_texts[:40], page_texts[40:]
    ours = _centred(whitening).build(random_state=3).fit(train)
    plain_train, plain_test = _plain(train, test)
    covariance = ShrunkCovariance(shrinkage=whitening).fit(plain_train)
    # Any root of the precision gives the same cosines and distances.
    root = np.linalg.cholesky(covariance.precision_)
    expected = normalize((plain_test - covariance.location_) @ root)
    found = ours.transform(test)
    known, expected_known = ours.transform(train), normalize((plain_train - covariance.location_) @ root)
    np.testing.assert_allclose(found @ known.T, expected @ expected_known.T, atol=1e-8)


def test_with_hardly_any_shrinkage_it_is_what_principal_components_whiten(page_texts):
    train, test = page_texts[:40], page_texts[40:]
    plain_train, plain_test = _plain(train, test)
    components = PCA(whiten=True).fit(plain_train)
    expected = normalize(components.transform(plain_test))
    found = _centred(0.001).build(random_state=3).fit(train).transform(test)
    np.testing.assert_allclose(found @ found.T, expected @ expected.T, atol=0.05)


def test_left_out_nothing_is_whitened_and_the_record_is_that_of_earlier_versions():
    settings = Holder.model_validate({"features": {"kind": "centred", "part": LSA}}).features
    assert "whitening" not in settings.model_dump(mode="json")
    assert settings.build(random_state=0).whitening is None


@pytest.mark.filterwarnings("ignore:invalid value")  # of the decomposition beneath
def test_rows_that_are_all_alike_tell_nothing_apart():
    found = _centred(0.5).build(random_state=0).fit(["深化改革"] * 4)
    assert np.isfinite(found.transform(["深化改革", "义诊活动"])).all()


@pytest.mark.parametrize("whitening", [0, -1, 1.5, "auto", True])
def test_a_shrinkage_out_of_range_is_refused(whitening):
    with pytest.raises(ValueError, match="whitening"):
        _centred(whitening)
