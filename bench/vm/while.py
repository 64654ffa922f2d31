# epython: modern
# while loop that counts
def count(n):
  i = 0
  while i < n:
    i += 1

n = input()
count(n)
