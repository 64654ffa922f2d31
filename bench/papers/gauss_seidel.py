# The method of Gauss and Seidel with over-relaxation, red points before black ones: examples/gauss_seidel.py as it was measured for the
# paper, 1000 unknowns and a tolerance of 0.001. With `most` it stops earlier: all iterations take the same time, so two short runs tell
# what a long one takes. `exchange` as in jacobi.py.

from math import sqrt
from parallel import coreid, numcores, reduce, sendrecv

points = 1000
tolerance = 0.001
most = 1000000
exchange = False
relaxation = 1.3
me = coreid()
cores = numcores()

# The first few cores take one point more when the points do not divide evenly.
mine = points / cores
if me < points % cores:
    mine += 1

# One more element at either end: the neighbour's edge, or the fixed value at the end of the line.
u = [0.0] * (mine + 2)
if me == 0:
    u[0] = 1.0
if me == cores - 1:
    u[mine + 1] = 10.0

def add_up(value):
    if not exchange:
        return reduce(value, "sum")
    sum = 0.0
    other = 0
    while other < cores:
        if other == me:
            sum += value
        else:
            sum += sendrecv(value, other)
        other += 1
    return sum


start = 0.0
norm = 1.0
iterations = 0
while norm >= tolerance and iterations < most:
    # Even cores begin on one side and odd ones on the other: all pairs swap at the same time.
    turn = 0
    while turn < 2:
        if (me + turn) % 2 == 0:
            if me < cores - 1:
                u[mine + 1] = sendrecv(u[mine], me + 1)
        elif me > 0:
            u[0] = sendrecv(u[1], me - 1)
        turn += 1

    total = 0.0
    i = 1
    while i <= mine:
        rest = 2.0 * u[i] - u[i - 1] - u[i + 1]
        total += rest * rest
        i += 1
    norm = sqrt(add_up(total))
    if iterations == 0:
        start = norm
    norm = norm / start
    if me == 0 and iterations % 1000 == 0:
        print("Iteration " + iterations + ": norm " + norm)

    first = 2
    while first > 0:
        i = first
        while i <= mine:
            u[i] = (1.0 - relaxation) * u[i] + relaxation * (0.5 * (u[i - 1] + u[i + 1]))
            i += 2
        first -= 1
    iterations += 1

if me == 0:
    print("Done after " + iterations + " iterations: norm " + norm)
