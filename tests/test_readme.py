"""What the readmes show is what the program prints, in both languages."""

from __future__ import annotations

import html
import re
import runpy
import shutil

import command
import pandas as pd
import pytest

from bench.comparison import compare
from bench.execution.results import find_runs

READMES = ["README.md", "README.zh.md"]


@pytest.mark.parametrize("name", [*READMES, "docs/tutorial.zh.md"])
def test_the_table_and_the_advice_are_those_of_the_committed_results(root, name):
    written = runpy.run_path(str(root / "docs" / "write_shown.py"))
    text = (root / name).read_text(encoding="utf-8")
    assert text == written["shown"](text, written["LANGUAGES"][name]), "python docs/write_shown.py --no-pictures"
    assert re.search("<!-- table of .*char-complement-nb +\\.[0-9]{2} +\\[.*<!-- end of table -->", text, re.DOTALL)


def test_both_readmes_give_the_same_two_commands(root):
    blocks = [
        re.findall(r"```bash\n(.*?)```", (root / name).read_text(encoding="utf-8"), re.DOTALL) for name in READMES
    ]
    assert blocks[0] == blocks[1]
    assert [block.count("\n") for block in blocks[0]] == [2]


@pytest.mark.parametrize("name", READMES)
def test_the_experiment_that_a_readme_shows_is_read(root, name, tmp_path):
    from bench.experiment.config import load_experiment

    [shown] = re.findall(r"```yaml\n(.*?)```", (root / name).read_text(encoding="utf-8"), re.DOTALL)
    (tmp_path / "mine.yaml").write_text(shown, encoding="utf-8")
    assert load_experiment(tmp_path / "mine.yaml").name == "mine"


@pytest.mark.parametrize("name", READMES)
def test_every_link_leads_somewhere(root, name):
    site = "https://banmian.github.io/banmian/"
    for link in re.findall(r"\]\(([^)#]+)\)", (root / name).read_text(encoding="utf-8")):
        path = root / "docs" / link.removeprefix(site) if link.startswith(site) else root / link
        assert path.exists() or path.with_suffix(".md").exists(), link


def test_the_four_lines_of_the_first_screen_and_of_the_home_page_run(root, tmp_path):
    """With two systems: the others compute embeddings, which take a minute."""
    shutil.copytree(root / "dataset", tmp_path / "dataset")
    pages = [*READMES, "docs/index.md", "docs/index.zh.md"]
    blocks = [
        re.findall(r"```(?:sh|bash)\n(.*?)```", (root / name).read_text(encoding="utf-8"), re.DOTALL) for name in pages
    ]
    [lines, same] = [next(block for block in found if "bench init" in block) for found in blocks[:2]]
    [home, at_home] = [next(block for block in found if "bench init" in block) for found in blocks[2:]]
    assert (lines, home) == (same, at_home)
    assert [len(block.splitlines()) for block in (lines, home)] == [4, 4]
    [sentences] = (root / "dataset" / "sentences").glob("*.parquet")
    pd.read_parquet(sentences).to_csv(tmp_path / "rows.csv", index=False)
    for shown in (lines, home):
        few = re.sub("(bench run .*)", "\\1 --systems majority,char-complement-nb", shown)
        ended = command.block(few, tmp_path)
        assert ended.returncode == 0, (few, ended.stderr)
        assert re.search(" 1 +char-complement-nb +\\.", ended.stdout)


def test_the_committed_report_is_of_the_committed_results(root):
    page = (root / "results" / "report.html").read_text(encoding="utf-8")
    text = html.unescape(re.sub(r"<[^>]+>", " ", page))
    words = " ".join(text.split())
    for comparison in compare(find_runs([root / "results"])):
        assert comparison.advice in words
        assert comparison.data_summary.sha256[:12] in words
        for row in comparison.rows:
            assert row.system in words
