"""Lesson 2: on demand. A core fetches each element when it touches it, and stands still meanwhile.

    python3 examples/hierarchy/on_demand.py
"""

from lesson import Measured, options, picture, table

from epython import memkind, offload, types

chosen = options(__doc__)
data = memkind.Host(types.int, [1] * 400)


@offload
def total(a, count):
    s = 0
    for i in range(count):
        s += a[i]
    return s


counts = [0, 25, 50, 100, 200, 400]
measured = [Measured(lambda count=count: total(data, count)) for count in counts]
table(
    ["elements touched", "ms", "requests", "time waiting for the host"],
    [[str(count), one.milliseconds, one.requests, f"{one.share('host'):.0f} %"] for count, one in zip(counts, measured)],
)
each = 1000 * (measured[-1].milliseconds - measured[0].milliseconds) / counts[-1]
print(f"One element more costs {each:.2f} us.")
picture(
    chosen.picture,
    lambda pictures: pictures.lines("On demand: every element is a request", ("elements touched", counts), "ms", [("", [one.milliseconds for one in measured])]),
)
