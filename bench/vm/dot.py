# epython: modern
# dot product of two local lists of reals
def dot(a, b, n):
  s = 0.0
  for i in range(n):
    s += a[i] * b[i]
  return s

n = input()
dot([1.5] * 600, [2.0] * 600, n)
