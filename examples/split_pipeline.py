# Five pipelines of three stages behind one source: core 0 makes sequences of random numbers and deals them out; of the 15 cores behind it
# every first puts them into order, every second counts their different numbers, every third prints the percentage. A length of -1 ends a
# pipeline, and its last stage prints the percentage over all its sequences.

from parallel import coreid, numcores, recv, send
from random import randint, randrange
from util import oddSort, range

me = coreid()
data = none


def make():
    core = 1
    for sequence in range(10):
        length = randint(5, 30)
        data = [0] * length
        i = 0
        while i < length:
            data[i] = randrange(20)
            i += 1
        send(length, core)
        send(data, core, length)
        core += 3
        if core >= numcores():
            core = 1
    core = 1
    while core < numcores():
        send(-1, core)
        core += 3


def order():
    length = recv(0)
    while length >= 0:
        data = recv(0, length)
        oddSort(data, length)
        send(length, me + 1)
        send(data, me + 1, length)
        length = recv(0)
    send(-1, me + 1)


def count():
    length = recv(me - 1)
    while length >= 0:
        data = recv(me - 1, length)
        different = 1
        i = 1
        while i < length:
            if data[i] > data[i - 1]:
                different += 1
            i += 1
        send(length, me + 1)
        send(different, me + 1)
        length = recv(me - 1)
    send(-1, me + 1)


def show():
    numbers = 0
    different = 0
    length = recv(me - 1)
    while length >= 0:
        found = recv(me - 1)
        print(100 * found / length + "%")
        numbers += length
        different += found
        length = recv(me - 1)
    print(100 * different / numbers + "% of all")


if me == 0:
    make()
elif me % 3 == 1:
    order()
elif me % 3 == 2:
    count()
else:
    show()
