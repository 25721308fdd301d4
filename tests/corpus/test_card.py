"""The cards: one set of figures in two languages, all of it from the data."""

from __future__ import annotations

import re

import pytest

from bench.comparison import compare
from bench.comparison.card_scores import card_scores
from bench.corpus.build import make_dataset, read_pages
from bench.corpus.card import CARDS, Scores, SystemScore, card, without_scores
from bench.corpus.configs import COLUMNS, CONFIGS
from bench.corpus.dataset_version import CHANGELOG, read_version
from bench.corpus.repair_counts import count_repairs
from bench.corpus.topics import MEANINGS
from bench.execution.results import find_runs

SOME = [Scores("repeated-stratified 10 × 5", SystemScore("majority", 0.1, 0.3), (SystemScore("knn", 0.9, 0.91),), 5, 3)]
ALONE = [Scores("repeated-stratified 10 × 5", None, (SystemScore("knn", 0.9, 0.91),), 5, 1)]


@pytest.fixture(scope="module")
def pages(root):
    return read_pages(root / "seeds")


@pytest.fixture(scope="module")
def statistics(root, pages):
    return make_dataset(pages, read_version(root / "seeds" / CHANGELOG)).statistics


def _tables(text):
    """The figures of all tables, in order."""
    cells = [cell.strip() for line in text.splitlines() if line.startswith("|") for cell in line.split("|")]
    return [cell for cell in cells if re.fullmatch(r"[\d./ –]+|`[0-9a-f]{64}`", cell)]


@pytest.mark.parametrize("scores", [None, [], SOME, ALONE])
def test_both_languages_show_the_same_figures(statistics, scores):
    english, chinese = (card(statistics, language, scores) for language in ("en", "zh"))
    assert _tables(english) == _tables(chinese)
    assert len(_tables(english)) > 60
    numbers = [
        set(re.findall(r"\d+\.\d\d+|[0-9a-f]{64}|\b\d\d+\b", text.split("# ", 1)[1])) for text in (english, chinese)
    ]
    assert numbers[0] == numbers[1]


@pytest.mark.parametrize("language", CARDS)
def test_a_card_tells_of_every_config_column_label_and_article(statistics, language):
    text = card(statistics, language, None)
    for name in [*CONFIGS, *MEANINGS[language], *(column for columns in COLUMNS.values() for column in columns)]:
        assert f"| `{name}`" in text or f"and `{name}`" in text
    for article in statistics.articles:
        assert (article.title or article.opening) in text
    assert "None" not in text
    assert not re.search(r"\n\n\n|^\|.*[^|\n]$", text, re.MULTILINE)


@pytest.mark.parametrize("language", CARDS)
def test_further_sections_stand_in_every_card(statistics, language):
    text = card(statistics, language, None, ["## Audit\n\n{{ not a template }}", "## More\n"])
    assert "\n\n## Audit\n\n{{ not a template }}\n\n## More\n\n## " in text


@pytest.mark.parametrize(
    ("scores", "said", "not_said"),
    [
        (None, "No stored results were at hand", "No paired test tells"),
        ([], "are of other data", "No paired test tells"),
        (
            SOME,
            "No paired test tells 2 of the other 4 systems that read the text from the best one",
            "No stored",
        ),
        (ALONE, "| knn | 0.90 | 0.91 |", "No paired test tells"),
    ],
)
def test_the_card_says_what_stored_results_say_and_no_more(statistics, scores, said, not_said):
    text = card(statistics, "en", scores)
    assert said in text
    assert not_said not in text
    assert without_scores(text) == without_scores(card(statistics, "en", None))


def test_the_committed_results_give_the_baseline_the_best_and_how_many_are_near(root, statistics):
    from bench.corpus.build import labelled_texts

    runs = find_runs([root / "results" / "seed-page"])
    [found] = card_scores(runs, labelled_texts(statistics, "paragraphs").sha256())
    [comparison] = compare(runs)
    readers = [row for row in comparison.rows if not row.control]
    assert found.baseline.system == "majority"
    assert found.readers == len(readers)
    assert found.near == sum(row.tier == 1 for row in readers)
    assert [system.system for system in found.best] == [row.system for row in readers[:3]]


def test_results_of_other_data_are_left_out(root):
    assert card_scores(find_runs([root / "results" / "seed-page"]), "0" * 64) == []


def test_counts_of_repairs_agree_with_the_page(pages, statistics):
    [labelled] = pages
    page, counts = labelled.page, count_repairs([labelled.page])
    assert counts == statistics.repairs
    assert counts.paragraphs + counts.captions == len(page.paragraphs) == len(statistics.rows["all"])
    raw = "".join(paragraph.raw(page.text).strip() for paragraph in page.paragraphs)
    text = "".join(paragraph.text for paragraph in page.paragraphs)
    assert counts.blanks == sum(map(str.isspace, raw)) - sum(map(str.isspace, text))
    assert counts.quotes == raw.count('"') + raw.count("'")
    twice = count_repairs([page, page])
    assert (twice.blanks, twice.pages) == (2 * counts.blanks, 2)
