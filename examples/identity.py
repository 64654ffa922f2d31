# All cores run the same program. What makes them do different things is their number.

from parallel import coreid, numcores

me = coreid()

if me == 0:
    print("core " + me + ": first of " + numcores())
elif me == 1 or me == 2:
    print("core " + me + ": one of the next two")
else:
    print("core " + me + ": one of the others")

if me == 5:
    print("core 5 has something to add")
