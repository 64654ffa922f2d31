"""Handles of launches that may still be running."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, Generator, List, Mapping, Optional, Sequence, Set, Tuple, Union

from .errors import UsageError, kernel_error

if TYPE_CHECKING:
    from .session import Session


class KernelExecutionHandler:
    """A launch. Results are ordered by core id, and stay: waiting again gives them again.

    Times are simulated seconds. Simulated time passes only while a client waits, tests, copies, or says that it has been busy
    (epython.host_time). In a coroutine `await handler` does what wait() does, and lets others go on meanwhile.
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
        self._raised: Optional[Exception] = None  # by a memory kind while a kernel used it
        self._appended: List["KernelExecutionHandler"] = []

    def wait(self, timeout: Optional[float] = None) -> List[Any]:
        """Waits until every core has finished; one result per core, by ascending core id. Raises EPythonError when the kernel failed on a
        core, TimeoutError when `timeout` simulated seconds have passed."""
        open_ones = [handler for handler in self._together() if not handler._done]
        if open_ones:
            self._session.wait(open_ones, timeout)
        for handler in self._together():
            if not handler._done:
                raise TimeoutError(
                    f"kernel {handler.kernel} is not finished after {timeout} simulated seconds "
                    f"({handler._running} running, {handler._scheduled} not started); wait again to go on"
                )
            handler._raise_failures()
        return [handler._results[core] for handler in self._together() for core in sorted(handler._results)]

    def __await__(self) -> Generator[Any, None, List[Any]]:
        import asyncio  # only here: importing it has effects

        return asyncio.get_running_loop().run_in_executor(None, self.wait).__await__()

    def wait_any(self, timeout: Optional[float] = None) -> Dict[int, Any]:
        """Waits until at least one more core has finished: {core id: result} of those not reported before. Empty when all have been."""
        if not self._any_fresh() and not self.finished:
            self._session.test(self._together(), 0.0)
        if not self._any_fresh() and not self.finished:
            self._session.wait(self._together(), timeout, any_core=True)
        if not self._any_fresh() and not self.finished:
            raise TimeoutError(f"no core has finished kernel {self.kernel} within {timeout} simulated seconds")
        results: Dict[int, Any] = {}
        for handler in self._together():
            fresh = [core for core in handler._fresh() if core not in results]  # a core that is in two launches comes again later
            handler._reported.update(fresh)
            handler._raise_failures()
            results.update({core: handler._results[core] for core in fresh})
        return results

    def test(self) -> bool:
        """Whether every core has finished. Asking lets a little simulated time pass."""
        if not self.finished:
            self._session.test(self._together())
        return self.finished

    def test_any(self) -> bool:
        """Whether a core has finished that wait_any has not reported yet."""
        if not self.finished and not self._any_fresh():
            self._session.test(self._together())
        return self._any_fresh()

    def number_running(self) -> int:
        """Cores that are running this launch now."""
        self._look()
        return sum(handler._running for handler in self._together())

    def number_scheduled(self) -> int:
        """Cores on which this launch has still to start."""
        self._look()
        return sum(handler._scheduled for handler in self._together())

    def number_outstanding(self) -> int:
        """Cores that have not finished: running and scheduled."""
        self._look()
        return sum(handler._running + handler._scheduled for handler in self._together())

    @property
    def core_ids(self) -> Tuple[int, ...]:
        """The cores of this launch; with auto=, those known so far."""
        if self._cores is None:
            self._look()
        return tuple(sorted({core for handler in self._together() for core in handler._known_cores()}))

    def append(self, other: "KernelExecutionHandler") -> None:
        """From now on this handler stands for another launch as well: its results come behind."""
        if other._session is not self._session:
            raise UsageError("launches of different boards cannot be joined")
        if any(handler in self._together() for handler in other._together()):
            raise UsageError("a launch cannot be joined to itself")
        self._appended.append(other)

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
        return self._done and all(other.finished for other in self._appended)

    @property
    def number_finished(self) -> int:
        """Cores that are known to have finished."""
        return len(self._results) + len(self._failures)

    def runs_on(self, core: int) -> bool:
        """Whether the launch is known to be for that core."""
        return core in self._known_cores()

    def _together(self) -> List["KernelExecutionHandler"]:
        return [self, *(handler for other in self._appended for handler in other._together())] if self._appended else [self]

    def _known_cores(self) -> Tuple[int, ...]:
        return tuple(self._results.keys() | self._failures.keys()) if self._cores is None else self._cores

    def _any_fresh(self) -> bool:
        return any(handler._fresh() for handler in self._together())

    def _fresh(self) -> List[int]:
        return sorted((self._results.keys() | self._failures.keys()) - self._reported)

    def _look(self) -> None:
        if not self.finished:
            self._session.test(self._together(), 0.0)

    def _raise_failures(self) -> None:
        if self._failures:
            failed = kernel_error([{"kernel": self.kernel, **self._failures[core], "core": core} for core in sorted(self._failures)])
            self._raised = self._raised or self._session.take_raised(core for core in failed.cores if self._failures[core].get("class") == "KindError")
            if self._raised is not None:
                raise self._raised from failed
            raise failed

    def __repr__(self) -> str:
        state = "done" if self._done else f"{self._running} running, {self._scheduled} scheduled"
        return f"<launch {self.number} of {self.kernel}: {state}>"


def wait_all(*handlers: KernelExecutionHandler) -> List[List[Any]]:
    """The results of several launches, in the order given."""
    return [handler.wait() for handler in handlers]


waitAll = wait_all


def testKernelCompletion(handler_or_core: Union[KernelExecutionHandler, int]) -> bool:
    """Whether a launch is over, or everything that was launched on a core."""
    return all([handler.test() for handler in _launches(handler_or_core)])


def waitForKernelCompletion(handler_or_core: Union[KernelExecutionHandler, int]) -> Any:
    """The results of a launch; or waits for everything that was launched on a core, and gives the last result there (None without any)."""
    if isinstance(handler_or_core, KernelExecutionHandler):
        return handler_or_core.wait()
    result = None
    for handler in _launches(handler_or_core):
        handler.wait()
        result = handler._results[handler_or_core]
    return result


def _launches(handler_or_core: Union[KernelExecutionHandler, int]) -> List[KernelExecutionHandler]:
    if isinstance(handler_or_core, KernelExecutionHandler):
        return [handler_or_core]
    if isinstance(handler_or_core, bool) or not isinstance(handler_or_core, int):
        raise TypeError(f"a handler or a core id is needed, not {handler_or_core!r}")
    from .session import outstanding_on

    return outstanding_on(handler_or_core)
