# Pi by throwing darts: the share of random points of a square that fall into the quarter circle is pi/4. Every core throws its own darts.

from parallel import coreid, numcores, reduce
from random import random

darts = 1000
hits = 0
thrown = 0
while thrown < darts:
    x = random()
    y = random()
    if x * x + y * y <= 1.0:
        hits += 1
    thrown += 1

share = 4.0 * hits / darts
pi = reduce(share, "sum") / numcores()
if coreid() == 0:
    print("Pi is about " + pi)
