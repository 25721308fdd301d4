"""What is cached comes back bit for bit or not at all, within its bound, whoever else writes."""

from __future__ import annotations

import multiprocessing
import os
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.core.cache import Store, VectorStore, WordStore
from bench.core.cache_files import DEFAULT_BOUND, KINDS, cache_bound, cache_files, keep_within, remove
from bench.core.digests import digest
from bench.core.errors import BenchError

DAY = 24 * 60 * 60


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """An empty cache a test."""
    monkeypatch.setenv("BENCH_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("BENCH_CACHE_SIZE", raising=False)
    return tmp_path / "cache"


def _files(folder):
    return {path for path in folder.rglob("*") if path.is_file()}


def _size(folder):
    return sum(path.stat().st_size for path in _files(folder))


def test_a_vector_comes_back_with_the_bits_it_had():
    store, key = VectorStore(), digest(["bits"])
    vector = np.array([1.5, -0.0, np.float32(1e-40), np.nan], dtype=np.float32)
    assert store.get(key) is None
    store.put(key, vector)
    assert store.get(key).tobytes() == vector.tobytes()


@given(words=st.lists(st.lists(st.text(st.characters(exclude_categories=[]), min_size=1))))
def test_words_come_back_whatever_characters_they_hold(words):
    store, key = WordStore(), digest(["any"])
    store.put(key, words)
    assert store.get(key) == words


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data[:-1],
        lambda data: data[:-4],
        lambda data: data[:32],
        lambda data: data[:10],
        lambda data: b"",
        lambda data: data + b"x",
        lambda data: data + data[-4:],
        lambda data: bytes([data[0] ^ 1]) + data[1:],
        lambda data: data[:-1] + bytes([data[-1] ^ 128]),
    ],
)
@pytest.mark.parametrize(
    ("store", "value"), [(VectorStore, np.ones(4, dtype=np.float32)), (WordStore, [["版面", "\ud800"], []])]
)
def test_a_damaged_entry_reads_as_absent_and_is_made_again(folder, store, value, damage):
    key = digest(["damage"])
    store().put(key, value)
    [path] = _files(folder)
    good = path.read_bytes()
    path.write_bytes(damage(good))
    assert store().get(key) is None
    store().put(key, value)
    assert path.read_bytes() == good
    assert np.array_equal(store().get(key), value) if store is VectorStore else store().get(key) == value


def test_an_entry_in_the_place_of_another_reads_as_absent(folder):
    store, key, other = VectorStore(), digest(["a"]), digest(["b"])
    store.put(key, np.ones(2, dtype=np.float32))
    store.put(other, np.zeros(2, dtype=np.float32))
    (folder / "vectors" / key[:2] / key).replace(folder / "vectors" / other[:2] / other)
    assert store.get(other) is None


def test_bytes_that_are_no_row_of_float32_read_as_no_vector():
    key = digest(["odd"])
    Store("vectors").put_bytes(key, b"12345")
    assert VectorStore().get(key) is None


def test_a_folder_in_the_place_of_an_entry_reads_as_absent_and_stays(folder):
    store, key = VectorStore(), digest(["folder"])
    place = folder / "vectors" / key[:2] / key
    place.mkdir(parents=True)
    assert store.get(key) is None
    store.put(key, np.ones(2, dtype=np.float32))
    assert store.get(key) is None
    assert place.is_dir()
    assert not _files(folder)


def test_a_file_in_the_place_of_the_folder_stores_nothing_and_says_nothing(folder):
    folder.write_text("mine", encoding="utf-8")
    VectorStore().put(digest(["x"]), np.ones(2, dtype=np.float32))
    assert VectorStore().get(digest(["x"])) is None
    assert folder.read_text(encoding="utf-8") == "mine"


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="whoever may write everywhere is not refused")
def test_a_folder_that_cannot_be_written_stores_nothing_and_says_nothing(folder):
    folder.mkdir()
    folder.chmod(0o500)
    VectorStore().put(digest(["x"]), np.ones(2, dtype=np.float32))
    assert VectorStore().get(digest(["x"])) is None
    assert not list(folder.iterdir())


@pytest.mark.parametrize(
    ("chosen", "bound"),
    [
        ("", DEFAULT_BOUND),
        ("0", 0),
        ("1000", 1000),
        ("500M", 500 * 10**6),
        (" 1.5 gb ", 1_500_000_000),
        ("64KiB", 65536),
        ("2t", 2 * 10**12),
        ("7B", 7),
    ],
)
def test_a_bound_is_bytes_or_a_number_with_a_unit(monkeypatch, chosen, bound):
    monkeypatch.setenv("BENCH_CACHE_SIZE", chosen)
    assert cache_bound() == bound


@pytest.mark.parametrize("chosen", ["lots", "-1", "1e9", "500 megs", "M", "5i", "٣M", "1,000", "9" * 99, "\x1b[31m"])
def test_a_bound_that_is_no_size_is_refused_in_one_line(monkeypatch, chosen):
    monkeypatch.setenv("BENCH_CACHE_SIZE", chosen)
    with pytest.raises(BenchError, match=r"^BENCH_CACHE_SIZE: .* is no size; write .*500M$") as error:
        VectorStore()
    assert "\x1b" not in str(error.value)


def test_one_process_never_passes_the_bound_and_the_newest_entry_stays(folder, monkeypatch):
    monkeypatch.setenv("BENCH_CACHE_SIZE", "10K")
    vectors, words = VectorStore(), WordStore()
    for at in range(60):
        key = digest([str(at)])
        vectors.put(key, np.full(50, at, dtype=np.float32))
        words.put(key, [["版面"] * (at % 20)])
        assert _size(folder) <= 10_000
        assert vectors.get(key) is not None
        assert words.get(key) is not None
    assert _size(folder) > 7_000


def test_the_folder_is_listed_once_and_after_each_tenth_of_the_bound(folder, monkeypatch):
    monkeypatch.setenv("BENCH_CACHE_SIZE", "100K")
    listed = []
    monkeypatch.setattr("bench.core.cache_files.keep_within", listed.append)
    for at in range(30):
        VectorStore().put(digest([str(at)]), np.zeros(242, dtype=np.float32))  # 1,000 bytes with the checksum
    assert listed == [89_000] * 3


def test_the_bound_counts_what_lay_there_before(folder, monkeypatch):
    for at in range(20):
        VectorStore().put(digest([str(at)]), np.zeros(250, dtype=np.float32))
    _run([_write], [[100]], monkeypatch, size="10K")  # a new process has not looked yet
    assert _size(folder) <= 10_000
    assert VectorStore().get(digest(["100"])) is not None


def test_an_entry_that_would_take_the_whole_cache_is_not_stored_and_drives_none_out(folder, monkeypatch):
    monkeypatch.setenv("BENCH_CACHE_SIZE", "1K")
    VectorStore().put(digest(["small"]), np.ones(4, dtype=np.float32))
    VectorStore().put(digest(["large"]), np.ones(230, dtype=np.float32))
    assert VectorStore().get(digest(["small"])) is not None
    assert VectorStore().get(digest(["large"])) is None


def test_a_bound_of_0_stores_nothing(folder, monkeypatch):
    monkeypatch.setenv("BENCH_CACHE_SIZE", "0")
    VectorStore().put(digest(["x"]), np.ones(4, dtype=np.float32))
    assert not _files(folder)


def test_what_was_used_longest_ago_goes_first_and_reading_is_use(folder):
    store = VectorStore()
    keys = [digest([str(at)]) for at in range(4)]
    for at, key in enumerate(keys):
        store.put(key, np.full(2, at, dtype=np.float32))
        used = time.time() - (10 - at) * DAY
        os.utime(folder / "vectors" / key[:2] / key, (used, used))
    store.get(keys[0])
    keep_within(2 * (32 + 8))
    assert [store.get(key) is not None for key in keys] == [True, False, False, True]


@pytest.mark.parametrize(("age", "noted"), [(0, False), (DAY / 2, False), (2 * DAY, True), (-2 * DAY, True)])
def test_reading_notes_its_day_once(folder, age, noted):
    VectorStore().put(digest(["x"]), np.ones(2, dtype=np.float32))
    [path] = _files(folder)
    then = int(time.time() - age)
    os.utime(path, (then, then))
    VectorStore().get(digest(["x"]))
    assert (path.stat().st_mtime != then) is noted


def test_only_files_with_names_of_the_cache_are_its_own(folder, tmp_path):
    key = digest(["x"])
    VectorStore().put(key, np.ones(2, dtype=np.float32))
    shard = folder / "vectors" / key[:2]
    (shard / f".{'0' * 16}.part").write_bytes(b"left by a process that was ended")
    elsewhere = tmp_path / "elsewhere"
    (elsewhere / key[:2]).mkdir(parents=True)
    (elsewhere / key[:2] / key).write_bytes(b"not ours")
    foreign = [
        folder / "notes.txt", folder / "vectors" / "notes.txt", shard / "notes.txt", shard / key[:-1],
        folder / "models" / key[:2] / key, folder / "vectors" / "zz" / key,
        shard / digest(["another shard's"]).replace(key[:2], "zz", 1),
    ]  # fmt: skip
    for path in foreign:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"mine")
    (folder / "words").mkdir()
    (folder / "words" / key[:2]).symlink_to(elsewhere / key[:2])
    (shard / ("f" * 64)).symlink_to(elsewhere / key[:2] / key)
    found = [file for kind in KINDS for file in cache_files(kind)]
    assert sorted(file.name for file in found) == sorted([key, f".{'0' * 16}.part"])
    assert [file.whole for file in sorted(found, key=lambda file: file.name)] == [False, True]
    assert remove(found) == found
    assert remove(found) == []
    assert all(path.read_bytes() == b"mine" for path in foreign)
    assert (elsewhere / key[:2] / key).read_bytes() == b"not ours"


def test_a_shard_that_deleting_empties_goes_and_the_folders_above_stay(folder):
    VectorStore().put(digest(["x"]), np.ones(2, dtype=np.float32))
    remove(cache_files("vectors"))
    assert list(folder.iterdir()) == [folder / "vectors"]
    assert not list((folder / "vectors").iterdir())


def _write(numbers, seen):
    """What a process does: for each number a vector of it under its key, and every key there is read and checked."""
    store = VectorStore()
    for at in numbers:
        store.put(digest([str(at)]), np.full(250, at, dtype=np.float32))
        for other in numbers:
            vector = store.get(digest([str(other)]))
            if vector is not None and not np.array_equal(vector, np.full(250, other, dtype=np.float32)):
                seen.put(other)


def _run(work, arguments, monkeypatch, size=None):
    """Real processes at once; what they saw that was wrong."""
    if size is not None:
        monkeypatch.setenv("BENCH_CACHE_SIZE", size)
    spawn = multiprocessing.get_context("spawn")
    seen = spawn.SimpleQueue()
    processes = [spawn.Process(target=target, args=(of, seen)) for target in work for of in arguments]
    for process in processes:
        process.start()
    for process in processes:
        process.join(120)
    assert [process.exitcode for process in processes] == [0] * len(processes)
    assert seen.empty()


def test_processes_that_write_the_same_and_different_keys_at_once_read_only_whole_vectors(folder, monkeypatch):
    _run([_write], [range(60), range(59, -1, -1), range(30, 90)], monkeypatch)
    store = VectorStore()
    for at in range(90):
        assert np.array_equal(store.get(digest([str(at)])), np.full(250, at, dtype=np.float32))
    assert len(_files(folder)) == 90


def test_processes_that_delete_the_oldest_at_once_disturb_none_and_keep_near_the_bound(folder, monkeypatch):
    _run([_write], [range(60), range(59, -1, -1)], monkeypatch, size="20K")
    assert 0 < _size(folder) <= 22_000
    assert all(file.whole for file in cache_files("vectors"))
