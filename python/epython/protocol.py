"""The link to a board process: framed messages over a socket (docs/protocol.md)."""

from __future__ import annotations

import json
import mmap
import socket
import ssl
import struct
import zlib
from typing import Any, Callable, Dict, NamedTuple, Optional, Tuple, Union

from .errors import BoardError, CompileError, EPythonError, UsageError, kernel_error

MAGIC = 0x4B4C5045  # "EPLK"
VERSION = 1
HEADER = struct.Struct("<IHHIII")  # magic, version, type, request, json bytes, binary bytes
MAX_JSON = 16 << 20
MAX_BINARY = 256 << 20
SILENT_SECONDS = 60.0
LEAST_SILENCE = 3.0  # one that is at work gives a sign of life every 2 seconds
SMALL = 1 << 16  # bytes that are not worth a message of their own
PIECE = 1 << 22  # bytes sent at a time

HELLO, OPEN, PROGRAM, LAUNCH, WAIT, TEST, DATA, FETCH, FORGET, HOST_TIME, STATS, CLOSE, MESSAGE = range(1, 14)
REPLY = 0x8000
ERROR = 0x80FF
SUPPLY = 14
OUTPUT = 0x4001
NOTICE = 0x4002
ASK = 0x4004
HEARTBEAT = 0x4003
CHECKSUM = 0x4005


_to_json = json.JSONEncoder(allow_nan=False, separators=(",", ":")).encode
_from_json = json.JSONDecoder().decode

Bytes = Union[bytes, bytearray, memoryview]
Answer = Tuple[Dict[str, Any], Bytes]


class Frame(NamedTuple):
    type: int
    request: int
    json: Dict[str, Any]
    binary: Bytes

    def block(self, described: Dict[str, Any]) -> Bytes:
        """The binary data that a JSON object names by offset and bytes."""
        offset, count = described["offset"], described["bytes"]
        if offset < 0 or count < 0 or offset + count > len(self.binary):
            raise BoardError(f"the board process named {count} bytes at {offset} of {len(self.binary)}")
        return memoryview(self.binary)[offset : offset + count]


def encode(kind: int, request: int, message: Dict[str, Any], binary: bytes = b"") -> bytes:
    return head(kind, request, message, len(binary)) + binary


def head(kind: int, request: int, message: Dict[str, Any], binary_bytes: int) -> bytes:
    """A message but for its binary data, which follow."""
    text = _to_json(message).encode()
    if len(text) > MAX_JSON or binary_bytes > MAX_BINARY:
        raise UsageError(f"a message of {len(text)} + {binary_bytes} bytes is too large (at most {MAX_BINARY >> 20} MiB of data at once)")
    return HEADER.pack(MAGIC, VERSION, kind, request, len(text), binary_bytes) + text


def decode_header(data: bytes) -> Tuple[int, int, int, int]:
    """Type, request, JSON bytes, binary bytes."""
    magic, version, kind, request, json_bytes, binary_bytes = HEADER.unpack(data)
    if magic != MAGIC or json_bytes > MAX_JSON or binary_bytes > MAX_BINARY:
        raise BoardError("the board process sent something that is not a message; is it an epysim of another version?")
    if version != VERSION:
        raise BoardError(f"the board process speaks version {version} of the link protocol, this package version {VERSION}")
    return kind, request, json_bytes, binary_bytes


def _limit(link: socket.socket, seconds: float) -> None:
    """How long a call may wait for the other side. The system's own limit: Python's would look before every call whether it has to wait."""
    if isinstance(link, ssl.SSLSocket):
        link.settimeout(seconds)
        return
    link.settimeout(None)
    whole = int(seconds)
    limit = struct.pack("ll", whole, int((seconds - whole) * 1e6))
    for option in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
        link.setsockopt(socket.SOL_SOCKET, option, limit)


class Connection:
    """One client's end of the link. Not locked: the session does that. `silence`: seconds without a sign of life after which the board
    process counts as gone."""

    def __init__(self, link: socket.socket, on_event: Callable[[Frame], None], on_ask: Optional[Callable[[Frame], Answer]] = None, silence: float = SILENT_SECONDS) -> None:
        self._link = link
        self.silence = silence
        _limit(link, silence)
        self._on_event = on_event
        self._on_ask = on_ask
        self._request = 0
        self._ahead = b""  # received, but not yet asked for
        self._checked = False  # since there was a checksum, all messages have one
        self._sum: Optional[int] = None  # of the message that comes next

    def call(self, kind: int, message: Dict[str, Any], binary: Bytes = b"") -> Frame:
        """Sends a request and returns its reply; events that come before it are handed on. Errors of the server are raised."""
        self._request = self._request % 0xFFFFFFFF + 1
        self._send(kind, message, binary)
        while True:
            frame = self._receive()
            if frame.type in (OUTPUT, NOTICE):
                self._on_event(frame)
            elif frame.type == ASK and self._on_ask is not None:
                answer, block = self._on_ask(frame)
                self._send(SUPPLY, answer, block)
            elif frame.type == HEARTBEAT:
                continue  # it is alive, and that is all
            elif frame.type == CHECKSUM:
                self._checked, self._sum = True, frame.json.get("crc32")
            elif frame.type == ERROR:
                raise server_error(frame.json)
            elif frame.type == kind | REPLY and frame.request == self._request:
                return frame
            else:
                raise BoardError(f"the board process sent message {frame.type:#x} in reply to request {kind}")

    def _send(self, kind: int, message: Dict[str, Any], binary: Bytes) -> None:
        try:
            if len(binary) <= SMALL:
                self._link.sendall(encode(kind, self._request, message, bytes(binary)))
            else:  # not copied once more
                self._link.sendall(head(kind, self._request, message, len(binary)))
                view = memoryview(binary)
                for start in range(0, len(view), PIECE):  # a limit of time is for each
                    self._link.sendall(view[start : start + PIECE])
        except (socket.timeout, BlockingIOError) as error:
            raise BoardError(f"the board process has not read what it was sent for {self.silence:g} seconds") from error
        except OSError as error:
            raise BoardError(f"the board process is gone ({error.strerror or error})") from error

    def close(self) -> None:
        self._link.close()

    def _receive(self) -> Frame:
        header = self._exactly(HEADER.size)
        kind, request, json_bytes, binary_bytes = decode_header(header)
        text = self._exactly(json_bytes)
        binary = self._exactly(binary_bytes)
        if self._checked and kind != CHECKSUM:
            self._check(zlib.crc32(binary, zlib.crc32(text, zlib.crc32(header))))
        try:
            message = _from_json(str(text, "utf-8")) if text else {}
        except ValueError as error:
            raise BoardError(f"the board process sent text that is not JSON: {error}") from error
        return Frame(kind, request, message, binary)

    def _check(self, found: int) -> None:
        told, self._sum = self._sum, None
        if found != told:
            raise BoardError("a message of the board process has changed on its way (its checksum is wrong): what follows cannot be trusted")

    def _exactly(self, count: int) -> Bytes:
        """The next bytes of the stream: few out of what comes together, many to where they stay."""
        ahead = self._ahead
        if count <= SMALL:
            while len(ahead) < count:
                ahead += self._received(self._link.recv, SMALL)
            self._ahead = ahead[count:]
            return ahead[:count]
        data, received = _unfilled(count), min(len(ahead), count)
        data[:received], self._ahead = ahead[:received], ahead[received:]
        while received < count:
            received += self._received(self._link.recv_into, data[received:])
        return data

    def _received(self, receive: Callable[[Any], Any], argument: Any) -> Any:
        """What one call of the socket's gives: some bytes, or how many there are."""
        try:
            received = receive(argument)
        except (socket.timeout, BlockingIOError) as error:
            raise BoardError(f"the board process has given no sign of life for {self.silence:g} seconds") from error
        except OSError as error:
            raise BoardError(f"the board process is gone ({error.strerror or error})") from error
        if not received:
            raise BoardError("the board process has ended unexpectedly (killed, or crashed: see its messages above)")
        return received


def _unfilled(count: int) -> memoryview:
    """Memory for what is to be received. A bytearray would be filled with zeros first; pages of its own are there when they are touched."""
    pages = mmap.mmap(-1, count, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    if hasattr(mmap, "MADV_HUGEPAGE"):
        try:
            pages.madvise(mmap.MADV_HUGEPAGE)
        except OSError:
            pass  # this system has none
    return memoryview(pages)


def server_error(message: Dict[str, Any]) -> EPythonError:
    """The exception for an error frame."""
    kind, text = message.get("kind", "internal"), message.get("message", "the board process reported an error without a text")
    if kind == "compile":
        diagnostics = message.get("diagnostics") or []
        first = diagnostics[0] if diagnostics else {}
        shown = "\n".join(one["text"] for one in diagnostics if one.get("text")) or text
        return CompileError(shown, file=first.get("file"), line=first.get("line"), column=first.get("column"), diagnostics=diagnostics)
    if kind == "program" and message.get("error"):
        return kernel_error([message["error"]])
    if kind == "usage":
        return UsageError(text, kind=kind)
    return (BoardError if kind in ("protocol", "token", "busy", "idle", "link", "internal", "interrupted") else EPythonError)(text, kind=kind)
