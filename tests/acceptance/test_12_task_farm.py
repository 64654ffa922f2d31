"""Item 12: the task farm."""

import pytest

FARM = """\
from parallel import coreid, numcores
from array import array, shape, ndim
from taskfarm import execFunction, initTaskFarm, shutdownTaskFarm, testFunctionFinish, waitFunctionFinish, worker, stopTaskFarm

def length(items):
  n = 0
  for item in items:
    n += 1
  return n

def upto(n):
  result = [0] * n
  i = 0
  while i < n:
    result[i] = coreid() * 1000 + i
    i += 1
  return result

def nothing():
  pass

def same(x):
  return x

def many(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o):
  return a + 10 * b + c + d + e + f + g + h + i + j + k + l + m + n + 100 * o

def two(x):
  x[1][2] = 7
  return x

def slow(n):
  while n > 0:
    n -= 1
  return coreid()

"""

MAIN = """\
initTaskFarm(0)
if coreid() != 0:
  worker()
else:
  last = numcores() - 1
  core = 1
  while core <= last:
    execFunction(core, upto, core)
    core += 1
  total = 0
  core = last
  while core > 0:
    items = waitFunctionFinish(core)
    total += length(items) * 100000 + items[core - 1]
    core -= 1
  print(total)
  execFunction(1, length, [1, 2, 3])
  print(waitFunctionFinish(1))
  execFunction(1, length, [])
  print(waitFunctionFinish(1))
  execFunction(1, nothing)
  print(waitFunctionFinish(1) is none)
  execFunction(1, same, none)
  print(waitFunctionFinish(1) is none)
  execFunction(1, same, 2.5)
  print(waitFunctionFinish(1) + 1)
  execFunction(1, same, true)
  if waitFunctionFinish(1):
    print("yes")
  execFunction(1, same, length)
  f = waitFunctionFinish(1)
  print(f([1, 2]))
  execFunction(1, many, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
  print(waitFunctionFinish(1))
  grid = array(2, 3)
  execFunction(1, two, grid)
  back = waitFunctionFinish(1)
  print(ndim(back) * 100 + shape(back)[0] * 10 + shape(back)[1])
  print(back[1][2] + grid[1][2])
  tensor = array(2, 1, 3, 1, 2)
  tensor[1][0][2][0][1] = 2.5
  execFunction(1, same, tensor)
  back = waitFunctionFinish(1)
  print(ndim(back))
  print(back[1][0][2][0][1])
  execFunction(1, same, [none, 1, true])
  back = waitFunctionFinish(1)
  print(back[0] is none and back[2])
  print(testFunctionFinish(1))
  execFunction(1, slow, 3000)
  print(testFunctionFinish(1))
  while not testFunctionFinish(1):
    pass
  print(waitFunctionFinish(1))
  print(waitFunctionFinish(1) is none)
  execFunction(2, slow, 10)
  execFunction(2, slow, 20)
  print(waitFunctionFinish(2))
  execFunction(2, slow, 2000)
  shutdownTaskFarm()
print("end")
"""


def expected(last, yes, no):
    total = sum(core * 100000 + core * 1000 + core - 1 for core in range(1, last + 1))
    lines = [total, 3, 0, yes, yes, 3.5, "yes", 2, 1 + 20 + sum(range(3, 15)) + 1500, 223, 7, 5, 2.5, yes, no, no, 1, yes, 2, "end"]
    return [f"{x:f}" if isinstance(x, float) and yes == "true" else str(x) for x in lines]


@pytest.mark.parametrize("dialect, yes, no", [("legacy", "true", "false"), ("modern", "True", "False")])
def test_farm(port, dialect, yes, no):
    cores = 8 if port.name == "pynq-fpu" else 16
    run = port.run(FARM + MAIN, cores, dialect=dialect)
    assert (run.code, run.errors) == (0, "")
    assert run.lines == {core: expected(cores - 1, yes, no) if core == 0 else ["end"] for core in range(cores)}


def test_any_core_can_be_the_master_and_numbers_may_have_gaps(board):
    text = FARM + """\
initTaskFarm(5)
if coreid() == 5:
  execFunction(1, upto, 2)
  execFunction(9, upto, 3)
  print(waitFunctionFinish(9)[2] + waitFunctionFinish(1)[1])
  stopTaskFarm()
else:
  worker()
"""
    run = board.run(text, "1,5,9")
    assert (run.code, run.errors) == (0, "")
    assert run.lines == {5: ["10003"]}


def test_with_virtual_cores_as_workers(board):
    text = FARM + """\
initTaskFarm(0)
if coreid() == 0:
  execFunction(2, slow, 100)
  execFunction(1, slow, 100)
  print(waitFunctionFinish(1) + 10 * waitFunctionFinish(2))
  shutdownTaskFarm()
else:
  worker()
"""
    run = board.run(text, 1, extra=["--host-cores", "2"])
    assert (run.code, run.errors) == (0, "")
    assert run.text == "[device 0] 21\n"


def test_too_many_arguments_are_a_mistake(board):
    arguments = ", ".join(str(i) for i in range(16))
    run = board.run(FARM + f"initTaskFarm(0)\nif coreid() == 0:\n  execFunction(1, many, {arguments})\nelse:\n  worker()\n", 2)
    assert run.output == ["execFunction: more than 15 arguments"]


def test_an_error_in_a_task_names_the_worker(board):
    text = FARM.replace("  return coreid()\n", "  return 1 / n\n") + "initTaskFarm(0)\nif coreid() == 0:\n  execFunction(2, slow, 1)\nelse:\n  worker()\n"
    errors = board.failure(text, 3)
    assert "ZeroDivisionError: division by zero (core 2" in errors and "in slow" in errors
