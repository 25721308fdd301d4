"""How many processes are useful on this machine."""

from __future__ import annotations

from bench.core.errors import BenchError


def processes(asked: int | None, work: int | None = None) -> tuple[int, str | None]:
    """How many processes to start, at most one a core that may be used and one a fold; and why not as many as asked.

    asked: None for as many as are of use, which is one inside a worker of joblib's. work: how many folds there are,
    None where nobody knows.
    """
    from joblib import cpu_count  # by affinity, control groups and LOKY_MAX_CPU_COUNT
    from joblib.parallel import get_active_backend

    try:
        cores = cpu_count()
    except ValueError:
        raise BenchError("LOKY_MAX_CPU_COUNT in the environment is no number; set it to one, or unset it") from None
    if (get_active_backend()[0].nesting_level or 0) > 0:
        return 1, None if asked in {None, 1} else f"--jobs {asked}: this is a worker of joblib's, so 1 process is used"
    useful = cores if work is None else min(cores, max(work, 1))
    if asked is None or asked <= useful:
        return asked or useful, None
    why = f"{cores} {'core' if cores == 1 else 'cores'} can be used" if useful == cores else f"there are {work} folds"
    return useful, f"--jobs {asked}: {why}, so {useful} {'process is' if useful == 1 else 'processes are'} started"
