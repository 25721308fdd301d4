"""What a package index shows of the wheel: links that work there, known classifiers, the project's own pages."""

from __future__ import annotations

import re

import pytest

pytest.importorskip("hatchling", reason="hatchling builds the wheel, and is not installed")


@pytest.fixture(scope="module")
def metadata():
    from pathlib import Path

    from hatchling.metadata.core import ProjectMetadata
    from hatchling.plugin.manager import PluginManager

    return ProjectMetadata(str(Path(__file__).parents[1]), PluginManager()).core


def test_every_link_of_the_description_is_absolute_and_leads_to_what_the_repository_holds(root, metadata):
    assert metadata.readme_content_type == "text/markdown"
    source = metadata.urls["Source"]
    links = re.findall(
        r"(!?)\[[^\]]*\]\(([^)]+)\)", re.sub(r"^```.*?^```$", "", metadata.readme, flags=re.MULTILINE | re.DOTALL)
    )
    assert len(links) > 20
    for image, link in links:
        assert link.startswith("https://"), link
        if link.startswith(source):
            kind, branch, path = link.removeprefix(f"{source}/").split("/", 2)
            target = root / path.partition("#")[0]
            assert branch == "main"
            assert target.is_dir() if kind == "tree" else target.is_file(), link
            assert (kind == "raw") == bool(image)


def test_links_around_pictures_are_absolute_too_and_code_stays(root):
    from hatch_build import with_absolute_links

    text = """[![a b](docs/images/a.png)](docs/index.md#top) [c](LICENSE)
```
[as it stands](docs)
```
[e](https://elsewhere.org) [f](docs) [g](#here)"""
    assert (
        with_absolute_links(text, root, "https://s.org")
        == """[![a b](https://s.org/raw/main/docs/images/a.png)](https://s.org/blob/main/docs/index.md#top) [c](https://s.org/blob/main/LICENSE)
```
[as it stands](docs)
```
[e](https://elsewhere.org) [f](https://s.org/tree/main/docs) [g](#here)"""
    )


def test_the_description_is_the_readme_but_for_its_links(root, metadata):
    without = re.compile(r"\]\([^)]*\)")
    assert without.sub("", metadata.readme) == without.sub("", (root / "README.md").read_text(encoding="utf-8"))


def test_classifiers_are_known_and_urls_have_the_names_that_indexes_know(metadata):
    from trove_classifiers import classifiers

    assert set(metadata.classifiers) <= classifiers
    assert {"Source", "Documentation", "Changelog", "Issues"} == set(metadata.urls)
    for minor in range(11, 15):
        assert f"Programming Language :: Python :: 3.{minor}" in metadata.classifiers
