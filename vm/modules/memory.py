# Memory management by hand.

def free(a):
  return native rtl_free(a)

def gc():
  return native rtl_gc()
