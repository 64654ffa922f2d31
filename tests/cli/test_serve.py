"""`epysim serve` and its options, with a client of its own."""

import json
import os
import socket
import subprocess
from pathlib import Path

import pytest
from epython import protocol

ROOT = Path(__file__).resolve().parents[2]
EPYSIM = os.environ.get("EPYSIM", str(ROOT / "build/release/epysim"))


def serve_one_client(tmp_path, *options):
    """What a client that only opens a board is told of its statistics, and how the server ended."""
    path = tmp_path / "link"
    server = subprocess.Popen([EPYSIM, "serve", "--once", "--socket", path, *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert server.stdout.readline() == f"epysim: serving {path}\n"
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as link:
        link.settimeout(60)
        link.connect(str(path))
        client = protocol.Connection(link, lambda event: None)
        client.call(protocol.HELLO, {"protocol": 1})
        client.call(protocol.OPEN, {})
        statistics = client.call(protocol.STATS, {}).json["statistics"]
    output, errors = server.communicate(timeout=60)
    return statistics, server.returncode, output, errors


@pytest.mark.parametrize("board, cores", [("parallella", 16), ("pynq-fpu", 8)])
def test_stats_writes_the_document_when_the_client_has_left(tmp_path, board, cores):
    file = tmp_path / "statistics.json"
    told, code, output, errors = serve_one_client(tmp_path, "--board", board, "--stats", file)
    assert (code, output, errors) == (0, "", "")
    assert json.loads(file.read_text()) == told
    assert len(told["cores"]) == cores


def test_stats_on_standard_output(tmp_path):
    told, code, output, errors = serve_one_client(tmp_path, "--stats", "-")
    assert (code, json.loads(output), errors) == (0, told, "")


def test_stats_into_a_folder_that_is_not_there(tmp_path):
    file = tmp_path / "nowhere/statistics.json"
    _, code, _, errors = serve_one_client(tmp_path, "--stats", file)
    assert (code, errors) == (2, f"epysim: cannot write the statistics to {file}: No such file or directory\n")
