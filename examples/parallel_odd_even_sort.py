# Sorts numbers that are spread over all cores. Every core keeps 25 of them in order; in each phase neighbouring cores swap all they have, the
# left one keeps the smaller half and the right one the larger. After as many phases as there are cores everything is in order.

from parallel import coreid, numcores, sendrecv, sync
from random import randrange
from util import oddSort

count = 25
me = coreid()
cores = numcores()
mine = [0] * count
i = 0
while i < count:
    mine[i] = randrange(1000)
    i += 1
oddSort(mine, count)


# The first elements of two ordered lists together, or the last ones.
def merged(a, b, upper):
    result = [0] * count
    step = 1
    i = 0
    j = 0
    k = 0
    if upper:
        step = -1
        i = count - 1
        j = i
        k = i
    taken = 0
    while taken < count:
        if (a[i] > b[j]) == upper:
            result[k] = a[i]
            i += step
        else:
            result[k] = b[j]
            j += step
        k += step
        taken += 1
    return result


phase = 0
while phase < cores:
    left = (me + phase) % 2 == 1
    partner = me + 1
    if left:
        partner = me - 1
    if partner >= 0 and partner < cores:
        mine = merged(mine, sendrecv(mine, partner, count), left)
    phase += 1

turn = 0
while turn < cores:
    if turn == me:
        for number in mine:
            print(number)
    sync()
    turn += 1
