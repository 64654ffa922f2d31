# A pipeline of four stages on cores 0 to 3: sequences of random numbers are made, put into order, their different numbers counted, and the
# percentage printed. A length of -1 passes through all stages and ends them; the last one then prints the percentage over all sequences.

from parallel import coreid, recv, send
from random import randint, randrange
from util import oddSort, range

data = none


def receive():
    length = recv(coreid() - 1)
    if length > 0:
        data = recv(coreid() - 1, length)
    return length


def pass_on(length):
    send(length, coreid() + 1)
    if length > 0:
        send(data, coreid() + 1, length)


def make():
    for sequence in range(10):
        length = randint(5, 30)
        data = [0] * length
        i = 0
        while i < length:
            data[i] = randrange(20)
            i += 1
        pass_on(length)
    send(-1, 1)


def order():
    length = 0
    while length >= 0:
        length = receive()
        if length > 0:
            oddSort(data, length)
        pass_on(length)


def count():
    length = 0
    while length >= 0:
        length = receive()
        different = 1
        i = 1
        while i < length:
            if data[i] > data[i - 1]:
                different += 1
            i += 1
        send(length, 3)
        if length > 0:
            send(different, 3)


def show():
    numbers = 0
    different = 0
    length = recv(2)
    while length >= 0:
        found = recv(2)
        print(100 * found / length + "%")
        numbers += length
        different += found
        length = recv(2)
    print(100 * different / numbers + "% of all")


if coreid() == 0:
    make()
elif coreid() == 1:
    order()
elif coreid() == 2:
    count()
elif coreid() == 3:
    show()
