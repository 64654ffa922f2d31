# Functions: arguments of any type, default values, recursion.


def add(a, b):
    return a + b


def scale(a, factor=2):
    return a * factor


def sum_to(n):
    if n == 0:
        return 0
    return n + sum_to(n - 1)


print(add(1, 2))
print(add("hello ", "world"))
print(scale(10, 3))
print(scale(11))
print(sum_to(3))
