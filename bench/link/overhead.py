"""What the link costs: wall time of a kernel that does nothing, and of bulk data, beside a bare socket with as many bytes, in one run.

    PYTHONPATH=python python3 bench/link/overhead.py [--launches N] [--megabytes N] [--json FILE]

For each transport:
  launch       a blocking launch of an empty kernel on one core, client to server and back (median)
  simulation   of that, what the server takes to simulate it: ten launches queued and waited for together take nine times this longer (median)
  overhead     the difference: what link, client and server add
  echo         a bare echo of messages of the same lengths between two processes (median)
  to, from     MB/s of a launch that sends a large memory kind to the board, and of one that changes it from end to end, which brings it back
  socket       MB/s of a plain copy of as many bytes into new memory of another process, in large pages as the link's where there are any
"""

import argparse
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time

import epython
from epython import memkind, offload, protocol, types

ROUNDS = 3
QUEUED = 10

ECHO = """
import mmap, socket, struct, sys
family, address = (socket.AF_UNIX, sys.argv[2]) if sys.argv[1] == "unix" else (socket.AF_INET, ("127.0.0.1", 0))
server = socket.socket(family, socket.SOCK_STREAM)
server.bind(address)
server.listen()
print(server.getsockname()[1] if family == socket.AF_INET else address, flush=True)
link = server.accept()[0]
if family == socket.AF_INET:
    link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
def take(count):
    large = count > 1 << 20
    kept = mmap.mmap(-1, count, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS) if large else bytearray(count)
    if large and hasattr(mmap, "MADV_HUGEPAGE"):
        kept.madvise(mmap.MADV_HUGEPAGE)
    rest = memoryview(kept)[:count]
    while rest:
        rest = rest[link.recv_into(rest) or sys.exit():]
while True:
    head = link.recv(8, socket.MSG_WAITALL)
    if len(head) < 8:
        break
    incoming, outgoing = struct.unpack("<II", head)
    take(incoming)
    link.sendall(bytes(outgoing))
"""


@offload
def null():
    pass


@offload
def first(a):
    return a[0]


@offload
def ends(a):
    a[0] = 1
    a[len(a) - 1] = 2


class Echo:
    """A process that answers each message by one of the length it was asked for."""

    def __init__(self, transport, folder):
        path = os.path.join(folder, "echo")
        self._process = subprocess.Popen([sys.executable, "-c", ECHO, transport, path], stdout=subprocess.PIPE, text=True)
        where = self._process.stdout.readline().strip()
        self._link = socket.socket(socket.AF_UNIX if transport == "unix" else socket.AF_INET, socket.SOCK_STREAM)
        self._link.connect(path if transport == "unix" else ("127.0.0.1", int(where)))
        if transport != "unix":
            self._link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def __call__(self, outgoing, incoming):
        self._link.sendall(len(outgoing).to_bytes(4, "little") + incoming.to_bytes(4, "little"))
        self._link.sendall(outgoing)
        while incoming:
            incoming -= len(self._link.recv(min(incoming, 1 << 20)))

    def close(self):
        self._link.close()
        self._process.wait()


def microseconds(action, times, prepare=lambda: None):
    taken = []
    for _ in range(times):
        prepared = prepare()
        begin = time.perf_counter()
        action(prepared)
        taken.append((time.perf_counter() - begin) * 1e6)
    return statistics.median(taken)


def queued(times):
    """Microseconds until the last of ten launches is done; they have been queued before."""
    return microseconds(lambda handlers: handlers[-1].wait(), times, lambda: [null(target=0, async_=True) for _ in range(QUEUED)])


def rate(count, action):
    begin = time.perf_counter()
    action()
    return count / (time.perf_counter() - begin) / 1e6


def measure(transport, folder, launches, bulk):
    request = protocol.encode(protocol.LAUNCH, 1, {"kernel": "null", "label": "null", "arguments": [], "wait": True, "target": [0]})
    echo = Echo(transport, folder)
    rows = []
    try:
        null(target=0)
        ends([0, 0], target=0)
        for _ in range(ROUNDS):  # side by side, so that a busy machine is busy for all
            plain, sent = bytes(bytearray(bulk)), memkind.Host(types.int, bulk // 4)
            launch = microseconds(lambda _: null(target=0), launches)
            rows.append(
                {
                    "launch": launch,
                    "simulation": (queued(max(1, launches // QUEUED)) - launch) / (QUEUED - 1),
                    "echo": microseconds(lambda _: echo(request, 200), launches),
                    "to": rate(bulk, lambda: first(sent, target=0)),
                    "from": rate(bulk, lambda: ends(sent, target=0)),
                    "socket": rate(bulk, lambda: echo(plain, 1)),
                }
            )
    finally:
        echo.close()
    best = {name: statistics.median(row[name] for row in rows) for name in rows[0]}
    best["overhead"] = best["launch"] - best["simulation"]
    return best


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--launches", type=int, default=300, metavar="N", help="of each kind and round (300)")
    parser.add_argument("--megabytes", type=int, default=32, metavar="N", help="of bulk data (32)")
    parser.add_argument("--json", metavar="FILE", help="write the figures there, too")
    arguments = parser.parse_args()
    size = arguments.launches, arguments.megabytes << 20
    figures = {}
    with tempfile.TemporaryDirectory() as folder:
        epython.start()
        figures["unix"] = measure("unix", folder, *size)
        epython.stop()
        epysim = os.environ.get("EPYSIM", "epysim")
        server = subprocess.Popen(
            [epysim, "serve", "--listen", "tcp://127.0.0.1:0", "--no-token"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        try:
            line = server.stdout.readline()
            target = next(word.rstrip(",;.") for word in line.split() if word.startswith("tcp://"))
            epython.start(target=target)
            figures["tcp"] = measure("tcp", folder, *size)
            epython.stop()
        finally:
            server.terminate()
            server.wait()
    names = ["launch", "simulation", "overhead", "echo", "to", "from", "socket"]
    print("          " + "".join(f"{name:>12}" for name in names))
    for transport, row in figures.items():
        print(f"{transport:10}" + "".join(f"{row[name]:9.0f} us" if name not in ("to", "from", "socket") else f"{row[name]:7.0f} MB/s" for name in names))
    if arguments.json:
        with open(arguments.json, "w", encoding="utf-8") as file:
            json.dump(figures, file, indent=2)


if __name__ == "__main__":
    main()
