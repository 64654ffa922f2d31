# epython: modern
# append of an int to a local list
def fill(a, n):
  for i in range(n):
    a.append(i)

n = input()
fill([], n)
