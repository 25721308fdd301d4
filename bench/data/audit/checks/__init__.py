"""Kinds of checks, one file each; `bench.data.audit.base` says what every check must be."""
