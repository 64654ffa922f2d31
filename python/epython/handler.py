"""Handles of launches that may still be running."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, List, Mapping, Optional, Sequence, Set, Tuple

from .errors import kernel_error

if TYPE_CHECKING:
    from .session import Session


class KernelExecutionHandler:
    """A launch. Results are ordered by core id, and stay: waiting again gives them again.

    Times are simulated seconds. Simulated time passes only while a client waits, tests, copies, or says that it has been busy
    (epython.host_time).
    """

    def __init__(self, session: "Session", number: int, kernel: str, cores: Optional[Sequence[int]], asked: int) -> None:
        self._session = session
        self.number = number
        self.kernel = kernel
        self._cores = None if cores is None else tuple(sorted(cores))
        self._scheduled, self._running, self._done = asked, 0, False
        self._results: Dict[int, Any] = {}
        self._failures: Dict[int, Mapping[str, Any]] = {}
        self._reported: Set[int] = set()

    def wait(self, timeout: Optional[float] = None) -> List[Any]:
        """Waits until every core has finished; one result per core, by ascending core id. Raises EPythonError when the kernel failed on a
        core, TimeoutError when `timeout` simulated seconds have passed."""
        if not self._done:
            self._session.wait([self], timeout)
        if not self._done:
            raise TimeoutError(
                f"kernel {self.kernel} is not finished after {timeout} simulated seconds "
                f"({self._running} running, {self._scheduled} not started); wait again to go on"
            )
        self._raise_failures()
        return [self._results[core] for core in sorted(self._results)]

    def wait_any(self, timeout: Optional[float] = None) -> Dict[int, Any]:
        """Waits until at least one more core has finished: {core id: result} of those not reported before. Empty when all have been."""
        if not self._done and not self._fresh():
            self._session.test([self], 0.0)
        if not self._done and not self._fresh():
            self._session.wait([self], timeout, any_core=True)
        fresh = self._fresh()
        if not fresh and not self._done:
            raise TimeoutError(f"no core has finished kernel {self.kernel} within {timeout} simulated seconds")
        self._reported.update(fresh)
        self._raise_failures()
        return {core: self._results[core] for core in fresh}

    def test(self) -> bool:
        """Whether every core has finished. Asking lets a little simulated time pass."""
        if not self._done:
            self._session.test([self])
        return self._done

    def test_any(self) -> bool:
        """Whether a core has finished that wait_any has not reported yet."""
        if not self._done and not self._fresh():
            self._session.test([self])
        return bool(self._fresh())

    def number_running(self) -> int:
        """Cores that are running this launch now."""
        self._look()
        return self._running

    def number_scheduled(self) -> int:
        """Cores on which this launch has still to start."""
        self._look()
        return self._scheduled

    def number_outstanding(self) -> int:
        """Cores that have not finished: running and scheduled."""
        self._look()
        return self._running + self._scheduled

    @property
    def core_ids(self) -> Tuple[int, ...]:
        """The cores of this launch; with auto=, those known so far."""
        if self._cores is not None:
            return self._cores
        self._look()
        return tuple(sorted(self._results.keys() | self._failures.keys()))

    def getRunningCoreIds(self) -> List[int]:
        return list(self.core_ids)

    done = test
    result = wait
    getNumberScheduled = number_scheduled

    def update(self, state: Mapping[str, Any], results: Mapping[int, Any]) -> None:
        """Takes over what a reply of the board says about this launch; `results` are the decoded values."""
        self._scheduled, self._running, self._done = state["scheduled"], state["running"], state["done"]
        self._results.update(results)
        self._failures.update({one["core"]: one["error"] for one in state["results"] if "error" in one})

    @property
    def finished(self) -> bool:
        """Whether every core is known to have finished; asks nobody."""
        return self._done

    def _fresh(self) -> List[int]:
        return sorted((self._results.keys() | self._failures.keys()) - self._reported)

    def _look(self) -> None:
        if not self._done:
            self._session.test([self], 0.0)

    def _raise_failures(self) -> None:
        if self._failures:
            raise kernel_error([{"kernel": self.kernel, **self._failures[core], "core": core} for core in sorted(self._failures)])

    def __repr__(self) -> str:
        state = "done" if self._done else f"{self._running} running, {self._scheduled} scheduled"
        return f"<launch {self.number} of {self.kernel}: {state}>"


def wait_all(*handlers: KernelExecutionHandler) -> List[List[Any]]:
    """The results of several launches, in the order given."""
    return [handler.wait() for handler in handlers]


waitAll = wait_all


def testKernelCompletion(handler: KernelExecutionHandler) -> bool:
    return handler.test()


def waitForKernelCompletion(handler: KernelExecutionHandler) -> List[Any]:
    return handler.wait()
