"""The commands of docs/suites.md lead from nothing to a suite, and print what the page shows."""

from __future__ import annotations

import re
import shlex

import pytest
from command import block


def test_the_commands_of_the_page_print_the_table_that_it_shows(root, tmp_path, monkeypatch):
    pytest.importorskip("snownlp")
    page = (root / "docs" / "suites.md").read_text(encoding="utf-8")
    shown = {}
    for line in "".join(re.findall(r"```bash\n(.*?)```", page, re.DOTALL)).splitlines():
        words = [
            str(path)
            for word in line.replace("docs/", f"{root}/docs/").split()
            for path in (sorted(tmp_path.glob(word)) if "*" in word else [word])
        ]
        done = block(shlex.join(words), tmp_path, COLUMNS="100")
        assert done.returncode == 0, done.stderr
        shown[line] = done.stdout
    assert (tmp_path / "out/suite/ranks.svg").exists()
    [code] = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    monkeypatch.chdir(tmp_path)
    exec(code, {})  # noqa: S102  the page's own code
    if not (root.parent / "shared" / "data" / "csl").is_dir():
        pytest.skip(
            "the titles of Chinese papers are not beside this checkout: the page's table has two data sets more"
        )
    [table] = re.findall(r"```text\n([^`]*macro-F1 across.*?)```", page, re.DOTALL)
    printed = next(text for line, text in shown.items() if "--across" in line)
    number = re.compile(r"\d?\.\d+")
    rows = r"^ (\S+).*$"
    # Other versions of scikit-learn may move a row of a data set, and so an order of ranks.
    assert set(re.findall(rows, printed, re.MULTILINE)) == set(re.findall(rows, table, re.MULTILINE))
    assert len(number.findall(printed)) == pytest.approx(len(number.findall(table)), abs=4)
    assert printed.splitlines()[0] == table.splitlines()[0]
