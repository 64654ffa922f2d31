#!/usr/bin/env python3
"""Row V57: 16 DMA engines read from the shared memory at once. In which order do the columns finish, whatever an engine may have under way and
whatever waits behind the link?

Each row of routers has one stage per router; a free stage takes from its own engine and from the west in turn, the rows take turns at a
queue of `queue` requests, of which one is served in 34 cycles. An engine sends a request every 48 cycles at most, and has at most
`window` unanswered. Printed are cycles per double word by column.

    read_requests.py
"""
ROWS = COLUMNS = 4
COUNT = 96  # double words each
GAP, SERVICE, ANSWER = 48, 34, 440  # cycles


class Engine:
    def __init__(self):
        self.left, self.answered, self.ready = COUNT, 0, 0
        self.unanswered = []  # when each answer comes; None: not known yet

    def wants(self, now, window):
        self.unanswered = [at for at in self.unanswered if at is None or at > now]
        return self.left > 0 and self.ready <= now and len(self.unanswered) < window

    def send(self, now):
        self.left -= 1
        self.ready = now + GAP
        self.unanswered.append(None)

    def answer(self, at):
        self.unanswered[self.unanswered.index(None)] = at
        self.answered += 1
        return self.answered == COUNT


def refill(row, engines, own_turn, now, window):
    for column in reversed(range(COLUMNS)):
        if row[column] is not None:
            continue
        west = row[column - 1] if column > 0 else None
        if (west is None or own_turn[column]) and engines[column].wants(now, window):
            engines[column].send(now)
            row[column], own_turn[column] = column, False
        elif west is not None:
            row[column], row[column - 1], own_turn[column] = west, None, True


def finish(window, queue):
    """Mean over the rows of when each column is done, per double word."""
    engines = [[Engine() for _ in range(COLUMNS)] for _ in range(ROWS)]
    stages = [[None] * COLUMNS for _ in range(ROWS)]
    own_turn = [[True] * COLUMNS for _ in range(ROWS)]
    done = [0] * COLUMNS
    served, busy_until, last_row, now, left = [], 0, -1, 0, ROWS * COLUMNS
    while left:
        for row in range(ROWS):
            refill(stages[row], engines[row], own_turn[row], now, window)
        served = [at for at in served if at > now]
        waiting = [row for k in range(ROWS) if stages[row := (last_row + 1 + k) % ROWS][-1] is not None]
        if not waiting or len(served) == queue:
            now += 2
            continue
        last_row = waiting[0]
        column = stages[last_row][-1]
        stages[last_row][-1] = None
        busy_until = max(now, busy_until) + SERVICE
        served.append(busy_until)
        if engines[last_row][column].answer(busy_until + ANSWER):
            done[column] += (busy_until + ANSWER) / ROWS / COUNT
            left -= 1
    return done


def main():
    print("window queue   column 0    1    2    3   order\n    published        544  437  457  320   3 1 2 0")
    for queue in (1, 4, 16, 64):
        for window in (1, 2, 4, 8, 24):
            cycles = finish(window, queue)
            order = sorted(range(COLUMNS), key=lambda column: cycles[column])
            print(f"{window:6} {queue:5}       " + "".join(f"{each:5.0f}" for each in cycles) + "   " + " ".join(map(str, order)))


if __name__ == "__main__":
    main()
