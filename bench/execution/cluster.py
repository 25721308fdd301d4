"""Runs tasks on the workers of an existing Dask cluster, through joblib, and sends lost work again."""

from __future__ import annotations

import json
import logging
import pickle
import socket
import threading
import warnings
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from concurrent.futures import CancelledError
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from joblib import Parallel, delayed

from bench.core.errors import BenchError
from bench.core.text_files import read_bytes
from bench.execution.cluster_watch import watched
from bench.execution.tasks import EncodedTexts
from bench.execution.work_queue import WorkQueue, until_closed

if TYPE_CHECKING:
    from distributed import Client

Result = TypeVar("Result")
WorkerEnvironment = Mapping[str, str]

PATIENCE = 10.0
"""How many seconds to wait for a scheduler that does not answer or has no workers."""

_MOST_LOSSES = 5
_NAMED = 3
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Cluster:
    """A Dask scheduler, with workers of one thread each that match this machine in all that predictions depend on.

    asked: returns, by name, all that predictions depend on, for the machine on which it is called. expected: its result
    here.
    """

    address: str
    client: Client
    asked: Callable[[], WorkerEnvironment]
    expected: WorkerEnvironment

    def run(self, function: Callable[..., Result], items: Iterable[tuple[Any, ...]]) -> Generator[Result, None, None]:
        """Call `function` on workers, once with the arguments of each item, and give each result as it comes.

        An `EncodedTexts` among the arguments is sent once. Work that a lost worker had not finished runs on another.
        Raises BenchError where workers differ from what is here, where work ends every worker that gets it, and where
        the scheduler went away.
        """
        from distributed import KilledWorker

        queue = WorkQueue(items)
        losses = 0
        while True:
            try:
                for number, result in self._attempt(function, queue):
                    if queue.done(number):
                        losses = 0
                        yield result
            except KilledWorker:
                text = (
                    "work ended every worker that got it, as happens where memory runs out; finished repeats are kept"
                )
                raise self._error(f"{text}: give workers more memory") from None
            except (ImportError, AttributeError) as missing:
                raise self._error(f"a worker {_lacks(missing)}") from None
            except (CancelledError, OSError, RuntimeError) as lost:
                # Tasks whose data was lost with a worker end like this, and all tasks where the scheduler went away.
                _LOG.info("%s: sent again after %r", self.address, lost)
                losses += 1
                if self.client.status != "running":
                    text = "the scheduler went away; finished repeats are kept: run the same again"
                    raise self._error(text) from None
                if losses > _MOST_LOSSES:
                    text = f"work was lost {losses} times in a row, last by {type(lost).__name__}: {lost}"
                    raise self._error(text) from None
            else:
                return

    def _attempt(self, function: Callable[..., Result], queue: WorkQueue) -> Iterator[tuple[int, Result]]:
        from bench.execution.dask_backend import Backend

        # Where all workers are gone, work waits for new ones.
        backend = Backend(client=self.client, wait_for_workers_timeout=0)
        parallel = Parallel(backend=backend, return_as="generator_unordered", pre_dispatch="2*n_jobs", batch_size=1)
        task = delayed(on_worker)
        yield from until_closed(
            parallel(task(self.asked, self.expected, function, number, *item) for number, item in queue.handed_out())
        )

    def _error(self, text: str) -> BenchError:
        return BenchError(f"--dask {self.address}: {text}")


@contextmanager
def cluster_at(
    where: str | Client, asked: Callable[[], WorkerEnvironment], tell: Callable[[str], None] = lambda _: None
) -> Iterator[Cluster]:
    """Connect to a scheduler, check its workers, and give the cluster.

    where: its address, as tcp://host:8786; the file that `dask scheduler --scheduler-file` wrote; or a client, which
    stays open.
    asked: gives, by name, all that predictions depend on; it is sent to the workers, where it must give the same.
    tell: called with a line where workers are silent or gone; it says what is waited for, and since when.
    Raises BenchError where distributed is not installed, the scheduler or a worker cannot be reached within 10
    seconds, and where a worker runs several threads or differs from what is here.
    """
    own = isinstance(where, str)
    client = _client(_address(where)) if isinstance(where, str) else _usable(where)
    address = str(client.scheduler.address)
    try:
        cluster = Cluster(address, client, asked, asked())
        with watched(client, address, tell):
            _check_workers(cluster)
            yield cluster
    finally:
        if own:
            with suppress(Exception):  # a scheduler that is gone cannot be told goodbye
                client.close(timeout=PATIENCE)


def _address(written: str) -> str:
    """An address, or the one that a scheduler's file names. Raises BenchError for a file that names none."""
    if not written.endswith(".json"):
        return written
    try:
        found = json.loads(read_bytes(Path(written)))
    except BenchError as error:
        raise BenchError(f"--dask {error.message}", place=error.place) from None
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or not isinstance(found.get("address"), str):
        text = "is not what a scheduler writes with --scheduler-file: it names no address"
        raise BenchError(f"--dask: {text}", place=written)
    return str(found["address"])


def _usable(client: Client) -> Client:
    """The caller's client, checked. Raises BenchError for one that is closed, or that only a coroutine can use."""
    if client.asynchronous:
        raise BenchError("the client is asynchronous; give one that was made without asynchronous=True")
    if client.status != "running":
        raise BenchError(f"the client is {client.status}; make a new one: distributed.Client(address)")
    from dask.sizeof import sizeof

    sizeof.register(EncodedTexts, wire_bytes)
    return client


def _client(address: str) -> Client:
    try:
        import dask

        # Our own message of one line reports an error, so distributed must not log; it reads this when it is imported.
        dask.config.set({"logging": dict.fromkeys(("distributed", "distributed.client", "asyncio"), "critical")})
        from dask.sizeof import sizeof
        from distributed import Client
        from distributed.comm import resolve_address
    except ImportError:
        text = "--dask needs the package distributed; install it: pip install 'banmian[dask]'"
        raise BenchError(text) from None
    sizeof.register(EncodedTexts, wire_bytes)
    try:
        resolve_address(address)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about other versions, which we check ourselves
            return Client(address, timeout=PATIENCE, set_as_default=False)
    except ValueError as error:
        text = f"{' '.join(str(error).split())}; write it as tcp://host:8786"
        raise BenchError(f"--dask {address}: {text}") from None
    except socket.gaierror:
        raise BenchError(f"--dask {address}: no host of that name is known") from None
    except (OSError, TimeoutError):
        text = f"no Dask scheduler answers there within {PATIENCE:.0f} s; start one: dask scheduler"
        raise BenchError(f"--dask {address}: {text}") from None


def _check_workers(cluster: Cluster) -> None:
    client, address = cluster.client, cluster.address
    try:
        client.wait_for_workers(1, timeout=PATIENCE)
    except TimeoutError:
        text = f"no worker has joined within {PATIENCE:.0f} s; start some: dask worker {address} --nthreads 1"
        raise BenchError(f"--dask {address}: {text}") from None
    wide = {worker: threads for worker, threads in client.nthreads().items() if threads > 1}
    if wide:
        worker, threads = next(iter(wide.items()))
        text = f"worker {worker} runs {threads} threads, which fits would disturb each other in"
        raise BenchError(f"--dask {address}: {text}; start it with --nthreads 1, and --nworkers for more processes")
    for worker, found in client.run(cluster.asked, on_error="return").items():
        if isinstance(found, OSError):
            continue  # it has gone since
        if isinstance(found, ImportError | AttributeError):
            raise BenchError(f"--dask {address}: worker {worker} {_lacks(found)}")
        if isinstance(found, Exception):
            raise BenchError(f"--dask {address}: worker {worker}: {' '.join(str(found).split())}")
        _agree(cluster.expected, found, f"--dask {address}: worker {worker}")


def _agree(expected: WorkerEnvironment, found: WorkerEnvironment, who: str) -> None:
    differing = [name for name in sorted({*expected, *found}) if expected.get(name) != found.get(name)]
    if differing:
        there = ", ".join(f"{name} {found.get(name, 'absent')}" for name in differing[:_NAMED])
        here = ", ".join(expected.get(name, "absent") for name in differing[:_NAMED])
        raise BenchError(f"{who} has {there}, here it is {here}; install the same there")


def _lacks(missing: Exception) -> str:
    return f"lacks what is here: {' '.join(str(missing).split())}; install the same there"


_ONE_AT_A_TIME = threading.Lock()
_agreed: set[bytes] = set()


def on_worker(
    asked: Callable[[], WorkerEnvironment],
    expected: WorkerEnvironment,
    function: Callable[..., Result],
    number: int,
    *item: Any,
) -> tuple[int, Result]:
    """Run on a worker: check that it has what is expected, call `function` with an item, give number and result.

    This also checks workers that joined after the first check, and it calls one function at a time, however many
    threads a worker has.
    """
    with _ONE_AT_A_TIME:
        key = pickle.dumps(expected)
        if key not in _agreed:
            _agree(expected, asked(), "a worker that joined")
            _agreed.add(key)
        return number, function(*item)


def wire_bytes(encoded: EncodedTexts) -> int:
    """How many bytes encoded texts take on the wire."""
    buffers: list[pickle.PickleBuffer] = []
    head = pickle.dumps((encoded.rows, encoded.targets), protocol=5, buffer_callback=buffers.append)
    return len(head) + sum(buffer.raw().nbytes for buffer in buffers)
