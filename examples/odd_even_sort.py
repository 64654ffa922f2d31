# Sorts by exchanging neighbours: the odd pairs, then the even ones, until a whole round changes nothing. Every core sorts numbers of its own.

from random import randrange

numbers = [0] * 100
i = 0
while i < 100:
    numbers[i] = randrange(1000)
    i += 1

swapped = true
while swapped:
    swapped = false
    start = 1
    while start >= 0:
        i = start
        while i < 99:
            if numbers[i] > numbers[i + 1]:
                smaller = numbers[i + 1]
                numbers[i + 1] = numbers[i]
                numbers[i] = smaller
                swapped = true
            i += 2
        start -= 1

for number in numbers:
    print(number)
