"""Kinds of checks, one file each; `bench.corpus.audit.base` says what every check must be."""
