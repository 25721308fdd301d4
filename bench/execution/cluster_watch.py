"""Reports, while a cluster is used, workers that went silent and a cluster that has no workers left."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from distributed import Client

LOOK_SECONDS, SILENT_SECONDS, AGAIN_SECONDS = 3.0, 30.0, 60.0
_NOBODY, _SCHEDULER = "", "the scheduler"


@contextmanager
def watched(client: Client, address: str, tell: Callable[[str], None]) -> Iterator[None]:
    """Within it, `tell` gets a line whenever what work is waited for has been silent for a while, and now and then."""
    done = threading.Event()
    thread = threading.Thread(target=_watch, args=(client, address, tell, done), daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()  # the thread may still wait for the scheduler's answer, and ends after it


def _watch(client: Client, address: str, tell: Callable[[str], None], done: threading.Event) -> None:
    heard: dict[
        str, tuple[float, float]
    ] = {}  # by worker: its sign of life by the scheduler's clock, when seen by ours
    told: dict[str, float] = {}
    while not done.wait(LOOK_SECONDS):
        now = time.monotonic()
        signs = _signs_of_life(client)
        if done.is_set() or client.status != "running":
            return
        for who in heard.keys() - signs.keys():
            del heard[who]
        for who, sign in signs.items():
            if who not in heard or heard[who][0] != sign:
                heard[who] = sign, now
        silent = {who: since for who, (_, since) in heard.items() if now - since >= _patience(len(heard))}
        told = {who: when for who, when in told.items() if who in silent}
        fresh = [who for who in silent if now - told.get(who, -AGAIN_SECONDS) >= AGAIN_SECONDS]
        if fresh:
            told |= dict.fromkeys(silent, now)
            tell(f"--dask {address}: {_in_words(silent, now, address)}")


def _signs_of_life(client: Client) -> Mapping[str, float]:
    """For each worker, when the scheduler last heard of it; without workers or an answer, a constant."""
    try:
        found = client.sync(client.scheduler.identity, callback_timeout=SILENT_SECONDS)
    except Exception:  # noqa: BLE001  whatever keeps it from answering
        return {_SCHEDULER: 0.0}
    return {who: float(worker["last_seen"]) for who, worker in found["workers"].items()} or {_NOBODY: 0.0}


def _patience(workers: int) -> float:
    """Workers of a large cluster give signs of life less often: every `workers / 200 + 1` seconds."""
    return max(SILENT_SECONDS, workers / 50)


def _in_words(silent: Mapping[str, float], now: float, address: str) -> str:
    longest = now - min(silent.values())
    since = f"{time.strftime('%H:%M:%S', time.localtime(time.time() - longest))} ({longest:.0f} s)"
    if _NOBODY in silent:
        return f"no worker is there since {since}; work waits for one: dask worker {address} --nthreads 1"
    if _SCHEDULER in silent:
        return f"the scheduler does not answer since {since}; its answer is waited for"
    first, *others = sorted(silent, key=lambda who: silent[who])
    name = f"worker {first}" if not others else f"worker {first} and {len(others)} more"
    return f"nothing is heard of {name} since {since}; it is waited for, until the scheduler gives it up"
