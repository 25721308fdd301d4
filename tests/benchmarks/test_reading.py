"""How much faster texts are read here: counting against `CountVectorizer`, segmenting against jieba itself."""

from __future__ import annotations

import peers

SENTENCES, FEW = 100_000, 2_000


def _demand_same_counts(theirs, mine):
    names, matrix = theirs
    own_names, own_matrix = mine
    assert own_names.tolist() == names.tolist()
    assert own_matrix.shape == matrix.shape
    assert (own_matrix != matrix).nnz == 0


def test_character_ngrams_are_counted_as_count_vectorizer_does(benchmark, whole):
    from sklearn.feature_extraction.text import CountVectorizer

    from bench.systems.ngram_counts import count_character_ngrams

    texts, _ = peers.sentences(SENTENCES if whole else FEW)

    def plain():
        vectorizer = CountVectorizer(analyzer="char", lowercase=False, ngram_range=(1, 2))
        matrix = vectorizer.fit_transform(texts)
        return vectorizer.get_feature_names_out(), matrix

    def ours():
        rows = count_character_ngrams(texts, (1, 2))
        return rows.terms.names(), rows.matrix()

    paired = peers.in_turn(benchmark, {"plain": plain}, ours, rounds=5, demand_same=_demand_same_counts)
    work = f"character 1-2-grams of {len(texts):,} sentences, their names and their counts"
    benchmark.extra_info.update(kind="reading", work=work, goals={"plain": 8}, **paired.told())


def test_words_are_those_of_jieba(benchmark, whole):
    from bench.systems.segmentation import Segmenter

    lines = [line for found in peers.review_lines().values() for line in found]
    texts = lines if whole else lines[:FEW]
    paired = peers.in_turn(
        benchmark,
        {"plain": lambda: [peers.plain_words(text) for text in texts]},
        lambda: Segmenter().all_words(texts),
        rounds=5,
        demand_same=peers.demand_equal,
    )
    work = f"words of {len(texts):,} reviews, {sum(map(len, texts)):,} characters, HMM off"
    benchmark.extra_info.update(kind="reading", work=work, goals={"plain": 10}, **paired.told())
