"""The page From Python runs as it stands; the notebook runs, and gives the page that the site shows."""

from __future__ import annotations

import os
import re
import runpy
import subprocess
import sys
import textwrap

import pytest
from command import ONE_CORE


def test_every_block_of_from_python_runs_in_order(root, tmp_path):
    page = (root / "docs" / "from-python.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    assert len(blocks) >= 8
    code = "import warnings; warnings.simplefilter('error')\n" + "\n".join(blocks)
    code += textwrap.dedent("""
        import json, pathlib
        assert pathlib.Path("scores.svg").read_text(encoding="utf-8").startswith("<svg xmlns=")
        assert model.predict(["深化改革的办法", ""]).tolist() == ["改革", None]
        assert search.best_score_ == 1.0
        """)
    command = [sys.executable, "-c", code]
    environment = {**os.environ, **ONE_CORE}
    done = subprocess.run(
        command, check=False, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=500
    )
    assert done.returncode == 0, done.stderr
    assert "| tier | system" in done.stdout


@pytest.fixture(scope="module")
def notebook(root):
    for package in ("nbclient", "nbconvert", "ipykernel"):
        pytest.importorskip(package, reason=f"{package} is not installed")
    module = runpy.run_path(str(root / "docs" / "write_notebook.py"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(*next(iter(ONE_CORE.items())))  # the kernel reads our variables
        return module["executed"](), module["page"]


def test_the_notebook_runs_and_gives_the_page_of_the_site(root, notebook):
    done, page = notebook
    assert _plain(page(done)) == _plain((root / "docs" / "notebook.md").read_text(encoding="utf-8")), (
        "python docs/write_notebook.py"
    )


def _plain(text):
    """Without pandas' own style, and without the audit's list of checks that found nothing, which plug-ins add to."""
    text = re.sub(r"<style scoped>.*?</style>", "", text, flags=re.DOTALL)
    return re.sub(r"<p>(Nothing found by|Not made): .*?</p>", "", text)


def test_the_notebook_goes_from_a_frame_to_an_explanation_in_under_25_lines(notebook):
    done, _ = notebook
    lines = [
        line
        for cell in done.cells
        if cell.cell_type == "code"
        for line in cell.source.splitlines()
        if line.strip() and not line.lstrip().startswith("#")
    ]
    assert len(lines) < 25
    shown = "".join(
        output["data"].get("text/html", "")
        for cell in done.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if "data" in output
    )
    for part in ("dataframe", "<caption>first: 44 rows", "<svg ", 'class="chip up"'):
        assert part in shown


def test_no_cell_says_anything_on_standard_error(notebook):
    done, _ = notebook
    outputs = [output for cell in done.cells if cell.cell_type == "code" for output in cell.outputs]
    assert [output for output in outputs if output.output_type == "stream"] == []
