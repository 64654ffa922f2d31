"""Clients that do not do as they should, again and again, beside one that does: it is served meanwhile, and nothing of the others stays."""

import os
import socket
import struct
import threading
from pathlib import Path

import pytest
from epython import protocol
from epython.errors import BoardError, EPythonError
from test_remote import BAD_STARTS, SANITIZED, Server, flood

KERNELS = "def add(a, n):\n    for i in range(len(a)):\n        a[i] = a[i] + n\n    return len(a)\ndef forever():\n    while True:\n        pass\n"
PROGRAM = {"chunks": [{"file": "k.py", "first_line": 1, "text": KERNELS}]}
COUNT = 1 << 20
GROWTH_KIB = 2048


def header(kind=protocol.OPEN, number=2, text=0, binary=0, version=protocol.VERSION):
    return struct.pack("<IHHIII", protocol.MAGIC, version, kind, number, text, binary)


def told(client):
    """What the server still has to say before it closes: types of replies, kinds of errors."""
    said = []
    try:
        while True:
            frame = client._receive()
            said.append(frame.json["kind"] if frame.type == protocol.ERROR else frame.type)
    except BoardError:
        return said


def sends(*frames, cut=False):
    """A client that is welcome, and what comes after; cut: and nothing else ever."""

    def abuse(server):
        link, client = server.greeted()
        with link:
            link.sendall(b"".join(frames))
            if cut:
                link.shutdown(socket.SHUT_WR)
            return told(client)

    return abuse


def begins(start):
    def abuse(server):
        with server.connect() as link:
            link.sendall(start)
            link.shutdown(socket.SHUT_WR)
            return told(protocol.Connection(link, lambda event: None))

    return abuse


def hello_of(changes):
    def abuse(server):
        token = server.token_file.read_text().strip()
        return begins(protocol.encode(protocol.HELLO, 1, {"protocol": protocol.VERSION, "token": token, **changes}))(server)

    return abuse


def replays(server):
    """Every frame of a conversation comes twice: a request like any other. The second close finds nobody."""
    frames = [
        protocol.encode(protocol.OPEN, 2, {"cores": [0]}),
        protocol.encode(protocol.PROGRAM, 3, PROGRAM),
        protocol.encode(protocol.DATA, 4, {"buffers": [{"id": 1, "dtype": "int32", "kind": "host", "count": 1, "offset": 0, "bytes": 4}]}, bytes(4)),
        protocol.encode(protocol.LAUNCH, 5, {"kernel": "add", "arguments": [{"reference": 1}, 1], "target": [0], "wait": True}),
        protocol.encode(protocol.CLOSE, 6, {}),
    ]
    return sends(*(frame for frame in frames for _ in range(2)))(server)


def stops_reading(server):
    link, client = server.greeted()
    with link:
        client.call(protocol.OPEN, {"cores": [0]})
        client.call(protocol.DATA, {"buffers": [{"id": 1, "dtype": "int32", "kind": "host", "count": COUNT}]})
        link.setblocking(False)
        try:
            while True:
                link.sendall(protocol.encode(protocol.FETCH, 3, {"ids": [1]}))
        except BlockingIOError:
            return []


def vanishes(server):
    link, client = server.greeted()
    with link:
        client.call(protocol.OPEN, {"cores": [0]})
        client.call(protocol.PROGRAM, PROGRAM)
        link.sendall(protocol.encode(protocol.LAUNCH, 4, {"kernel": "forever", "target": [0], "wait": True}))
        return []


OPENED, CLOSED = protocol.OPEN | protocol.REPLY, protocol.CLOSE | protocol.REPLY
ABUSES = {
    "nothing more": (sends(cut=True), []),
    "half a header": (sends(header()[:11], cut=True), []),
    "half a text": (sends(protocol.encode(protocol.OPEN, 2, {"cores": [0]})[:-1], cut=True), []),
    "half of the data": (sends(header(binary=1000), bytes(999), cut=True), []),
    "1 MiB of 256": (sends(header(binary=protocol.MAX_BINARY), bytes(1 << 20), cut=True), []),
    "more than is allowed": (sends(header(binary=protocol.MAX_BINARY + 1)), ["protocol"]),
    "more text than is allowed": (sends(header(text=protocol.MAX_JSON + 1)), ["protocol"]),
    "an unknown type": (sends(header(kind=99)), ["protocol"]),
    "another version of frames": (sends(header(version=2)), ["protocol"]),
    "no frame": (sends(bytes(20)), ["protocol"]),
    "no object": (sends(header(text=4) + b"null"), ["protocol"]),
    "no number": (sends(header(number=0)), ["protocol"]),
    "an answer to no question": (sends(header(kind=protocol.SUPPLY)), ["protocol"]),
    "an event": (sends(header(kind=protocol.OUTPUT)), ["protocol"]),
    "a reply": (sends(header(kind=OPENED)), ["protocol"]),
    "before there is a board": (sends(header(kind=protocol.LAUNCH), header(kind=protocol.STATS), header(), header(protocol.CLOSE)), ["usage", "usage", OPENED, CLOSED]),
    "two boards": (sends(header(), header(number=3), header(protocol.CLOSE)), [OPENED, "usage", CLOSED]),
    "everything twice": (replays, None),
    "a wrong token": (hello_of({"token": "x" * 64}), ["token"]),
    "no token": (hello_of({"token": None}), ["token"]),
    "another protocol": (hello_of({"protocol": 2}), ["protocol"]),
    "a hello that announces data": (begins(header(kind=protocol.HELLO, binary=1 << 20)), ["protocol"]),
    "a large hello": (begins(BAD_STARTS["a large hello"]), ["protocol"]),
    "stops reading": (stops_reading, []),
    "vanishes while it computes": (vanishes, []),
}
REPLAYED = [OPENED, "usage", *[kind | protocol.REPLY for kind in (protocol.PROGRAM, protocol.DATA, protocol.LAUNCH) for _ in range(2)], CLOSED]


class Bystander(threading.Thread):
    """A client that has its board, and goes on working."""

    def __init__(self, server):
        super().__init__()
        self.link, self.client = server.greeted()
        self.pid = int(server.children()[0])
        self.client.call(protocol.OPEN, {"cores": [0, 1]})
        self.client.call(protocol.PROGRAM, PROGRAM)
        self.rounds, self.failure, self.over = 0, None, threading.Event()
        self.turn = threading.Semaphore(0)

    def run(self):
        try:
            while not self.over.is_set():
                self.work()
                self.rounds += 1
                self.turn.release()
        except (AssertionError, EPythonError) as failure:
            self.failure = failure
            self.turn.release()

    def work(self):
        block = struct.pack("<4i", *range(4))
        buffer = {"id": 1, "dtype": "int32", "kind": "host", "count": 4, "offset": 0, "bytes": 16}
        request = {"kernel": "add", "arguments": [{"reference": 1}, 10], "target": [1], "wait": True, "buffers": [buffer]}
        done = self.client.call(protocol.LAUNCH, request, block)
        assert done.json["handles"][0]["results"] == [{"core": 1, "value": 4}]
        assert bytes(done.block(done.json["updates"][0])) == struct.pack("<4i", 10, 11, 12, 13)
        self.client.call(protocol.FORGET, {"handles": [done.json["handle"]], "ids": [1]})

    def has_gone_on(self):
        """Waits for one more piece of its work."""
        while self.turn.acquire(blocking=False):
            pass
        self.turn.acquire()
        self.turn.acquire()  # begun after the call
        if self.failure is not None:
            raise self.failure


def memory(pid):
    """In KiB."""
    return next(int(line.split()[1]) for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmRSS"))


def one_round(server, bystander):
    for name, (abuse, expected) in ABUSES.items():
        assert abuse(server) == (REPLAYED if expected is None else expected), name
        bystander.has_gone_on()
        server.await_children(1)


@pytest.mark.parametrize("rounds, connections", [(2, 200), pytest.param(40, 10_000, marks=pytest.mark.slow)])
def test_nothing_of_bad_clients_stays(tmp_path, rounds, connections):
    with Server(tmp_path, "--clients", "2") as server:
        bystander = Bystander(server)
        bystander.start()
        try:
            one_round(server, bystander)
            flood(server, 200)
            before = settled(server, bystander)
            for _ in range(rounds):
                one_round(server, bystander)
            flood(server, connections)
            after = settled(server, bystander)
        finally:
            bystander.over.set()
            bystander.join()
        bystander.link.close()
        server.await_children(0)
    assert after["descriptors"] == before["descriptors"] and after["children"] == before["children"]
    if not SANITIZED:  # which keeps what is freed
        for whose in ("server", "board"):
            assert after[whose] < before[whose] + GROWTH_KIB, whose
    assert server.process.returncode == 0 and "ended with signal" not in server.errors and "internal error" not in server.errors, server.errors


def settled(server, bystander):
    """What the server and the bystander's board take when only these two are there."""
    server.await_children(1)
    _, client = server.greeted()  # all who came before have been looked at
    client.close()
    server.await_children(1)
    bystander.has_gone_on()
    return {
        "descriptors": len(os.listdir(f"/proc/{server.process.pid}/fd")),
        "children": server.children(),
        "server": memory(server.process.pid),
        "board": memory(bystander.pid),
    }
