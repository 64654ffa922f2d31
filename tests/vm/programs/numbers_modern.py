# epython: modern
# Numbers as CPython has them, as far as 32 bits go.
import math
a = 7
b = 2
print(a / b, -a / b, a // b, -a // b, a % b, -a % 3, a % -3)
print(a - b, a * b, -a, +a, a ** b, b ** -1, 4 ** 0.5)
x = 7.5
print(x // 2, -x // 2, x % 2, -x % 2, x % -2, x - 1, 1 - x, x * 2)
print(a < 8, a <= 7, a > 7, a >= 8, a == 7, a != 7, x < 8, x == 7.5, a < x, 7.0 == a)
print(True + True, True == 1, None == None, 1 == None, None is None, a is None)
print(int(3.9), int(-3.9), int("42"), int(" -7 "), float("2.5"), float(3), bool(0.0), bool("x"))
print(abs(-3), abs(2.5), min(3, 1, 2), max(3, 1.5, 2), min([4, 2, 8]), sum([1, 2, 3]), sum([0.5, 1]))
print(math.sqrt(16), math.sqrt(2.25), math.pi > 3)
print(100000 // 7, 100000 % 7, 2147483647 - 1, -2147483647 // 10, 5 // -1)
print(0.1 + 0.25 > 0.3, 1 < 2 < 3, 1 < 3 < 2, 3 > 2 > 1)
print(1e10, 1.5e-7, 123456.0, 0.5, -0.0, 1 / 4)
