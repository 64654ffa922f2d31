# epython: modern
# mean of both neighbours, from list to list
def sweep(old, new, n):
  for i in range(1, n + 1):
    new[i] = (old[i - 1] + old[i + 1]) * 0.5

n = input()
sweep([1.5] * 602, [0.0] * 602, n)
