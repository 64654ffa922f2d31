# Point-to-point messages: core 0 sends a number, core 1 receives it. Both wait until the message has been taken over.

from parallel import coreid, send, recv

if coreid() == 0:
    send(20, 1)
elif coreid() == 1:
    print("Got value " + recv(0) + " from core 0")
