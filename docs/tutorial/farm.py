# epython: modern
from parallel import coreid, numcores
from taskfarm import execFunction, initTaskFarm, shutdownTaskFarm, waitFunctionFinish, worker


def count_primes(first, last):
    found = 0
    for n in range(first, last):
        prime = n > 1
        for d in range(2, n):
            if n % d == 0:
                prime = False
                break
        if prime:
            found += 1
    return found


initTaskFarm(0)
if coreid() == 0:
    share = 120 // (numcores() - 1)
    for core in range(1, numcores()):
        execFunction(core, count_primes, (core - 1) * share, core * share)
    total = 0
    for core in range(1, numcores()):
        total += waitFunctionFinish(core)
    print("primes below 120:", total)
    shutdownTaskFarm()
else:
    worker()
