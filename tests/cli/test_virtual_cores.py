"""Virtual cores: `run --host-cores`, alone and beside the board's own cores."""

import json
import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EPYSIM = os.environ.get("EPYSIM", str(ROOT / "build/release/epysim"))

EVERYBODY = """\
import parallel
print "I am " + coreid() + " of " + numcores() + ", host " + ishost() + ", device " + isdevice()
sync()
print reduce(coreid() + 1, "prod")
print bcast(coreid(), 3)
right = coreid() + 1
if right == numcores():
  right = 0
left = coreid() - 1
if left < 0:
  left = numcores() - 1
nonblocking_send(coreid() * 1.5, right)
while not probe(left):
  pass
print recv(left)
wait_sent(right)
print test_sent(right)
partner = numcores() - 1 - coreid()
if partner != coreid():
  print sendrecv(coreid(), partner)
"""


def epysim(*arguments, code=0):
    run = subprocess.run([EPYSIM, *map(str, arguments)], capture_output=True, text=True, timeout=120, cwd=ROOT)
    assert run.returncode == code, run.stderr
    return run


def everybody(tmp_path, *options):
    program = tmp_path / "everybody.py"
    program.write_text(EVERYBODY)
    return sorted(epysim("run", *options, program).stdout.splitlines())


def expected(devices, hosts):
    """What EVERYBODY prints on cores 0 .. devices-1 and as many virtual ones behind them."""
    count = devices + hosts
    product = 1
    for i in range(count):
        product *= i + 1
    lines = []
    for i in range(count):
        host = "true" if i >= devices else "false"
        device = "false" if i >= devices else "true"
        who = f"[host {i - devices}]" if i >= devices else f"[device {i}]"
        lines += [
            f"{who} I am {i} of {count}, host {host}, device {device}",
            f"{who} {product}",
            f"{who} 3",
            f"{who} {(i - 1) % count * 1.5:f}",
            f"{who} true",
            f"{who} {count - 1 - i}",
        ]
    return sorted(lines)


def test_virtual_cores_alone(tmp_path):
    assert everybody(tmp_path, "--host-cores", "6") == expected(0, 6)


def test_beside_the_cores_of_a_board(tmp_path):
    assert everybody(tmp_path, "--cores", "4", "--host-cores", "2") == expected(4, 2)
    assert everybody(tmp_path, "--cores", "1", "--host-cores", "3") == expected(1, 3)
    assert everybody(tmp_path, "--board", "pynq", "--cores", "2", "--host-cores", "2") == expected(2, 2)


def test_numbers_follow_those_of_the_board(tmp_path):
    program = tmp_path / "who.py"
    program.write_text("import parallel\nprint coreid()\n")
    run = epysim("run", "--cores", "3,7", "--host-cores", "2", program)
    assert sorted(run.stdout.split("\n")[:-1]) == ["[device 3] 3", "[device 7] 7", "[host 0] 8", "[host 1] 9"]


def test_every_run_is_the_same(tmp_path):
    def once(name):
        file = tmp_path / name
        run = epysim("run", "--cores", "3", "--host-cores", "2", "--stats", file, "examples/reduce.py")
        document = json.loads(file.read_text())
        del document["wall_seconds"]
        return run.stdout, document

    assert once("a.json") == once("b.json")


def test_their_time_is_counted_in_instructions(tmp_path):
    program = tmp_path / "count.py"
    program.write_text("# epython: modern\ni = 0\nwhile i < 10000:\n    i += 1\n")

    def seconds(*options):
        file = tmp_path / "s.json"
        epysim("run", "--host-cores", "1", *options, "--stats", file, program)
        core = json.loads(file.read_text())["virtual_cores"][0]
        return core["instructions"], core["seconds"]

    instructions, slow = seconds()
    assert 40000 <= instructions <= 50010
    same, fast = seconds("--set", "host.core_instruction=9")
    assert same == instructions
    assert slow - fast == instructions * 36e-9 or abs(slow - fast - instructions * 36e-9) < 1e-9


def test_errors_and_deadlocks_name_the_core():
    run = epysim("run", "--host-cores", "5", "examples/bad/zero.py", code=1)
    assert "zero.py:5: ZeroDivisionError: division by zero (core 3" in run.stderr
    run = epysim("run", "--cores", "1", "--host-cores", "1", "examples/bad/deadlock.py", code=1)
    assert "core 0 waits for a message from core 1" in run.stderr
    assert "core 1 waits for a message from core 0" in run.stderr
    run = epysim("run", "--host-cores", "2", "--max-cycles", "3000000", "examples/bad/spin.py", code=1)
    assert "TimeoutError" in run.stderr and "spin.py:4" in run.stderr
