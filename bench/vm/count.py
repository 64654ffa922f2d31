# epython: modern
# for loop without a body
def count(n):
  for i in range(n):
    pass

n = input()
count(n)
