"""joblib's back end for Dask, changed where it would wait for ever; imported only where distributed is installed."""

from __future__ import annotations

import asyncio
import weakref
from typing import Any

from joblib._dask import DaskDistributedBackend

_PAUSE = 0.5


class Backend(DaskDistributedBackend):  # type: ignore[misc]
    """joblib's back end, changed: it would run everything in this process where the cluster has one worker or none.

    joblib would also wait for ever for a task that Dask gave up, and for one whose data no worker could take.
    """

    def start_call(self) -> None:
        """As joblib's."""
        self._handed_in: weakref.WeakSet[Any] = weakref.WeakSet()
        super().start_call()

    async def _to_func_args(self, func: Any) -> Any:
        while True:
            try:
                return await super()._to_func_args(func)
            except Exception as failure:
                self.call_data_futures.clear()  # it keeps what failed
                await asyncio.sleep(_PAUSE)
                passing = isinstance(failure, TimeoutError | OSError) and self.client.status == "running"
                if not passing or not self._continue:
                    for future in list(self._handed_in):
                        if not future.done():
                            future.set_exception(failure)
                    raise

    def submit(self, func: Any, callback: Any = None) -> Any:
        """As joblib's; the callback hears of a task that was given up, too."""
        future = super().submit(func, callback)
        self._handed_in.add(future)
        future.add_done_callback(lambda done: None if done.exception() is None else callback(done.exception()))
        return future

    def retrieve_result_callback(self, out: Any) -> Any:
        """As joblib's. Raises what a task was given up with."""
        if isinstance(out, BaseException):
            raise out
        return super().retrieve_result_callback(out)

    def effective_n_jobs(self, n_jobs: int) -> int:
        """Threads of all workers, two at least."""
        return max(2, int(super().effective_n_jobs(n_jobs)))
