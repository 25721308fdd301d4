from __future__ import annotations

import pytest


def pytest_benchmark_update_machine_info(config: pytest.Config, machine_info: dict[str, object]) -> None:
    """Figures tell the machine without its name, and what computed them."""
    del config
    from bench.execution.identity import packages

    machine_info.pop("node", None)
    machine_info["packages"] = packages()


@pytest.fixture
def whole(benchmark) -> bool:
    """Whether sizes are those that are reported: not where `--benchmark-disable` runs everything once."""
    return benchmark.enabled
