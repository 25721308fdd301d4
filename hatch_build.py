"""The description of the wheel: README.md with links that lead to the repository from anywhere."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface

_IMAGE = re.compile(r"(?P<before>!\[[^\]]*\]\()(?P<path>(?![a-z]+:|#)[^)\s]+)")
_LINK = re.compile(r"(?P<before>\]\()(?P<path>(?![a-z]+:|#)[^)\s]+)")
_FENCE = re.compile(r"(^```.*?^```$)", re.MULTILINE | re.DOTALL)


class DescriptionHook(MetadataHookInterface):
    """Called by hatchling for every wheel and editable install."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Give the description in place of the file."""
        root = Path(self.root)
        text = (root / "README.md").read_text(encoding="utf-8")
        described = with_absolute_links(text, root, metadata["urls"]["Source"])
        metadata["readme"] = {"content-type": "text/markdown", "text": described}


def with_absolute_links(text: str, root: Path, source: str) -> str:
    """Markdown whose links and pictures lead to the repository at `source`; code blocks stay the same."""

    def image(link: re.Match[str]) -> str:
        return f"{link['before']}{source}/raw/main/{link['path']}"

    def page(link: re.Match[str]) -> str:
        path, mark, anchor = link["path"].partition("#")
        kind = "tree" if (root / path).is_dir() else "blob"
        return f"{link['before']}{source}/{kind}/main/{path}{mark}{anchor}"

    parts = _FENCE.split(text)
    return "".join(part if part.startswith("```") else _LINK.sub(page, _IMAGE.sub(image, part)) for part in parts)
