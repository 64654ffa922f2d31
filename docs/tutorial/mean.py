# epython: modern
from parallel import bcast, coreid, numcores, reduce, sync

mine = coreid() * 1.5
mean = reduce(mine, "sum") / numcores()
limit = bcast(coreid() * 2, 1)          # what core 1 passes is what counts
if mine > mean:
    print("core", coreid(), "is above the mean", mean, "and the limit is", limit)
sync()
