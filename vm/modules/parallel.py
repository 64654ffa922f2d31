# Messages and collective operations between the cores. A message is a value, or a whole list or array; with a count n, the first n elements
# of a list, which the receiver may take together with the same n, or one by one.

def coreid():
  return native rtl_coreid()

def numcores():
  return native rtl_numcores()

def ishost():
  return native rtl_ishost()

def isdevice():
  return native rtl_isdevice()

def sync():
  return native rtl_sync()

def send(data, pid, n=none):
  if n is none:
    return native rtl_send(data, pid)
  return native rtl_send_n(data, pid, n)

def recv(pid, n=none):
  if n is none:
    return native rtl_recv(pid)
  return native rtl_recv_n(pid, n)

def sendrecv(data, pid, n=none):
  if n is none:
    return native rtl_sendrecv(data, pid)
  return native rtl_sendrecv_n(data, pid, n)

def nonblocking_send(data, pid):
  return native rtl_send_nonblocking(data, pid)

def test_sent(pid):
  return native rtl_test_for_send(pid)

def wait_sent(pid):
  return native rtl_wait_for_send(pid)

def probe(pid):
  return native rtl_probe(pid)

def bcast(data, root):
  return native rtl_bcast(data, root)

def reduce(data, op):
  if op == "sum":
    return native rtl_reduce(data, 0)
  if op == "min":
    return native rtl_reduce(data, 1)
  if op == "max":
    return native rtl_reduce(data, 2)
  if op == "prod":
    return native rtl_reduce(data, 3)
  print "reduce: unknown operation " + op
  exit()
