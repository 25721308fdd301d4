"""Every YAML block of docs/own-data.md reads the small files that it speaks of."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from command import bench, block
from workbooks import write_workbook

from bench import run
from bench.core.errors import BenchError
from bench.core.settings import Settings
from bench.core.validation import check
from bench.core.yaml_files import load_yaml
from bench.data.sources.base import AnySource
from bench.experiment.config import load_experiment
from bench.experiment.shared_settings import with_names

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "own-data.md"
ROWS = [("一,二", "甲"), ("三;四", "乙"), ("五", "甲"), ("六", "乙")]
BLOCKS = [
    block
    for blocks in re.findall(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    for block in blocks.split("---\n")
]
WHOLE = [block for block in BLOCKS if block.startswith("name: ")]
TUNED = [block for block in BLOCKS if block.startswith("tune_by: ")]
"""Experiments but for their protocol and systems; the others say what the data are alone."""


class _Holder(Settings):
    data: AnySource


def _separated(names, rows, delimiter=","):
    target = io.StringIO()
    csv.writer(target, delimiter=delimiter).writerows([names, *rows])
    return target.getvalue()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    from datasets import Dataset, DatasetDict

    folder = tmp_path_factory.mktemp("own")
    objects = [{"sentence": a, "label_desc": b, "article": "x", "no": at} for at, (a, b) in enumerate(ROWS)]
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in objects)
    plain = _separated(("sentence", "topic"), ROWS)
    texts = {
        "rows.csv": plain,
        "rows.tsv": "".join(f"category\t{text}\t{label}\n" for text, label in ROWS),
        "semicolons.csv": _separated(("sentence", "topic"), ROWS, ";"),
        "tabs.csv": _separated(("sentence", "topic"), ROWS, "\t"),
        "rows.json": json.dumps(objects, ensure_ascii=False, indent=1),
        "reviews.csv": _separated(("review", "stars"), [(text, "甲乙".index(label)) for text, label in ROWS]),
        "gaps.csv": _separated(("sentence", "topic"), [*ROWS, ("", "甲"), ("七", " ")]),
        **dict.fromkeys(["rows.jsonl", "train_0.json", "train_1.json", "dev_0.json", "dev_1.json", "test.json"], lines),
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8", newline="")
    (folder / "rows.csv.gz").write_bytes(gzip.compress(plain.encode()))
    table = {"sentence": [text for text, _ in ROWS], "topic": [label for _, label in ROWS]}
    pq.write_table(pa.table(table), folder / "rows.parquet")
    write_workbook(folder / "rows.xlsx", {"数据": [["sentence", "topic"], *map(list, ROWS)]})
    (folder / "opened").mkdir()
    for split in ("train", "test"):
        pq.write_table(pa.table(table), folder / "opened" / f"{split}.parquet")
    saved = Dataset.from_dict(table)
    saved.save_to_disk(folder / "saved")
    DatasetDict({"train": saved, "test": saved}).save_to_disk(folder / "splits")
    return folder


def _source(folder, block):
    path = folder / "block.yaml"
    path.write_text(block, encoding="utf-8")
    return check(_Holder, load_yaml(path), context={"folder": folder}).data


@pytest.mark.parametrize(
    "block", [block for block in BLOCKS if "user/name" not in block and block not in [*WHOLE, *TUNED]]
)
def test_every_block_reads_its_rows(folder, block):
    if ".xlsx" in block:
        pytest.importorskip("python_calamine", reason="the extra excel is not installed")
    data = _source(folder, block).load()
    names = {"甲": "差评", "乙": "好评"} if "label_names" in block else {"甲": "甲", "乙": "乙"}
    files = 1 if data.parts is None else len(data.parts.all)
    assert list(zip(data.texts, data.labels, strict=True)) == [(text, names[label]) for text, label in ROWS] * files
    assert files == 1 + len(re.findall(r"test:|train_1|dev_\d", block))
    assert len(data.notes) == ("drop_empty" in block)


def test_the_block_with_a_metric_tunes_by_it_and_chooses_among_three_lists_of_weights(tmp_path):
    [block] = TUNED
    rest = "name: own\ndata: {kind: corpus}\nprotocol: {kind: repeated-stratified}\n"
    (tmp_path / "own.yaml").write_text(rest + block, encoding="utf-8")
    experiment = load_experiment(tmp_path / "own.yaml")
    [system] = experiment.systems
    assert (experiment.tune_by, system.combinations) == ("accuracy", 9)


def test_the_block_with_names_of_classes_gives_them_to_a_system_that_reads_texts(tmp_path):
    [block] = [block for block in WHOLE if "names:" in block]
    rows = [{"sentence": f"{text}{label}", "label": label} for text, _ in ROWS for label in (100, 101, 102)]
    (tmp_path / "train.json").write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")
    rest = """\
protocol: {kind: repeated-stratified, folds: 2, repeats: 1}
systems:
  - {name: centroid, features: {kind: tfidf, tokens: char}, classifier: {kind: centroid}}
"""
    (tmp_path / "own.yaml").write_text(block + rest, encoding="utf-8")
    experiment = load_experiment(tmp_path / "own.yaml")
    [system] = with_names(experiment, experiment.data.load()).systems
    assert system.names == {"100": ("民生故事",), "101": ("文化",), "102": ("娱乐", "明星和影视")}
    assert system.names_template == ("这是一则{}新闻",)


@pytest.mark.parametrize("page", [PAGE, PAGE.with_name("own-data.zh.md")])
def test_the_block_with_unlabelled_texts_runs_and_its_systems_learn_from_them(tmp_path, page_texts, page):
    blocks = re.findall(r"```yaml\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    [block] = [block for block in blocks if "unlabelled:" in block]
    rows = [(text[:40], "甲乙"[at % 2]) for at, text in enumerate(page_texts[:20])]
    (tmp_path / "rows.csv").write_text(_separated(("sentence", "topic"), rows), encoding="utf-8")
    more = [text[40:80] for text in page_texts[20:] if len(text) > 60]
    (tmp_path / "more.txt").write_text("\n".join(more), encoding="utf-8")
    (tmp_path / "own.yaml").write_text(block, encoding="utf-8")
    done = run(str(tmp_path / "own.yaml"), progress=False)
    assert not done.failed
    digests = {each.record.predictions_sha256 for each in done}
    assert len(digests) == len(done)


def test_a_name_on_the_hub_is_known_as_one(folder, monkeypatch):
    [block] = [block for block in BLOCKS if "user/name" in block]
    monkeypatch.setattr("datasets.load_dataset", lambda name, config, **_: pytest.fail(f"asked for {name}, {config}"))
    source = _source(folder, block)
    assert (source.path.portable, source.config, source.revision) == ("user/name", None, "0123abc")
    with pytest.raises(pytest.fail.Exception, match="asked for user/name, None"):
        source.load()


def test_a_run_says_what_it_made_of_the_file(folder, tmp_path):
    rows = [("改革" + "一二三四五六"[at], "甲") for at in range(6)] + [
        ("考核" + "一二三四五六"[at], "乙") for at in range(6)
    ]
    gaps = _separated(("sentence", "topic"), [*rows, ("", "甲")])
    (tmp_path / "gaps.csv").write_bytes(gaps.encode("gb18030"))
    experiment = {
        "name": "own",
        "data": {"kind": "files", "train": "gaps.csv", "text": "sentence", "label": "topic", "drop_empty": True},
        "protocol": {"kind": "repeated-stratified", "folds": 3, "repeats": 1},
        "systems": [{"name": "majority", "classifier": {"kind": "majority"}}],
    }
    (tmp_path / "own.yaml").write_text(json.dumps(experiment), encoding="utf-8")
    done = bench("run", "own.yaml", "--results", "out", cwd=tmp_path)
    assert (done.returncode, done.stderr.splitlines()) == (
        0,
        [
            "own.yaml: warning: gaps.csv: not UTF-8, read as GB18030",
            "own.yaml: warning: gaps.csv: 1 of 13 rows dropped, without text or label (line 14)",
        ],
    )
    record = json.loads((tmp_path / "out" / "own" / "majority" / "run.json").read_bytes())
    assert (record["data"]["train"], record["data"]["facts"]["rows"]) == ("gaps.csv", 12)


def test_the_commands_of_the_page_lead_from_a_table_to_scores_and_out_again(tmp_path, page_texts):
    blocks = re.findall(r"```bash\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    rows = [(text[:60], "甲乙"[at % 2], f"篇{at // 4}") for at, text in enumerate(page_texts[:24])]
    (tmp_path / "rows.csv").write_text(_separated(("sentence", "topic", "article"), rows), encoding="utf-8")
    (tmp_path / "unlabelled.csv").write_text(
        "sentence\n" + "".join(f"{text}\n" for text, *_ in ROWS[2:]), encoding="utf-8"
    )
    shown = {}
    for line in "".join(blocks).splitlines():
        done = block(line, tmp_path)
        assert done.returncode == 0, done.stderr
        shown[line] = done.stdout
        if (tmp_path / "tasks.jsonl").exists():
            exported = (tmp_path / "tasks.jsonl").read_text(encoding="utf-8")
            (tmp_path / "li.jsonl").write_text(exported.replace('"label": []', '"label": ["改革"]'), encoding="utf-8")
    assert "sentence,topic\n五,改革\n六,改革\n" in (tmp_path / "labelled.csv").read_text(encoding="utf-8")
    assert "char-complement-nb" in shown["bench compare"]
    stored = json.loads((tmp_path / "results" / "rows" / "char-svm" / "run.json").read_bytes())
    assert float(done.stdout.split()[-1]) == pytest.approx(stored["scores"]["f1_macro"]["value"])


@pytest.mark.parametrize("name", ["rows.csv", "rows.jsonl", "rows.json", "rows.parquet"])
def test_rows_are_held_once(tmp_path, page_texts, name):
    import random
    import tracemalloc

    rng = random.Random(7)
    rows = [
        (f"{at}、" + rng.choice(page_texts)[:60] + rng.choice(page_texts)[:60], "甲乙"[at % 2]) for at in range(25_000)
    ]
    if name.endswith("csv"):
        (tmp_path / name).write_text(_separated(("text", "label"), rows), encoding="utf-8")
    elif name.endswith("parquet"):
        pq.write_table(
            pa.table({"text": [text for text, _ in rows], "label": [label for _, label in rows]}), tmp_path / name
        )
    else:
        objects = [json.dumps({"text": text, "label": label}, ensure_ascii=False) for text, label in rows]
        written = "\n".join(objects) if name.endswith("l") else f"[{','.join(objects)}]"
        (tmp_path / name).write_text(written, encoding="utf-8")
    del rows
    source = _source(tmp_path, f"data: {{kind: files, train: {name}, text: text, label: label}}")
    tracemalloc.start()
    try:
        data = source.load()
        held, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(data) == 25_000
    assert peak < 1.5 * held


def test_a_dataset_folder_in_place_of_a_file_is_told(folder):
    with pytest.raises(BenchError, match="holds splits"):
        _source(folder, "data: {kind: files, train: splits, text: sentence, label: topic}").load()
