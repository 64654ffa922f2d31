# Every core draws a number; reduce combines them all, and every core learns the result.

from parallel import coreid, reduce
from random import randint

mine = randint(0, 100)      # 0 to 99: the upper end is excluded
highest = reduce(mine, "max")
print("The highest random number is " + highest)
