# A pipeline whose slowest stage runs on many cores: core 0 makes sequences of random numbers, core 1 puts them into order and deals them out to
# the cores 2 to n-2, which count their different numbers, and the last core collects the counts in the same order and prints percentages. A
# length of -1 ends a stage; the last core then prints the percentage over all sequences.

from parallel import coreid, numcores, recv, send
from random import randint, randrange
from util import oddSort, range

me = coreid()
last = numcores() - 1


def make():
    for sequence in range(10):
        length = randint(5, 30)
        data = [0] * length
        i = 0
        while i < length:
            data[i] = randrange(20)
            i += 1
        send(length, 1)
        send(data, 1, length)
    send(-1, 1)


# The core behind this one in the round of counting cores.
def following(core):
    if core + 1 == last:
        return 2
    return core + 1


def order():
    core = 2
    length = recv(0)
    while length >= 0:
        data = recv(0, length)
        oddSort(data, length)
        send(length, core)
        send(data, core, length)
        core = following(core)
        length = recv(0)
    core = 2
    while core < last:
        send(-1, core)
        core += 1


def count():
    length = recv(1)
    while length >= 0:
        data = recv(1, length)
        different = 1
        i = 1
        while i < length:
            if data[i] > data[i - 1]:
                different += 1
            i += 1
        send(length, last)
        send(different, last)
        length = recv(1)
    send(-1, last)


# The first core that has nothing more to tell is the one whose turn it is when all sequences are counted.
def show():
    numbers = 0
    different = 0
    core = 2
    length = recv(core)
    while length >= 0:
        found = recv(core)
        print(100 * found / length + "%")
        numbers += length
        different += found
        core = following(core)
        length = recv(core)
    left = last - 3
    while left > 0:
        core = following(core)
        recv(core)
        left -= 1
    print(100 * different / numbers + "% of all")


if me == 0:
    make()
elif me == 1:
    order()
elif me < last:
    count()
else:
    show()
