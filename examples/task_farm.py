# A farm of tasks: core 0 gives functions to the other cores, which run them and send the results back. Needs 3 cores.

from parallel import coreid
from taskfarm import execFunction, initTaskFarm, shutdownTaskFarm, waitFunctionFinish, worker


def total(numbers):
    print("running total")
    result = 0
    for number in numbers:
        result += number
    return result


def count_from(start, n):
    print("running count_from")
    result = [0] * n
    i = 0
    while i < n:
        result[i] = start + i
        i += 1
    return result


initTaskFarm(0)
if coreid() == 0:
    execFunction(1, total, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    execFunction(2, count_from, 100, 10)
    print(waitFunctionFinish(1))
    for number in waitFunctionFinish(2):
        print(number)
    shutdownTaskFarm()
else:
    worker()
