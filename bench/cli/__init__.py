"""The command line: parse, call one workflow function, print, exit code."""

from bench.cli.entry import main

__all__ = ["main"]
