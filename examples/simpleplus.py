# An int and an int make an int; with a real among them the result is real.

a = 10
b = 2
print(a + b)
print(b + 0.3)
