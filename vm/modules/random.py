# Random numbers. randint(a, b) contains b in the modern dialect only.

def random():
  return native rtl_random()

def randrange(a):
  return native rtl_math(14, a)

def randint(a, b):
  if __modern__:
    return a + native rtl_math(14, b - a + 1)
  return a + native rtl_math(14, b - a)
