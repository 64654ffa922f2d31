"""The machine-learning benchmark: a network with one hidden layer looks at images that stay on the host.

Three kernels: feed forward (a dot product of weights and pixels for each hidden neuron), combine gradients (an outer product of pixels and
what the neurons contributed to the error; it loads each pixel once), model update (no images). Pixels are shared out over the cores, and weights and gradients with
them; these do not fit into a core, so they live in shared memory. How the pixels come to a core is the subject:

    eager       each core gets its part by value when the kernel is launched
    on-demand   by reference: an element is fetched when it is touched
    prefetch    by reference, with a ring of elements fetched ahead

With more pixels than --tile for a core, the weights of one tile serve for all (as many operations and transfers, but 90 KB of weights for a core
instead of what no board has). --tiles takes so many tiles of a large image.
"""

import argparse
import json
import random
import struct

import epython
from epython import Prefetch, memkind, offload, types

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("--mode", choices=["eager", "on-demand", "prefetch"], default="prefetch")
parser.add_argument("--kernel", choices=["feed_forward", "combine_gradients", "model_update"], default="feed_forward")
parser.add_argument("--pixels", type=int, default=3600, help="of an image")
parser.add_argument("--hidden", type=int, default=100, help="neurons")
parser.add_argument("--tile", type=int, default=225, help="pixels for which a core has weights")
parser.add_argument("--tiles", type=int, default=0, help="so many tiles of a core's part [all]")
parser.add_argument("--neurons", type=int, default=0, help="so many of the hidden neurons [all]")
parser.add_argument("--buffer", type=int, default=320)
parser.add_argument("--elements", type=int, default=40)
parser.add_argument("--distance", type=int, default=40)
options = parser.parse_args()


class Image(memkind.Kind):
    """A picture that is made as it is looked at: noise, and a bright spot in the middle. A large one takes no memory."""

    def load(self, offset, count):
        values = bytearray()
        middle = len(self) / 2
        for position in range(offset, offset + count):
            noise = (position * 2654435761 >> 8 & 0xFFFF) / 65536
            values += struct.pack("<f", noise + (2.0 if abs(position - middle) < len(self) / 20 else 0.0))
        return bytes(values)

    def store(self, offset, data):
        raise PermissionError("an image is only read")


ring = Prefetch("image", options.buffer, options.elements, options.distance) if options.mode == "prefetch" else None


@offload(prefetch=ring)
def feed_forward(image, weights, start, first, tile, tiles, hidden):
    sums = [0.0] * hidden
    for t in range(tiles):
        w = first
        for h in range(hidden):
            x = start + t * tile
            total = 0.0
            for j in range(tile):
                total += weights[w] * image[x]
                w += 1
                x += 1
            sums[h] += total
    return sums


@offload(prefetch=ring)
def combine_gradients(image, gradients, delta, start, first, tile, tiles, hidden):
    for t in range(tiles):
        x = start + t * tile
        for j in range(tile):
            pixel = image[x]
            x += 1
            g = first + j
            for h in range(hidden):
                gradients[g] += delta[h] * pixel
                g += tile


@offload
def model_update(weights, gradients, first, count, rate):
    i = first
    for j in range(count):
        weights[i] += rate * gradients[i]
        gradients[i] = 0.0
        i += 1


@offload
def nothing(weights, gradients):
    return 0


cores = epython.session.current().board["cores"]
mine = options.pixels // len(cores)
tile = min(options.tile, mine)
tiles = options.tiles or mine // tile
hidden = options.neurons or options.hidden
generator = random.Random(1)
count = len(cores) * hidden * tile
weights = memkind.Shared(types.float, [generator.uniform(-0.1, 0.1) for _ in range(count)])
gradients = memkind.Shared(types.float, count)
delta = [generator.uniform(-1, 1) for _ in range(hidden)]
image = Image(types.float, options.pixels)
small = [image[i] for i in range(options.pixels)] if options.pixels <= 100_000 else None


def launch(kernel, *arguments, **how):
    """One launch per core, all at the same time: each has its own part."""
    handlers = []
    for rank, core in enumerate(cores):
        handlers.append(kernel(*(one(rank) if callable(one) else one for one in arguments), target=core, async_=True, **how))
    return [handler.wait()[0] for handler in handlers]


def seconds():
    return epython.statistics()["seconds"]


nothing(weights, gradients)  # program, weights and gradients are where they live before anything is measured
before = seconds()
first = lambda rank: rank * hidden * tile  # noqa: E731
if options.kernel == "model_update":
    launch(model_update, weights, gradients, first, hidden * tile, 0.001)
    result = sum(weights[:100])
elif options.mode == "eager":
    part = lambda rank: small[rank * mine : (rank + 1) * mine]  # noqa: E731
    if options.kernel == "feed_forward":
        result = sum(map(sum, launch(feed_forward, part, weights, 0, first, tile, tiles, hidden, by_value="image")))
    else:
        launch(combine_gradients, part, gradients, delta, 0, first, tile, tiles, hidden, by_value=("image", "delta"))
        result = sum(gradients[:])
else:
    whole = memkind.Host(types.float, small) if small else image
    start = lambda rank: rank * mine  # noqa: E731
    if options.kernel == "feed_forward":
        result = sum(map(sum, launch(feed_forward, whole, weights, start, first, tile, tiles, hidden)))
    else:
        launch(combine_gradients, whole, gradients, delta, start, first, tile, tiles, hidden, by_value="delta")
        result = sum(gradients[:])
print(json.dumps({"kernel_seconds": seconds() - before, "result": round(result, 6), "tile": tile, "tiles": tiles, "neurons": hidden}))
