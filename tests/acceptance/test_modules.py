"""Every function of the modules, in both dialects."""

import pytest

MATH = """\
from math import *
print(sqrt(2.25), sqrt(16), pow(2, 10), pow(2.0, 0.5) > 1.41421, floor(-1.5), ceil(-1.5), floor(2.5))
print(abs(sin(0.5) - 0.479426) < 0.000001, abs(cos(0.5) - 0.877583) < 0.000001, abs(tan(0.5) - 0.546302) < 0.000001)
print(abs(asin(0.5) - 0.523599) < 0.000001, abs(acos(0.5) - 1.047198) < 0.000001, abs(atan(0.5) - 0.463648) < 0.000001)
print(abs(sinh(0.5) - 0.521095) < 0.000001, abs(cosh(0.5) - 1.127626) < 0.000001, abs(tanh(0.5) - 0.462117) < 0.000001)
print(abs(log(0.5) + 0.693147) < 0.000001, abs(log10(1000.0) - 3) < 0.000001, abs(exp(1.5) - 4.481689) < 0.000001)
"""


def test_math(port):
    yes = "true"
    assert port.output(MATH + "print(pi(), e())\n") == [
        f"1.500000 4.000000 1024 {yes} -2.000000 -1.000000 2.000000",
        *[f"{yes} {yes} {yes}"] * 4,
        "3.141592 2.718281",
    ]
    yes = "True"
    lines = port.output(MATH + "print(pi, e)\n", dialect="modern")
    assert lines[0] == f"1.5 4.0 1024 {yes} -2.0 -1.0 2.0"
    assert lines[1:] == [*[f"{yes} {yes} {yes}"] * 4, "3.1415927 2.7182817"]


ARRAY = """\
import array
a = array.array(2, 3, 4)
b = array.shared_mem_array(24)
print(array.ndim(a), array.size(a), array.len(a), array.nbytes(a), array.ndim(5))
for n in array.shape(a):
  print(n)
a[1][2][3] = 7
array.arraycopy(b, a)
print(b[23])
c = array.flatten(a)
print(c[23], array.ndim(a))
array.freearray(b)
d = array.array(1, 1, 1, 1, 1, 1, 2)
d[0][0][0][0][0][0][1] = 4
print(d[0][0][0][0][0][0][1])
"""


@pytest.mark.parametrize("dialect", ["legacy", "modern"])
def test_array(port, dialect):
    assert port.output(ARRAY, dialect=dialect) == ["3 24 24 96 0", "2", "3", "4", "7", "7 1", "4"]


RANDOM = """\
import random
low = 10.0
high = -10.0
i = 0
while i < 200:
  r = random.random()
  low = min(low, r)
  high = max(high, r)
  n = random.randrange(5)
  if n < 0 or n > 4:
    print("wrong")
  n = random.randint(3, 6)
  if n < 3 or n > 6:
    print("wrong")
  i += 1
print(0.0 <= low < 0.1 and 0.9 < high < 1.0)
"""


@pytest.mark.parametrize("dialect, yes", [("legacy", "true"), ("modern", "True")])
def test_random(port, dialect, yes):
    assert port.output(RANDOM, dialect=dialect) == [yes]


UTIL = """\
import util
a = [5, 3, 9, 1, 1, 0, 7]
util.oddSort(a)
n = 0
for x in a:
  n = n * 10 + x
print(n)
b = [3, 2, 1]
util.oddSort(b, 2)
print(b[0] * 100 + b[1] * 10 + b[2])
n = 0
for x in util.xrange(2, 4):
  n = n * 10 + x
print(n)
r = util.range(3)
print(r[2])
"""


def test_util(port):
    assert port.output(UTIL) == ["113579", "231", "234", "2"]
    assert port.output(UTIL, dialect="modern") == ["113579", "231", "23", "2"]


MEMORY = """\
import memory
i = 0
while i < 400:
  a = [0] * 200
  memory.free(a)
  i += 1
b = "x"
while i > 0:
  b = "y" + i
  i -= 1
memory.gc()
print(b)
"""


@pytest.mark.parametrize("dialect", ["legacy", "modern"])
def test_memory(port, dialect):
    assert port.output(MEMORY, dialect=dialect) == ["y1"]


CONCURRENCY = """\
from parallel import coreid, sync
from concurrency import access, expose
a = [1, 2, 3]
if coreid() == 0:
  expose(a, 1)
  sync()
  print(a[1])
else:
  theirs = access(0)
  theirs[1] = theirs[0] + theirs[2] + 10
  sync()
"""


BY_ID = """\
from parallel import coreid, recv, send, sync
a = [1, 2, 3]
if coreid() == 0:
  b = a
  send(id(a), 1)
  sync()
  print(a[1])
  print(id(a) == id(b))
else:
  theirs = native rtl_dereference(recv(0))
  theirs[1] = theirs[0] + theirs[2] + 10
  sync()
"""


IN_SHARED_MEMORY = CONCURRENCY.replace("a = [1, 2, 3]", "from array import shared_mem_array\na = shared_mem_array(3)\na[0] = 1\na[2] = 3")


@pytest.mark.parametrize("dialect", ["legacy", "modern"])
def test_concurrency(board, dialect):
    assert board.output(CONCURRENCY, 2, dialect=dialect) == ["14"]


@pytest.mark.parametrize("dialect, true", [("legacy", "true"), ("modern", "True")])
def test_the_id_of_a_list(board, dialect, true):
    assert board.output(BY_ID, 2, dialect=dialect) == ["14", true]
    assert "program.py:2: TypeError" in board.failure("n = 1\nprint(id(n))\n", dialect=dialect)


@pytest.mark.parametrize("name", ["parallella", "pynq", "pynq-fpu", "pynq-picorv32"])
def test_concurrency_in_shared_memory(port_of, name):
    assert port_of(name).output(IN_SHARED_MEMORY, 2) == ["14"]


@pytest.mark.parametrize("name", ["pynq", "pynq-picorv32", "posix"])
def test_lists_that_no_other_core_can_reach_stay_their_own(port_of, name):
    """The block RAM of a soft core is its own, and virtual cores are told no addresses."""
    errors = port_of(name).failure("from concurrency import expose\nexpose([1], 1)\n", cores=2)
    assert "program.py:2: NotImplementedError: not supported on this device" in errors
    assert "NotImplementedError" in port_of(name).failure("a = native rtl_dereference(12)\n")


PARALLEL = """\
import parallel
me = coreid()
n = numcores()
partner = n - 1 - me
print(ishost() == isdevice())
print(sendrecv(me, partner))
data = [me, me + 0.5]
theirs = sendrecv(data, partner, 2)
print(theirs[1])
if me == 0:
  send([7, 8, 9], 1, 3)
  nonblocking_send(5, 1)
  wait_sent(1)
  print(test_sent(1))
elif me == 1:
  got = recv(0, 3)
  print(got[2] + recv(0))
print(bcast(me, 2))
print(reduce(me + 1, "sum") * 1000 + reduce(me, "max") * 100 + reduce(me + 3, "min") * 10 + reduce(1, "prod"))
print(reduce(me + 0.5, "sum"))
sync()
print(probe(partner))
"""


def test_parallel(port):
    run = port.run(PARALLEL, 4)
    assert (run.code, run.errors) == (0, "")
    for core in range(4):
        own = {0: ["true"], 1: ["14"]}.get(core, [])
        expected = ["false", str(3 - core), f"{3.5 - core:f}", *own, "2", "10331", "8.000000", "false"]
        assert run.lines[core] == expected
