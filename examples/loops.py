# Loops. range of the module util is ePython's own: it includes its end.

from util import range

for x in range(10):
    print("X=" + x)

for x in range(105, 115):
    print("X=" + x)

items = [10, 20, 30, 5, 7, 9]
for item in items:
    print("Item " + item)

i = 10
while i <= 20:
    print("I=" + i)
    i += 1
