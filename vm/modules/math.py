# Mathematics on reals. In the modern dialect pi and e are values, as in Python.

if __modern__:
  pi = 3.14159265
  e = 2.71828183
else:
  def pi():
    return 3.141592

  def e():
    return 2.718281

def pow(a, b):
  return a ** b

def exp(x):
  return native rtl_math(15, x)

def sqrt(x):
  return native rtl_math(0, x)

def sin(x):
  return native rtl_math(1, x)

def cos(x):
  return native rtl_math(2, x)

def tan(x):
  return native rtl_math(3, x)

def asin(x):
  return native rtl_math(4, x)

def acos(x):
  return native rtl_math(5, x)

def atan(x):
  return native rtl_math(6, x)

def sinh(x):
  return native rtl_math(7, x)

def cosh(x):
  return native rtl_math(8, x)

def tanh(x):
  return native rtl_math(9, x)

def floor(x):
  return native rtl_math(10, x)

def ceil(x):
  return native rtl_math(11, x)

def log(x):
  return native rtl_math(12, x)

def log10(x):
  return native rtl_math(13, x)
