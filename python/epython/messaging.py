"""Messages between the host's Python and the cores: the host is one more core, whose id follows the greatest of theirs.

    @offload(async_=True)
    def kernel():
        from parallel import recv, send

        send(recv(16) * 2, 16)         # 16: the host, on a board of 16 cores

    handler = kernel(target=3)
    send(21, 3)
    print(recv(3))                     # 42

Numbers, bools, None, lists and arrays can be sent. bcast, reduce and sync are for all: they work in a program that was started with
run(), which counts the host as a core; for kernels the board must be started with start(host_core=True).
"""

from __future__ import annotations

import os
from typing import Any, List, Optional, Union

from . import buffers, device_data
from .errors import UsageError
from .handler import KernelExecutionHandler

_OPERATIONS = {"sum": 0, "min": 1, "max": 2, "prod": 3}


def send(data: Any, pid: int, n: Optional[int] = None) -> None:
    """Sends a value to core `pid`, which must receive it; with n, the first n elements of a list, which the core may receive one by one."""
    _call("send", data, pid) if n is None else _call("send_n", data, pid, _count(n))


def recv(pid: int, n: Optional[int] = None) -> Any:
    """The next value from core `pid`; with n, a list of so many."""
    return _call("recv", pid) if n is None else _call("recv_n", pid, _count(n))


def sendrecv(data: Any, pid: int, n: Optional[int] = None) -> Any:
    """Sends a value to core `pid`, which does the same: returns its value."""
    return _call("sendrecv", data, pid) if n is None else _call("sendrecv_n", data, pid, _count(n))


def probe(pid: int) -> bool:
    """Whether a message from core `pid` is waiting. Asking lets a little simulated time pass."""
    from .session import POLL_SECONDS, host_time

    host_time(POLL_SECONDS)
    return bool(_call("probe", pid))


def bcast(data: Any, root: int) -> Any:
    """The value of core `root`, on all cores."""
    return _call("bcast", data, root)


def reduce(data: Union[int, float], op: str) -> Any:
    """The "sum", "min", "max" or "prod" of the values of all cores."""
    if op not in _OPERATIONS:
        raise UsageError(f"reduce: {op!r} is not an operation; there are {', '.join(_OPERATIONS)}")
    return _call("reduce", data, _OPERATIONS[op])


def sync() -> None:
    """Waits until all cores have come to their sync()."""
    _call("sync")


def numcores() -> int:
    """How many cores there are, the host's included where it takes part in collective operations."""
    return int(_call("numcores"))


def coreid() -> int:
    """The host's id among the cores."""
    from .session import current

    return int(current().board["host_core"])


def ishost() -> bool:
    return True


def isdevice() -> bool:
    return False


def run(file: Union[str, "os.PathLike[str]"], dialect: Optional[str] = None, async_: bool = True) -> Union[KernelExecutionHandler, List[Any]]:
    """Starts a device program, as `epysim run` does, on all cores of the board; the host is one more of them. Returns its handler."""
    from .session import current

    with open(file, encoding="utf-8") as opened:
        text = opened.read()
    handler = current().run(os.fspath(file), text, dialect)
    return handler if async_ else handler.wait()


def _call(name: str, *arguments: Any) -> Any:
    from .session import current

    return current().message(name, [_contents(argument) for argument in arguments]).wait()[0]


def _contents(value: Any) -> device_data.Contents:
    contents = device_data.contents(value)
    if len(contents.shape) > 1:
        raise TypeError("messages of the host are numbers, bools, None, and flat lists or arrays of them")
    return contents


def _count(n: Any) -> int:
    if isinstance(n, bool) or not isinstance(n, int) or n < 0:
        raise UsageError(f"a number of elements is needed, not {buffers.describe(n)}")
    return n
