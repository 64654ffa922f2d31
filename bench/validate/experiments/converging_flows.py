#!/usr/bin/env python3
"""Row V28 on routers that are stepped cycle by cycle: when is core 0's block of 512 double words through, alone and with three other flows?

Each router has a queue of `--queue` transactions per input, each output takes its inputs in turn, a link carries one transaction per
cycle, and a source offers one every `--gap` cycles. What a program adds around it (calls, DMA start, the answer) is not in here; alone and
together differ by what the network adds.

    converging_flows.py            converging_flows.py --gap 2 --queue 4
"""
import argparse
from collections import deque

WIDTH = 4
BLOCK = 512  # double words


def route(source, target):
    """The nodes from source to target, along the row first."""
    path, here = [source], source
    while here % WIDTH != target % WIDTH:
        here += 1 if here % WIDTH < target % WIDTH else -1
        path.append(here)
    while here != target:
        here += WIDTH if here < target else -WIDTH
        path.append(here)
    return path


def finish(flows, gap, length):
    """{source: cycle in which its last transaction arrives}"""
    paths = {source: route(source, target) for source, target in flows}
    queues = {}  # (node, from) -> transactions (source); from = the node itself for what its core injects
    for path in paths.values():
        for before, node in zip([path[0], *path], path):
            queues[(node, before)] = deque()
    offered = {source: 0 for source in paths}
    ready = {source: 0.0 for source in paths}  # when a source may offer its next one
    arrived = {source: 0 for source in paths}
    done, turn, cycle = {}, {}, 0
    while len(done) < len(paths):
        moves, heads = [], {}
        for (node, before), queue in queues.items():
            if queue:
                path = paths[queue[0]]
                at = path.index(node)
                out = path[at + 1] if at + 1 < len(path) else None
                heads.setdefault((node, out), []).append(before)
        for (node, out), inputs in heads.items():
            if out is not None and len(queues[(out, node)]) >= length:
                continue
            last = turn.get((node, out), -1)
            chosen = min(inputs, key=lambda before: ((before - last - 1) % 100, before))
            turn[(node, out)] = chosen
            moves.append((node, chosen, out))
        for node, before, out in moves:
            source = queues[(node, before)].popleft()
            if out is None:
                arrived[source] += 1
                if arrived[source] == BLOCK:
                    done[source] = cycle
            else:
                queues[(out, node)].append(source)
        for source in paths:
            queue = queues[(source, source)]
            if offered[source] < BLOCK and cycle >= ready[source] and len(queue) < length:
                queue.append(source)
                ready[source] = (ready[source] if cycle < ready[source] + 1 else cycle) + gap
                offered[source] += 1
        cycle += 1
    return done


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gap", type=float, default=3.3, help="cycles between two transactions of a source [3.3]")
    parser.add_argument("--queue", type=int, default=2, help="transactions that each input of a router holds [2]")
    arguments = parser.parse_args()
    alone = finish([(0, 15)], arguments.gap, arguments.queue)[0]
    for text, others in (
        ("1 to B and 2 to 7", [(1, 11), (2, 7)]),
        ("1 to B and 3 to B", [(1, 11), (3, 11)]),
        ("3 to B and 2 to 7", [(3, 11), (2, 7)]),
        ("1 to B, 2 to 7, 3 to B", [(1, 11), (2, 7), (3, 11)]),
    ):
        together = finish([(0, 15), *others], arguments.gap, arguments.queue)[0]
        print(f"0 to F with {text}: {together} cycles, {together - alone:+d} against {alone} alone")


if __name__ == "__main__":
    main()
