# Branches: every core takes the one that its number asks for.

from parallel import coreid

if coreid() == 0:
    print("first")
elif coreid() == 1 or coreid() == 2:
    print("next")
else:
    print("other")
