"""The host's Python as one more core: messages with kernels and with a device program."""

import subprocess
import sys

import epython
import pytest
from epython import bcast, coreid, isdevice, ishost, numcores, offload, probe, recv, reduce, send, sendrecv, sync
from epython.errors import EPythonError, UsageError

pytestmark = pytest.mark.usefixtures("host")


@offload(async_=True)
def doubles(host_id):
    from parallel import recv, send

    value = recv(host_id)
    send(value * 2, host_id)
    return value


@offload(async_=True)
def echo(host_id, times):
    from parallel import recv, send

    k = 0
    while k < times:
        send(recv(host_id), host_id)
        k += 1


@offload(async_=True)
def exchanges(host_id):
    from parallel import coreid, sendrecv

    return sendrecv(coreid() + 100, host_id)


def test_who_the_host_is(host):
    assert coreid() == len(host.cores) == numcores()
    assert ishost() is True and isdevice() is False


def test_there_and_back(host):
    handler = doubles(coreid(), target=3)
    send(21, 3)
    assert recv(3) == 42
    assert handler.wait() == [21]


@pytest.mark.parametrize("value", [5, -7, 2**31 - 1, 0.5, 1e-9, True, False, None])
def test_values_of_every_type(value):
    import struct

    handler = echo(coreid(), 1, target=1)
    send(value, 1)
    back = recv(1)
    assert type(back) is type(value)
    assert back == (struct.unpack("f", struct.pack("f", value))[0] if isinstance(value, float) else value)
    handler.wait()


@pytest.mark.parametrize("value", [[1], [], [1, 2, 3], [0.5, 1.5], [True, False], list(range(1000))])
def test_lists(value):
    handler = echo(coreid(), 1, target=2)
    send(value, 2)
    assert recv(2) == value
    handler.wait()


def test_with_all_cores(host):
    handler = exchanges(coreid())
    for core in reversed(host.cores):
        assert sendrecv(core * 2, core) == core + 100
    assert handler.wait() == [core * 2 for core in host.cores]


def test_300_messages():
    handler = echo(coreid(), 300, target=0)
    for k in range(300):
        send(k, 0)
        assert recv(0) == k
    handler.wait()


def test_probe():
    @offload(async_=True)
    def late(host_id, rounds):
        from parallel import send

        k = 0
        while k < rounds:
            k += 1
        send(k, host_id)

    handler = late(coreid(), 1000, target=1)
    looks = 0
    while not probe(1):
        looks += 1
    assert looks > 3 and probe(1) is True
    assert recv(1) == 1000
    assert probe(1) is False
    handler.wait()


def test_nobody_there_is_no_hang():
    with pytest.raises(EPythonError) as caught:
        recv(0)
    assert caught.value.kind == "DeadlockError"
    with pytest.raises(UsageError):
        send(1, 99)
    with pytest.raises(UsageError):
        send(1, coreid())
    with pytest.raises((TypeError, UsageError)):
        send("text", 0)
    with pytest.raises(UsageError, match="host_core"):
        sync()


def test_a_kernel_that_waits_for_the_host_in_vain(host):
    handler = doubles(coreid(), target=[1])
    with pytest.raises(EPythonError) as caught:
        handler.wait()
    assert caught.value.kind == "DeadlockError"
    again = doubles(coreid(), target=[1])
    send(1.5, 1)
    assert recv(1) == 3.0
    again.wait()


def test_collective_operations_with_kernels(host):
    board = epython.config()["board"]
    epython.stop()
    try:
        epython.start(board=board, host_core=True)

        @offload(async_=True)
        def together():
            from parallel import bcast, coreid, numcores, reduce, sync

            sync()
            total = reduce(coreid(), "sum")
            return [total, bcast(coreid(), numcores() - 1), bcast(coreid(), 1), numcores(), reduce(0.5, "prod")]

        cores = len(host.cores)
        handler = together()
        sync()
        total = reduce(1000, "sum")
        assert total == 1000 + cores * (cores - 1) // 2
        assert bcast(-5, coreid()) == -5
        assert bcast(0, 1) == 1
        assert numcores() == cores + 1
        product = reduce(2.0, "prod")
        assert handler.wait() == [[total, -5, 1, cores + 1, product]] * cores
        assert product == 2.0 * 0.5**cores
    finally:
        epython.stop()
        epython.config(host_core=None, board=board)


PROGRAM = """
from parallel import *

me = coreid()
host = numcores() - 1
if me == 0:
  data = recv(host)
  print "got", data
  send(data + 1, host)
total = reduce(me, "sum")
sync()
if me == 1:
  send(total, host)
print "core", me, "of", numcores()
"""


def test_a_device_program(host, tmp_path, capfd):
    file = tmp_path / "device.py"
    file.write_text(PROGRAM)
    running = epython.run(file)
    send(41, 0)
    assert recv(0) == 42
    cores = len(host.cores)
    assert reduce(1000, "sum") == 1000 + sum(range(cores))
    sync()
    assert recv(1) == 1000 + sum(range(cores))
    assert running.wait() == [None] * cores
    lines = capfd.readouterr().out.splitlines()
    assert "[device 0] got 41" in lines
    assert f"[device 2] core 2 of {cores + 1}" in lines

    @offload
    def kernel():
        return 1

    assert kernel(target=0) == [1]  # kernels replace the program


def test_a_device_program_that_fails(tmp_path):
    file = tmp_path / "device.py"
    file.write_text("from parallel import *\na = recv(numcores() - 1)\nif coreid() == 1:\n  a = 1 / 0\n")
    running = epython.run(file)
    for core in range(3):
        send(core, core)
    with pytest.raises(EPythonError, match="zero"):
        for core in range(3, coreid()):
            send(core, core)
        running.wait()
    with pytest.raises(EPythonError):
        running.wait()


def test_a_plain_import_starts_nothing(tmp_path):
    script = tmp_path / "plain.py"
    script.write_text("import epython\nfrom epython import send, recv\nprint(epython.ishost(), epython.isdevice())\n")
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, env={"PYTHONPATH": "python", "EPYSIM": "/nowhere"})
    assert (done.returncode, done.stdout, done.stderr) == (0, "True False\n", "")
