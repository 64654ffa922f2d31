# A list grows when it is stored to past its end (in the legacy dialect).

from random import randrange

numbers = [0]
i = 0
while i < 100:
    numbers[i] = i
    i += 1

i = randrange(100)
print("Element " + i + " is " + numbers[i])
