"""A board process that is there already, on this machine or on another: finds it, and shows it the token that it wants.

    start(target="tcp://raspberry:4000")            EPYTHON_TARGET=tcp://raspberry:4000
    start(target="tls://lab.example.org:4000")      its certificate is checked
    start(target="unix:/run/user/1000/board.sock")

The token of a TCP server: EPYTHON_TOKEN, else the file that a server on this machine would take it from.
"""

from __future__ import annotations

import os
import socket
import ssl
from pathlib import Path
from typing import NamedTuple, Optional, Union
from urllib.parse import urlsplit

from .errors import BoardError, UsageError

FORMS = "tcp://HOST:PORT, tls://HOST:PORT or unix:PATH"
CONNECT_SECONDS = 10.0


class Target(NamedTuple):
    scheme: str  # "tcp", "tls", "unix"
    host: str
    port: int
    path: str


def parse(text: str) -> Target:
    """Raises UsageError."""
    if text.startswith("unix:") and len(text) > len("unix:"):
        return Target("unix", "", 0, text[len("unix:") :])
    try:
        parts = urlsplit(text)
        if parts.scheme in ("tcp", "tls") and parts.hostname and parts.port and not (parts.path or parts.query or parts.username):
            return Target(parts.scheme, parts.hostname, parts.port, "")
    except ValueError:
        pass  # a port that is none
    raise UsageError(f'target={text!r} is neither "sim" (a board process of your own) nor the address of a server: {FORMS}')


class Remote:
    """A connection to somebody else's board process; it is not ours to end."""

    def __init__(self, target: str, authority: Union[None, str, "os.PathLike[str]"] = None) -> None:
        where = parse(target)
        self.token: Optional[str] = None if where.scheme == "unix" else token()
        try:
            if where.scheme == "unix":
                self.link: socket.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
                self.link.connect(where.path)
                return
            self.link = socket.create_connection((where.host, where.port), CONNECT_SECONDS)
            self.link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if where.scheme == "tls":
                context = ssl.create_default_context(cafile=os.fspath(authority) if authority is not None else None)
                self.link = context.wrap_socket(self.link, server_hostname=where.host)
        except ssl.SSLCertVerificationError as error:
            raise BoardError(f"{target}: its certificate is not trusted ({error.verify_message}): tls_authority= names the one that signed it") from error
        except OSError as error:
            raise BoardError(f"no board at {target}: {error.strerror or error}; is `epysim serve --listen` running there?") from error

    def stop(self) -> None:
        self.link.close()

    kill = stop


def token() -> Optional[str]:
    """What the user has; None when nothing is there, which some servers do not mind."""
    given = os.environ.get("EPYTHON_TOKEN")
    if given:
        return given
    base = os.environ.get("XDG_CONFIG_HOME")
    file = (Path(base) if base else Path.home() / ".config") / "epysim" / "token"
    try:
        return file.read_text().strip() or None
    except OSError:
        return None
