"""The dataset's changelog: its newest entry is read, and what is no entry is told with its line."""

from __future__ import annotations

import pytest

from bench.core.errors import BenchError
from bench.corpus.dataset_version import read_version

DIGEST = "0123456789abcdef" * 4


def test_the_newest_entry_is_the_version(tmp_path):
    path = tmp_path / "CHANGELOG.md"
    entry = "## {} (2026-02-03)\n\nContent SHA-256: `" + DIGEST + "`\n\n- words\n"
    path.write_text("# Changes\n\n" + entry.format("1.2.0") + entry.format("1.1.0"), encoding="utf-8")
    version = read_version(path)
    assert (version.number, version.date, version.content, version.line) == ("1.2.0", "2026-02-03", DIGEST, 5)
    assert version.text == path.read_text(encoding="utf-8")


def test_no_changelog_is_no_version(tmp_path):
    assert read_version(tmp_path / "CHANGELOG.md") is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("# Changes\n", r"CHANGELOG.md:2: needs an entry like '## 1.2.3 \(2026-01-31\)', got none"),
        ("# Changes\n## 1.2\n", r"CHANGELOG.md:2: needs an entry like .*, got '## 1.2'"),
        ("## 1.2.3 (2026-01-31)\n", r"CHANGELOG.md:2: 1.2.3 needs the line 'Content SHA-256: `<64 hex digits>`'"),
        ("## 1.2.3 (2026-01-31)\n\nContent SHA-256: `12`\n", r"CHANGELOG.md:3: 1.2.3 needs the line"),
    ],
)
def test_what_is_no_entry_is_told_with_its_line(tmp_path, text, message):
    path = tmp_path / "CHANGELOG.md"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BenchError, match=message):
        read_version(path)
