"""A private board process: finds the epysim binary, starts `epysim serve`, and ends it."""

from __future__ import annotations

import os
import select
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import List, Optional

from .errors import BoardError

START_SECONDS = 60.0  # a loaded machine may take long to build a board
STOP_SECONDS = 2.0
UNIX_PATH_LIMIT = 100  # sun_path has 108 bytes


def find_binary() -> str:
    """EPYSIM; then the build beside this source tree; then PATH."""
    named = os.environ.get("EPYSIM")
    if named:
        if os.path.isfile(named) and os.access(named, os.X_OK):
            return named
        raise BoardError(f"EPYSIM={named} is not a program; let it name the epysim binary (build/release/epysim) or unset it")
    tree = Path(__file__).resolve().parents[2]
    built = tree / "build" / "release" / "epysim"
    if os.access(built, os.X_OK):
        return str(built)
    installed = shutil.which("epysim")
    if installed:
        return installed
    if (tree / "CMakePresets.json").is_file():
        raise BoardError(f"epysim is not built yet: run '{tree / 'epysim'} run examples/hello.py' once, which builds it, or let EPYSIM name the binary")
    raise BoardError("the epysim binary was not found: put it on PATH, or let EPYSIM name it (in a source tree: build/release/epysim)")


class Server:
    """A running board process and the socket to it. The process ends with this one, whatever happens to it."""

    token: Optional[str] = None  # the socket is its user's alone

    def __init__(self, binary: Optional[str] = None) -> None:
        folder = _short_folder()
        path = os.path.join(folder, "link")
        command: List[str] = [binary or find_binary(), "serve", "--socket", path, "--once", "--parent", str(os.getpid())]
        try:
            # A session of its own, so that Ctrl-C reaches only Python, which decides; the server notices when Python is gone.
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, start_new_session=True)
        except OSError as error:
            shutil.rmtree(folder, ignore_errors=True)
            raise BoardError(f"{command[0]} could not be started: {error.strerror}") from error
        try:
            self._await_ready()
            self.link = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            self.link.connect(path)
        except BaseException:
            self.kill()
            raise
        finally:
            shutil.rmtree(folder, ignore_errors=True)  # connected: nothing is left behind even if this process is killed

    def stop(self) -> None:
        """Ends the process; it has been asked to, or its client has gone."""
        self.link.close()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.terminate()
            try:
                self.process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self._close_output()

    def kill(self) -> None:
        """Ends the process at once."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self._close_output()

    def _await_ready(self) -> None:
        """Waits for the line that says that the socket is there."""
        assert self.process.stdout is not None
        output, line, deadline = self.process.stdout.fileno(), b"", time.monotonic() + START_SECONDS
        while b"\n" not in line:
            if not select.select([output], [], [], max(0.0, deadline - time.monotonic()))[0]:
                raise BoardError(f"the board process did not get ready within {START_SECONDS:.0f} seconds")
            more = os.read(output, 4096)
            if not more:
                code = self.process.wait()
                raise BoardError(f"the board process ended with exit code {code} before it was ready (see its messages above)")
            line += more

    def _close_output(self) -> None:
        if self.process.stdout is not None:
            self.process.stdout.close()


def _short_folder() -> str:
    """A private folder whose path leaves room for a socket's name."""
    folder = tempfile.mkdtemp(prefix="epython-")
    if len(os.fsencode(folder)) < UNIX_PATH_LIMIT - len("/link"):
        return folder
    os.rmdir(folder)
    return tempfile.mkdtemp(prefix="epython-", dir="/var/tmp")
