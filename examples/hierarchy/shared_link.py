"""Lesson 5: the link is shared. All cores reach off-chip memory, and the host, by one path: more cores, less for each.

    python3 examples/hierarchy/shared_link.py
"""

from lesson import Measured, options, picture, table

import epython
from epython import memkind, offload, types

chosen = options(__doc__, **{"--count": {"type": int, "default": 200}})
epython.stop()  # all cores of the board take part here
cores = epython.start(board=chosen.board)["cores"]
near = memkind.Microcore(types.int, [1] * chosen.count)
shared = memkind.Shared(types.int, [1] * chosen.count)
host = memkind.Host(types.int, [1] * chosen.count)


@offload
def total(a):
    s = 0
    for i in range(len(a)):
        s += a[i]
    return s


numbers = [number for number in (1, 2, 4, 8, 16) if number <= len(cores)]
times = {"Microcore": [], "Shared": [], "Host": []}
for name, data in zip(times, (near, shared, host)):
    for number in numbers:
        times[name].append(Measured(lambda data=data, number=number: total(data, target=cores[:number])).milliseconds)
table(["cores", *times], [[str(number), *(values[place] for values in times.values())] for place, number in enumerate(numbers)])
print("Each core does the same, whatever the others do: where the time grows, cores wait for each other.")
picture(
    chosen.picture,
    lambda pictures: pictures.lines(
        "The same work on every core", ("cores", numbers), "times as long as on one core", [(name, [value / values[0] for value in values]) for name, values in times.items()], logarithmic=True
    ),
)
