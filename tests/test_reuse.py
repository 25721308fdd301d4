"""The dataset outside the command line: from Python, in a script of somebody else, in what docs/reuse.md shows."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pyarrow.parquet as pq
import pytest

import bench
from bench.core.errors import BenchError
from bench.corpus.configs import CONFIGS
from bench.data.sources.corpus import parquet_of, shipped_corpus


def _run(code, *arguments, home):
    environment = {**os.environ, "HF_HOME": str(home), "HF_HUB_OFFLINE": "1"}
    command = [sys.executable, "-W", "ignore", "-c", code, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, check=True, encoding="utf-8", env=environment)


def test_the_script_runs_where_this_package_is_not_installed_and_prints_what_the_page_shows(root, tmp_path):
    script = root / "docs" / "reuse_dataset.py"
    code = "import runpy, sys; sys.modules['bench'] = None; sys.argv = sys.argv[1:]; runpy.run_path(sys.argv[0], None, '__main__')"
    printed = _run(code, script, shipped_corpus(), home=tmp_path).stdout
    [shown] = re.findall(r"It prints\n\n```\n(.*?)```", (root / "docs/reuse.md").read_text(encoding="utf-8"), re.DOTALL)
    number = re.compile(r"\d\.\d\d")
    assert number.sub("", printed) == number.sub("", shown)
    # Other versions of scikit-learn may move a row.
    scores = [[float(score) for score in number.findall(text)] for text in (printed, shown)]
    assert scores[0] == pytest.approx(scores[1], abs=0.05)


@pytest.mark.parametrize("config", CONFIGS)
def test_load_paragraphs_gives_the_rows_of_a_config_with_named_labels(config):
    rows = bench.load_paragraphs(config)
    assert rows.to_list() == pq.read_table(parquet_of(shipped_corpus(), config)).to_pylist()
    assert rows.features["label"].names == list(CONFIGS[config])


def test_load_paragraphs_reads_a_folder_that_build_wrote(tmp_path):
    import shutil

    shutil.copytree(shipped_corpus(), tmp_path / "mine")
    assert bench.load_paragraphs("all", path=tmp_path / "mine").num_rows == bench.load_paragraphs("all").num_rows
    with pytest.raises(BenchError, match="no Parquet file; run 'bench build'"):
        bench.load_paragraphs(path=tmp_path / "nothing")


def test_an_unknown_config_is_told_with_the_known_ones():
    with pytest.raises(BenchError, match="unknown config 'sentence'; did you mean 'sentences'"):
        bench.load_paragraphs("sentence")


def test_importing_the_package_imports_nothing_heavy_and_still_lists_its_names(tmp_path):
    code = (
        "import sys, bench; names = dir(bench)\n"
        "print([name for name in ('numpy', 'datasets', 'pyarrow', 'click', 'bench.corpus') if name in sys.modules], "
        "{'load_paragraphs', 'repair_page'} <= set(names))"
    )
    assert _run(code, home=tmp_path).stdout == "[] True\n"


def test_a_name_that_is_not_there_is_an_attribute_error():
    with pytest.raises(AttributeError, match="has no attribute 'load_sentences'"):
        _ = bench.load_sentences


def _blocks(root):
    """The page's Python: what runs with the packages that tests have, and what takes another, by its name."""
    blocks = re.findall(r"```python\n(.*?)```", (root / "docs/reuse.md").read_text(encoding="utf-8"), re.DOTALL)
    others = {name: [block for block in blocks if f"import {name}" in block] for name in ("polars", "duckdb")}
    return [block for block in blocks if not any(block in found for found in others.values())], others


@pytest.mark.parametrize("package", ["polars", "duckdb"])
def test_label_names_in_other_readers_are_what_the_page_says(root, tmp_path, package):
    pytest.importorskip(
        package, reason=f"{package} is large, and no package that tests need; tried where it is installed"
    )
    (tmp_path / "dataset").symlink_to(shipped_corpus())
    [block] = _blocks(root)[1][package]
    [shown] = re.findall(r"^Both print `(.*)`\.$", (root / "docs/reuse.md").read_text(encoding="utf-8"), re.MULTILINE)
    printed = _run(f"import os; os.chdir({str(tmp_path)!r})\n{block}", home=tmp_path / "home").stdout
    assert printed.strip() == shown
    counts = pq.read_table(parquet_of(shipped_corpus(), "paragraphs"))["label"].value_counts().to_pylist()
    numbers = {CONFIGS["paragraphs"][each["values"]]: each["counts"] for each in counts}
    assert dict(re.findall(r"'([a-z-]+)', (\d+)", shown)) == {name: str(count) for name, count in numbers.items()}


def test_mteb_runs_its_classification_task_over_the_dataset(root, tmp_path):
    pytest.importorskip("mteb", reason="mteb needs torch, which takes gigabytes; tried where it is installed")
    script = root / "docs" / "reuse_mteb.py"
    code = "import runpy, sys; sys.argv = sys.argv[1:]; runpy.run_path(sys.argv[0], None, '__main__')"
    printed = _run(code, script, shipped_corpus(), home=tmp_path).stdout
    page = (root / "docs/reuse.md").read_text(encoding="utf-8")
    [shown] = re.findall(r"```\n(default: macro-F1 .*)\n```", page)
    scores = [[float(score) for score in re.findall(r"\d\.\d\d", text)] for text in (printed, shown)]
    assert scores[0] == pytest.approx(scores[1], abs=0.05)


def test_the_python_that_the_page_shows_runs(root, tmp_path):
    blocks, _ = _blocks(root)
    (tmp_path / "page.txt").write_text("# 标题\n\n某社区近日开展义诊活动,居民踊跃 参加。\n", encoding="utf-8")
    (tmp_path / "dataset").symlink_to(shipped_corpus())
    code = f"import os; os.chdir({str(tmp_path)!r})\n" + "\n".join(blocks)
    assert "某社区近日开展义诊活动，居民踊跃参加。" in _run(code, home=tmp_path / "home").stdout
