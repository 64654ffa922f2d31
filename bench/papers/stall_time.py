"""How long a core stands still for a single load by reference, of so many bytes.

A load moves a chunk of the data to the core when its first element is touched. On demand it is asked for then; with prefetching it has been asked
for when the kernel began, and the core looks whether it has come. A cell of a core's channel has 1 KB: larger loads are several, unless --chunk
makes them one (of several cells), for which the core needs the room. Every load is a launch of its own, on one core; the time of a launch that
loads nothing is taken off.
"""

import argparse
import json

import epython
from epython import Prefetch, memkind, offload, types

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("--bytes", type=int, default=128)
parser.add_argument("--mode", choices=["on-demand", "prefetch"], default="on-demand")
parser.add_argument("--chunk", type=int, default=1024, help="bytes that are one transfer")
parser.add_argument("--board", choices=["parallella", "pynq", "pynq-fpu"], default=None)
parser.add_argument("--loads", type=int, default=40)
options = parser.parse_args()

chunk = min(options.bytes, options.chunk) // 4
chunks = options.bytes // 4 // chunk
distance = 0 if options.mode == "on-demand" else chunk
data = memkind.Host(types.float, options.bytes // 4)
epython.config(cores=1, **({"board": options.board} if options.board else {}))


@offload(prefetch=Prefetch("data", 2 * chunk, chunk, distance))
def load(data, chunk, chunks):
    at = 0
    while chunks > 0:
        last = data[at]
        at += chunk
        chunks -= 1
    return last


@offload
def load_nothing(data, chunk, chunks):
    at = 0
    while chunks > 0:
        last = chunk
        at += chunk
        chunks -= 1
    return last


def took(kernel):
    before = epython.statistics()["seconds"]
    kernel(data, chunk, chunks)
    return epython.statistics()["seconds"] - before


for kernel in (load, load_nothing):
    kernel(data, chunk, chunks)  # the program is on the core now
without = sum(took(load_nothing) for _ in range(10)) / 10
stalls = [1000 * (took(load) - without) for _ in range(options.loads)]
print(json.dumps({"min": min(stalls), "max": max(stalls), "mean": sum(stalls) / len(stalls)}))
