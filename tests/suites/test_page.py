"""The commands of docs/suites.md lead from nothing to a suite, and print what the page shows."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys

import pytest


def test_the_commands_of_the_page_print_the_table_that_it_shows(root, tmp_path):
    pytest.importorskip("snownlp")
    page = (root / "docs" / "suites.md").read_text(encoding="utf-8")
    shown = {}
    for line in "".join(re.findall(r"```bash\n(.*?)```", page, re.DOTALL)).splitlines():
        name, *words = shlex.split(line)
        words = [str(root / word) if word.startswith("docs/") else word for word in words]
        words = [str(path) for word in words for path in (sorted(tmp_path.glob(word)) if "*" in word else [word])]
        command = [sys.executable, "-W", "ignore", *(["-m", "bench"] if name == "bench" else []), *words]
        environment = {**os.environ, "COLUMNS": "100"}
        done = subprocess.run(
            command, capture_output=True, check=False, cwd=tmp_path, env=environment, encoding="utf-8"
        )
        assert done.returncode == 0, done.stderr
        shown[line] = done.stdout
    assert (tmp_path / "out/suite/ranks.svg").exists()
    [block] = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    subprocess.run([sys.executable, "-W", "ignore", "-c", block], check=True, cwd=tmp_path)
    if not (root.parent / "shared" / "data" / "csl").is_dir():
        pytest.skip(
            "the titles of Chinese papers are not beside this checkout: the page's table has two data sets more"
        )
    [table] = re.findall(r"```text\n(macro-F1 across.*?)```", page, re.DOTALL)
    printed = next(text for line, text in shown.items() if "--across" in line)
    number = re.compile(r"\d?\.\d+")
    rows = r"^ (\S+).*$"
    # Other versions of scikit-learn may move a row of a data set, and so an order of ranks.
    assert set(re.findall(rows, printed, re.MULTILINE)) == set(re.findall(rows, table, re.MULTILINE))
    assert len(number.findall(printed)) == pytest.approx(len(number.findall(table)), abs=4)
    assert printed.splitlines()[0] == table.splitlines()[0]
