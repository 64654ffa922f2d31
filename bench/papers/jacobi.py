# Jacobi's method: examples/jacobi.py, which also stops after `most` iterations; all take the same time. With `exchange` every core swaps its
# part of the error with every other one and adds them up for itself, as reduce() of the published system does; ours works in a tree.

from math import sqrt
from parallel import coreid, numcores, reduce, sendrecv

points = 100
tolerance = 0.0001
most = 1000000
exchange = False
me = coreid()
cores = numcores()

# The first few cores take one point more when the points do not divide evenly.
mine = points / cores
if me < points % cores:
    mine += 1

# One more element at either end: the neighbour's edge, or the fixed value at the end of the line.
u = [0.0] * (mine + 2)
new = [0.0] * (mine + 2)
if me == 0:
    u[0] = 1.0
    new[0] = 1.0
if me == cores - 1:
    u[mine + 1] = 10.0
    new[mine + 1] = 10.0


def swap_left():
    if me > 0:
        u[0] = sendrecv(u[1], me - 1)


def swap_right():
    if me < cores - 1:
        u[mine + 1] = sendrecv(u[mine], me + 1)


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


# Squares are compared, so that no square root is needed but for printing.
start = 0.0
error = 1.0
iterations = 0
enough = tolerance * tolerance
while error >= enough and iterations < most:
    # Even cores begin on one side and odd ones on the other: all pairs swap at the same time.
    if me % 2 == 0:
        swap_right()
        swap_left()
    else:
        swap_left()
        swap_right()

    total = 0.0
    i = 1
    while i <= mine:
        left = u[i - 1]
        right = u[i + 1]
        rest = 2.0 * u[i] - left - right
        total += rest * rest
        new[i] = 0.5 * (left + right)
        i += 1
    total = add_up(total)
    if iterations == 0:
        start = total
    error = total / start

    if me == 0 and iterations % 1000 == 0:
        print("Iteration " + iterations + ": norm " + sqrt(error))
    old = u
    u = new
    new = old
    iterations += 1

if me == 0:
    print("Done after " + iterations + " iterations: norm " + sqrt(error))
