# epython: modern
# native call of one argument
def lengths(a, n):
  for i in range(n):
    len(a)

n = input()
lengths([0], n)
