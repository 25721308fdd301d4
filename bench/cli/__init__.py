"""The command line: parse, call one function of `api`, print, exit code."""

from bench.cli.entry import main

__all__ = ["main"]
