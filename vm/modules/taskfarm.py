# A task farm: the master gives functions with their arguments to the other cores and collects the results. Every core calls initTaskFarm();
# then the master executes functions, and all others call worker(), which returns after shutdownTaskFarm().
#
# A task is the number of its arguments (-1 for the end), the function, and the arguments; the answer is one value. A list or an array is one
# message, with its shape.

farm_master = 0
farm_state = none       # on the master, by core: -1 takes no part, 0 has no task, 1 has one


def initTaskFarm(master):
  global farm_master
  global farm_state
  farm_master = master
  farm_state = [-1] * 64
  core = -1
  left = native rtl_numcores()
  while left > 0:
    # the cores in the order of their numbers
    mine = native rtl_coreid()
    if mine <= core:
      mine = 64
    core = native rtl_reduce(mine, 1)
    farm_state[core] = 0
    left -= 1
  farm_state[master] = -1


def farm_call(f, n, a):
  if n == 0:
    return f()
  if n == 1:
    return f(a[0])
  if n == 2:
    return f(a[0], a[1])
  if n == 3:
    return f(a[0], a[1], a[2])
  if n == 4:
    return f(a[0], a[1], a[2], a[3])
  if n == 5:
    return f(a[0], a[1], a[2], a[3], a[4])
  if n == 6:
    return f(a[0], a[1], a[2], a[3], a[4], a[5])
  if n == 7:
    return f(a[0], a[1], a[2], a[3], a[4], a[5], a[6])
  if n == 8:
    return f(a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7])
  if n == 9:
    return f(a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8])
  if n == 10:
    return f(a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8], a[9])
  if n == 11:
    return f(a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8], a[9], a[10])
  if n == 12:
    return f(a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8], a[9], a[10], a[11])
  if n == 13:
    return f(a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8], a[9], a[10], a[11], a[12])
  if n == 14:
    return f(a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8], a[9], a[10], a[11], a[12], a[13])
  if n == 15:
    return f(a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8], a[9], a[10], a[11], a[12], a[13], a[14])


def worker():
  n = native rtl_recv(farm_master)
  while n >= 0:
    f = native rtl_recv(farm_master)
    arguments = []
    while native rtl_len(arguments) < n:
      native rtl_append(arguments, native rtl_recv(farm_master))
    native rtl_send(farm_call(f, n, arguments), farm_master)
    n = native rtl_recv(farm_master)


def execFunction(core, f, *arguments):
  if farm_state[core] > 0:
    waitFunctionFinish(core)
  n = native rtl_len(arguments)
  if n > 15:
    print "execFunction: more than 15 arguments"
    exit()
  farm_state[core] = 1
  native rtl_send(n, core)
  native rtl_send(f, core)
  for argument in arguments:
    native rtl_send(argument, core)


def testFunctionFinish(core):
  return farm_state[core] > 0 and native rtl_probe(core)


# none when there is nothing to wait for.
def waitFunctionFinish(core):
  if farm_state[core] <= 0:
    return
  farm_state[core] = 0
  return native rtl_recv(core)


def shutdownTaskFarm():
  core = 0
  while core < 64:
    if farm_state[core] >= 0:
      waitFunctionFinish(core)
      native rtl_send(-1, core)
      farm_state[core] = -1
    core += 1


def stopTaskFarm():
  shutdownTaskFarm()
