"""Croissant: the official reader accepts the description offline, and reads the very rows of every config."""

from __future__ import annotations

import hashlib
import json

import pyarrow.parquet as pq
import pytest

from bench.corpus.build import make_dataset, read_pages, write_dataset
from bench.corpus.configs import CONFIGS
from bench.corpus.croissant import CROISSANT
from bench.corpus.dataset_version import CHANGELOG, read_version
from bench.data.sources.corpus import parquet_of, shipped_corpus

pytestmark = [
    # The reader's rdflib and pandas complain of how they are called by it.
    pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning:rdflib.*"),
    pytest.mark.filterwarnings("ignore:The inplace keyword in DataFrame.reset_index:DeprecationWarning:mlcroissant.*"),
]


@pytest.fixture(scope="module")
def described():
    import mlcroissant

    return mlcroissant.Dataset(str(shipped_corpus() / CROISSANT))


@pytest.fixture(scope="module")
def document():
    return json.loads((shipped_corpus() / CROISSANT).read_bytes())


def _plain(value):
    """A value of the reader as Parquet gives it: strings decoded, nested columns by their own names."""
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, list):
        return [_plain(part) for part in value]
    if isinstance(value, dict):
        return {key.rsplit("/", 1)[1]: _plain(part) for key, part in value.items()}
    return value


def test_the_official_reader_finds_no_fault(described):
    issues = described.metadata.ctx.issues
    assert (sorted(issues.errors), sorted(issues.warnings)) == ([], [])


@pytest.mark.parametrize("config", CONFIGS)
def test_its_records_are_the_rows_of_the_config(described, config):
    records = [_plain(record) for record in described.records(config)]
    assert records == pq.read_table(parquet_of(shipped_corpus(), config)).to_pylist()


@pytest.mark.parametrize("config", CONFIGS)
def test_it_names_the_classes_by_number(described, config):
    records = [_plain(record) for record in described.records(f"{config}_labels")]
    assert [record["name"] for record in sorted(records, key=lambda record: record["number"])] == list(CONFIGS[config])


def test_a_row_without_a_second_label_or_a_title_is_read_as_such(root, tmp_path):
    import shutil

    import mlcroissant

    seeds = shutil.copytree(root / "seeds", tmp_path / "seeds")
    (seeds / "001_second.txt").write_text("某社区近日开展义诊活动,居民踊跃参加。\n", encoding="utf-8")
    labels = "id,first,second,settled,reason,opening\nsecond-000000,grassroots-events,,,,某社区\n"
    (seeds / "001_second.labels.csv").write_text(labels, encoding="utf-8")
    write_dataset(make_dataset(read_pages(seeds), read_version(seeds / CHANGELOG)), tmp_path / "data")
    described = mlcroissant.Dataset(str(tmp_path / "data" / CROISSANT))
    records = [_plain(record) for record in described.records("all")]
    assert records == pq.read_table(parquet_of(tmp_path / "data", "all")).to_pylist()
    assert (records[-1]["second_label"], records[-1]["title"]) == (None, None)


def test_it_names_the_bytes_that_lie_there(document):
    for file in document["distribution"]:
        data = (shipped_corpus() / file["contentUrl"]).read_bytes()
        assert (file["sha256"], file["contentSize"]) == (hashlib.sha256(data).hexdigest(), f"{len(data)} B")


@pytest.mark.parametrize(
    "field", ["dataAnnotationProtocol", "annotationsPerItem", "machineAnnotationTools", "dataBiases"]
)
def test_it_says_how_the_labels_were_made(described, document, field):
    written, read = document[f"rai:{field}"], described.metadata.to_json()[f"rai:{field}"]
    assert written
    assert read in (written, *(written if isinstance(written, list) else []))
