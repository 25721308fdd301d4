"""Every command of the documentation runs, and its reference is what the program says of itself."""

from __future__ import annotations

import re
import shlex
import shutil
from functools import cache
from pathlib import Path

import pytest
from command import block

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
EVERY_PAGE = {path.relative_to(DOCS).as_posix(): path.read_text(encoding="utf-8") for path in DOCS.rglob("*.md")}
CHINESE = {name: text for name, text in EVERY_PAGE.items() if name.endswith(".zh.md")}
PAGES = {name: text for name, text in EVERY_PAGE.items() if name not in CHINESE}
RUN_HERE = ["tutorial.md", "ci-gate.md", "scale.md"]
RUN_ELSEWHERE = {
    "new-page.md": "test_adding.py",
    "own-data.md": "test_own_data.py",
    "predicting.md": "test_predicting.py",
    "reuse.md": "test_reuse.py",
    "servers.md": "servers/test_real_servers.py",
    "suites.md": "suites/test_page.py",
}
NOT_RUN = {
    "start.py setup": "it downloads the environment that the tests run in; README's own such lines are the gate's",
    "simulate.py FOLDER": "1.5 hours of CPU time; comparison/test_study.py runs one of its experiments, and summarise.py",
    "experiments.py FOLDER": "an hour of CPU time; comparison/test_study.py runs one of its experiments, and summarise.py",
    "project.py": "comparison/test_study.py runs it, and holds the page to what it prints",
    "scale/measure.py": "ten minutes of one core; comparison/test_study.py runs what it measures on few rows",
    "accuracy/measure.py": "it needs titles that are not in the repository",
    "bench next mine.yaml": "test_next.py runs it on rows of its own",
    "answers.json": "test_next.py imports such answers into a table",
    "reuse_mteb.py": "mteb needs torch; test_reuse.py runs it where it is installed",
    "pip install 'banmian[e5] @ git": "it downloads an environment",
    "bench report results/rows": "test_readme.py runs these lines on rows of the corpus",
    "nox -s performance": "it measures for half an hour; the gate runs its second line, which measures nothing",
    "nox -s pages": "it sets 2,000 pages; corpus/pages/test_typeset.py sets 200 of them",
}
"""What a block that no test runs holds, and why not."""

STEP = re.compile(r"```bash\n(.*?)```(?:\n\n```text\n(.*?)```)?", re.DOTALL)


def _steps(name):
    return [step for step in STEP.findall(PAGES[name]) if not any(mark in step[0] for mark in NOT_RUN)]


@pytest.fixture(scope="module")
def clone(tmp_path_factory):
    """A folder with what commands read of a clone, and what pages wrote into it so far."""
    folder = tmp_path_factory.mktemp("clone")
    for name in ("configs", "dataset", "results", "seeds"):
        # What was measured here, by some earlier state of the code, lies beside the committed results.
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("timings.json"))
    return folder


@pytest.fixture(scope="module")
def printed(clone):
    """Runs the commands of a page in order, as a reader does, once: what each block printed, beside what the page shows."""

    @cache
    def run(name):
        shutil.rmtree(clone / "out", ignore_errors=True)
        done = []
        for code, shown in _steps(name):
            ended = block(code, clone, COLUMNS="80", HF_HUB_OFFLINE="1")
            assert ended.returncode == 0, (code, ended.stdout, ended.stderr)
            done.append((code, shown, ended.stdout))
        return done

    return run


@pytest.mark.parametrize("name", RUN_HERE)
def test_every_command_of_a_page_runs_and_prints_what_the_page_shows(printed, name):
    for code, shown, got in printed(name):
        assert not shown or got == shown, code


def test_the_table_that_the_tutorial_tells_in_words_says_so(printed):
    [table] = [got for code, _, got in printed("tutorial.md") if "bench compare results/mine" in code]
    tiers = {system: int(tier) for tier, system in re.findall(r"^ (\d) +([a-z-]+)", table, re.MULTILINE)}
    assert tiers["char-svm"] == tiers["char-complement-nb"] == 1
    assert min(tiers["length"], tiers["majority"]) > 1
    assert "Take char-svm" in table


def test_every_command_block_is_run_by_some_test():
    blocks = [
        (name, code)
        for name in PAGES
        for code in re.findall(r"```(?:bash|console|sh)\n(.*?)```", PAGES[name], re.DOTALL)
    ]
    for mark in NOT_RUN:
        assert len([code for _, code in blocks if mark in code]) == 1, mark
    left = {name for name, code in blocks if not any(mark in code for mark in NOT_RUN)}
    assert left == {*RUN_HERE, *RUN_ELSEWHERE}
    unnamed = {name for name in PAGES if re.search(r"\n\n```\n(\$ )?(bench|python) ", PAGES[name])}
    assert unnamed == set(), "name such a block bash or console"
    for name, test in RUN_ELSEWHERE.items():
        assert name in (ROOT / "tests" / test).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", CHINESE)
def test_every_block_of_a_chinese_page_stands_in_the_english_one_whose_blocks_are_run(name):
    def blocks(text):
        found = re.findall(
            r"```(\w+)\n(.*?)```", re.sub(r"<!-- table of .*?<!-- end", "", text, flags=re.DOTALL), re.DOTALL
        )
        parts = [(kind, part) for kind, code in found for part in code.split("\n---\n")]
        return {(kind, " ".join(re.sub(r" +#.*", "", part).split())) for kind, part in parts}

    assert blocks(CHINESE[name]) <= blocks(PAGES[name.replace(".zh.md", ".md")])


def test_every_command_of_the_workflow_file_is_run():
    from ruamel.yaml import YAML

    [block] = re.findall(r"```yaml\n(name: gate.*?)```", PAGES["ci-gate.md"], re.DOTALL)
    steps = [step["run"] for step in YAML(typ="safe").load(block)["jobs"]["gate"]["steps"] if "run" in step]
    run = {line for code, _ in _steps("ci-gate.md") for line in code.splitlines()}
    assert {line for line in steps if line.startswith("bench ")} <= run
    assert len([line for line in steps if not line.startswith("bench ")]) == 2  # the set-up


SPANS = sorted({(name, span) for name in PAGES for span in re.findall(r"`(bench [^`\n]+)`", PAGES[name])})


@pytest.mark.parametrize(("name", "span"), SPANS)
def test_a_command_in_running_text_names_a_verb_and_options_that_exist(name, span):
    import click

    from bench.cli.entry import bench

    words = shlex.split(span.replace("…", ""))[1:]
    command = bench
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        assert words[0] in command.commands, f"docs/{name}: {span}"
        command = command.commands[words.pop(0)]
    known = {option for parameter in command.params for option in parameter.opts} | {"--help", "-h"}
    assert {word.partition("=")[0] for word in words if word.startswith("--")} <= known, f"docs/{name}: {span}"


def test_the_page_of_kinds_is_what_its_generator_writes():
    """A kind of an installed plug-in would stand there too: the page is compared without plug-ins' kinds."""
    import runpy

    from bench.experiment.catalogue import catalogue

    written = runpy.run_path(str(DOCS / "reference" / "write_kinds.py"))["page"](catalogue())
    assert PAGES["reference/kinds.md"] == written, "python docs/reference/write_kinds.py"


def test_the_pictures_are_small_and_used():
    for picture in (DOCS / "images").iterdir():
        assert picture.stat().st_size < 300_000
        assert any(f"(images/{picture.name})" in text for text in EVERY_PAGE.values()), picture.name


@pytest.mark.parametrize("name", [name for name, text in EVERY_PAGE.items() if "<!-- list: " in text])
def test_lists_of_kinds_are_those_that_are_registered(name):
    import runpy

    written = runpy.run_path(str(DOCS / "write_lists.py"))["written"](EVERY_PAGE[name])
    assert EVERY_PAGE[name] == written, "nox -s lists"
