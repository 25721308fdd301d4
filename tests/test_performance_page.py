"""The page of performance is what its figures give, whole, and tells no machine by its name."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from copy import deepcopy

import pytest


@pytest.fixture
def scripts(root, monkeypatch):
    """Where the page is made, on the import path as for a script that is run."""
    folder = root / "docs" / "studies" / "performance"
    monkeypatch.syspath_prepend(str(folder))
    return folder


@pytest.fixture
def render(scripts):
    import render

    return render


@pytest.fixture
def recorded(root):
    """A small recording of pytest-benchmark's, as its JSON is: a work of each kind, and three sizes."""
    return json.loads((root / "tests" / "files" / "benchmarks.json").read_text(encoding="utf-8"))


def test_the_committed_page_and_plots_are_what_the_kept_figures_give(render):
    measured = json.loads(render.MEASURED.read_text(encoding="utf-8"))
    for path, content in render.written(measured).items():
        assert path.read_bytes() == content, "python docs/studies/performance/render.py"


def test_every_work_of_the_benchmarks_is_on_the_committed_page(render):
    measured = json.loads(render.MEASURED.read_text(encoding="utf-8"))
    count = {kind: sum(work["kind"] == kind for work in measured["works"]) for kind in render.KINDS}
    assert count == {"fits": 8, "reading": 2, "embedding": 4, "shell": 7, "processes": 1, "growth": 6}


def test_every_work_every_figure_and_every_goal_appears(render, recorded):
    measured = render.kept(recorded)
    page = render.page(measured)
    for work in measured["works"]:
        if work["kind"] == "growth":
            assert f"| {work['rows']:,} | {work['characters']:,} |" in page
            assert render.gigabytes(work["peak_bytes"]) in page
            continue
        [line] = [line for line in page.splitlines() if line.startswith(f"| {work['work']} |")]
        own = work["seconds"]["ours"] if "goals" in work else work["seconds"]
        assert render.seconds(own) in line
        goals = list(work.get("goals", {}).values()) or [work["goal_seconds"]]
        assert all(re.search(rf"(goal|of|under) {goal:g}\b", line) for goal in goals), line
    for name, version in measured["machine"]["packages"].items():
        assert f"{name} {version}" in page


def test_what_is_short_of_its_goal_is_marked_in_its_row_and_listed(render, recorded):
    measured = render.kept(recorded)
    assert "No goal was missed." in render.page(_with_goals(measured, 0.001, 1e6))
    strict = _with_goals(measured, 1e6, 0.001)
    page = render.page(strict)
    works = [work for work in strict["works"] if work["kind"] != "growth"]
    for work in works:
        assert [line for line in page.splitlines() if line.startswith(f"- {work['work']}: ") and "not " in line]
    assert page.count("short of 1e+06") == sum(len(work.get("goals", {})) for work in works)
    assert page.count("**not under 0.001 s**") == sum("goal_seconds" in work for work in works)


def _with_goals(measured, times, seconds):
    changed = deepcopy(measured)
    for work in changed["works"]:
        work["goals"] = dict.fromkeys(work.get("goals", {}), times)
        if "goal_seconds" in work:
            work["goal_seconds"] = seconds
    return changed


def test_where_solvers_take_less_than_two_thirds_the_page_says_what_the_rest_is(render, recorded):
    measured = render.kept(recorded)
    [work] = [work for work in measured["works"] if work["kind"] == "fits"][:1]
    work["parts"] = {"solvers": 0.6, "splits": 0.3, "counting n-grams": 0.09, "everything else": 0.01}
    assert f"- {work['work']}: splits 30 %, counting n-grams 9 %." in render.page(measured)
    work["parts"] = {"solvers": 0.7, "splits": 0.3}
    assert f"- {work['work']}: splits" not in render.page(measured)


def test_what_is_kept_names_no_host_and_no_path(render, recorded):
    recorded["machine_info"]["node"] = "host-of-someone"
    recorded["commit_info"] = {"project": "/home/someone"}
    kept = json.dumps(render.kept(recorded))
    assert "host-of-someone" not in kept
    assert "/home" not in kept


@pytest.mark.parametrize("content", ['{"benchmarks": [{"extra_info": {}}]}', '{"benchmarks": []}', "[]", "{", None])
def test_a_file_of_other_figures_is_refused_in_one_line_and_nothing_is_written(scripts, tmp_path, render, content):
    before = {path: path.read_bytes() for path in (render.PAGE, render.MEASURED)}
    other = tmp_path / "other.json"
    if content is not None:
        other.write_text(content, encoding="utf-8")
    command = [sys.executable, scripts / "render.py", other]
    done = subprocess.run(command, capture_output=True, check=False, encoding="utf-8")
    assert done.returncode == 2
    assert done.stderr.startswith(f"{other}: ")
    assert done.stderr.count("\n") == 1
    assert before == {path: path.read_bytes() for path in before}


@pytest.mark.parametrize(
    ("value", "shown"), [(0.04123, "0.0412"), (0.9996, "1.00"), (4.126, "4.13"), (41.26, "41.3"), (4126, "4,126")]
)
def test_figures_have_three_digits(render, value, shown):
    assert render.figure(value) == shown
