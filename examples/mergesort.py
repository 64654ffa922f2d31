# Merge sort over a tree of cores: a core gives half of its numbers to a helper, then half of what is left to another one, and so on; on the
# way back the ordered halves are merged. Needs 2^levels cores.

from array import size
from parallel import coreid, recv, send
from random import randrange

levels = 4
me = coreid()


def merge(a, b):
    n = size(a) + size(b)
    result = [0] * n
    i = 0
    j = 0
    while i + j < n:
        if j == size(b) or i < size(a) and a[i] <= b[j]:
            result[i + j] = a[i]
            i += 1
        else:
            result[i + j] = b[j]
            j += 1
    return result


def part(numbers, start, n):
    result = [0] * n
    i = 0
    while i < n:
        result[i] = numbers[start + i]
        i += 1
    return result


# In order, with the help of the cores up to me + 2^level.
def sort(numbers, level):
    n = size(numbers) / 2
    if n == 0:
        return numbers
    lower = part(numbers, 0, n)
    upper = part(numbers, n, size(numbers) - n)
    if level == 0:
        return merge(sort(lower, 0), sort(upper, 0))
    helper = me + 2 ^ (level - 1)
    send(n, helper)
    send(upper, helper, n)
    return merge(sort(lower, level - 1), recv(helper, n))


if me == 0:
    numbers = [0] * 128
    i = 0
    while i < 128:
        numbers[i] = randrange(1000)
        i += 1
    for number in sort(numbers, levels):
        print(number)
else:
    level = 0
    while me / (2 ^ level) % 2 == 0:
        level += 1
    parent = me - 2 ^ level
    n = recv(parent)
    send(sort(recv(parent, n), level), parent, n)
