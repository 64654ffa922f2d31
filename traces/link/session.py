"""A client's conversation with a board, small, with something of everything: data by reference, prefetched, shared and on the cores,
messages, a kernel that fails. tools/renew_traces.sh records it."""

import epython
from epython import copy_from_device, copy_to_device, coreid, define_on_device, memkind, offload, recv, send, types

far = memkind.Host(types.int, list(range(12)))
near = memkind.Shared(types.float, [0.5, 1.5, 2.5, 3.5])
kept = 4
define_on_device(kept)


@offload
def add_up(a):
    total = 0
    for i in range(len(a)):
        total += a[i]
    a[coreid()] = total
    return total


@offload
def scale(b, factor):
    b[coreid()] = b[coreid()] * factor
    return len(b)


@offload
def count(n):
    kept += n
    return kept


@offload
def beyond(a):
    return a[len(a)]


@offload
def partner(host):
    print("asked for", recv(host))
    send(42, host)


print(add_up(far, target=[0]), add_up(far, target=[1], prefetch={"a": (4, 2, 2, "rw")}), list(far))
print(scale(near, 2.0), list(near))
count(1)
copy_to_device("kept", 100, target=1)
print(count(2), copy_from_device("kept"))
try:
    beyond(far, target=[1])
except epython.EPythonError as error:
    print(type(error).__name__, error.core, error.line)
handler = partner(coreid(), async_=True, target=[0])
send(41, 0)
print(recv(0), handler.wait())
