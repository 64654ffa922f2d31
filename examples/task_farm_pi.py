# Pi by throwing darts, as tasks: in each of ten rounds core 0 lets every other core throw some, and collects the hits.

from parallel import coreid, numcores
from random import random
from taskfarm import execFunction, initTaskFarm, shutdownTaskFarm, waitFunctionFinish, worker
from util import range


def throw(darts):
    hits = 0
    while darts > 0:
        x = random()
        y = random()
        if x * x + y * y <= 1.0:
            hits += 1
        darts -= 1
    return hits


initTaskFarm(0)
if coreid() == 0:
    hits = 0
    for turn in range(1, 10):
        for core in range(1, numcores() - 1):
            execFunction(core, throw, 100)
        for core in range(1, numcores() - 1):
            hits += waitFunctionFinish(core)
    print("Pi is about " + 4.0 * hits / (1000 * (numcores() - 1)))
    shutdownTaskFarm()
else:
    worker()
