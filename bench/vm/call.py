# epython: modern
# call of a function of two ints
def add(a, b):
  return a + b

def calls(n):
  s = 0
  for i in range(n):
    s = add(s, i)

n = input()
calls(n)
