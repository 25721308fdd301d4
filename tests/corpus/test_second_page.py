"""Another page: it comes and goes without moving a byte of what was there before."""

from __future__ import annotations

import csv
import shutil

import pytest

from bench import api
from bench.core.errors import BenchError
from bench.corpus.annotations import labels_path
from bench.corpus.build import make_dataset, page_key, read_page, read_pages, write_dataset
from bench.corpus.proposals import COLUMNS, Proposal, least_certain_first, proposals_path, read_proposals
from bench.corpus.topics import LABELS
from bench.data.sources.corpus import CorpusSource
from bench.experiment.protocols.repeated_stratified import RepeatedStratified
from bench.experiment.splits import Targets


@pytest.fixture
def seeds(root, tmp_path):
    return shutil.copytree(root / "seeds", tmp_path / "seeds")


@pytest.fixture
def bare_seeds(tmp_path):
    """A folder without any page: nothing to learn proposals from, so that adding is quick."""
    folder = tmp_path / "bare"
    folder.mkdir()
    return folder


def _bytes(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _fill_in(path, label=lambda row: LABELS[row % len(LABELS)]):
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for number, row in enumerate(rows):
        row["first"] = label(number)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)


def test_a_page_that_is_added_labelled_and_removed_leaves_every_byte_as_it_was(root, seeds, second_page, tmp_path):
    before, out = _bytes(seeds), tmp_path / "dataset"
    api.build(seeds, out, seeds / "no-results")
    first = _bytes(out)
    rows = make_dataset(read_pages(seeds)).rows

    added = api.add(second_page, seeds, tmp_path / "none")
    assert {name: data for name, data in _bytes(seeds).items() if name in before} == before
    with pytest.raises(BenchError, match="10 of 10 paragraphs have no label yet"):
        api.build(seeds, out, seeds / "no-results")
    assert _bytes(out) == first
    assert api.check_build(seeds, out, seeds / "no-results", without=["second-page"]) == []

    _fill_in(added.labels)
    api.build(seeds, out, seeds / "no-results")
    both = make_dataset(read_pages(seeds)).rows
    for config, of_first in rows.items():
        assert both[config][: len(of_first)] == of_first
    assert len(both["all"]) == len(rows["all"]) + 10
    assert "labelled in one pass only, so that nothing is known of their agreement: 10 rows" in (
        out / "README.md"
    ).read_text(encoding="utf-8")

    for file in (added.file, added.labels, added.proposals_file):
        file.unlink()
    assert _bytes(seeds) == before
    api.build(seeds, out, seeds / "no-results")
    assert _bytes(out) == first


def test_splits_of_the_first_pages_rows_are_the_same_while_another_page_is_left_out(seeds, second_page, tmp_path):
    protocol = RepeatedStratified(kind="repeated-stratified", random_state=7)
    write_dataset(make_dataset(read_pages(seeds)), tmp_path / "one")
    added = api.add(second_page, seeds, tmp_path / "none")
    _fill_in(added.labels)
    write_dataset(make_dataset(read_pages(seeds, without=[added.page.key])), tmp_path / "left-out")
    folds = []
    for name in ("one", "left-out"):
        table = next((tmp_path / name / "paragraphs").glob("*.parquet"))
        assert table.name == next((tmp_path / "one" / "paragraphs").glob("*.parquet")).name
        data = _corpus(tmp_path / name)
        folds.append([[data.row_ids[row] for row in split.test] for split in protocol.outer(Targets.of(data), 0)])
    assert folds[0] == folds[1]


def _corpus(folder):
    from bench.core.settings import InputPath

    return CorpusSource(kind="corpus", path=None).model_copy(update={"path": InputPath(str(folder), folder)}).load()


def test_proposals_are_never_labels(seeds, second_page, tmp_path):
    added = api.add(second_page, seeds, tmp_path / "none")
    assert added.file == seeds / "001_second-page.txt"
    assert added.file.read_bytes() == second_page.read_bytes()
    labels = added.labels.read_text(encoding="utf-8")
    assert labels.startswith("id,first,second,settled,reason,opening\n")
    assert all(line.split(",")[1:5] == [""] * 4 for line in labels.splitlines()[1:])
    assert not any(topic in labels for topic in LABELS)

    _fill_in(added.labels)
    with_proposals = make_dataset(read_pages(seeds))
    added.proposals_file.unlink()
    assert make_dataset(read_pages(seeds)) == with_proposals


def test_proposals_stand_least_certain_first_and_the_label_file_follows_them(seeds, second_page, tmp_path):
    added = api.add(second_page, seeds, tmp_path / "none")
    assert added.proposals_file == proposals_path(added.file)
    read = read_proposals(added.proposals_file)
    probabilities = [proposal.probability for proposal in read.values()]
    assert probabilities == sorted(probabilities)
    assert len(set(probabilities)) > 1
    lines = added.labels.read_text(encoding="utf-8").splitlines()[1:]
    assert [line.split(",")[0] for line in lines] == list(read)
    assert set(read) == {added.page.row_id(paragraph) for paragraph in added.page.paragraphs}


def test_equal_probabilities_are_ordered_by_margin():
    made = [Proposal(str(at), "none", *pair, "s") for at, pair in enumerate([(0.6, 0.4), (0.6, 0.2), (0.5, 0.3)])]
    assert [proposal.row_id for proposal in least_certain_first(made)] == ["2", "1", "0"]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("a,refrom,0.5,s,x", r":2: proposed: unknown label 'refrom'; did you mean 'reform'\?"),
        ("a,reform,1.5,s,x", r":2: probability: needs a number from 0 to 1, got '1.5'"),
        ("a,reform,high,s,x", r":2: probability: needs a number from 0 to 1, got 'high'"),
    ],
)
def test_a_fault_in_a_file_of_proposals_is_told_with_its_line(tmp_path, line, message):
    path = tmp_path / "p.proposals.csv"
    path.write_text(",".join(COLUMNS) + "\n" + line + "\n", encoding="utf-8")
    with pytest.raises(BenchError, match=message):
        read_proposals(path)


def test_without_labelled_pages_nothing_is_proposed_and_said_so(bare_seeds, second_page, tmp_path):
    added = api.add(second_page, bare_seeds, tmp_path / "none")
    assert added.notes == ("no proposals: no page is labelled yet",)
    assert sorted(path.name for path in bare_seeds.iterdir()) == ["000_second-page.labels.csv", "000_second-page.txt"]
    assert added.proposals_file is None


def test_a_page_in_progress_is_not_learnt_from(bare_seeds, second_page, tmp_path):
    api.add(second_page, bare_seeds, tmp_path / "none")
    (tmp_path / "third.txt").write_text(second_page.read_text(encoding="utf-8") + "\n再记。\n", encoding="utf-8")
    added = api.add(tmp_path / "third.txt", bare_seeds, tmp_path / "none")
    assert added.file.name == "001_third.txt"
    assert added.notes[0].startswith("not learnt from: ")
    assert "000_second-page.labels.csv:2: first: 10 of 10" in added.notes[0]


def test_a_fault_in_another_pages_labels_is_told_before_anything_is_written(seeds, second_page, tmp_path):
    [labels] = seeds.glob("*.labels.csv")
    labels.write_text(labels.read_text(encoding="utf-8").replace(",reform,", ",refrom,", 1), encoding="utf-8")
    before = _bytes(seeds)
    with pytest.raises(BenchError, match=r"labels\.csv:12: first: unknown label 'refrom'"):
        api.add(second_page, seeds, tmp_path / "none")
    assert _bytes(seeds) == before


def test_a_dry_run_writes_nothing(bare_seeds, second_page, tmp_path):
    added = api.add(second_page, bare_seeds, tmp_path / "none", dry=True)
    assert len(added.page.paragraphs) == 10
    assert list(bare_seeds.iterdir()) == []


def test_a_page_in_another_encoding_becomes_utf_8(bare_seeds, second_page, tmp_path):
    text = second_page.read_text(encoding="utf-8")
    (tmp_path / "gb.txt").write_bytes(text.encode("gb18030"))
    with pytest.raises(BenchError, match=r"gb\.txt:1: byte 0x\w\w is not utf-8, but all of it could be gb18030"):
        api.add(tmp_path / "gb.txt", bare_seeds, tmp_path / "none")
    added = api.add(tmp_path / "gb.txt", bare_seeds, tmp_path / "none", encoding="gb18030")
    assert added.file.read_text(encoding="utf-8") == text


def test_a_byte_order_mark_stays_in_the_file_and_out_of_the_positions(bare_seeds, second_page, tmp_path):
    marked = tmp_path / "marked.txt"
    marked.write_bytes(b"\xef\xbb\xbf" + second_page.read_bytes())
    added = api.add(marked, bare_seeds, tmp_path / "none")
    assert added.file.read_bytes() == marked.read_bytes()
    assert [item.spans for item in read_page(added.file).paragraphs] == [
        item.spans for item in read_page(second_page).paragraphs
    ]


@pytest.mark.parametrize(
    ("name", "data", "options", "message"),
    [
        ("吉林.txt", None, {}, "'吉林' cannot be a page's key"),
        ("a.b.txt", None, {}, r"'a\.b' cannot be a page's key"),
        ("p.txt", None, {"key": "../p"}, r"'\.\./p' cannot be a page's key"),
        ("p.txt", None, {"key": "TAKEN"}, r"the key 'TAKEN' is taken by .*000_taken\.txt; give another: --key KEY"),
        ("p.txt", "已有的一页。", {}, r"holds the same text as .*000_taken\.txt"),
        ("p.txt", "", {}, "holds no paragraph"),
        ("p.txt", "# 只有标题\n", {}, "holds no paragraph"),
        ("p.txt", None, {"encoding": "utf-9"}, "--encoding: 'utf-9' is no encoding of text"),
        ("p.txt", "a", {"encoding": "rot13"}, "--encoding: 'rot13' is no encoding of text"),
        ("p.txt", None, {"encoding": "gb18030"}, r"p\.txt: is UTF-8, not gb18030; leave --encoding out"),
    ],
)
def test_a_page_that_will_not_do_is_told_and_nothing_is_written(
    bare_seeds, second_page, tmp_path, name, data, options, message
):
    (bare_seeds / "000_taken.txt").write_text("已有的一页。", encoding="utf-8")
    page = tmp_path / name
    page.write_bytes(second_page.read_bytes() if data is None else data.encode())
    before = _bytes(bare_seeds)
    with pytest.raises(BenchError, match=message):
        api.add(page, bare_seeds, tmp_path / "none", **options)
    assert _bytes(bare_seeds) == before


def test_a_seed_page_is_not_added_to_itself_and_a_folder_must_be_there(bare_seeds, second_page, tmp_path):
    added = api.add(second_page, bare_seeds, tmp_path / "none")
    with pytest.raises(BenchError, match=r"lies in .* already"):
        api.add(added.file, bare_seeds, tmp_path / "none")
    with pytest.raises(BenchError, match="no such folder of seed pages"):
        api.add(second_page, tmp_path / "sedes", tmp_path / "none")
    with pytest.raises(BenchError, match=r"no such file; did you mean 'second-page\.txt'\?"):
        api.add(second_page.with_name("second-pag.txt"), bare_seeds, tmp_path / "none")


def test_a_page_to_leave_out_must_be_there_and_not_the_only_one(seeds):
    [only] = seeds.glob("*.txt")
    with pytest.raises(BenchError, match=r"no page has the key 'second'\. Known: f014655719903d2a"):
        read_pages(seeds, without=["second"])
    with pytest.raises(BenchError, match="every page is left out"):
        read_pages(seeds, without=[page_key(only)])


def test_a_corpus_labelled_once_says_that_agreement_is_not_computable(bare_seeds, second_page, tmp_path):
    added = api.add(second_page, bare_seeds, tmp_path / "none")
    _fill_in(labels_path(added.file))
    text = make_dataset(read_pages(bare_seeds)).texts["README.md"]
    assert "Cohen's kappa: not computable, since no row was labelled twice" in text
