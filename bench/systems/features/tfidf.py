"""TF-IDF of words, character n-grams, or both side by side."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Annotated, Any, ClassVar, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import (
    AfterValidator,
    Field,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    model_validator,
)
from pydantic_core import PydanticCustomError
from scipy.sparse import csr_matrix
from sklearn.preprocessing import normalize

from bench.core.digests import digest
from bench.core.errors import BenchError, quoted
from bench.core.settings import InputPath, Many, Pair
from bench.systems.encoding import Features
from bench.systems.features.base import FEATURES, FeatureSettings
from bench.systems.ngram_counts import CountRows, NgramCounts, Terms, count_character_ngrams, count_word_ngrams
from bench.systems.segmentation import Segmenter, dictionary_digest, read_user_dictionary, read_words
from bench.systems.sklearn_private import normalize_rows
from bench.systems.union import Union

Norm = Literal["l1", "l2"]

# Memory grows with the square of the longest n-gram, and hardly any n-gram of this length occurs in two texts.
_LONGEST_NGRAM = 100
_PART = 1 << 22  # entries whose weights are looked up at a time, so that intermediate arrays stay small


class Tfidf(Features):
    """TF-IDF with the columns and values of scikit-learn's `TfidfVectorizer`, but counting and fitting are two steps.

    All n-grams of every text are counted once, by `encode`. Each fit then takes document frequency, `min_df` and IDF
    from its training rows only, so that no fold learns from its test rows.
    segmenter: splits texts into words; None counts characters. ngrams: shortest and longest n-gram.
    min_df: how many rows (int) or which share of rows (float) an n-gram must occur in.
    Raises ValueError on fitting where no n-gram remains.
    """

    def __init__(
        self,
        segmenter: Segmenter | None = None,
        ngrams: tuple[int, int] = (1, 1),
        *,
        min_df: float = 1,
        sublinear_tf: bool = False,
        norm: Norm | None = "l2",
        lowercase: bool = False,
        stop_words: tuple[str, ...] = (),
    ) -> None:
        self.segmenter = segmenter
        self.ngrams = ngrams
        self.min_df = min_df
        self.sublinear_tf = sublinear_tf
        self.norm = norm
        self.lowercase = lowercase
        self.stop_words = stop_words

    @property
    def short_name(self) -> str:
        """`char` or `word`, after what is counted."""
        return "char" if self.segmenter is None else "word"

    def versions(self) -> dict[str, str]:
        """The digest of jieba's dictionary, where words are counted."""
        return {} if self.segmenter is None else {"jieba dictionary": dictionary_digest()}

    def encode(self, texts: Sequence[str]) -> CountRows:
        """Counts of all n-grams."""
        if self.lowercase:
            texts = [text.lower() for text in texts]
        if self.segmenter is None:
            return count_character_ngrams(texts, self.ngrams)
        words = self.segmenter.all_words(texts)
        if self.stop_words:
            stop = frozenset(self.stop_words)
            words = [[word for word in of_text if word not in stop] for of_text in words]
        return count_word_ngrams(words, self.ngrams)

    def fit_rows(self, rows: CountRows) -> Self:
        """Take vocabulary and IDF from training rows."""
        n_rows = len(rows)
        frequency = np.bincount(rows.columns, minlength=len(rows.terms))
        least = self.min_df if isinstance(self.min_df, int) else self.min_df * n_rows
        kept = np.flatnonzero(frequency >= max(least, 1))
        if not kept.size:
            raise ValueError(f"no n-gram stands in {self.min_df} of the {n_rows} training rows; lower min_df")
        self.terms_ = rows.terms
        self.kept_ = kept
        # IDF as scikit-learn smooths it: one more row that holds every n-gram once.
        self.idf_ = np.log((n_rows + 1) / (frequency[kept] + 1.0)) + 1.0
        return self

    def transform_rows(self, rows: NgramCounts) -> csr_matrix:
        """(rows, vocabulary) weights."""
        place = self._column(rows.terms)[rows.columns]
        known = place >= 0
        if known.all():
            data, indices, starts = rows.counts.copy(), place, rows.starts.copy()
        else:
            # How many known entries come before each entry; the last number counts all of them.
            before = np.zeros(len(known) + 1, dtype=np.int32)
            np.cumsum(known, dtype=np.int32, out=before[1:])
            starts = before[rows.starts]
            data, indices = rows.counts[known], place[known]
            del before
        del place, known  # with many rows, each of these takes much memory
        if self.sublinear_tf:
            np.log(data, out=data)
            data += 1.0
        for start in range(0, len(data), _PART):
            part = slice(start, start + _PART)
            data[part] *= self.idf_[indices[part]]
        shape = (len(rows), len(self.kept_))
        matrix = csr_matrix((data, indices, starts), shape=shape)
        if self.norm is None:
            return matrix
        in_place = normalize_rows() if self.norm == "l2" else None
        if in_place is None:
            return normalize(matrix, norm=self.norm, copy=False)
        in_place(matrix)
        return matrix

    def training_matrix(self, rows: CountRows) -> csr_matrix:
        """(rows, vocabulary) weights, the entries of a row in the order in which their n-grams first appear.

        `TfidfVectorizer.fit_transform` stores them in this order, and adds up the norm of a row in it.
        """
        return self.transform_rows(rows.in_order_of_appearance())

    def _column(self, terms: Terms) -> NDArray[np.int32]:
        """(terms,) the column of each n-gram, -1 outside the vocabulary."""
        column = np.full(len(self.terms_) + 1, -1, dtype=np.int32)
        column[self.kept_] = np.arange(len(self.kept_))
        if terms is self.terms_:
            return column[:-1]
        known = _places(self.terms_)
        # An unknown n-gram gets place -1, which is the last element of `column`, and that holds -1.
        return column[[known.get(term, -1) for term in terms.names().tolist()]]

    def get_feature_names_out(self, input_features: object = None) -> NDArray[Any]:
        """The n-grams of the columns."""
        del input_features
        return self.terms_.names()[self.kept_]


@functools.lru_cache(maxsize=1)
def _places(terms: Terms) -> dict[str, int]:
    """The place of each n-gram in the terms; cached, as texts come in many batches."""
    return {term: at for at, term in enumerate(terms.names().tolist())}


def _range(ngrams: tuple[int, int]) -> tuple[int, int]:
    low, high = ngrams
    if not 1 <= low <= high:
        right = f"; write [{high}, {low}]" if 1 <= high < low else ""
        raise ValueError(f"runs from a small n of 1 or more to a large one, got [{low}, {high}]{right}")
    if high > _LONGEST_NGRAM:
        raise ValueError(f"counts n-grams of {_LONGEST_NGRAM} tokens at most, got [{low}, {high}]")
    return ngrams


def _readable(read: Callable[[Any], object]) -> AfterValidator:
    """Read the file that a setting names while the setting is checked, so that an error gives the setting's line."""

    def look(source: Any) -> Any:
        try:
            read(source)
        except BenchError as error:
            raise ValueError(str(error)) from None
        return source

    return AfterValidator(look)


def _or_else(needed: str) -> WrapValidator:
    """Report a wrong value in one error that says what is allowed, not in one error for each member of a union."""

    def read(value: Any, handler: ValidatorFunctionWrapHandler) -> Any:
        try:
            return handler(value)
        except ValidationError:
            if isinstance(value, list) and "list" not in needed:
                raise PydanticCustomError("single_value", "takes one value") from None
            raise ValueError(f"needs {needed}, got {quoted(value)}") from None

    return WrapValidator(read)


NgramRange = Annotated[Pair[int], AfterValidator(_range)]


class CountSettings(FeatureSettings):
    """What is counted and weighed; shared by the kinds that start from TF-IDF."""

    non_negative: ClassVar[bool] = True

    tokens: Literal["word", "char", "word+char"] = "word"
    """jieba words, characters, or both side by side."""

    ngrams: NgramRange = (1, 1)
    """Shortest and longest n-gram of the tokens (of the words, for `word+char`); 1 to 100."""

    char_ngrams: NgramRange | None = None
    """Shortest and longest character n-gram, for `word+char` only; left out, [1, 2]."""

    min_df: Annotated[
        Annotated[int, Field(ge=1, le=1_000_000_000)] | Annotated[float, Field(gt=0, le=1)],
        _or_else("a number of rows, 1 to 1,000,000,000, or a share such as 0.05, at most 1.0"),
    ] = 1
    """Training rows that an n-gram must occur in: 1 to 1,000,000,000, or a share above 0 (1.0 is all rows)."""

    sublinear_tf: bool = False
    """Whether a count c weighs 1 + log(c)."""

    norm: Norm | None = "l2"
    """Length that a row is brought to, `l1` or `l2`; null leaves it."""

    lowercase: bool = False
    """Whether Latin letters are lower-cased first."""

    hmm: bool = False
    """Whether jieba guesses words that its dictionary does not hold."""

    user_dictionary: Annotated[InputPath, _readable(read_user_dictionary)] | None = None
    """A file of words for jieba, a line each: word, maybe frequency, maybe tag."""

    stop_words: (
        Annotated[InputPath | Many[str], _or_else("a file or a list of words"), _readable(read_words)] | None
    ) = None
    """Words that are not counted: a list, or a file of one word a line."""

    @model_validator(mode="after")
    def _words_only(self) -> Self:
        if self.char_ngrams is not None and self.tokens != "word+char":
            raise ValueError(f"char_ngrams is for tokens 'word+char', not {self.tokens!r}; set 'ngrams'")
        wordly = [name for name in ("hmm", "user_dictionary", "stop_words") if getattr(self, name)]
        if wordly and self.tokens == "char":
            raise ValueError(f"{wordly[0]} is for words; leave it out with tokens 'char'")
        return self

    def counted(self) -> Features:
        """The TF-IDF of these settings, unfitted."""
        if self.tokens == "char":
            return self._tfidf(None, self.ngrams)
        words = self._tfidf(Segmenter(self.hmm, self._user_words()), self.ngrams)
        return words if self.tokens == "word" else Union([words, self._tfidf(None, self.char_ngrams or (1, 2))])

    def _tfidf(self, segmenter: Segmenter | None, ngrams: tuple[int, int]) -> Tfidf:
        return Tfidf(
            segmenter,
            ngrams,
            min_df=self.min_df,
            sublinear_tf=self.sublinear_tf,
            norm=self.norm,
            lowercase=self.lowercase,
            stop_words=() if segmenter is None else self._stop_words(),
        )

    def versions(self) -> dict[str, str]:
        """Digests of jieba's dictionary, and of the files that settings name."""
        lists = {"user_dictionary": self._user_words(), "stop_words": self._stop_words()}
        own = {} if self.tokens == "char" else {"jieba dictionary": dictionary_digest()}
        return {**own, **{name: digest(words) for name, words in lists.items() if words}}

    def encoding_key(self) -> str:
        """What is counted, without how it is weighed."""
        return f"counts {[self.tokens, self.ngrams, self.char_ngrams, self.lowercase, self.hmm, self.versions()]}"

    def _user_words(self) -> tuple[str, ...]:
        return () if self.user_dictionary is None else read_user_dictionary(self.user_dictionary)

    def _stop_words(self) -> tuple[str, ...]:
        return () if self.stop_words is None else read_words(self.stop_words)


@FEATURES.register("tfidf")
class TfidfSettings(CountSettings):
    """TF-IDF of n-grams of jieba words, of characters, or of both side by side."""

    dense: ClassVar[bool] = False
    fitted_types: ClassVar[tuple[type, ...]] = (Tfidf, Terms, Segmenter, Union)

    kind: Literal["tfidf"]

    def build(self, *, random_state: int) -> Features:
        """The unfitted features. `random_state` has no effect, as nothing is drawn."""
        del random_state
        return self.counted()
