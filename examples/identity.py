# All cores run the same program. What makes them do different things is their number.

from parallel import coreid

print("I am core " + coreid())
if coreid() == 5:
    print("the fifth")
