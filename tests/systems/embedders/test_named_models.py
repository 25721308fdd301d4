"""Models that the user names: known by their files wherever these lie, fetched once, refused in one line."""

from __future__ import annotations

import huggingface_hub
import numpy as np
import pytest
from pydantic import TypeAdapter, ValidationError

from bench.core.errors import BenchError
from bench.systems.embedders.base import EMBEDDERS, AnyEmbedder


def _embedder(value, folder="."):
    return TypeAdapter(AnyEmbedder).validate_python(value, context={"folder": folder})


@pytest.fixture
def save_model():
    """Saves a tiny static model at a folder."""
    model2vec = pytest.importorskip("model2vec", reason="the extra 'static' is not installed")
    tokenizers = pytest.importorskip("tokenizers")

    def save(folder, *, random_state=0):
        tokenizer = tokenizers.Tokenizer(tokenizers.models.WordLevel({"[UNK]": 0, "版": 1}, unk_token="[UNK]"))
        tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.Split("", "isolated")
        vectors = np.random.default_rng(random_state).normal(size=(2, 3)).astype(np.float32)
        model2vec.StaticModel(vectors, tokenizer).save_pretrained(str(folder))
        return folder

    return save


def test_a_model_is_known_by_its_files_inside_a_hidden_cache_too(tmp_path, save_model):
    folders = [save_model(tmp_path / ".cache" / "hub" / f"m{at}" / "tiny", random_state=at) for at in (0, 0, 1)]
    identities = [_embedder({"kind": "model2vec", "model": "tiny"}, folder.parent).identity() for folder in folders]
    assert identities[0] == identities[1] != identities[2]


@pytest.mark.parametrize(
    "name", [".cache/huggingface/download.lock", "onnx/model.onnx", "a/onnx/model.onnx_data", "tf_model.h5"]
)
def test_files_that_no_back_end_loads_change_no_identity(tmp_path, save_model, name):
    backend = _embedder({"kind": "model2vec", "model": "tiny"}, save_model(tmp_path / "tiny").parent)
    before = backend.identity()
    path = tmp_path / "tiny" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"another")
    assert (backend.identity() == before) == (not name.startswith("a/"))


def test_a_model_of_the_hub_is_fetched_once_however_many_texts_there_are(tmp_path, save_model, monkeypatch):
    asked = []
    folder = save_model(tmp_path / "fetched")

    def fetch(name, *, revision, ignore_patterns):
        asked.append((name, revision, "onnx/*" in ignore_patterns))
        return str(folder)

    monkeypatch.setattr(huggingface_hub, "snapshot_download", fetch)
    name = f"someone/{tmp_path.name}"
    backend = _embedder({"kind": "model2vec", "model": name, "revision": "abc"}, tmp_path)
    assert backend.encode(["版", "", "面"]).shape == (3, 3)
    assert f"model {name}" in backend.versions()
    assert asked == [(name, "abc", True)]


@pytest.mark.parametrize("error", [OSError("no network\nlong story"), OSError()])
def test_a_model_that_is_not_to_be_had_is_one_line(tmp_path, monkeypatch, error):
    def fetch(*_, **__):
        raise error

    monkeypatch.setattr(huggingface_hub, "snapshot_download", fetch)
    backend = _embedder({"kind": "model2vec", "model": "someone/missing"}, tmp_path)
    with pytest.raises(BenchError, match="'someone/missing' is no folder, nor to be had from the hub: ") as told:
        backend.folder()
    assert "\n" not in str(told.value)
    assert "long story" not in str(told.value)


def test_a_revision_of_a_folder_is_refused(tmp_path):
    backend = _embedder({"kind": "model2vec", "model": ".", "revision": "main"}, tmp_path)
    with pytest.raises(BenchError, match="is a folder, which has no revision"):
        backend.folder()


@pytest.mark.parametrize("kind", sorted(EMBEDDERS.classes()))
def test_a_name_alone_stands_for_a_back_end_or_says_what_else_it_needs(kind):
    fields = EMBEDDERS[kind].model_fields.items()
    needed = [name for name, field in fields if field.is_required() and name != "kind"]
    if needed:
        with pytest.raises(ValidationError, match=f"needs more than its name; write {{kind: {kind}, {needed[0]}: …}}"):
            _embedder(kind)
    else:
        assert _embedder(kind) == _embedder({"kind": kind})
