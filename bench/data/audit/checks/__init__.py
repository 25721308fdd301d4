"""Kinds of checks, one file each; `bench.data.audit.base` defines what a check must offer."""
