r"""Chinese newspaper pages as a labelled topic dataset, and an honest, exact comparison of text classifiers on it.

For notebooks and scripts: `load_paragraphs` gives the dataset, `repair_page` repairs a page of your own.

>>> import bench
>>> bench.load_paragraphs("sentences").column_names[:4]
['id', 'text', 'label', 'paragraph']
>>> page = bench.repair_page("# 标题\n\n本报讯 某社区近日开展义诊活动,居民踊跃 参加。")
>>> page.paragraphs[0].text
'某社区近日开展义诊活动，居民踊跃参加。'
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bench.api.dataset import load_paragraphs
    from bench.corpus.pages import repair_page

__all__ = ["load_paragraphs", "repair_page"]

_HOMES = {"load_paragraphs": "bench.api.dataset", "repair_page": "bench.corpus.pages"}


def __getattr__(name: str) -> object:
    """The public functions, imported when first asked for (PEP 562): the command line starts without them."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value: object = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
