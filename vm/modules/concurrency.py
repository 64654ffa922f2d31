# Lists of other cores. One core exposes a list to another, which then reads and writes it where it lies; nothing locks it. Where cores do
# not reach each other's memory it has to be a shared_mem_array.

def expose(data, pid):
  return native rtl_send(native rtl_global_reference(data), pid)

def access(src):
  return native rtl_dereference(native rtl_recv(src))
