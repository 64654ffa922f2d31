# epython: modern
# sum over the elements of a local list
def total(a):
  s = 0
  for x in a:
    s += x

n = input()
total([1] * n)
