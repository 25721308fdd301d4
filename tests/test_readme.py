"""What the readmes show is what the program prints, in both languages."""

from __future__ import annotations

import html
import re

import pytest

from bench import api
from bench.comparison import compare
from bench.execution.results import find_runs

READMES = ["README.md", "README.zh.md"]


@pytest.mark.parametrize("name", READMES)
def test_the_table_is_what_compare_prints_of_the_committed_results(root, name):
    text = (root / name).read_text(encoding="utf-8")
    results = [root / "results" / "seed-page"]
    table = api.compare(results).render("table", width=90)
    assert f"```\n{table.rstrip()}\n```" in text


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
    for link in re.findall(r"\]\(([^)#]+)\)", (root / name).read_text(encoding="utf-8")):
        assert (root / link).exists(), link


def test_the_committed_report_is_of_the_committed_results(root):
    page = (root / "results" / "report.html").read_text(encoding="utf-8")
    text = html.unescape(re.sub(r"<[^>]+>", " ", page))
    words = " ".join(text.split())
    for comparison in compare(find_runs([root / "results"])):
        assert comparison.advice in words
        assert comparison.data_summary.sha256[:12] in words
        for row in comparison.rows:
            assert row.system in words
