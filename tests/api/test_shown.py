"""What a notebook shows: whole, escaped, without a script, and readable on light and dark pages."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest

import bench
from bench.core.errors import BenchError
from bench.report import plots

NASTY = 'x<script>alert("1")</script>&'


@pytest.fixture(scope="module")
def model(mine):
    return bench.fit(mine, "nb")


SHOWN = {
    "results": lambda results, model: results,
    "comparison": lambda results, model: bench.compare(results),
    "difference": lambda results, model: bench.difference(results, results),
    "plot": lambda results, model: bench.compare(results).plot(),
    "frame": lambda results, model: results.predictions("svm"),
    "model": lambda results, model: model,
    "explanation": lambda results, model: model.explain(NASTY + "改革"),
    "audit": lambda results, model: bench.audit([(NASTY + "改革", "a"), ("义诊", "b")] * 6),
}


@pytest.mark.parametrize("name", SHOWN)
def test_everything_shows_itself_as_well_formed_html_without_a_script(results, model, name):
    page = SHOWN[name](results, model)._repr_html_()
    assert "<script" not in page
    assert not re.search(r"\son\w+=", page)
    assert "http" not in page.replace("http://www.w3.org/2000/svg", "")
    body = re.sub(r"<style.*?</style>", "", page, flags=re.DOTALL)
    ET.fromstring(re.sub("&(?!amp;|lt;|gt;|quot;|#x27;)", "&amp;", body))  # noqa: S314  our own
    assert "var(--ink)" not in body
    assert "var(--c1)" not in body
    colours = set(re.findall(r"#[0-9a-fA-F]{6}\b", body))
    assert all(_contrast(colour, ground) >= 3 for colour in colours for ground in ("#ffffff", "#111111")), colours


def _luminance(colour):
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one, other):
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_colours_of_drawings_stand_out_on_light_and_dark_pages():
    for variable, colour in plots.STANDALONE.items():
        if re.fullmatch("#[0-9a-f]{6}", colour):
            assert min(_contrast(colour, ground) for ground in ("#ffffff", "#111111")) >= 3, variable


def test_a_comparison_shows_tiers_intervals_and_advice(results):
    [table] = found = bench.compare(results)
    page = found._repr_html_()
    for row in table.rows:
        assert f'<th scope="row">{row.system}' in page
    assert table.advice in page
    assert page.count('class="apart') >= 1
    assert "--format" not in page


@pytest.mark.parametrize("ending", [".svg", ".png", ".pdf"])
def test_a_plot_is_saved_dark_on_white(results, tmp_path, ending):
    path = tmp_path / f"scores{ending}"
    bench.compare(results).plot().save(path)
    data = path.read_bytes()
    assert data.startswith({".svg": b"<svg", ".png": b"\x89PNG", ".pdf": b"%PDF"}[ending])
    if ending == ".svg":
        assert b"currentColor" not in data
        assert ET.fromstring(data).tag == "{http://www.w3.org/2000/svg}svg"  # noqa: S314  our own


def test_a_plot_has_no_other_endings(results, tmp_path):
    with pytest.raises(BenchError, match=r"unknown ending '.gif'\. Known: .svg, .png, .pdf"):
        bench.compare(results).plot().save(tmp_path / "scores.gif")
    assert list(tmp_path.iterdir()) == []


def test_a_report_is_a_frame_of_its_own_with_every_text(results, rows, tmp_path):
    page = bench.report(results, progress=False)
    shown = page._repr_html_()
    assert page.notes == ()
    assert page.path is None
    assert 'sandbox="allow-scripts"' in shown
    assert rows["text"][0][:20] in page.html
    written = bench.report(results, tmp_path / "report.html", progress=False)
    assert written.path.read_text(encoding="utf-8") == page.html


def test_a_report_without_the_rows_says_so(mine, tmp_path):
    bench.run(mine, tmp_path, systems="nb,majority", jobs=1)
    [note] = bench.report(tmp_path, progress=False).notes
    assert "was given in Python and is not stored; pass it in Python, as data=" in note


def test_a_terminal_text_stays_text_in_a_notebook(results, monkeypatch):
    """rich takes a notebook's kernel for a screen of its own, unless told otherwise."""
    from rich import console

    monkeypatch.setattr(console, "_is_jupyter", lambda: True)
    assert "macro-F1" in str(bench.compare(results))


def test_a_bar_in_a_notebook_is_gone_at_the_end(monkeypatch):
    ipython = pytest.importorskip("IPython", reason="IPython is not installed")
    from bench.report import progress

    shown = []

    class Handle:
        def update(self, page):
            shown.append(page.data)

    monkeypatch.setattr(progress, "_in_notebook", lambda: True)
    monkeypatch.setattr(ipython.display, "display", lambda page, display_id: shown.append(page.data) or Handle())

    def interrupted():
        with progress.progress(2) as advance:
            advance("a<b")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert "<progress" in shown[0]
    assert any("a&lt;b" in page for page in shown)
    assert shown[-1] == ""


def test_a_model_answers_as_scikit_learn_does(model, mine, tmp_path):
    texts = ["深化改革", "", "义诊活动"]
    labels = model.predict(iter(texts))
    assert labels[1] is None
    assert set(labels) - {None} <= set(model.classes_)
    assert model.predict_proba(texts)[[0, 2]].sum(axis=1).round(9).tolist() == [1, 1]
    frame = model.predictions(texts).to_frame()
    assert frame.label.tolist() == labels.tolist() or frame.label.isna().tolist() == [False, True, False]
    with pytest.raises(ValueError, match="string object received"):
        model.predict("深化改革")
    model.save(tmp_path / "model")
    again = bench.load_model(tmp_path / "model")
    assert again.predict(texts).tolist() == labels.tolist()
    again.save(tmp_path / "copy")
    assert bench.load_model(tmp_path / "copy").predict(texts).tolist() == labels.tolist()
    with pytest.raises(BenchError, match="is a model already and would be lost"):
        model.save(tmp_path / "model")
    assert model.predict([]).tolist() == []


def test_a_model_without_probabilities_says_what_gives_them(mine):
    svm = bench.fit(mine, "svm")
    with pytest.raises(
        BenchError, match="'svm' gives no probabilities: its scores are of kind 'decision'; fit it with"
    ):
        svm.predict_proba(["a"])
    with pytest.raises(BenchError, match="no system 'smv'; did you mean 'svm'"):
        bench.fit(mine, "smv")
    with pytest.raises(BenchError, match="holds 3 systems; choose one"):
        bench.fit(mine)


def test_an_audit_takes_what_an_experiment_takes(mine, rows, results):
    plain = bench.audit(mine["data"]).to_frame()
    assert bench.audit(mine).to_frame().equals(plain)
    assert bench.audit(bench.dataset(rows)).to_frame().equals(plain)
    assert "Nothing found by" in str(bench.audit(rows, results=results))
    assert bench.audit([("甲", "a"), ("甲", "b")] * 3).failing(["fault"])


def test_kinds_are_told_in_a_notebook_too():
    found = bench.kinds("linear-svm", "protocols")
    assert "linear-svm" in found._repr_html_()
    assert set(found.to_frame().group) == {"classifiers", "protocols"}
    with pytest.raises(BenchError, match="nothing is called 'liner-svm'; did you mean 'linear-svm'"):
        bench.kinds("liner-svm")


def test_an_experiment_in_memory_is_exported_with_its_rows(mine, results, tmp_path, monkeypatch):
    import csv
    import runpy

    text = bench.export(mine, "nb", tmp_path / "nb.py")
    assert (tmp_path / "nb.py").read_text(encoding="utf-8") == text
    assert "import bench" not in text
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", ["nb.py"])
    runpy.run_path(str(tmp_path / "nb.py"), run_name="__main__")
    with (tmp_path / "predictions.csv").open(encoding="utf-8") as file:
        predictions = [row["guess"] for row in csv.DictReader(file)]
    assert predictions == results.predictions("nb").columns["guess"]
