"""Lesson 6: kinds. Change one word below (Host, Shared, Microcore), run it again, and compare.

    python3 examples/hierarchy/kinds.py
"""

import json

from lesson import Measured, options, picture, table

from epython import memkind, offload, types

KIND = memkind.Host  # the word: Host, Shared or Microcore

chosen = options(__doc__, **{"--kind": {"choices": ["Host", "Shared", "Microcore"], "help": "instead of the word in the file"}})
kind = getattr(memkind, chosen.kind) if chosen.kind else KIND
a = kind(types.float, [0.5 * i for i in range(100)])
b = kind(types.float, [2.0] * 100)


@offload
def scale(a, b):
    for i in range(len(a)):
        a[i] = a[i] * b[i]
    return a[99]


one = Measured(lambda: scale(a, b))
print(f"a and b are of kind {kind.__name__}; a[1:5] is now {a[1:5]}")
table(
    ["ms", "requests to the host", "working", "waiting for the link", "waiting for the host"],
    [[f"{one.milliseconds:.3f}", one.requests, *(f"{one.share(what):.0f} %" for what in ("work", "link", "host"))]],
)
print(json.dumps({"milliseconds": one.milliseconds, "requests": one.requests}))
shown = {cause: 100 * cycles / sum(one.causes.values()) for cause, cycles in sorted(one.causes.items(), key=lambda item: -item[1]) if cycles}
picture(chosen.picture, lambda pictures: pictures.stacks(f"Where the cycles went: {kind.__name__}", [kind.__name__], "%", [(cause, [share]) for cause, share in list(shown.items())[:8]]))
