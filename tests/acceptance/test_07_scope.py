"""Item 7: scope, default arguments, functions as values that travel."""

import pytest

LEGACY = """\
import parallel
total = 0

def early():
  later = 5
  return later

def add(n):
  total = total + n
  inside = n
  return inside

later = 1
if true:
  block = 7
print(early())
print(later)
add(3)
add(4)
print(total)
print(block)
Name = 9
print(nAME)
def set(x):
  x = x + 1
a = 5
set(a)
print(a)
def swap(b):
  b[0] = 8
c = [1]
swap(c)
print(c[0])
"""

MODERN = """\
# epython: modern
total = 0

def shadow():
    total = 5
    return total

def add(n):
    global total
    total += n

print(shadow(), total)
add(3)
add(4)
print(total)
Name = 1
name = 2
print(Name, name)

def change(x, items):
    x = x + 1
    items[0] = x
    return x

a = 5
b = [0]
print(change(a, b), a, b)
"""


def test_legacy_scope(port):
    assert port.output(LEGACY) == ["5", "1", "7", "7", "9", "6", "8"]


def test_modern_scope(port):
    assert port.output(MODERN) == ["5 0", "7", "1 2", "6 5 [6]"]


DEFAULTS = """\
def f(a, b=a * 2, c=a + b):
  return a * 100 + b * 10 + c

def g(x=none):
  if x is none:
    return "nothing"
  return x

calls = [0]
def count():
  calls[0] += 1
  return calls[0]
def h(n=count()):
  return n

print(f(1))
print(f(1, 1))
print(f(1, 1, 1))
print(g())
print(g("some"))
print(h())
print(h())
print(h(9))
print(calls[0])
"""


@pytest.mark.parametrize("dialect", ["legacy", "modern"])
def test_default_arguments_are_evaluated_at_each_call(port, dialect):
    assert port.output(DEFAULTS, dialect=dialect) == ["123", "112", "111", "nothing", "some", "1", "2", "9", "2"]


ORDER = """\
def first(n):
  return second(n) + 1
print(first(1))
def second(n):
  return n * 10
def second(n):
  return n * 20
def nothing():
  pass
print(first(1))
x = nothing()
print(x is none)
f = first
print(f(2))
def apply(g, n):
  return g(n)
print(apply(f, 3))
"""


@pytest.mark.parametrize("dialect, yes", [("legacy", "true"), ("modern", "True")])
def test_order_of_definitions(port, dialect, yes):
    """Used before it is defined; of two definitions the later one counts; a function is a value."""
    assert port.output(ORDER, dialect=dialect) == ["21", "21", yes, "41", "61"]


TRAVEL = """\
from parallel import coreid, numcores, send, recv, bcast
def double(n):
  return n * 2
def square(n):
  return n * n
f = none
if coreid() == 0:
  send(square, 1)
elif coreid() == 1:
  print(recv(0)(9))
if coreid() == 1:
  f = double
f = bcast(f, 1)
print(f(coreid() + 10))
"""


@pytest.mark.parametrize("dialect", ["legacy", "modern"])
def test_functions_travel_between_cores(port, dialect):
    run = port.run(TRAVEL, cores=3, dialect=dialect)
    assert (run.code, run.errors) == (0, "")
    assert run.lines == {0: ["20"], 1: ["81", "22"], 2: ["24"]}


@pytest.mark.parametrize(
    "text, line, says",
    [
        ("def f(a):\n  return a\nprint(f())\n", 3, "'f' needs at least 1 argument, 0 given"),
        ("def f(a):\n  return a\nprint(f(1, 2))\n", 3, "'f' takes at most 1 argument, 2 given"),
        ("print(undefined)\n", 1, "unknown name 'undefined'"),
        ("print(fuction())\ndef function():\n  return 1\n", 1, "did you mean 'function'?"),
    ],
)
@pytest.mark.parametrize("dialect", ["legacy", "modern"])
def test_mistakes_the_compiler_finds(board, dialect, text, line, says):
    errors = board.failure(text, dialect=dialect)
    assert f"program.py:{line}:" in errors and says in errors


def test_calling_what_is_no_function(port):
    errors = port.failure("a = [3]\nb = a[0]\nprint b(1)\n")
    assert "program.py:3: TypeError: called value is not a function" in errors


def test_a_variable_that_was_not_assigned(port):
    errors = port.failure("import parallel\nif coreid() == 99:\n  late = 1\nprint(1)\nprint late\n")
    assert "program.py:5: NameError: variable used before it was assigned" in errors


EXIT = """\
def stop():
  print("last")
  exit()
def outer():
  stop()
  print("never")
outer()
print("never")
"""


@pytest.mark.parametrize("dialect", ["legacy", "modern"])
def test_exit_ends_the_program_from_any_depth(port, dialect):
    assert port.output(EXIT, dialect=dialect) == ["last"]


ALIASES = """\
total = 1
count = [1, 2]
def add(n):
  alias(sum, symbol(total))
  sum = sum + n
def twice(a):
  alias(b, symbol(a))
  b = b * 2
  return a
alias(c, symbol(count))
c[0] = 9
add(4)
print(total)
print(twice(21))
print(count[0])
print(symbol(total) == symbol(count) or symbol(total) != symbol(total))
"""


@pytest.mark.parametrize("dialect, false", [("legacy", "false"), ("modern", "False")])
def test_an_alias_is_another_name_of_a_variable(port, dialect, false):
    assert port.output(ALIASES, dialect=dialect) == ["5", "42", "9", false]


BY_VALUE = """\
total = 10
def set(x):
  x = x + 1
def keep(x):
  return x
def two(x, y):
  set(x)
  y = x * 2
def outer(x):
  total = total + 5
  return x
def apply(g, v):
  g(v)
  return v
a = 5
b = 0
f = set
f(a)
print(a)
f = keep
f(a)
print(a)
f = two
f(a, b)
print(a)
print(b)
f = outer
f(total)
print(total)
several = [set, keep]
several[0](a)
several[1](a)
several[0](a + 0)
print(a)
print(apply(set, 41))
apply(set, a)
print(a)
"""


def test_by_reference_through_a_variable(port):
    """Who calls does not know the function; what it assigns reaches the caller's variable, what it leaves alone does not overwrite it."""
    assert port.output(BY_VALUE) == ["6", "6", "7", "14", "15", "8", "42", "9"]
