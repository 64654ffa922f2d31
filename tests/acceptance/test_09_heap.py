"""Item 9: the heap. Nothing leaks, nothing that is still needed is collected, and memory is used up in order: local, collect, shared, collect,
error. On every port, with a local heap of a few KB."""

import pytest

DIALECTS = pytest.mark.parametrize("dialect", ["legacy", "modern"])
SMALL = ["--heap", "4096", "--data", "local"]

STRINGS = """\
import memory
from array import array
i = 0
while i < 10000:
  s = "string number " + str(i)
  i += 1
print(s)
i = 0
while i < 10000:
  s = "freed " + str(i)
  also = s
  memory.free(s)
  s = "again " + str(i)
  i += 1
print(s)
i = 0
while i < 10000:
  t = ["element " + str(i), "and", "more"]
  i += 1
print(t[0])
s = 0
also = 0
t = 0
memory.gc()
a = array(970)
print(len(a))
"""


@DIALECTS
def test_10000_strings_in_4_kb_leave_nothing_behind(port, dialect):
    """The array at the end takes nearly all of the heap, in one piece (objects never move; after gc() its header is the first of them)."""
    assert port.output(STRINGS, dialect=dialect, extra=SMALL) == ["string number 9999", "again 9999", "element 9999", "970"]


FREED = """\
import memory
from array import array
i = 0
while i < 100:
  a = array(700)
  alias = a
  {free}
  i += 1
print(i)
"""


@DIALECTS
def test_free_gives_memory_back_without_a_collection(port, dialect):
    """A second name keeps each array alive, so that no collection could free it."""
    assert port.output(FREED.format(free="memory.free(a)"), dialect=dialect, extra=SMALL) == ["100"]
    kept = FREED.format(free="kept = a").replace("array(700)", "array(500)")
    assert "MemoryError: out of local and shared heap" in port.failure(kept.replace("i = 0", "i = 0\nkept = [0]"), dialect=dialect, extra=SMALL)


TEMPORARIES = """\
def made(n):
  i = 0
  while i < 12:
    garbage = "garbage " + str(i) + " of " + str(n)
    i += 1
  return "<" + str(n) + ">"

def numbers(n):
  some = [n] * 5
  garbage = some + some
  return some

def joined(a, b, c=made(9)):
  return a + b + made(8) + c

print(made(1) + (made(2) + (made(3) + (made(4) + made(5)))))
few = [made(1), made(2) + made(3), made(4)]
print(few[0] + few[1] + few[2])
print(joined(made(6), made(7)))
more = [made(1)] * 3 + [made(2), made(3)]
for text in more:
  made(0)
  print(text)
some = numbers(1) + numbers(2) + numbers(3)
print(some[4] + some[9] + some[14])
print(made(1) == made(1) and made(2) + made(3) == "<2><3>")
"""
JOINED = ["<1><2><3><4><5>", "<1><2><3><4>", "<6><7><8><9>", "<1>", "<1>", "<1>", "<2>", "<3>", "6"]


@DIALECTS
def test_live_temporaries_survive_collections(port, dialect):
    true = "True" if dialect == "modern" else "true"
    assert port.output(TEMPORARIES, dialect=dialect, extra=["--heap", "1024", "--data", "local"]) == JOINED + [true]


def test_a_collection_at_every_point(port):
    """Each heap is 8 bytes larger than the one before, so that every allocation of the program is the one that collects in some of them."""
    for heap in range(720, 1200, 8):
        assert port.output(TEMPORARIES, extra=["--heap", str(heap), "--data", "local"]) == JOINED + ["true"], heap


SPILLED = "the heap has spilled to shared memory"
LIVE_AND_GARBAGE = """\
from array import array
kept = [array({size})]
for i in range(1, {live}):
  kept.append(array({size}))
i = 0
while i < {garbage}:
  a = array({size})
  a[i % {size}] = i
  i += 1
n = 0
for a in kept:
  n += len(a)
print(n)
print(i)
"""


def live_and_garbage(port, size, live, garbage, *options):
    program = "# epython: modern\n" + LIVE_AND_GARBAGE.format(size=size, live=live, garbage=garbage)
    return port.run(program, quiet=False, extra=["--heap", "4096", *options])


def test_garbage_stays_in_local_memory(port):
    run = live_and_garbage(port, 200, 2, 300)
    assert (run.code, run.output) == (0, ["400", "300"])
    assert SPILLED not in run.errors


def test_what_is_alive_goes_on_in_shared_memory_and_that_is_said_once(port):
    run = live_and_garbage(port, 200, 20, 20)
    assert (run.code, run.output) == (0, ["4000", "20"])
    assert run.errors.count(SPILLED) == 1


def test_garbage_in_shared_memory_is_collected(port):
    """8 MB pass through the 448,000 bytes of shared heap."""
    run = live_and_garbage(port, 20000, 3, 100)
    assert (run.code, run.output) == (0, ["60000", "100"])
    assert run.errors.count(SPILLED) == 1


def test_the_end_of_all_memory_is_an_error(port):
    run = live_and_garbage(port, 20000, 6, 1)
    assert (run.code, run.output) == (1, [])
    assert "program.py:5: MemoryError: out of local and shared heap (core 0" in run.errors
    assert run.errors.index(SPILLED) < run.errors.index("MemoryError")


def test_without_shared_memory_the_end_comes_at_once(port):
    run = live_and_garbage(port, 200, 20, 1, "--data", "local")
    assert (run.code, run.output) == (1, [])
    assert "program.py:5: MemoryError: out of local and shared heap (core 0" in run.errors and SPILLED not in run.errors


SHARED_ARRAYS = """\
# epython: modern
from array import shared_mem_array
i = 0
while i < 40:
  a = shared_mem_array(20000)
  i += 1
print(i)
kept = [a]
while i < 50:
  kept.append(shared_mem_array(20000))
  i += 1
"""


def test_shared_arrays_end_with_shared_memory(port):
    """They never come from local memory; garbage among them is collected first."""
    run = port.run(SHARED_ARRAYS, quiet=False, extra=["--heap", "4096"])
    assert (run.code, run.output) == (1, ["40"])
    assert "program.py:10: MemoryError: out of shared heap (core 0" in run.errors and SPILLED not in run.errors


FREED_TEXT = """\
import memory
text = "0123456789"
for i in [1, 2, 3, 4, 5, 6, 7]:
  text = text + text
i = 0
while i < 100:
  a = text + str(i)
  alias = a
  memory.free(a)
  i += 1
print(len(text))
print("(" + alias + ")" + "[" + a + "]")
memory.free(a)
memory.free("constant")
"""


@DIALECTS
def test_what_is_left_of_a_freed_string_is_an_empty_one(port, dialect):
    """Of which every name knows, so that nobody reads what lies there by then. Only the heap's objects can be freed."""
    run = port.run(FREED_TEXT, dialect=dialect, extra=SMALL)
    assert run.output == ["1280", "()[]"]
    assert "program.py:14: ValueError: free of something that is not on the heap (core 0" in run.errors
