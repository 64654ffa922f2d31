# Core 0 draws a number and everyone gets it. All cores must call bcast; what the others pass does not matter.

from parallel import coreid, bcast
from random import randrange

number = none
if coreid() == 0:
    number = randrange(100)

number = bcast(number, 0)
print("The number from core 0 is " + number)
