"""The dataset: same bytes twice, checked row by row, opened by the `datasets` library without us."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys

import pyarrow.parquet as pq
import pytest

from bench import api
from bench.core.errors import BenchError
from bench.corpus.build import make_dataset, page_key, read_pages, write_dataset
from bench.corpus.configs import COLUMNS, CONFIGS, features
from bench.corpus.consistency import differences, version_fault
from bench.corpus.dataset_version import CHANGELOG, read_version
from bench.corpus.topics import NONE
from bench.data.sources.corpus import parquet_of, shipped_corpus

LOAD = """
import sys
sys.modules["bench"] = None  # as where the package is not installed
import datasets
rows = datasets.load_dataset(sys.argv[1], sys.argv[2], cache_dir=sys.argv[3])["train"]
names = rows.features["label"].names
print(rows.num_rows, ",".join(names), ",".join(rows.column_names), names[rows[0]["label"]], rows[0]["text"][:4])
"""


@pytest.fixture(scope="module")
def dataset(root):
    return make_dataset(read_pages(root / "seeds"), read_version(root / "seeds" / CHANGELOG))


def _files(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _load(folder, config, cache):
    command = [sys.executable, "-W", "ignore", "-c", LOAD, folder, config, cache]
    environment = {**os.environ, "HF_HUB_OFFLINE": "1"}
    done = subprocess.run(list(map(str, command)), capture_output=True, check=True, text=True, env=environment)
    return done.stdout.split()


@pytest.fixture
def seeds(root, tmp_path):
    return shutil.copytree(root / "seeds", tmp_path / "seeds")


def _edit_labels(seeds, change):
    [path] = seeds.glob("*.labels.csv")
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    change(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)


def test_the_committed_dataset_is_what_the_seeds_and_the_committed_results_give(root):
    assert api.check_build(root / "seeds", shipped_corpus(), root / "results") == []


def test_building_twice_gives_the_same_bytes(root, dataset, tmp_path):
    write_dataset(dataset, tmp_path / "a")
    again = make_dataset(read_pages(root / "seeds"), read_version(root / "seeds" / CHANGELOG))
    write_dataset(again, tmp_path / "b")
    assert _files(tmp_path / "a") == _files(tmp_path / "b")


@pytest.mark.parametrize("config", CONFIGS)
def test_the_datasets_library_opens_it_without_us(dataset, tmp_path, config):
    write_dataset(dataset, tmp_path / "data")
    rows, labels, columns, label, opening = _load(tmp_path / "data", config, tmp_path / "cache")
    first = dataset.rows[config][0]
    assert int(rows) == len(dataset.rows[config])
    assert labels.split(",") == list(CONFIGS[config])
    assert columns.split(",") == list(first)
    assert (label, opening) == (first["label"], first["text"][:4])


def test_a_changed_row_is_seen_under_a_warm_cache(seeds, tmp_path):
    def first_is_reform(rows):
        rows[0].update(first="reform", second="", settled="", reason="")

    out, cache = tmp_path / "data", tmp_path / "cache"
    write_dataset(make_dataset(read_pages(seeds)), out)
    before = _load(out, "all", cache)
    _edit_labels(seeds, first_is_reform)
    write_dataset(make_dataset(read_pages(seeds)), out)
    assert before[3] == "none"
    assert _load(out, "all", cache)[3] == "reform"
    assert len(list(out.rglob("*.parquet"))) == len(CONFIGS)


def test_a_check_names_the_first_row_that_differs(dataset, seeds, tmp_path):
    write_dataset(dataset, tmp_path / "data")
    _edit_labels(seeds, lambda rows: rows[2].update(first="reform", second="", settled="", reason=""))
    found = differences(make_dataset(read_pages(seeds)), tmp_path / "data")
    second = dataset.rows["all"][2]["id"]
    assert any(f"row 3 ({second}): label is 'assessment', would be 'reform'" in line for line in found)


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda out: (out / "README.md").unlink(), "README.md: is missing"),
        (lambda out: (out / "README.md").write_text("x"), "README.md: line 1 is 'x', would be '---'"),
        (lambda out: (out / "README.zh.md").write_text("x"), "README.zh.md: line 1 is 'x'"),
        (lambda out: (out / "CHANGELOG.md").unlink(), "CHANGELOG.md: is missing"),
        (lambda out: (out / "croissant.json").write_text("{}"), "croissant.json: line 1 is '{}'"),
        (lambda out: shutil.rmtree(out / "all"), "is missing"),
        (lambda out: next((out / "all").iterdir()).rename(out / "all" / "z.parquet"), "is missing"),
        (lambda out: next((out / "all").iterdir()).write_bytes(b"x"), "cannot be read"),
        (
            lambda out: shutil.copy(next((out / "all").iterdir()), out / "all" / "z.parquet"),
            "is not part of the dataset",
        ),
    ],
)
def test_a_check_sees_what_is_missing_damaged_or_too_much(dataset, tmp_path, damage, message):
    write_dataset(dataset, tmp_path)
    assert differences(dataset, tmp_path) == []
    damage(tmp_path)
    assert any(message in line for line in differences(dataset, tmp_path))


def test_a_second_page_moves_no_row_of_the_first(seeds, dataset):
    (seeds / "001_second.txt").write_text("# 第二版\n\n某社区近日开展义诊活动,居民踊跃参加。\n", encoding="utf-8")
    labels = "id,first,second,settled,reason,opening\nsecond-000007,grassroots-events,,,,某社区\n"
    (seeds / "001_second.labels.csv").write_text(labels, encoding="utf-8")
    with_second = make_dataset(read_pages(seeds))
    assert with_second.rows["all"][: len(dataset.rows["all"])] == dataset.rows["all"]
    assert with_second.rows["all"][-1]["text"] == "某社区近日开展义诊活动，居民踊跃参加。"


def test_the_ids_and_rows_of_the_first_release_stand(dataset):
    # What others may have stored: these digests move only with a new version.
    assert dataset.statistics.identity["paragraphs"].startswith("70c69397dfe1dcdf")
    assert dataset.statistics.identity["all"].startswith("2929948b8a57849e")


@pytest.mark.parametrize("config", CONFIGS)
def test_the_card_says_how_anyone_takes_the_digest_of_the_content(dataset, config):
    def part(value):
        data = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
        return f"{len(data)}:".encode() + data

    table = pq.read_table(parquet_of(shipped_corpus(), config))
    kinds = json.loads(table.schema.metadata[b"huggingface"])["info"]["features"]
    named = [
        {name: kinds[name]["names"][value] if "names" in kinds[name] else value for name, value in row.items()}
        for row in table.to_pylist()
    ]
    total = hashlib.sha256(part(kinds["label"]["names"]) + b"".join(map(part, named))).hexdigest()
    assert total == dataset.statistics.identity[config]
    assert f"`{total}`" in dataset.texts["README.md"]


def test_sentences_are_pieces_of_their_paragraphs_with_its_label(dataset):
    paragraphs = {row["id"]: row for row in dataset.rows["paragraphs"]}
    pieces = dict.fromkeys(paragraphs, "")
    for row in dataset.rows["sentences"]:
        paragraph = paragraphs[row["paragraph"]]
        assert row["text"] == paragraph["text"][row["start"] : row["end"]]
        assert row["id"] == f"{row['paragraph']}-{row['start']:04d}"
        assert (row["label"], row["article"]) == (paragraph["label"], paragraph["article"])
        pieces[row["paragraph"]] += row["text"]
    assert pieces == {row_id: row["text"] for row_id, row in paragraphs.items()}
    assert NONE not in {row["label"] for row in dataset.rows["sentences"]}


@pytest.mark.parametrize("config", CONFIGS)
def test_ids_are_unique_and_every_row_has_the_columns_that_are_described(dataset, config):
    rows = dataset.rows[config]
    assert len({row["id"] for row in rows}) == len(rows)
    assert all(list(row) == list(COLUMNS[config]) for row in rows)


def test_content_that_the_changelog_does_not_record_fails_the_check(root, seeds, tmp_path):
    api.build(seeds, tmp_path / "out", tmp_path / "no-results")
    assert api.check_build(seeds, tmp_path / "out", tmp_path / "no-results") == []
    _edit_labels(seeds, lambda rows: rows[2].update(first="reform", second="", settled="", reason=""))
    api.build(seeds, tmp_path / "out", tmp_path / "no-results")
    [fault] = api.check_build(seeds, tmp_path / "out", tmp_path / "no-results")
    assert "CHANGELOG.md:14: 0.1.0 records content 1b78" in fault
    assert "add an entry with a higher version" in fault
    assert "Version 0.1.0+unrecorded" in (tmp_path / "out" / "README.md").read_text(encoding="utf-8")


def test_seeds_without_a_changelog_are_built_as_unrecorded(seeds, tmp_path):
    (seeds / CHANGELOG).unlink()
    api.build(seeds, tmp_path / "out", tmp_path / "no-results")
    assert api.check_build(seeds, tmp_path / "out", tmp_path / "no-results") == []
    assert not (tmp_path / "out" / CHANGELOG).exists()
    assert "Version 0.0.0+unrecorded;" in (tmp_path / "out" / "README.md").read_text(encoding="utf-8")
    assert version_fault(make_dataset(read_pages(seeds)), seeds) == []


def test_scores_are_compared_only_where_there_are_results(root, tmp_path):
    out, nothing = tmp_path / "out", tmp_path / "no-results"
    api.build(root / "seeds", out, nothing)
    assert api.check_build(root / "seeds", out, nothing) == []
    found = api.check_build(root / "seeds", out, root / "results")
    assert [line.split(":")[0].rpartition("/")[2] for line in found] == ["README.md", "README.zh.md"]
    api.build(root / "seeds", out, root / "results")
    assert api.check_build(root / "seeds", out, root / "results") == []
    assert api.check_build(root / "seeds", out, nothing) == []


def test_rows_rebuild_the_raw_characters_from_their_spans(root, dataset):
    from bench.corpus.pages import fold

    [page] = (root / "seeds").glob("*.txt")
    text = page.read_text(encoding="utf-8")
    for row in dataset.rows["all"]:
        raw = "".join(text[span["start"] : span["end"]] for span in row["spans"])
        assert fold(raw) == fold(row["text"])


def test_a_readme_that_is_not_ours_is_not_written_over(dataset, tmp_path):
    (tmp_path / "README.md").write_text("# My project", encoding="utf-8")
    with pytest.raises(BenchError, match=r"holds README.md, not as bench writes a dataset, which would be lost"):
        write_dataset(dataset, tmp_path)
    assert [path.name for path in tmp_path.rglob("*")] == ["README.md"]
    write_dataset(dataset, tmp_path / "dataset")
    write_dataset(dataset, tmp_path / "dataset")


def test_a_folder_without_pages_and_two_pages_of_one_key_are_refused(tmp_path, seeds):
    with pytest.raises(BenchError, match="no seed pages"):
        read_pages(tmp_path)
    [page] = seeds.glob("*.txt")
    shutil.copy(page, seeds / f"001_{page_key(page)}.txt")
    with pytest.raises(BenchError, match="has the key"):
        read_pages(seeds)


@pytest.mark.parametrize("config", CONFIGS)
def test_the_card_tells_hubs_the_features_and_sizes_that_the_files_have(dataset, tmp_path, config):
    from datasets import DatasetDict, load_dataset
    from datasets.info import DatasetInfosDict

    write_dataset(dataset, tmp_path / "out")
    info = DatasetInfosDict.from_directory(tmp_path / "out")[config]
    assert info.features == features(config)
    assert {name: split.num_examples for name, split in info.splits.items()} == {"train": len(dataset.rows[config])}
    # The library refuses rows that are not as many as the card says.
    opened = load_dataset(str(tmp_path / "out"), config, cache_dir=tmp_path / "cache", verification_mode="all_checks")
    assert isinstance(opened, DatasetDict)


def test_the_card_links_a_licence_that_says_what_the_card_says(dataset):
    from huggingface_hub import DatasetCard

    card = DatasetCard(dataset.texts["README.md"])
    assert (card.data.license, card.data.to_dict()["license_link"]) == ("other", "LICENSE.md")
    english, chinese = dataset.texts["LICENSE.md"].split("## 许可与来源")
    [said] = re.findall(r"## Licence and source\n\n(.*?)\n\n##", dataset.texts["README.md"], re.DOTALL)
    assert said in english
    [said] = re.findall(r"## 许可与来源\n\n(.*?)\n\n##", dataset.texts["README.zh.md"], re.DOTALL)
    assert said == chinese.strip()
