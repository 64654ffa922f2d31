# Messages and collective operations between the cores. With a count n, a list goes element by element; the partner gives the same n.

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
  i = 0
  while i < n:
    native rtl_send(data[i], pid)
    i += 1

def recv(pid, n=none):
  if n is none:
    return native rtl_recv(pid)
  data = [native rtl_recv(pid)] * n
  i = 1
  while i < n:
    data[i] = native rtl_recv(pid)
    i += 1
  return data

def sendrecv(data, pid, n=none):
  if n is none:
    return native rtl_sendrecv(data, pid)
  theirs = [native rtl_sendrecv(data[0], pid)] * n
  i = 1
  while i < n:
    theirs[i] = native rtl_sendrecv(data[i], pid)
    i += 1
  return theirs

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
