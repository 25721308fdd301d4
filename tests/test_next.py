"""`bench next`: rows with reasons, no near duplicates, groups spread; what comes back is marked, and never tested."""

from __future__ import annotations

import csv
import json
import sys

import numpy as np
import pytest

import bench
from bench import cli
from bench.core.errors import BenchError
from bench.core.labelled_texts import LabelledTexts
from bench.data.audit.base import AuditData, audit
from bench.experiment.config import load_experiment
from bench.experiment.splits import Targets

pytestmark = pytest.mark.filterwarnings("ignore::bench.core.errors.BenchWarning")

CONFIG = """\
name: mine
data: {kind: files, train: rows.csv, text: sentence, label: topic, group: article}
protocol: {kind: repeated-stratified, folds: 3, repeats: 2, inner_folds: 2}
systems:
  - {name: majority, classifier: {kind: majority}}
  - {name: svm, features: {kind: tfidf, tokens: char}, classifier: {kind: linear-svm}}
  - {name: nb, features: {kind: tfidf, tokens: char, ngrams: [1, 2]}, classifier: {kind: complement-nb}}
"""


def _write(path, header, rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])


def _sentences(path):
    with path.open(encoding="utf-8", newline="") as file:
        return [row["sentence"] for row in csv.DictReader(file)]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Half of the real sentences labelled, the others not."""
    source = bench.load_paragraphs("sentences")
    names = source.features["label"].names
    rows = list(zip(source["text"], [names[code] for code in source["label"]], source["paragraph"], strict=True))
    _write(tmp_path / "rows.csv", ("sentence", "topic", "article"), rows[::2])
    pool = [(text, article) for text, _, article in rows[1::2]]
    _write(
        tmp_path / "pool.csv", ("sentence", "article"), [*pool, (rows[0][0] + "。", "x"), (pool[3][0], "y"), ("", "z")]
    )
    (tmp_path / "mine.yaml").write_text(CONFIG, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _run(*arguments):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["bench", *arguments])
        with pytest.raises(SystemExit) as left:
            cli.main()
    return left.value.code


def test_rows_are_distinct_new_and_each_has_its_reason(folder):
    found = bench.next_rows("mine.yaml", "pool.csv", rows=15, system="nb")
    texts = [row.text for row in found.rows]
    labelled = set(_sentences(folder / "rows.csv"))
    assert len(set(texts)) == 15
    assert not labelled & {text.rstrip("。") for text in texts}
    assert (found.left.labelled, found.left.repeated) == (1, 1)
    assert found.notes == ("pool.csv: 1 rows without a text left out",)
    by = [row.chosen_by for row in found.rows]
    assert {name: by.count(name) for name in set(by)} == {"random": 4, "margin": 4, "diversity": 4, "rare-class": 3}
    opening = {
        "random": "drawn at random",
        "margin": "uncertain between",
        "diversity": "unlike",
        "rare-class": "likely",
    }
    assert all(row.reasons[0].startswith(opening[row.chosen_by]) for row in found.rows)
    assert all(0 < row.probability <= 1 and row.proposal in found.classes for row in found.rows)
    again = bench.next_rows("mine.yaml", "pool.csv", rows=15, system="nb")
    assert again.rows == found.rows


def test_every_strategy_and_every_kind_of_scores_gives_rows(folder):
    for strategy in ("random", "margin", "diversity", "rare-class", "mixture"):
        assert len(bench.next_rows("mine.yaml", "pool.csv", rows=4, system="svm", strategy=strategy).rows) == 4
    with pytest.raises(BenchError, match="'entropy' needs probabilities"):
        bench.next_rows("mine.yaml", "pool.csv", system="svm", strategy="entropy")
    with pytest.raises(BenchError, match="unknown strategy 'margins'; did you mean 'margin'"):
        bench.next_rows("mine.yaml", "pool.csv", strategy="margins")


def test_groups_are_spread(folder):
    pool = _sentences(folder / "pool.csv")[:37]
    rows = [(text, "one" if at < 30 else text) for at, text in enumerate(pool)]
    _write(folder / "pool.csv", ("sentence", "article"), rows)
    found = bench.next_rows("mine.yaml", "pool.csv", rows=6, system="nb", strategy="margin")
    assert sum(row.group == "one" for row in found.rows) == 1
    many = bench.next_rows("mine.yaml", "pool.csv", rows=20, system="nb", strategy="margin")
    assert sum(row.group == "one" for row in many.rows) == 13


def test_texts_may_be_lines_a_list_or_a_frame(folder):
    texts = [text for text in _sentences(folder / "pool.csv") if text]
    (folder / "pool.txt").write_text("\n".join(texts) + "\n", encoding="utf-8")
    lines = bench.next_rows("mine.yaml", "pool.txt", rows=5, system="nb")
    given = bench.next_rows("mine.yaml", texts, rows=5, system="nb")
    assert [row.text for row in lines.rows] == [row.text for row in given.rows]
    pandas = pytest.importorskip("pandas")
    frame = bench.next_rows("mine.yaml", pandas.DataFrame({"sentence": texts}), rows=5, system="nb").to_frame()
    assert frame["sentence"].tolist() == [row.text for row in given.rows]


def test_the_best_stored_system_proposes(folder):
    assert bench.next_rows("mine.yaml", "pool.csv", rows=2).why == "the first in the file"
    results = bench.run("mine.yaml", "results", jobs=1, progress=False)
    scores = {
        run.record.system: run.record.scores["f1_macro"].value for run in results if run.record.system != "majority"
    }
    found = bench.next_rows("mine.yaml", "pool.csv", rows=2)
    assert (found.system, found.why) == (max(scores, key=scores.get), "the best stored for this data")


def test_a_system_that_learns_from_names_of_classes_learns_from_them_here_too(folder):
    with (folder / "rows.csv").open(encoding="utf-8", newline="") as file:
        topics = sorted({row["topic"] for row in csv.DictReader(file)})
    named = dict(zip(topics, ("的", "鱻", "麤", "灥"), strict=True))
    alone = {"name": "zero", "features": {"kind": "tfidf", "tokens": "char"}, "classifier": {"kind": "zero-shot"}}
    data = {"kind": "files", "train": "rows.csv", "text": "sentence", "label": "topic"}
    experiment = {"name": "e", "data": data, "protocol": {"kind": "repeated-stratified", "folds": 3}, "names": named}
    found = bench.next_rows({**experiment, "systems": [alone]}, "pool.csv", rows=9, strategy="random")
    assert {row.proposal for row in found.rows if "的" in row.text} == {topics[0]}


def test_what_a_tool_labelled_comes_back_marked_and_only_random_rows_are_tested(folder, capsys):
    arguments = ["next", "mine.yaml", "pool.csv", "--rows", "12", "--system", "nb", "--random-share", "0.5"]
    assert _run(*arguments, "--format", "label-studio", "--out", "next.json") == 0
    assert (
        "12 of 37 texts chosen (random 6, margin 2, diversity 2, rare-class 2); proposals by nb"
        in capsys.readouterr().out
    )
    tasks = json.loads((folder / "next.json").read_bytes())
    for task in tasks:
        label = task.pop("predictions")[0]["result"][0]["value"]["choices"][0]
        result = {"from_name": "label", "to_name": "text", "type": "choices", "value": {"choices": [label]}}
        task["annotations"] = [{"result": [result]}]
    (folder / "answers.json").write_text(json.dumps(tasks), encoding="utf-8")
    back = ["labels", "import", "answers.json", "--format", "label-studio", "--table", "next.csv"]
    assert _run(*back, "--text", "sentence", "--label", "topic", "--out", "labelled.csv") == 0
    config = CONFIG.replace("rows.csv", "[rows.csv, labelled.csv]").replace(
        "article}", "article, chosen_by: chosen_by}"
    )
    (folder / "mine.yaml").write_text(config, encoding="utf-8")
    experiment = load_experiment(folder / "mine.yaml")
    data = experiment.data.load()
    assert data.chosen() == {"diversity": 2, "margin": 2, "rare-class": 2}
    assert data.notes[-1].partition("/rows.csv")[2] == ": no column 'chosen_by': its rows are taken as drawn at random"
    [run] = bench.run("mine.yaml", jobs=1, systems="nb", progress=False)
    chosen = {row_id for row_id, name in zip(data.row_ids, data.chosen_by, strict=True) if name != "random"}
    predictions = run.predictions()
    assert len(predictions.row_ids) == len(data) - 6
    assert not chosen & set(predictions.row_ids)
    said = " ".join(str(bench.compare([run])).split())
    assert "6 of 50 rows were chosen by a strategy (diversity 2, margin 2, rare-class 2), on which scores would" in said
    assert "be biased: they are only trained on. Scores are for the 44 rows drawn at random." in said


def _marked():
    labels = tuple("甲乙"[at % 2] for at in range(20))
    chosen = tuple("margin" if at < 6 else "random" for at in range(20))
    groups = tuple(f"g{at % 7}" for at in range(20))
    ids = tuple(map(str, range(20)))
    return LabelledTexts(ids, tuple(f"第{at}行文字" for at in range(20)), labels, groups, None, (), chosen)


@pytest.mark.parametrize(
    "kind", ["repeated-stratified", "grouped", "stratified-grouped", "leave-one-group-out", "labelling"]
)
def test_no_protocol_tests_a_chosen_row_and_groups_stay_whole(kind):
    from bench.experiment.protocols.base import PROTOCOLS

    settings = {"kind": kind, **({} if kind == "leave-one-group-out" else {"folds": 3, "repeats": 2})}
    settings |= {"start": 3, "step": 1, "rounds": 1} if kind == "labelling" else {}
    protocol = PROTOCOLS[kind].model_validate(settings).expand()[0]
    targets = Targets.of(_marked())
    protocol.check(targets, tuned=False)
    assert protocol.tested(targets).tolist() == list(range(6, 20))
    trained = set()
    for split in protocol.outer(targets, 0):
        assert split.test.min() >= 6
        assert not set(split.train) & set(split.test)
        trained |= set(split.train.tolist())
        if protocol.blocked:
            assert not set(targets.groups[split.train]) & set(targets.groups[split.test])
    if kind == "labelling":
        assert min(trained) >= 6
    else:
        assert trained >= set(range(6))


def test_a_class_of_chosen_rows_alone_is_refused_and_the_audit_tells():
    data = _marked()
    labels = tuple("丙" if at < 3 else label for at, label in enumerate(data.labels))
    data = LabelledTexts(data.row_ids, data.texts, labels, None, None, (), data.chosen_by)
    from bench.experiment.protocols.repeated_stratified import RepeatedStratified

    with pytest.raises(BenchError, match="all rows of '丙' were chosen by a strategy"):
        RepeatedStratified(kind="repeated-stratified", folds=2).check(Targets.of(data), tuned=False)
    [found] = [each for each in audit(AuditData(data)).findings if each.check == "chosen-rows"]
    assert found.severity == "fault"
    assert "6 rows of 20 were chosen by a strategy (margin 6)" in found.message
    assert found.message.endswith("; no random row of 丙, which cannot be tested")
    assert found.message.chinese.endswith("；丙 没有随机抽取的行，无法测试")
    assert found.rows == ("0", "1", "2", "3", "4", "5")


def test_the_audit_finds_nothing_where_lots_were_drawn_alone_and_tells_nothing_where_no_column_says():
    data = _marked()
    for by, clean in ((("random",) * len(data), True), (None, False)):
        found = audit(AuditData(LabelledTexts(data.row_ids, data.texts, data.labels, None, None, (), by)))
        assert ("chosen-rows" in found.clean) == clean
        assert "chosen-rows" not in {*found.skipped, *(each.check for each in found.findings)}


def test_data_that_nothing_chose_is_what_it_was():
    data = _marked()
    plain = LabelledTexts(data.row_ids, data.texts, data.labels, data.groups)
    assert plain.sha256() != data.sha256()
    assert Targets.of(plain).drawn is None
    assert np.array_equal(Targets.of(data).testable, np.arange(6, 20))


def test_mistakes_are_told_in_a_line(folder, capsys):
    assert _run("next", "mine.yaml", "pool.csv", "--system", "nbb") == 2
    assert "no system 'nbb'; did you mean 'nb'" in capsys.readouterr().err
    assert _run("next", "mine.yaml", "pool.csv", "--format", "doccano") == 2
    assert "--out is missing" in capsys.readouterr().err
    assert _run("next", "mine.yaml", "rows.csv") == 2
    assert "are labelled already" in capsys.readouterr().err
    _write(folder / "other.csv", ("words",), [("改革",)])
    assert _run("next", "mine.yaml", "other.csv") == 2
    assert "no column 'text'" in capsys.readouterr().err
    assert _run("next", "mine.yaml", "pool.csv", "--out", "rows.csv") == 2
    assert "--force replaces it" in capsys.readouterr().err
