# Arrays of a fixed size and up to seven dimensions, and questions about lists and arrays.

def array(*extents):
  return native rtl_allocatearray(*extents)

def shared_mem_array(*extents):
  return native rtl_allocatesharedarray(*extents)

def len(arr):
  return native rtl_len(arr)

def size(arr):
  return native rtl_len(arr)

def ndim(arr):
  return native rtl_numdims(arr)

def nbytes(arr):
  return native rtl_len(arr) * 4

def shape(arr):
  n = native rtl_numdims(arr)
  extents = [0] * n
  i = 0
  while i < n:
    extents[i] = native rtl_dsize(arr, i)
    i += 1
  return extents

def flatten(arr):
  native rtl_flatten(arr, native rtl_len(arr))
  return arr

def arraycopy(target, source):
  n = native rtl_len(source)
  if native rtl_len(target) != n:
    print "arraycopy: the arrays differ in size"
    exit()
  native rtl_arraycopy(target, source, n)

def freearray(arr):
  return native rtl_free(arr)
