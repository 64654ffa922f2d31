# epython: modern
# turn of the Mandelbrot iteration
def escape(x, y, n):
  a = 0.0
  b = 0.0
  i = 0
  while a * a + b * b < 4.0 and i < n:
    t = a * a - b * b + x
    b = 2.0 * a * b + y
    a = t
    i += 1
  return i

n = input()
escape(0.1, 0.1, n)
