"""Item 6: recursion as deep as memory lets it."""

import pytest

PROGRAM = """\
def fib(n):
  if n < 2:
    return n
  return fib(n - 1) + fib(n - 2)

def fact(n):
  if n == 0:
    return 1
  return n * fact(n - 1)

def depth(n):
  if n == 0:
    return 0
  return 1 + depth(n - 1)

def even(n):
  if n == 0:
    return true
  return odd(n - 1)

def odd(n):
  if n == 0:
    return false
  return even(n - 1)

print(fib(15))
print(fact(12))
print(depth(100))
if even(50) and odd(51) and not even(33):
  print("parity")
"""


@pytest.mark.parametrize("dialect", ["legacy", "modern"])
def test_recursion(port, dialect):
    assert port.output(PROGRAM, dialect=dialect) == ["610", "479001600", "100", "parity"]


DEEP = """\
def depth(n):
  if n == 0:
    return 0
  return 1 + depth(n - 1)
print(depth(2000))
print("and on")
print(depth(100000000))
"""


def test_the_stack_spills_to_shared_memory_and_then_ends_cleanly(port):
    run = port.run(DEEP)
    assert run.code == 1
    assert run.output == ["2000", "and on"]
    assert "program.py:" in run.errors and "MemoryError: out of local and shared stack (recursion too deep?) (core 0" in run.errors


def test_the_spill_is_said_once(board):
    run = board.run(DEEP.replace("print(depth(100000000))\n", "print(depth(1000))\n"), extra=["--data", "auto"])
    assert (run.code, run.output) == (0, ["2000", "and on", "1000"])
