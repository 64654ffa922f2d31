# epython: modern
# Loops, conditions, functions.
def fib(n):
    if n < 2:
        return n
    return fib(n - 1) + fib(n - 2)


def defaults(a, b=2, c=None):
    if c is None:
        c = a
    return a * 100 + b * 10 + c


def twice(g, v):
    return g(g(v))


def increment(v):
    return v + 1


def shout(v):
    print("shout", v)
    return v


def nothing():
    pass


def even(n):
    if n == 0:
        return True
    return odd(n - 1)


def odd(n):
    if n == 0:
        return False
    return even(n - 1)


counter = 0


def count():
    global counter
    counter += 1


print(fib(12), defaults(1), defaults(1, 3), defaults(1, 3, 5), twice(increment, 5), nothing())
h = increment
print(twice(h, 1.5), even(40), odd(7))
count()
count()
print(counter)
print(shout(0) and shout(1))
print(shout(2) or shout(3))
print(not shout(""))
i = 0
while True:
    i += 1
    if i % 2 == 0:
        continue
    if i > 7:
        break
    print(i)
for i in range(4):
    for j in range(i):
        print(i, j)
for i in range(10, 0, -3):
    print(i)
for i in range(5, 5):
    print("never")
for c in "abc":
    print(c)
for v in [0, 1, -1, 0.0, 0.5, "", "a", None, True, [], [0]]:
    if v:
        print("yes")
    else:
        print("no")
print("one" if i > 3 else "two")
s = 0.0
for v in [0.5, 1.5, 2]:
    s += v
print(s)
