# epython: modern
from parallel import coreid, numcores, recv, send

me = coreid()
right = (me + 1) % numcores()
left = (me - 1) % numcores()

if me == 0:
    send(1, right)
    print("back at core 0:", recv(left))
else:
    send(recv(left) * 2, right)
