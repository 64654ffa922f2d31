"""Lesson 1: where does my data live? The same sum over a list in four places.

    python3 examples/hierarchy/where_data_live.py
"""

from lesson import Measured, options, picture, table

from epython import memkind, offload, types

COUNT = 200
chosen = options(__doc__)


@offload
def total(a):
    s = 0
    for i in range(len(a)):
        s += a[i]
    return s


@offload
def total_of_own(count):
    own = [1] * count
    s = 0
    for i in range(count):
        s += own[i]
    return s


places = {
    "a list of the kernel's own": lambda: total_of_own(COUNT),
    "Microcore": (lambda a: lambda: total(a))(memkind.Microcore(types.int, [1] * COUNT)),
    "Shared": (lambda a: lambda: total(a))(memkind.Shared(types.int, [1] * COUNT)),
    "Host": (lambda a: lambda: total(a))(memkind.Host(types.int, [1] * COUNT)),
}
measured = {name: Measured(launch) for name, launch in places.items()}
for one in measured.values():
    assert one.result == [COUNT] * len(one.result)

table(
    ["where", "ms", "us per element", "requests to the host"],
    [[name, one.milliseconds, 1000 * one.milliseconds / COUNT, one.requests] for name, one in measured.items()],
)
picture(
    chosen.picture,
    lambda pictures: pictures.stacks(
        f"A sum over {COUNT} elements, by where they live",
        list(measured),
        "ms",
        [(what, [one.milliseconds * one.share(what) / 100 for one in measured.values()]) for what in ("work", "link", "host")],
    ),
)
