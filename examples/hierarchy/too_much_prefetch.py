"""Lesson 4: too much prefetch. What is fetched and not used is time lost, and a core's memory is small.

    python3 examples/hierarchy/too_much_prefetch.py
"""

from lesson import Measured, options, picture, table

from epython import EPythonError, Prefetch, memkind, offload, types

chosen = options(__doc__)
COUNT, STEP = 4000, 40
data = memkind.Host(types.int, [1] * COUNT)


@offload
def every_fortieth(a, step):
    s = 0
    i = 0
    while i < len(a):
        s += a[i]
        i += step
    return s


rows, sizes, times = [], [], []
for size in [1, 2, 5, 10, 20, 40, 80, 160, 320]:
    ring = Prefetch("a", buffer=2 * size, elements=size, distance=size)
    one = Measured(lambda ring=ring: every_fortieth(data, STEP, prefetch=ring))
    rows.append([f"{size}", one.milliseconds, one.requests, f"{100 * COUNT / STEP / (one.requests * size):.0f} %"])
    sizes.append(size)
    times.append(one.milliseconds)
print(f"Only every {STEP}th of {COUNT} elements is used.")
table(["elements per request", "ms", "requests", "of what was fetched was used"], rows)
try:
    every_fortieth(data, STEP, prefetch=Prefetch("a", buffer=4000, elements=2000, distance=2000))
except EPythonError as error:
    print(f"And a buffer of 4000 elements: {error}")
picture(chosen.picture, lambda pictures: pictures.lines(f"Every {STEP}th element is used", ("elements per request", sizes), "ms", [("", times)], logarithmic=True))
