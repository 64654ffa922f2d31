"""`epysim serve --listen`: clients over TCP and TLS, their token, and what a server puts up with."""

import json
import os
import socket
import struct
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest
from epython import protocol

ROOT = Path(__file__).resolve().parents[2]
EPYSIM = os.environ.get("EPYSIM", str(ROOT / "build/release/epysim"))
TLS = Path(__file__).parent / "data" / "tls"
SANITIZED = b"__asan_init" in Path(EPYSIM).read_bytes()
PATIENCE = 60

SCRIPT = textwrap.dedent(
    """
    import epython
    from epython import coreid, memkind, offload, types

    data = memkind.Host(types.int, [3, 1, 4, 1, 5])

    @offload
    def total(a, factor):
        sum = 0
        for i in range(len(a)):
            sum += a[i] * factor
        a[coreid() % 5] = 9
        print("core", coreid())
        return sum

    epython.config(cores=[2])
    print(total(data, 2), list(data))
    print(epython.statistics()["cycles"])
    """
)


class Server:
    """epysim serve in a process of its own, with a home folder of its own."""

    def __init__(self, home, *options, listen="tcp://127.0.0.1:0"):
        self.environment = {**os.environ, "XDG_CONFIG_HOME": str(home), "PYTHONPATH": str(ROOT / "python"), "EPYSIM": EPYSIM}
        self.environment.pop("EPYTHON_TOKEN", None)
        self.token_file = Path(home) / "epysim" / "token"
        self.process = subprocess.Popen([EPYSIM, "serve", "--listen", listen, *options], env=self.environment, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True)  # fmt: skip
        line = self.process.stdout.readline()
        assert line.startswith("epysim: serving "), self.process.communicate(timeout=PATIENCE)
        self.target = line.split()[-1]
        self.port = int(self.target.rsplit(":", 1)[1])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.output, self.errors = self.process.communicate(timeout=PATIENCE)

    def run(self, script, **environment):
        """A Python client; what it printed and its last line of errors."""
        client = subprocess.run([sys.executable, script], text=True, capture_output=True, timeout=PATIENCE,
                                env={**self.environment, "EPYTHON_TARGET": self.target, **environment})  # fmt: skip
        return client.stdout, client.stderr.strip().rsplit("\n", 1)[-1]

    def connect(self):
        link = socket.create_connection(("127.0.0.1", self.port), PATIENCE)
        link.settimeout(PATIENCE)
        return link

    def greeted(self):
        link = self.connect()
        client = protocol.Connection(link, lambda event: None)
        client.call(protocol.HELLO, {"protocol": 1, "token": self.token_file.read_text().strip()})
        return link, client

    def memory(self):
        """Of the listening process, in KiB."""
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS"):
                return int(line.split()[1])

    def children(self):
        return Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()

    def await_children(self, number):
        end = time.monotonic() + PATIENCE
        while len(self.children()) != number:
            assert time.monotonic() < end, self.children()
            time.sleep(0.02)


@pytest.fixture
def script(tmp_path):
    file = tmp_path / "script.py"
    file.write_text(SCRIPT)
    return str(file)


def test_a_script_does_the_same_here_and_there(tmp_path, script):
    with Server(tmp_path) as server:
        here = server.run(script, EPYTHON_TARGET="sim")
        assert here[0].splitlines()[1:2] == ["[28] [3, 1, 9, 1, 5]"] and here[1] == ""
        assert server.run(script) == here  # the simulated cycles as well
        assert (server.token_file.stat().st_mode & 0o777, len(server.token_file.read_text())) == (0o600, 65)


def test_tls(tmp_path, script):
    options = ("--tls-certificate", TLS / "certificate.pem", "--tls-key", TLS / "key.pem")
    with Server(tmp_path, *options, listen="tls://127.0.0.1:0") as server:
        here = server.run(script, EPYTHON_TARGET="sim")
        trusting = f"import epython; epython.config(tls_authority={str(TLS / 'certificate.pem')!r})\n"
        Path(script).write_text(trusting + SCRIPT)
        assert server.run(script) == here
        Path(script).write_text(SCRIPT)
        output, error = server.run(script)
        assert output == "" and "its certificate is not trusted" in error
        output, error = server.run(script, EPYTHON_TARGET=server.target.replace("tls://", "tcp://"))  # a client that speaks no TLS
        assert output == "" and "BoardError" in error
        server.await_children(0)


@pytest.mark.parametrize("token, why", [("wrong", "this is not the server's token"), ("", "this server wants a token")])
def test_clients_without_the_token_get_nothing(tmp_path, script, token, why):
    with Server(tmp_path, "--token-file", tmp_path / "elsewhere") as server:
        output, error = server.run(script, EPYTHON_TOKEN=token)
        assert output == "" and why in error and "EPYTHON_TOKEN" in error
        output, error = server.run(script, EPYTHON_TOKEN=(tmp_path / "elsewhere").read_text().strip())
        assert output.startswith("[device 2] core 2")
        server.await_children(0)


def refusal(*options):
    run = subprocess.run([EPYSIM, "serve", *options], capture_output=True, text=True, timeout=PATIENCE)
    return run.returncode, run.stdout, run.stderr


@pytest.mark.parametrize(
    "options, why",
    [
        (["--listen", "tcp://0.0.0.0:0", "--no-token"], "--no-token is for this machine only"),
        (["--listen", "tcp://127.0.0.1"], "the port is missing"),
        (["--listen", "tcp://127.0.0.1:70000"], "'70000' is not a port"),
        (["--listen", "tcp://:4000"], "the host is missing"),
        (["--listen", "tcp://::1:4000"], "stands in brackets"),
        (["--listen", "http://127.0.0.1:80"], "no scheme that is known"),
        (["--listen", "unix:"], "the path is missing"),
        (["--listen", "tls://127.0.0.1:0"], "needs --tls-certificate FILE"),
        (["--listen", "tls://127.0.0.1:0", "--tls-certificate", "no.pem"], "no.pem cannot be used"),
        (["--listen", "tcp://127.0.0.1:0", "--socket", "x"], "--socket"),
        (["--listen", "tcp://no-such-host.invalid:0"], "cannot listen on tcp://no-such-host.invalid:0"),
        (["--clients", "0"], "--clients"),
    ],
)
def test_addresses_and_options_that_cannot_be(tmp_path, monkeypatch, options, why):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    code, output, errors = refusal(*options)
    assert (code, output) == (2, "") and why in errors


def test_a_port_that_is_taken(tmp_path):
    with Server(tmp_path) as server:
        code, _, errors = refusal("--listen", server.target, "--no-token")
        assert code == 2 and f"cannot listen on {server.target}: Address already in use" in errors


def test_a_token_that_others_can_read_or_that_is_empty(tmp_path):
    file = tmp_path / "token"
    file.write_text("secret\n")
    file.chmod(0o644)
    code, _, errors = refusal("--listen", "tcp://127.0.0.1:0", "--token-file", file)
    assert code == 2 and f"chmod 600 {file}" in errors
    file.write_text("")
    file.chmod(0o600)
    code, _, errors = refusal("--listen", "tcp://127.0.0.1:0", "--token-file", file)
    assert code == 2 and "it is empty" in errors


def test_each_client_has_a_board_of_its_own_until_there_are_none(tmp_path):
    with Server(tmp_path, "--clients", "2", "--cores", "1") as server:
        (link_a, a), (link_b, b) = server.greeted(), server.greeted()
        assert [one.call(protocol.OPEN, {}).json["cores"] for one in (a, b)] == [[0], [0]]
        with pytest.raises(Exception, match="2 clients have this server's boards"):
            server.greeted()
        link_a.close()
        server.await_children(1)
        link_c, c = server.greeted()
        assert c.call(protocol.OPEN, {}).json["cores"] == [0]
        assert b.call(protocol.STATS, {}).json["statistics"]["board"] == "parallella"
        link_b.close(), link_c.close()


def test_a_client_that_is_killed_frees_its_board(tmp_path):
    forever = "from epython import offload\n@offload\ndef f():\n    while True:\n        pass\nprint('on', flush=True)\nf()\n"
    (tmp_path / "forever.py").write_text(forever)
    with Server(tmp_path, "--clients", "1") as server:
        client = subprocess.Popen([sys.executable, tmp_path / "forever.py"], env={**server.environment, "EPYTHON_TARGET": server.target},
                                  stdout=subprocess.PIPE)  # fmt: skip
        client.stdout.readline()
        server.await_children(1)
        client.kill()
        client.communicate()
        server.await_children(0)
        link, client = server.greeted()
        assert client.call(protocol.OPEN, {}).json["board"] == "parallella"
        link.close()


def test_a_client_that_says_nothing_more_loses_its_board(tmp_path):
    with Server(tmp_path, "--idle", "0.2", "--clients", "1") as server:
        link, client = server.greeted()
        client.call(protocol.OPEN, {})
        server.await_children(0)
        kind, _, size, _ = protocol.decode_header(link.recv(protocol.HEADER.size, socket.MSG_WAITALL))
        assert kind == protocol.ERROR and json.loads(link.recv(size, socket.MSG_WAITALL))["kind"] == "idle"
        link.close()


def test_a_server_at_work_gives_signs_of_life(tmp_path):
    with Server(tmp_path, "--cores", "1") as server:
        link, client = server.greeted()
        client.call(protocol.OPEN, {})
        text = "def f():\n    while True:\n        pass\n"
        client.call(protocol.PROGRAM, {"chunks": [{"file": "f.py", "first_line": 1, "text": text}]})
        handle = client.call(protocol.LAUNCH, {"kernel": "f", "target": "all"}).json["handle"]
        link.sendall(protocol.encode(protocol.WAIT, 9, {"handles": [handle]}))
        kind, request, size, _ = protocol.decode_header(link.recv(protocol.HEADER.size, socket.MSG_WAITALL))
        assert (kind, request) == (protocol.HEARTBEAT, 9)
        assert json.loads(link.recv(size, socket.MSG_WAITALL))["seconds"] > 0
        link.close()


@pytest.mark.parametrize(
    "message, why",
    [
        ({"trace": "/tmp/trace.json"}, "trace"),
        ({"record": "/tmp/recording"}, "record"),
        ({"board": "/etc/passwd"}, "board"),
        ({"set": ["mesh.recording=/tmp/recording"]}, "mesh.recording"),
    ],
)
def test_files_of_the_server_are_not_for_clients_from_elsewhere(tmp_path, message, why):
    with Server(tmp_path) as server:
        link, client = server.greeted()
        with pytest.raises(Exception, match=f"{why}\"? names a file"):
            client.call(protocol.OPEN, message)
        assert client.call(protocol.OPEN, {}).json["board"] == "parallella"
        link.close()


def test_a_board_that_could_not_be_built_is_not_tried_again(tmp_path):
    with Server(tmp_path) as server:
        link, client = server.greeted()
        with pytest.raises(Exception, match="99"):
            client.call(protocol.OPEN, {"cores": [99]})
        with pytest.raises(Exception, match="connect, anew"):
            client.call(protocol.OPEN, {})
        link.close()
    assert "internal error" not in server.errors


@pytest.mark.skipif(SANITIZED, reason="a build with the address sanitizer has no limit")
def test_memory_is_limited_and_the_others_go_on(tmp_path):
    with Server(tmp_path, "--memory", "600", "--clients", "2") as server:
        (link, greedy), (other_link, other) = server.greeted(), server.greeted()
        other.call(protocol.OPEN, {})
        greedy.call(protocol.OPEN, {})
        with pytest.raises(Exception, match="more memory") as caught:
            for number in range(1, 9):
                greedy.call(protocol.DATA, {"buffers": [{"id": number, "dtype": "int32", "kind": "host", "count": 1 << 25}]})
        assert "600 MiB that this server allows" in str(caught.value)
        assert other.call(protocol.STATS, {}).json["statistics"]["board"] == "parallella"
        link.close(), other_link.close()


def test_a_client_that_does_not_read_blocks_nobody(tmp_path):
    with Server(tmp_path, "--clients", "2") as server:
        (link, deaf), (other_link, other) = server.greeted(), server.greeted()
        deaf.call(protocol.OPEN, {})
        deaf.call(protocol.DATA, {"buffers": [{"id": 1, "dtype": "int32", "kind": "host", "count": 1 << 20}]})
        link.setblocking(False)
        try:
            while True:
                link.sendall(protocol.encode(protocol.FETCH, 1, {"ids": [1]}))
        except BlockingIOError:
            pass  # nobody takes requests any more
        assert other.call(protocol.OPEN, {}).json["board"] == "parallella"
        link.close(), other_link.close()
        server.await_children(0)


HELLO = protocol.encode(protocol.HELLO, 1, {"protocol": 1})
BAD_STARTS = {
    "nothing": b"",
    "half a header": HELLO[:11],
    "half a frame": HELLO[:-3],
    "another protocol": b"GET / HTTP/1.1\r\nHost: board\r\n\r\n",
    "a length that is not allowed": struct.pack("<IHHIII", protocol.MAGIC, 1, 1, 1, 0xFFFFFFFF, 0),
    "a large hello": protocol.encode(protocol.HELLO, 1, {"protocol": 1, "client": "x" * 100_000}),
    "another version": struct.pack("<IHHIII", protocol.MAGIC, 77, 1, 1, 0, 0),
    "no object": struct.pack("<IHHIII", protocol.MAGIC, 1, 1, 1, 4, 0) + b"null",
    "not hello": protocol.encode(protocol.OPEN, 1, {}),
    "an event": protocol.encode(protocol.OUTPUT, 1, {}),
    "token of another type": protocol.encode(protocol.HELLO, 1, {"protocol": 1, "token": 7}),
}


def test_bad_starts_leave_nothing_behind(tmp_path):
    with Server(tmp_path, "--clients", "1") as server:
        for name, start in BAD_STARTS.items():
            with server.connect() as link:
                link.sendall(start)
                link.shutdown(socket.SHUT_WR)
                answer = b""
                while piece := link.recv(4096):
                    answer += piece
            if answer:
                kind, _, size, _ = protocol.decode_header(answer[: protocol.HEADER.size])
                told = json.loads(answer[protocol.HEADER.size :])["kind"]
                assert (kind, len(answer) - protocol.HEADER.size) == (protocol.ERROR, size), name
                assert told == ("token" if "token" in name else "protocol"), name
            else:
                assert name in ("nothing", "half a header", "half a frame"), name
        link, client = server.greeted()
        assert client.call(protocol.OPEN, {}).json["board"] == "parallella"
        link.close()


def flood(server, number):
    for at in range(number):
        link = server.connect()
        link.sendall(list(BAD_STARTS.values())[at % len(BAD_STARTS)])
        if at % 3 == 0:  # a reset instead of an end
            link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        link.close()


@pytest.mark.parametrize("number", [400, pytest.param(10_000, marks=pytest.mark.slow)])
def test_connections_opened_and_dropped(tmp_path, number):
    with Server(tmp_path) as server:
        link, client = server.greeted()
        client.call(protocol.OPEN, {})
        flood(server, 200)
        before = server.memory()
        flood(server, number)
        assert SANITIZED or server.memory() < before + 2048  # KiB; a sanitizer keeps what is freed
        assert client.call(protocol.STATS, {}).json["statistics"]["board"] == "parallella"
        link.close()
        server.await_children(0)


def test_guests_that_say_nothing_make_room_for_those_who_do(tmp_path):
    with Server(tmp_path) as server:
        silent = [server.connect() for _ in range(200)]
        link, client = server.greeted()
        assert client.call(protocol.OPEN, {}).json["board"] == "parallella"
        link.close()
        for one in silent:
            one.close()


def test_no_server_where_one_was_expected(tmp_path, script):
    with Server(tmp_path) as server:
        pass
    output, error = server.run(script)
    assert output == "" and f"no board at {server.target}: Connection refused" in error
