"""Frames, and what the client makes of a board process that misbehaves."""

import json
import socket
import struct
import threading

import pytest
from epython import protocol
from epython.errors import BoardError, CompileError, EPythonError, UsageError
from epython.protocol import Connection


def frame(kind, request=1, message=None, binary=b"", magic=protocol.MAGIC, version=1):
    text = b"" if message is None else json.dumps(message).encode()
    return struct.pack("<IHHIII", magic, version, kind, request, len(text), len(binary)) + text + binary


@pytest.fixture
def link():
    ours, theirs = socket.socketpair()
    ours.settimeout(10)
    theirs.settimeout(10)
    yield ours, theirs
    ours.close()
    theirs.close()


def answer(link, *frames, close=False, events=None):
    """The reply that a client gets when the other end sends these bytes."""
    ours, theirs = link

    def serve():
        theirs.recv(65536)
        for data in frames:
            theirs.sendall(data)
        if close:
            theirs.close()

    server = threading.Thread(target=serve)
    server.start()
    try:
        return Connection(ours, (lambda one: None) if events is None else events.append).call(protocol.HELLO, {"protocol": 1})
    finally:
        server.join()


def test_the_bytes_of_a_frame():
    data = protocol.encode(4, 7, {"a": 1}, b"xyz")
    assert data == b"EPLK" + bytes([1, 0, 4, 0, 7, 0, 0, 0, 7, 0, 0, 0, 3, 0, 0, 0]) + b'{"a":1}' + b"xyz"


def test_a_reply_and_its_binary_data(link):
    reply = answer(link, frame(0x8001, message={"offset": 1, "bytes": 2}, binary=b"abcd"))
    assert reply.json == {"offset": 1, "bytes": 2}
    assert reply.block(reply.json) == b"bc"
    with pytest.raises(BoardError):
        reply.block({"offset": 3, "bytes": 2})
    with pytest.raises(BoardError):
        reply.block({"offset": -1, "bytes": 2})


def test_no_json_means_an_empty_object(link):
    assert answer(link, frame(0x8001)).json == {}


def test_a_reply_in_small_bites(link):
    data = frame(0x8001, message={"text": "x" * 100})
    assert answer(link, *(data[position : position + 1] for position in range(len(data)))).json["text"] == "x" * 100


def test_events_come_first(link):
    events = []
    reply = answer(
        link, frame(0x4001, message={"core": 3, "text": "Hello"}), frame(0x4002, message={"text": "note"}), frame(0x8001), events=events
    )
    assert reply.type == 0x8001
    assert [(event.type, event.json["text"]) for event in events] == [(0x4001, "Hello"), (0x4002, "note")]


@pytest.mark.parametrize(
    "data, text",
    [
        (frame(0x8001, magic=1), "not a message"),
        (frame(0x8001, version=2), "version 2"),
        (frame(0x8002), "0x8002"),
        (frame(0x8001, request=9), "0x8001"),
        (frame(3), "0x3"),
        (struct.pack("<IHHIII", protocol.MAGIC, 1, 0x8001, 1, 1 << 30, 0), "not a message"),
        (struct.pack("<IHHIII", protocol.MAGIC, 1, 0x8001, 1, 2, 0) + b"{x", "not JSON"),
    ],
)
def test_nonsense_is_a_board_error(link, data, text):
    with pytest.raises(BoardError, match=text):
        answer(link, data)


@pytest.mark.parametrize("data", [b"", b"EPLK", frame(0x8001, message={"a": 1})[:-3]])
def test_a_connection_that_ends_is_an_error_and_no_hang(link, data):
    with pytest.raises(BoardError, match="ended unexpectedly|gone"):
        answer(link, data, close=True)


def test_sending_to_a_closed_end(link):
    ours, theirs = link
    theirs.close()
    connection = Connection(ours, print)
    with pytest.raises(BoardError):
        connection.call(protocol.HELLO, {})


@pytest.mark.parametrize(
    "message, error, text",
    [
        ({"kind": "usage", "message": "no core 17"}, UsageError, "no core 17"),
        ({"kind": "usage", "message": "no core 17"}, ValueError, "no core 17"),
        ({"kind": "busy", "message": "another client"}, BoardError, "another client"),
        ({"kind": "internal", "message": "oops"}, BoardError, "oops"),
        ({"kind": "something new", "message": "text"}, EPythonError, "text"),
    ],
)
def test_errors_of_the_server(link, message, error, text):
    with pytest.raises(error, match=text):
        answer(link, frame(0x80FF, message=message))


def test_compile_errors_carry_their_place(link):
    diagnostics = [{"file": "k.py", "line": 7, "column": 3, "message": "no", "hint": "", "text": "k.py:7:3: error: no\n  x\n  ^"}]
    with pytest.raises(CompileError) as caught:
        answer(link, frame(0x80FF, message={"kind": "compile", "message": "no", "diagnostics": diagnostics}))
    assert (caught.value.file, caught.value.line, caught.value.column) == ("k.py", 7, 3)
    assert "^" in str(caught.value)


def test_a_failure_at_top_level_is_a_kernel_error(link):
    error = {"class": "ZeroDivisionError", "message": "division by zero", "kernel": None, "file": "k.py", "line": 2, "core": 4, "text": "whole"}
    with pytest.raises(EPythonError, match="whole") as caught:
        answer(link, frame(0x80FF, message={"kind": "program", "message": "m", "error": error}))
    assert (caught.value.core, caught.value.line, caught.value.kind) == (4, 2, "ZeroDivisionError")


def test_values_that_json_does_not_have_are_refused_before_they_are_sent():
    with pytest.raises(ValueError):
        protocol.encode(4, 1, {"a": float("nan")})


def test_too_much_data_at_once():
    class Huge(bytes):
        def __len__(self):
            return protocol.MAX_BINARY + 1

    with pytest.raises(UsageError, match="too large"):
        protocol.encode(7, 1, {}, Huge())
