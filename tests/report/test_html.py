"""The report's page, read as a file: what it says, what it lets in, what becomes of hostile text."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from bench import api
from bench.cli import entry  # noqa: F401  adds the commands
from bench.cli.group import bench
from bench.core.errors import BenchError
from bench.deployment.attributions import attributions
from bench.execution.predictions import Predictions
from bench.execution.results import find_runs
from bench.report.data import rows as rows_module
from bench.report.html import chinese, is_ours
from bench.report.plots import draw, whiskers
from bench.report.sections.calibration import reliability

HOSTILE = ("<script>alert(1)</script>", '"\' onload="alert(2)', "=cmd()", "</script><img src=x onerror=alert(3)>")


class Page(HTMLParser):
    """Elements, texts and scripts of a page."""

    VOID = frozenset({"meta", "input", "img", "br", "hr", "link"})

    def __init__(self, text):
        super().__init__()
        self.elements, self.open, self.texts, self.data = [], [], [], {}
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        tag, attributes = self.open[-1] if self.open else ("", {})
        if tag == "script" and attributes.get("type") == "application/json":
            self.data[attributes["id"]] = json.loads(data)
        elif tag not in {"script", "style"} and data.strip():
            self.texts.append(data)

    def all(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.fixture(scope="module")
def committed(tmp_path_factory, request):
    """The report of the committed results: of what is committed, not of timings that a run left beside it."""
    root = request.config.rootpath
    results = tmp_path_factory.mktemp("committed") / "results"
    shutil.copytree(root / "results", results, ignore=shutil.ignore_patterns("timings.json", ".*"))
    out = tmp_path_factory.mktemp("report") / "report.html"
    api.report([results], out, folder=root / "configs")
    return out.read_text()


def made(make_results, tmp_path, **options):
    configs, results = make_results(**options)
    written = api.report([results], tmp_path / "report.html", folder=configs)
    return written, written.path.read_text()


def test_the_report_of_the_committed_results_is_small_and_names_nothing_outside_itself(committed):
    assert len(committed.encode()) < 3_000_000
    page = Page(committed)
    links = [value for _, attributes in page.elements for name, value in attributes.items() if name in {"src", "href"}]
    assert links
    assert all(link.startswith("#") for link in links)
    assert "url(" not in committed.replace("url(#", "")
    assert "@import" not in committed


def test_the_first_thing_said_is_the_advice_its_figures_and_what_the_data_cannot_show(committed):
    texts = " ".join(Page(committed).texts)
    said = ["Take char-centroid", "Best macro-F1", "Next in order", "Its cost", "What this data cannot show",
            "share the first tier", "Other experiments on this page", "Scores, best first"]  # fmt: skip
    places = [texts.index(each) for each in said]
    assert places == sorted(places)


def test_the_policy_allows_just_the_pages_own_script_and_style(committed):
    page = Page(committed)
    [policy] = [each["content"] for each in page.all("meta") if each.get("http-equiv") == "Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    for tag in ("script", "style"):
        texts = re.findall(rf"<{tag}>(.*?)</{tag}>", committed, re.DOTALL)
        assert len(texts) == 1
        wanted = base64.b64encode(hashlib.sha256(texts[0].encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{wanted}'" in policy
    assert not [attributes for _, attributes in page.elements if "style" in attributes]
    assert not [name for _, attributes in page.elements for name in attributes if name.startswith("on")]


def test_every_id_stands_once_and_every_link_leads_somewhere(committed):
    page = Page(committed)
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    for name in ("href", "aria-labelledby", "aria-describedby"):
        named = [each for _, attributes in page.elements for each in attributes.get(name, "").split()]
        assert {each.removeprefix("#").partition("&")[0] for each in named} <= set(ids)


def test_every_drawing_has_a_title_and_a_description(committed):
    drawings = re.findall(r"<svg.*?</svg>", committed, re.DOTALL)
    assert len(drawings) >= 5
    for drawing in drawings:
        assert re.match(r'<svg [^>]*role="(img|group)"', drawing)
        assert re.search(r"<title [^>]*>[^<]+</title><desc [^>]*>[^<]+</desc>", drawing)
        assert "#000" not in drawing
        assert "style=" not in drawing


def test_every_paragraph_stands_in_the_page_without_a_script(committed, root):
    from bench.data.sources.corpus import CorpusSource

    data = CorpusSource(kind="corpus").load()
    texts = re.findall(r'<td class="text"[^>]*>(.*?)</td>', committed, re.DOTALL)
    assert sorted(map(chinese, data.texts)) == sorted(map(chinese, texts))
    assert committed.count("<noscript>") == 1


def test_rows_stand_beside_the_raw_text_that_they_were_repaired_from(committed, root):
    context = Page(committed).data["d0-context"]
    page_text = next((root / "seeds").glob("*.txt")).read_text()
    parts = [part for article in context["articles"] for part in article["parts"] if "raw" in part]
    assert sum("row" in part for part in parts) == 44
    for part in parts:
        raw = "".join(piece if isinstance(piece, str) else piece[0] for piece in part["raw"])
        assert all(block in page_text for block in raw.split("⏎"))


def test_what_systems_said_adds_up_to_their_repeats(committed):
    said = Page(committed).data["d0-said"]
    assert said["tables"][0]["repeats"] == 10
    assert len(said["tables"][0]["systems"]) == 21
    for table in said["tables"]:
        for system in table["systems"]:
            assert len(system["said"]) == 44
            assert all(sum(each[1::2]) == table["repeats"] for each in system["said"])


def test_explained_guesses_are_the_stored_guesses_of_the_first_repeat(root):
    from bench.data.sources.corpus import CorpusSource

    data = CorpusSource(kind="corpus").load()
    [run] = find_runs([root / "results" / "seed-page" / "char-svm"])
    found = attributions(run.record, data, root / "configs", rows=set(data.row_ids))
    predictions = run.predictions()
    assert [found.rows[row_id].prediction for row_id in predictions.row_ids] == predictions.prediction[0].tolist()
    some = next(iter(found.rows.values()))
    shares = [pull.share for pull in some.attributions[some.prediction]]
    positive = [share for share in shares if share > 0]
    assert positive == sorted(positive, reverse=True)
    assert shares[: len(positive)] == positive


def test_folds_that_test_no_row_of_interest_are_not_fitted(root):
    from bench.data.sources.corpus import CorpusSource

    data = CorpusSource(kind="corpus").load()
    [run] = find_runs([root / "results" / "seed-page" / "char-centroid"])
    fitted = []
    found = attributions(run.record, data, root / "configs", rows={data.row_ids[0]}, advance=fitted.append)
    assert list(found.rows) == [data.row_ids[0]]
    assert fitted == ["char-centroid"]


@pytest.mark.parametrize("name", ["e5-logistic", "lsa-lda", "char-knn", "majority", "e5+char-svm"])
def test_systems_without_n_grams_that_add_up_are_not_explained(root, name):
    from bench.data.sources.corpus import CorpusSource

    data = CorpusSource(kind="corpus").load()
    [run] = find_runs([root / "results" / "seed-page" / name])
    assert attributions(run.record, data, root / "configs", rows=set(data.row_ids[:1])) is None


def test_hostile_text_labels_and_names_come_out_as_text(make_results, tmp_path):
    texts = [HOSTILE[at % 4] + f" 改革{at}" for at in range(60)]
    _, text = made(
        make_results, tmp_path, texts=texts, classes=HOSTILE, ids=[f"{HOSTILE[at % 4]}{at}" for at in range(60)],
        groups=[HOSTILE[at % 4] for at in range(60)],
    )  # fmt: skip
    page = Page(text)
    assert not page.all("img")
    assert len(page.all("script")) == 4  # two of data, one of words, one of ours
    assert not [name for _, attributes in page.elements for name in attributes if name.startswith("on")]
    for one in HOSTILE:
        assert any(one in found for found in page.texts)
    assert page.data["d0-said"]["names"] == sorted(HOSTILE)


def test_control_characters_in_texts_are_shown_and_not_obeyed(make_results, tmp_path):
    _, text = made(make_results, tmp_path, texts=[f"左\u202e右\x1b[31m{at}\n次行" for at in range(60)])
    assert "\u202e" not in text
    assert "\x1b" not in text
    assert "左\\u202e右\\x1b[31m0\n次行" in text


def test_data_that_is_gone_leaves_row_ids_and_says_why(make_results, tmp_path):
    configs, results = make_results()
    (configs / "made.jsonl").unlink()
    out = tmp_path / "report.html"
    outcome = CliRunner().invoke(
        bench, ["report", "--results", str(results), "--folder", str(configs), "--out", str(out)]
    )
    assert outcome.exit_code == 0, outcome.output
    assert "warning: rows stand without texts: " in outcome.output
    text = out.read_text()
    assert "Texts are not shown, only row ids" in text
    assert text.count("not available</td>") == 60
    assert 'data-id="row59"' in text


def test_data_that_was_changed_is_not_shown_as_the_data_of_the_results(make_results, tmp_path):
    configs, results = make_results()
    file = configs / "made.jsonl"
    file.write_text(file.read_text().replace("组织", "组组", 1))
    written = api.report([results], tmp_path / "report.html", folder=configs)
    assert "the data that is there now is another" in written.notes[0]
    assert "组组" not in written.path.read_text()


def test_a_page_that_cannot_be_read_costs_the_raw_text_and_nothing_else(root, tmp_path):
    import shutil

    from bench.report.row_texts import read_texts

    [run] = find_runs([root / "results" / "seed-page" / "majority"])
    shutil.copytree(root / "dataset", tmp_path / "dataset")
    shutil.copytree(root / "seeds", tmp_path / "seeds")
    data = {**run.record.data, "path": str(tmp_path / "dataset")}
    record = run.record.model_copy(update={"data": data})
    assert len(read_texts([record], tmp_path).pages) == 1
    next((tmp_path / "seeds").glob("*.txt")).write_bytes(b"\xff\xfe\xff")
    found = read_texts([record], tmp_path)
    assert found.data is not None
    assert found.pages == ()
    assert found.page_fault is not None


def test_groups_of_sentences_are_paragraphs_of_the_pages():
    from bench.data.sources.corpus import CorpusSource
    from bench.report.row_texts import pages_of

    source = CorpusSource(kind="corpus", config="sentences")
    data, pages = source.load(), pages_of(source)
    ids = {page.row_id(paragraph) for page in pages for paragraph in page.paragraphs}
    assert set(data.groups) <= ids


def test_of_many_rows_those_most_often_wrong_are_shown_and_the_page_says_so(make_results, tmp_path, monkeypatch):
    monkeypatch.setattr(rows_module, "MOST_ROWS", 20)
    _, text = made(make_results, tmp_path)
    assert "The 20 rows that systems get wrong most often, of 60 tested" in text
    assert text.count('<td class="text"') == 20
    said = Page(text).data["d0-said"]
    assert {len(system["said"]) for system in said["tables"][0]["systems"]} == {20}


def test_results_of_the_same_rows_share_their_rows_and_stand_side_by_side(make_results, tmp_path):
    _, text = made(make_results, tmp_path, sizes=(10, 20, "all"), rows=60)
    page = Page(text)
    assert [key for key in page.data if key.endswith("-said")] == ["d0-said"]
    assert len(page.data["d0-said"]["tables"]) == 3
    assert "Learning curves" in text
    assert 'id="d0-curves-wide-title"' in text


def test_what_systems_are_made_of_stands_in_a_table_that_their_names_lead_to(committed):
    row = committed[committed.index('id="c0-system-7"') :].partition("</tr>")[0]
    cells = re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row)
    assert cells[:4] == [
        "char-svm",
        "tfidf, tokens char, ngrams 1–2, sublinear_tf",
        "linear-svm",
        "C: 0.1, 0.3, 1, 3, 10, 30",
    ]
    assert cells[4].startswith("C: 1 (20×), 3 (20×), 10 (8×), 2 others")
    assert committed.count('href="#c0-system-7"') >= 3


def test_experiments_on_the_same_rows_say_which_a_system_is_from(make_results, tmp_path):
    make_results(systems=3, name="first")
    _, text = made(make_results, tmp_path, systems=4, name="second")
    scores = text[text.index('id="c0-scores"') :].partition("</table>")[0]
    assert "<span>experiment</span>" in scores
    assert {"<td>first</td>", "<td>second</td>"} <= set(re.findall("<td>[a-z]+</td>", scores))
    assert len(Page(text).data["d0-said"]["tables"]) == 1


def test_timings_are_set_against_scores_where_they_are_stored(make_results, tmp_path, committed):
    _, text = made(make_results, tmp_path, timings=True)
    assert re.search(r'<td class="number" data-sort="0.0004">400 µs</td>', text)  # reading and fitting together
    assert "1,003" in text
    assert 'aria-label="system00: read and fit: to learn from a row, 400 µs; score' in text
    assert "No times are stored with these results" in committed


def test_probabilities_get_a_reliability_curve_with_the_rows_of_each_bin(make_results, tmp_path):
    _, text = made(make_results, tmp_path, kind="logistic", probabilities=True)
    assert "Bins of stated probability" in text
    assert "Brier score" in text


def test_bins_hold_every_guess_once_and_their_shares_are_what_is_right():
    rng = np.random.default_rng(3)
    truth = rng.integers(0, 3, 50)
    raw = rng.random((4, 50, 3))
    scores = raw / raw.sum(axis=2, keepdims=True)
    prediction = scores.argmax(axis=2)
    fold = np.zeros_like(prediction)
    predictions = Predictions(tuple(map(str, range(50))), ("a", "b", "c"), truth, fold, prediction, scores)
    bins = reliability(predictions)
    assert sum(rows for rows, _, _ in bins) == 200
    assert sum(rows * share for rows, _, share in bins) == pytest.approx((prediction == truth).sum())
    assert sum(rows * stated for rows, stated, _ in bins) == pytest.approx(scores.max(axis=2).sum())


def test_each_pair_stands_once_and_p_only_where_a_difference_is_more_than_chance(committed):
    matrix = committed[committed.index('id="c0-matrix"') : committed.index('id="c0-pairs"')]
    cells = re.findall(r'<td class="(same|up|down)"[^>]*>([^<]*)(?: <small>p ([^<]*)</small>)?</td>', matrix)
    assert len(cells) == 21 * 20 // 2
    for style, text, p in cells:
        assert (style == "same") == (p == "")
        assert p in {"", "&lt;.001"} or float(p) < 0.05
        assert text.startswith({"same": ("+", "-", "."), "up": "▲", "down": "▼"}[style])


def test_the_same_results_give_the_same_page(make_results, tmp_path):
    configs, results = make_results(probabilities=True, kind="logistic")
    pages = []
    for name in ("a.html", "b.html"):
        api.report([results], tmp_path / name, folder=configs)
        pages.append((tmp_path / name).read_bytes())
    assert pages[0] == pages[1]


def test_a_report_is_written_over_and_another_file_is_not(make_results, tmp_path):
    configs, results = make_results()
    out = tmp_path / "report.html"
    out.write_text("<p>mine</p>")
    arguments = ["report", "--results", str(results), "--folder", str(configs), "--out", str(out)]
    refused = CliRunner().invoke(bench, arguments)
    assert isinstance(refused.exception, BenchError)
    assert "is no report of bench, and would be lost; --force replaces it" in str(refused.exception)
    assert out.read_text() == "<p>mine</p>"
    assert CliRunner().invoke(bench, [*arguments, "--force"]).exit_code == 0
    assert is_ours(out.read_bytes()[:4096])
    assert CliRunner().invoke(bench, arguments).exit_code == 0


def test_without_a_name_the_report_lies_in_the_folder_of_the_results(make_results, tmp_path):
    configs, results = make_results()
    outcome = CliRunner().invoke(bench, ["report", "--results", str(results), "--folder", str(configs)])
    assert outcome.exit_code == 0
    assert str(results / "report.html") in outcome.output
    assert (results / "report.html").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--metric", "f1_makro"], "f1_makro"),
        (["nowhere"], "no such results folder"),
        (["--out", "."], "is a folder; give a file's name"),
        (["--out", "pipe"], "is a pipe that nobody reads"),
        (["--out", "/dev/null/report.html"], "is a file, where a folder is needed"),
    ],
)
def test_what_a_user_can_mend_is_told_in_one_line(make_results, arguments, said, monkeypatch, tmp_path):
    configs, _ = make_results()
    monkeypatch.chdir(tmp_path)
    os.mkfifo("pipe")
    outcome = CliRunner().invoke(bench, ["report", "--folder", str(configs), *arguments])
    assert isinstance(outcome.exception, BenchError)
    assert said in str(outcome.exception)
    assert not Path("results/report.html").exists()


def test_a_run_that_failed_is_told_and_breaks_nothing(stored, tmp_path):
    from bench.comparison import compare, side_by_side
    from bench.comparison.run_details import detailed
    from bench.report.html import make_report, render, rows_of
    from bench.report.row_texts import read_texts

    runs = [stored("best", wrong=([1], [2])), stored("broken", error="ValueError: <no> n-gram")]
    comparisons = compare(runs)
    found = detailed(comparisons, runs)
    texts = {"a" * 64: read_texts([run.record for run in runs], tmp_path)}
    rows = rows_of(found, texts)
    text = render(make_report(found, side_by_side(comparisons), rows, {}))
    assert "broken failed: ValueError: &lt;no&gt; n-gram" in text
    assert rows[0].texts.reason is not None


def test_a_drawing_takes_hostile_names_as_text_and_has_its_own_ids():
    values = [{"name": "<b>&系统", "mean": 0.5, "low": 0.4, "high": 0.6, "kind": "first"}]
    drawn = draw(
        lambda size: whiskers(size, values, [], axis="macro-F1", domain=(0, 1)), key="k", title="<i>", description='"'
    )
    ids = re.findall(r' id="([^"]*)"', drawn)
    assert len(ids) == len(set(ids))
    assert all(one.startswith("k-") for one in ids)
    assert "&lt;b&gt;&amp;系统" in drawn
    assert "<b>" not in drawn
    assert "<i>" not in drawn
    assert "var(--c1)" in drawn
