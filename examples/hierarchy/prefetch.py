"""Lesson 3: prefetch. Several elements come with one request, before they are needed.

    python3 examples/hierarchy/prefetch.py
"""

from lesson import Measured, options, picture, table

from epython import Prefetch, memkind, offload, types

chosen = options(__doc__)
COUNT = 400
data = memkind.Host(types.int, [1] * COUNT)


@offload
def total(a):
    s = 0
    for i in range(len(a)):
        s += a[i]
    return s


sizes = [1, 2, 5, 10, 20, 50, 100]
names = ["on demand"] + [f"{size} per request" for size in sizes]
measured = [Measured(lambda: total(data))]
for size in sizes:
    ring = Prefetch("a", buffer=4 * size, elements=size, distance=2 * size)
    measured.append(Measured(lambda ring=ring: total(data, prefetch=ring)))
for one in measured:
    assert one.result == measured[0].result  # prefetching never changes a result

table(
    ["elements", "ms", "requests", "waiting for the host", "times as fast"],
    [[name, one.milliseconds, one.requests, f"{one.share('host'):.0f} %", f"{measured[0].seconds / one.seconds:.1f}"] for name, one in zip(names, measured)],
)
picture(
    chosen.picture,
    lambda pictures: pictures.stacks(
        f"A sum over {COUNT} elements on the host", names, "ms", [(what, [one.milliseconds * one.share(what) / 100 for one in measured]) for what in ("work", "link", "host")]
    ),
)
