# A value travels once around a ring of all cores and every core adds its own number to it. Then neighbours swap with sendrecv, which sends
# and receives at once: two cores that both send first would wait for each other for ever.
# Runs on cores 0 to n-1, where n is even: --cores 2, 4, 16 ...

from parallel import coreid, numcores, send, recv, sendrecv

me = coreid()
last = numcores() - 1

if me == 0:
    send(0, 1)
    print("The sum of all core numbers is " + recv(last))
elif me < last:
    send(recv(me - 1) + me, me + 1)
else:
    send(recv(me - 1) + me, 0)

partner = me + 1
if me % 2 == 1:
    partner = me - 1
print("Core " + me + " swapped with core " + sendrecv(me, partner))
