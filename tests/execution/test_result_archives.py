"""Results go out as an archive and come into another folder: whole, checked, never over what differs."""

from __future__ import annotations

import io
import json
import shutil
import stat
import zipfile

import command
import pytest

import bench
from bench import api
from bench.core import archives
from bench.core.archives import open_archive, write_archive
from bench.core.errors import BenchError

SYSTEMS = [
    {"name": "majority", "classifier": {"kind": "majority"}},
    {"name": "nb", "features": {"kind": "tfidf", "tokens": "char"}, "classifier": {"kind": "complement-nb"}},
    {"name": "broken", "features": {"kind": "tfidf", "min_df": 1000}, "classifier": {"kind": "complement-nb"}},
]


def _run(folder, name="own", systems=SYSTEMS, seed=7):
    texts = ["改革", "考核", "监督", "基层"] * 4
    protocol = {"kind": "repeated-stratified", "folds": 2, "repeats": 1, "random_state": seed}
    experiment = {
        "name": name,
        "data": bench.dataset(texts, ["甲", "乙"] * 8),
        "protocol": protocol,
        "systems": systems,
    }
    with pytest.warns(bench.BenchWarning) if any(each["name"] == "broken" for each in systems) else _nothing():
        bench.run(experiment, folder, jobs=1, progress=False)
    return folder


def _nothing():
    import contextlib

    return contextlib.nullcontext()


def _files(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != ".lock"
    }


@pytest.fixture
def packed(tmp_path):
    _run(tmp_path / "mine")
    assert api.pack_results([tmp_path / "mine"], tmp_path / "mine.zip") == {"own": 3}
    return tmp_path / "mine.zip"


def test_what_is_packed_is_merged_byte_for_byte_and_compared(packed, tmp_path):
    [done] = api.merge_results([packed], tmp_path / "theirs")
    assert (done.new, done.there) == (("own/broken", "own/majority", "own/nb"), ())
    assert _files(tmp_path / "theirs") == _files(tmp_path / "mine")
    [again] = api.merge_results([packed], tmp_path / "theirs")
    assert (again.new, again.there) == ((), done.new)
    assert str(bench.compare(tmp_path / "theirs")) == str(bench.compare(tmp_path / "mine"))


def test_the_same_runs_give_the_same_archive(packed, tmp_path):
    shutil.copytree(tmp_path / "mine", tmp_path / "copy")
    api.pack_results([tmp_path / "copy"], tmp_path / "copy.zip")
    assert (tmp_path / "copy.zip").read_bytes() == packed.read_bytes()
    with pytest.raises(BenchError, match=r"copy\.zip: is there already and would be lost; --force replaces it"):
        api.pack_results([tmp_path / "copy"], tmp_path / "copy.zip")


def test_several_people_fill_one_table(packed, tmp_path):
    other = _run(tmp_path / "other", systems=[{"name": "stratified", "classifier": {"kind": "stratified"}}])
    done = api.merge_results([packed, other], tmp_path / "all")
    assert [each.new for each in done] == [("own/broken", "own/majority", "own/nb"), ("own/stratified",)]
    [table] = bench.compare(tmp_path / "all")
    assert {row.system for row in table.rows} == {"majority", "nb", "broken", "stratified"}


def test_a_run_that_differs_is_never_replaced_and_nothing_else_comes_in(packed, tmp_path):
    there = _run(tmp_path / "there", systems=SYSTEMS[:1], seed=8)
    before = _files(there)
    message = (
        r"mine\.zip: own/majority differs from what is in .*there/own/majority \(protocol, .*\); nothing was merged"
    )
    with pytest.raises(BenchError, match=message):
        api.merge_results([packed], there)
    assert _files(there) == before
    with pytest.raises(BenchError, match="own/majority differs"):
        api.merge_results([packed, there], tmp_path / "new")
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("name", ["run.json", "predictions.parquet"])
def test_a_run_that_was_changed_is_refused_and_nothing_is_merged(packed, tmp_path, name):
    with open_archive(packed) as archive:
        files = {each: archive.read(each) for each in archive.names}
    data = files[f"own/nb/{name}"]
    files[f"own/nb/{name}"] = (
        data.replace(b'"f1_macro"', b'"f1_micro"', 1) if name == "run.json" else data[:-9] + bytes(9)
    )
    with packed.open("wb") as target:
        write_archive(target, files)
    with pytest.raises(BenchError, match="run"):
        api.merge_results([packed], tmp_path / "theirs")
    assert not list((tmp_path / "theirs").rglob("run.json"))


def test_a_run_in_another_runs_folder_is_refused(packed, tmp_path):
    with open_archive(packed) as archive:
        files = {each.replace("own/nb/", "own/svm/"): archive.read(each) for each in archive.names}
    with packed.open("wb") as target:
        write_archive(target, files)
    with pytest.raises(BenchError, match="holds the run of 'nb' in a folder 'svm'; folders are named by their runs"):
        api.merge_results([packed], tmp_path / "theirs")


def _entry(name, data=b"x", *, mode=None, method=zipfile.ZIP_DEFLATED):
    entry = zipfile.ZipInfo(name)
    entry.compress_type = method
    if mode is not None:
        entry.create_system = 3
        entry.external_attr = mode << 16
    return entry, data


def _zip(path, *entries):
    import warnings

    with warnings.catch_warnings(), zipfile.ZipFile(path, "w") as archive:
        warnings.simplefilter("ignore")  # of names that stand twice
        for entry, data in entries:
            archive.writestr(entry, data)
    return path


HOSTILE = {
    "up": ([_entry("../run.json")], "leads out of the archive's folder"),
    "up inside": ([_entry("own/../../run.json")], "leads out of the archive's folder"),
    "absolute": ([_entry("/etc/run.json")], "leads out of the archive's folder"),
    "windows": ([_entry("C:/own/run.json")], "leads out of the archive's folder"),
    "backslashes": ([_entry("own\\..\\run.json")], "leads out of the archive's folder"),
    "link": ([_entry("own/nb/run.json", b"/etc/passwd", mode=stat.S_IFLNK | 0o777)], "which is a link"),
    "device": ([_entry("own/nb/run.json", mode=stat.S_IFCHR | 0o666)], "no ordinary file"),
    "twice": ([_entry("own/nb/run.json"), _entry("own/nb/run.json", b"y")], "one name twice"),
    "by case": ([_entry("own/nb/run.json"), _entry("own/NB/run.json")], "one name twice"),
    "lookalike": ([_entry("own/nb/run.json"), _entry("оwn/nb/run.json")], "one name twice"),
    "bomb": ([_entry("own/nb/run.json", bytes(60_000_000))], "as an archive bomb does"),
    "something else": ([_entry("own/nb/run.json"), _entry("own/nb/evil.py")], "which is no file of a run"),
    "deep": ([_entry("own/nb/x/run.json")], "which is no file of a run"),
    "reserved": ([_entry("own/run.json/run.json")], "which is no file of a run"),
    "hidden": ([_entry("own/.git/run.json")], "which is no file of a run"),
    "no record": ([_entry("own/nb/timings.json")], "without its run.json"),
    "empty": ([], "holds no run"),
    "no record's text": ([_entry("own/nb/run.json", b"{")], "own/nb/run.json: is damaged"),
}  # fmt: skip


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_archive_is_refused_in_one_line_and_writes_nothing(tmp_path, case):
    entries, message = HOSTILE[case]
    path = _zip(tmp_path / "x.zip", *entries)
    with pytest.raises(BenchError, match=message) as error:
        api.merge_results([path], tmp_path / "results")
    assert len(str(error.value).splitlines()) == 1
    assert sorted(each.name for each in tmp_path.iterdir()) == ["x.zip"]


def test_an_archive_that_says_less_than_it_holds_is_refused(tmp_path):
    path = _zip(tmp_path / "x.zip", _entry("own/nb/run.json", b"a" * 5000, method=zipfile.ZIP_STORED))
    data = path.read_bytes()
    path.write_bytes(data.replace((5000).to_bytes(4, "little"), (50).to_bytes(4, "little")))
    with pytest.raises(BenchError):
        api.merge_results([path], tmp_path / "results")


def test_too_many_files_and_too_many_bytes_are_refused(tmp_path, monkeypatch):
    path = _zip(tmp_path / "x.zip", *(_entry(f"own/s{at}/run.json") for at in range(5)))
    monkeypatch.setattr(archives, "MOST_FILES", 4)
    with pytest.raises(BenchError, match="holds 5 files, where at most 4 are read"):
        api.merge_results([path], tmp_path / "results")
    monkeypatch.setattr(archives, "MOST_FILES", 10)
    monkeypatch.setattr(archives, "MOST_BYTES", 4)
    with pytest.raises(BenchError, match="unpacks to 5 bytes, where at most 4 are read"):
        api.merge_results([path], tmp_path / "results")


def test_an_encrypted_archive_is_refused(tmp_path):
    data = bytearray(_zip(tmp_path / "x.zip", _entry("own/nb/run.json")).read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + offset] |= 1
    (tmp_path / "x.zip").write_bytes(bytes(data))
    with pytest.raises(BenchError, match="which is encrypted"):
        api.merge_results([tmp_path / "x.zip"], tmp_path / "results")


@pytest.mark.parametrize("data", [b"", b"no archive", b"PK\x05\x06"])
def test_what_is_no_archive_is_told(tmp_path, data):
    (tmp_path / "x.zip").write_bytes(data)
    with pytest.raises(BenchError, match=r"x\.zip: is no zip archive that can be read"):
        api.merge_results([tmp_path / "x.zip"], tmp_path / "results")
    with pytest.raises(BenchError, match="no such file"):
        api.merge_results([tmp_path / "y.zip"], tmp_path / "results")


def test_an_archive_holds_neither_times_nor_owners():
    target = io.BytesIO()
    write_archive(target, {"b": b"2", "a": b"1"})
    with zipfile.ZipFile(target) as archive:
        assert [(entry.filename, entry.date_time) for entry in archive.infolist()] == [
            ("a", (1980, 1, 1, 0, 0, 0)),
            ("b", (1980, 1, 1, 0, 0, 0)),
        ]


def test_the_commands_pack_merge_and_compare_across(tmp_path):
    def call(*words):
        return command.bench(*words, cwd=tmp_path)

    _run(tmp_path / "results", systems=SYSTEMS[:2])
    texts = ["义诊", "活动", "健康"] * 4
    protocol = {"kind": "repeated-stratified", "folds": 2, "repeats": 1, "random_state": 7}
    second = {
        "name": "second",
        "data": bench.dataset(texts, ["甲", "乙"] * 6),
        "protocol": protocol,
        "systems": SYSTEMS[:2],
    }
    bench.run(second, tmp_path / "others", jobs=1, progress=False)
    done = call("results", "pack", "others", "--out", "others.zip")
    assert done.stdout.startswith("others.zip: 2 runs (second 2), "), done.stderr
    done = call("results", "merge", "others.zip")
    assert (done.returncode, done.stdout) == (0, "others.zip: 2 runs added to results, 0 there already\n")
    done = call("compare", "--across", "--diagram", "ranks.svg")
    assert (done.returncode, done.stderr) == (0, "")
    assert "\nmacro-F1 across 2 data sets; 2 systems that ran on all of them\n" in done.stdout
    assert (tmp_path / "ranks.svg").read_text(encoding="utf-8").startswith("<svg ")
    assert json.loads(call("compare", "--across", "--format", "json").stdout)["units"] == 2
    for words, message in (
        (("compare", "--across", "--sort", "name"), "--sort leave it out with --across"),
        (("compare", "--diagram", "x.svg"), "--diagram needs --across"),
    ):
        refused = call(*words)
        assert (refused.returncode, message in refused.stderr) == (2, True), refused.stderr
