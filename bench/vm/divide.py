# epython: modern
# division of reals
def quotients(x, n):
  for i in range(n):
    y = x / 3.0

n = input()
quotients(1.0, n)
