"""Python on micro-cores: run functions on the cores of a board.

    from epython import offload

    @offload
    def mykernel(a):
        return a + 32

    print(mykernel(10))      # one 42 per core

The board is a simulated Parallella unless told otherwise; it starts at the first launch and ends with Python.
"""

from . import memkind, types
from .device_data import copy_from_device, copy_to_device, declare_on_device, define_on_device
from .errors import BoardError, CompileError, EPythonError, UsageError
from .handler import KernelExecutionHandler, testKernelCompletion, wait_all, waitAll, waitForKernelCompletion
from .offload import Offloaded, offload, offload_multiple, offload_single
from .messaging import bcast, coreid, isdevice, ishost, numcores, probe, recv, reduce, run, send, sendrecv, sync
from .options import ALL_DEVICES, EPIPHANY_DEVICE
from .prefetch import Prefetch
from .session import VERSION as __version__
from .session import config, host_time, start, statistics, stop

__all__ = [
    "ALL_DEVICES",
    "BoardError",
    "CompileError",
    "EPIPHANY_DEVICE",
    "EPythonError",
    "KernelExecutionHandler",
    "Offloaded",
    "Prefetch",
    "UsageError",
    "bcast",
    "config",
    "copy_from_device",
    "copy_to_device",
    "coreid",
    "declare_on_device",
    "define_on_device",
    "host_time",
    "isdevice",
    "ishost",
    "memkind",
    "numcores",
    "offload",
    "offload_multiple",
    "offload_single",
    "probe",
    "recv",
    "reduce",
    "run",
    "send",
    "sendrecv",
    "start",
    "statistics",
    "stop",
    "sync",
    "testKernelCompletion",
    "types",
    "waitAll",
    "waitForKernelCompletion",
    "wait_all",
]
