"""Messages between two cores: more of them than a counter holds, of any length, non-blocking, all at once; and what a deadlock looks like.

Between cores of a board, of the host, and of both.
"""
import os
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
EPYSIM = os.environ.get("EPYSIM", str(ROOT / "build/release/epysim"))
PAIRS = {  # options, and the id of the second core
    "board": (["--cores", "0,1"], 1),
    "soft cores": (["--board", "pynq-fpu", "--cores", "0,1"], 1),
    "host": (["--host-cores", "2"], 1),
    "board and host": (["--cores", "0", "--host-cores", "1"], 1),
    "soft core and host": (["--board", "pynq-fpu", "--cores", "0", "--host-cores", "1"], 1),
}
HEAD = """\
# epython: modern
from parallel import *
from array import *

def twice(x):
  return x + x

"""


def indented(text):
    return "".join(f"  {line}\n" for line in text.strip("\n").splitlines())


class Pair:
    """Two cores, the second of which comes behind the first in the order of ids."""

    def __init__(self, options, second, folder):
        self.options, self.second = options, second
        self.program = folder / "pair.py"

    def run(self, first, second):
        parts = indented(f"other = {self.second}\n{first}"), indented(f"other = 0\n{second}")
        self.program.write_text(HEAD + "if coreid() == 0:\n" + parts[0] + "else:\n" + parts[1])
        return subprocess.run([EPYSIM, "run", "-q", *self.options, self.program], capture_output=True, text=True, timeout=300)

    def prints(self, first, second):
        """What each of the two prints."""
        run = self.run(first, second)
        assert (run.returncode, run.stderr) == (0, ""), run.stdout
        lines = {}
        for line in run.stdout.splitlines():
            who, text = re.fullmatch(r"\[(\w+ \d+)\] (.*)", line).groups()
            lines.setdefault(who, []).append(text)
        return [lines[who] for who in sorted(lines)]

    def fails(self, first, second):
        run = self.run(first, second)
        assert run.returncode == 1, run.stdout
        return run.stderr


@pytest.fixture(params=PAIRS)
def pair(request, tmp_path):
    return Pair(*PAIRS[request.param], tmp_path)


@pytest.fixture(params=["board", "soft cores"])
def cores(request, tmp_path):
    return Pair(*PAIRS[request.param], tmp_path)


def test_300_messages_per_pair(pair):
    there = "for i in range(300):\n  send(i, other)\n"
    back = "t = 0\nfor i in range(300):\n  t = t * 3 + recv(other)\n"
    expected = 0
    for i in range(300):
        expected = (expected * 3 + i) & 0xFFFFFFFF
    expected -= (expected >> 31) << 32
    assert pair.prints(there + back + "print(t)\n", back + there + "print(t)\n") == [[str(expected)], [str(expected)]]


@pytest.mark.parametrize("length", [0, 1, 255, 256, 257, 1000])
def test_lists_of_any_length(pair, length):
    sending = f"a = [0] * {length}\nfor i in range({length}):\n  a[i] = i * 2.5\nsend(a, other)\nprint(recv(other))\n"
    receiving = "a = recv(other)\ns = 0.0\nfor x in a:\n  s += x\nsend(len(a), other)\nprint(s)\n"
    assert pair.prints(sending, receiving) == [[str(length)], [f"{length * (length - 1) * 1.25}"]]


def test_lists_both_ways_at_once(pair):
    # 700 elements meet 3; then values meet a list.
    one = "a = sendrecv([7] * 700, other)\nprint(a)\nprint(sendrecv(5, other))\n"
    two = "a = sendrecv([1, 2, 3], other)\nprint(len(a), sum(a))\nprint(sendrecv([0.5, 1.5], other))\n"
    assert pair.prints(one, two) == [["[1, 2, 3]", "[0.5, 1.5]"], ["700 4900", "5"]]


def test_elements_of_every_type_that_can_travel(pair):
    sending = "send([1, True, None, 2.5, twice], other)\nsend([True, False], other)\nsend(None, other)\nsend(twice, other)\n"
    receiving = "a = recv(other)\nprint(a[0], a[1], a[2], a[3], a[4](21))\nprint(recv(other))\nprint(recv(other))\nf = recv(other)\nprint(f(4))\n"
    assert pair.prints(sending + "print(0)\n", receiving) == [["0"], ["1 True None 2.5 42", "[True, False]", "None", "8"]]


def test_arrays_keep_their_shape(pair):
    sending = "a = array(3, 4)\nfor i in range(3):\n  for j in range(4):\n    a[i][j] = i * 10 + j\nsend(a, other)\nprint(sendrecv(a, other)[2][3])\n"
    receiving = "a = recv(other)\nprint(shape(a), a[2][3], a[1][0])\nb = array(2, 2, 2)\nb[1][0][1] = 5\nprint(shape(sendrecv(a, other)), b[1][0][1])\n"
    assert pair.prints(sending, receiving) == [["23"], ["[3, 4] 23 10", "[3, 4] 5"]]


def test_a_count_takes_the_first_elements(pair):
    sending = "a = [1, 2, 3, 4, 5]\nsend(a, other, 3)\nsend(a, other, 4)\nsend(7, other)\nsend(8, other)\nprint(sendrecv(a, other, 2))\n"
    receiving = (
        "print(recv(other, 3))\n"
        "print(recv(other), recv(other))\nprint(recv(other, 2))\n"  # one by one, and the rest
        "print(recv(other, 2))\n"  # two messages of one value
        "print(sendrecv([9, 8, 7], other, 2))\n"
    )
    assert pair.prints(sending, receiving) == [["[9, 8]"], ["[1, 2, 3]", "1 2", "[3, 4]", "[7, 8]", "[1, 2]"]]


def test_non_blocking_sends_and_probe(pair):
    sending = "nonblocking_send(1, other)\nnonblocking_send(2, other)\nprint(wait_sent(other), test_sent(other), recv(other))\n"
    receiving = "while not probe(other):\n  pass\nprint(recv(other), recv(other), probe(other))\nsend(3, other)\n"
    # The second waits for the first to be taken; nothing is lost.
    assert pair.prints(sending, receiving) == [["True True 3"], ["1 2 False"]]


def test_a_message_to_oneself(pair):
    own = "me = coreid()\nnonblocking_send(4, me)\nprint(probe(me), recv(me), test_sent(me))\n"
    assert pair.prints(own, own) == [["True 4 True"], ["True 4 True"]]


def test_a_blocking_send_to_oneself_is_an_error(cores):
    assert "CommError: send to a core that does not take part, or to itself" in cores.fails("send(1, 0)\n", "pass\n")


@pytest.mark.parametrize("what", ['"text"', '["text"]', "[[1]]", '[1, "text"]'])
def test_what_cannot_travel(cores, what):
    assert "TypeError: only numbers, bools, none and functions" in cores.fails(f"send({what}, other)\n", "print(recv(other))\n")


def test_a_list_cannot_be_sent_without_blocking(cores):
    assert "TypeError" in cores.fails("nonblocking_send([1], other)\n", "print(recv(other))\n")


def test_a_deadlock_is_reported_with_what_each_core_waits_for(pair):
    report = pair.fails("print(recv(other))\n", "x = 1\nprint(recv(other))\n")
    assert "deadlock: no core can ever go on" in report
    assert len(re.findall(r"core \d+ waits for a message from core \d+ at .*pair.py:\d+", report)) == 2


def test_exchanges_all_around_a_ring(port):
    program = """\
# epython: modern
from parallel import *
me = coreid()
n = numcores()
total = me
carried = [me] * 40
for step in range(n):
  if me % 2 == 0:
    carried = sendrecv(carried, (me + 1) % n)
    carried = sendrecv(carried, (me - 1 + n) % n)
  else:
    carried = sendrecv(carried, (me - 1 + n) % n)
    carried = sendrecv(carried, (me + 1) % n)
  total += carried[39]
print(total)
"""
    run = port.run(program, cores=4)
    assert (run.code, run.errors) == (0, "")

    def around(n):
        carried, totals = list(range(n)), list(range(n))
        for _ in range(n):
            for first in (0, 1):
                for even in range(0, n, 2):
                    left, right = (even, (even + 1) % n) if first == 0 else ((even - 1) % n, even)
                    carried[left], carried[right] = carried[right], carried[left]
            totals = [total + carry for total, carry in zip(totals, carried)]
        return totals

    assert [run.lines[core] for core in range(4)] == [[str(total)] for total in around(4)]
