"""Readers under random input: few cases in ordinary tests, as many as `BENCH_FUZZ` says in `nox -s fuzz`."""
