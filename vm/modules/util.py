# Ranges as lists. In the legacy dialect a range contains its end; a for loop over range() counts without building the list.

def range(a, b=none, c=1):
  if b is none:
    if __modern__:
      return native rtl_range_list(0, a, c)
    return native rtl_range_list(0, a + 1, c)
  if __modern__:
    return native rtl_range_list(a, b, c)
  if c > 0:
    return native rtl_range_list(a, b + 1, c)
  return native rtl_range_list(a, b - 1, c)

def xrange(a, b=none, c=1):
  return range(a, b, c)

# Sorts in place by exchanging neighbours, the odd and the even pairs in turn.
def oddSort(x, length=none):
  if length is none:
    length = native rtl_len(x)
  swapped = true
  while swapped:
    swapped = false
    first = 1
    while first >= 0:
      i = first
      while i + 1 < length:
        if x[i] > x[i + 1]:
          t = x[i]
          x[i] = x[i + 1]
          x[i + 1] = t
          swapped = true
        i += 2
      first -= 1
