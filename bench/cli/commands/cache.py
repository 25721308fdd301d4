"""`bench cache info` and `bench cache clear`."""

from __future__ import annotations

import click

from bench.cli.common import echo, echo_form
from bench.cli.group import bench


@bench.group(short_help="what is kept on disk to save time")
def cache() -> None:
    """What is kept on disk to save time: vectors of texts, answers of chat models, and words that jieba itself cut.

    It lies in the user's cache folder, or in $BENCH_CACHE, and takes 2 GB at most, or $BENCH_CACHE_SIZE (as in 500M);
    what was used longest ago goes first. No result depends on it.
    """


@cache.command()
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="What is printed.",
)
def info(form: str) -> None:
    """Say where the cache lies, what it holds of each kind, and how much it may take."""
    from bench import api

    echo_form(api.cache_info().text(form=form), form)


@cache.command()
@click.argument("kind", required=False)
def clear(kind: str | None) -> None:
    """Delete what is cached, without a question: answers, vectors or words, or all of them where KIND is left out.

    Files that bench did not make stay.
    """
    from bench import api

    for line in api.clear_cache(kind).lines():
        echo(line)
