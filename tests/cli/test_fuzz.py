"""Streams of frames that no client would send: by libFuzzer on the decoder, and as mutations of a conversation with a server."""

import json
import random
import socket
import subprocess

import pytest
from epython import protocol
from exported import ROOT
from test_remote import Server

KERNEL = "def k(a):\n    a[0] = a[0] + 1\n    return len(a)\n"
CONVERSATION = [
    (protocol.OPEN, {"cores": [0, 1], "seed": 1}, b""),
    (protocol.PROGRAM, {"chunks": [{"file": "k.py", "first_line": 1, "text": KERNEL}], "exports": ["k"]}, b""),
    (protocol.DATA, {"buffers": [{"id": 7, "dtype": "int32", "kind": "host", "count": 3, "offset": 0, "bytes": 12}]}, bytes(12)),
    (protocol.LAUNCH, {"kernel": "k", "arguments": [{"reference": 7}], "target": [0, 1]}, b""),
    (protocol.WAIT, {"handles": [1], "timeout": 0.01}, b""),
    (protocol.FETCH, {"ids": [7]}, b""),
    (protocol.HOST_TIME, {"seconds": 1e-6}, b""),
    (protocol.STATS, {}, b""),
    (protocol.FORGET, {"handles": [1], "ids": [7]}, b""),
    (protocol.CLOSE, {}, b""),
]
VALUES = [None, True, -1, 0, 1, 7, 2**31, -(2**63), 2**64, 1e308, -0.0, "", "x" * 3000, "\0", "all", [], [[]], {}, {"id": {}}, [None] * 50, [0] * 300]


def scrambled(value, chance):
    """JSON with some of its values and keys replaced."""
    if chance.random() < 0.15:
        return chance.choice(VALUES)
    if isinstance(value, dict):
        changed = {key if chance.random() > 0.05 else key + "s": scrambled(inner, chance) for key, inner in value.items() if chance.random() > 0.05}
        return changed
    if isinstance(value, list):
        return [scrambled(inner, chance) for inner in value] * chance.choice([1, 1, 1, 1, 2, 0])
    return value


def conversation(chance):
    """Requests in some order, some twice, with contents and bytes that are not as they should be."""
    requests = [chance.choice(CONVERSATION) if chance.random() < 0.2 else request for request in CONVERSATION for _ in range(chance.choice([1, 1, 1, 0, 2]))]
    stream = b""
    for number, (kind, message, binary) in enumerate(requests, 2):
        message = scrambled(message, chance) if chance.random() < 0.5 else message
        frame = bytearray(protocol.encode(kind, number, message if isinstance(message, dict) else {"it": message}, binary))
        if chance.random() < 0.1:
            frame[chance.randrange(len(frame))] ^= 1 << chance.randrange(8)
        stream += bytes(frame[: chance.randrange(len(frame))] if chance.random() < 0.05 else frame)
    return stream


def answers(link):
    """What comes back, until the server has nothing more to say."""
    kinds = []
    try:
        while header := link.recv(protocol.HEADER.size, socket.MSG_WAITALL):
            kind, _, text, binary = protocol.decode_header(header)
            body = json.loads(link.recv(text, socket.MSG_WAITALL) or b"{}") if text else {}
            link.recv(binary, socket.MSG_WAITALL)
            kinds.append(body.get("kind") if kind == protocol.ERROR else kind)
    except ConnectionResetError:
        pass  # what was sent behind the end of the conversation is lost
    return kinds


@pytest.mark.parametrize("seed", [*range(25), *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(25, 1500))])
def test_conversations_that_are_not_as_they_should_be(server, seed):
    link, _ = server.greeted()
    link.sendall(conversation(random.Random(seed)))
    link.shutdown(socket.SHUT_WR)
    assert "internal" not in answers(link)
    link.close()
    server.await_children(0)
    assert server.process.poll() is None


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with Server(tmp_path_factory.mktemp("server"), "--max-cycles", "20000000") as started:
        yield started
    assert started.process.returncode == 0 and "ended with signal" not in started.errors and "internal error" not in started.errors, started.errors


@pytest.mark.slow
def test_any_bytes_at_all():
    done = subprocess.run([ROOT / "tests/fuzz/run.sh", "600"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
