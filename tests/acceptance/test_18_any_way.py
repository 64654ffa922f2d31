"""Whatever way the elements of a list take to a core, a kernel sees and leaves the same: copied at once, on demand or prefetched with any setting, moved
by any engine, from any place, in any order, by one core or by several at once, with any part of a core's memory outside.

Each case is drawn at random, run, and compared with the same walk in CPython. A setting that the launch refuses names what would fit, and that has
to run."""

import array
import random
import re
import struct

import epython
import pytest
from epython import EPythonError, Prefetch, UsageError, memkind, offload, types

TURN, RAISE, SET, NOT = 1, 2, 3, 4  # what a kernel does to an element


@offload(by_value=("runs",))
def walk(a, runs, change, keep, cores, phases):
    """Visits elements as `runs` says: first, step and count of each. Of several cores each has every cores-th element, and another core's after a
    barrier."""
    from parallel import coreid, sync

    seen = []
    total = 0
    for phase in range(phases):
        own = (coreid() + phase) % cores
        for run in range(0, len(runs), 3):
            place = runs[run] * cores + own
            for k in range(runs[run + 2]):
                value = a[place]
                if change == TURN:
                    a[place] = place % 16 - value
                elif change == RAISE:
                    a[place] += 1
                elif change == SET:
                    a[place] = place % 100
                elif change == NOT:
                    a[place] = not value
                if keep:
                    seen.append(value)
                else:
                    total += value
                place += runs[run + 1] * cores
        if phases > 1:
            sync()
    if keep:
        return seen
    return total


@offload(by_value=("runs",))
def walk_on_copy(a, runs, change, keep, cores, phases):
    a = a[:]
    return walk(a, runs, change, keep, cores, phases)


@offload(by_value=("runs",))
def combine(a, b, c, runs):
    """Three arguments at once, two of which are stored to."""
    for run in range(0, len(runs), 3):
        place = runs[run]
        for k in range(runs[run + 2]):
            c[place] = a[place] + b[place]
            b[place] = a[place]
            place += runs[run + 1]
    return c[runs[0]]


class Stored(memkind.Kind):
    """A kind of one's own: elements in a bytearray."""

    def __init__(self, dtype, values):
        super().__init__(dtype, len(values))
        self.data = bytearray(struct.pack(f"<{len(values)}{'f' if dtype is types.float else 'i'}", *values))

    def load(self, offset, count):
        return self.data[4 * offset : 4 * (offset + count)]

    def store(self, offset, data):
        self.data[4 * offset : 4 * offset + len(data)] = data


def float32(value):
    return struct.unpack("f", struct.pack("f", value))[0]


KINDS = [memkind.Host, memkind.Shared, memkind.Microcore, Stored]
DTYPES = {"int": types.int, "float": types.float, "bool": types.bool}
CHANGES = {"int": [TURN, RAISE, SET], "float": [TURN, RAISE, SET], "bool": [NOT]}


class Case:
    """One draw: data, their place, the way they take, and where a kernel goes."""

    def __init__(self, order, cores, longest):
        self.order, self.all_cores = order, cores
        self.length = min(longest, order.choice([1, 2, 3, 31, 32, 33, 255, 256, 257, 1000, *[int(10 ** order.uniform(0, 5)) for _ in range(9)]]))
        self.type = order.choice(["int", "int", "float", "bool"])
        self.values = {
            "int": lambda: [order.randrange(-1000, 1000) for _ in range(self.length)],
            "float": lambda: [order.randrange(-8000, 8000) / 8 for _ in range(self.length)],
            "bool": lambda: [order.random() < 0.5 for _ in range(self.length)],
        }[self.type]()
        self.place = order.choice([list, tuple, array.array, *KINDS, *KINDS])
        if self.place is memkind.Microcore and self.length * cores > 40_000:
            self.place = memkind.Host  # (each core would take a copy of its own, which simulates slowly)
        if self.place is array.array and self.type == "bool":
            self.place = list
        self.way = order.choice(["on demand", "prefetch", "prefetch", "prefetch", "by value", "copy"])
        if self.place is memkind.Microcore and self.way == "by value":
            self.way = "copy"
        self.setting = self.draw_setting("a")
        self.change = order.choice([None, *CHANGES[self.type]])
        self.draw_cores()
        self.draw_runs()

    def draw_setting(self, name):
        buffer = int(10 ** self.order.uniform(0, 3.7))
        elements = min(buffer, int(10 ** self.order.uniform(0, 3.3)))
        return Prefetch(name, buffer, elements, self.order.choice([0, 1, elements, self.order.randrange(3 * buffer)]), self.order.choice(["r", "rw"]))

    def draw_cores(self):
        number = self.order.choice([1, 1, 1, 2, self.all_cores])
        if self.way in ("by value", "copy") and self.length * number > 40_000:
            number = 1
        self.cores = min(number, self.all_cores, self.length)
        self.phases = self.order.choice([1, 2, 3]) if 1 < self.cores == self.all_cores else 1
        self.target = list(range(self.cores)) if self.cores > 1 else [self.order.randrange(self.all_cores)]

    def draw_runs(self):
        own = self.length // self.cores
        budget = own if self.order.random() < 0.03 else min(own, int(10 ** self.order.uniform(0, 2.3)))
        self.runs = []
        while budget > 0 and len(self.runs) < 24:
            step = self.order.choice([1, 1, 1, -1, -1, 0, 2, 3, 17, -5, self.order.randrange(-own, own + 1)])
            most = own if step == 0 else (own - 1) // abs(step) + 1
            count = self.order.randrange(1, min(most, budget) + 1)
            first = self.order.randrange(own - (count - 1) * abs(step))
            self.runs += [first if step >= 0 else first + (count - 1) * -step, step, count]
            budget -= count
        self.steps = sum(self.runs[2::3])
        self.keep = self.steps * self.phases <= 250

    def data(self, values):
        if self.place in KINDS:
            return self.place(DTYPES[self.type], values)
        return array.array("f" if self.type == "float" else "i", values) if self.place is array.array else self.place(values)

    def __repr__(self):
        runs = self.runs if len(self.runs) <= 12 else f"{self.runs[:12]}..."
        where = f"{self.length} {self.type} in {self.place.__name__}, {self.way}, {self.setting if self.way == 'prefetch' else ''}"
        return f"{where} {self.change} cores {self.target} of {self.all_cores} phases {self.phases} runs {runs}"

    # ---- what should come of it

    def walked(self, copies):
        """The results by core, when core k of those that take part walks over copies[k]; changes these."""
        seen, totals = [[] for _ in self.target], [0] * self.cores
        for phase in range(self.phases):
            for rank, core in enumerate(self.target):
                self.walked_once(copies[rank], (core + phase) % self.cores, seen[rank], totals, rank)
        return seen if self.keep else totals

    def walked_once(self, a, own, seen, totals, rank):
        total = totals[rank]
        for first, step, count in zip(*[iter(self.runs)] * 3):
            for k in range(count):
                place = (first + k * step) * self.cores + own
                value = a[place]
                if self.change:
                    a[place] = {TURN: lambda: place % 16 - value, RAISE: lambda: value + 1, SET: lambda: place % 100, NOT: lambda: not value}[self.change]()
                seen.append(value)
                total = float32(total + value) if self.type == "float" else total + value
        totals[rank] = total

    @property
    def refused(self):
        """Whether the kernel stores to what it must not. (A Microcore is each core's own: nothing is prefetched, nothing refused.)"""
        return bool(self.change) and self.place is not memkind.Microcore and (
            self.way in ("on demand", "prefetch") and self.place is tuple or self.way == "prefetch" and self.setting.access == "r"
        )

    # ---- the run

    def launch(self, data):
        arguments = (data, self.runs, self.change, self.keep, self.cores, self.phases)
        if self.way == "on demand":
            return walk(*arguments, target=self.target)
        if self.way == "by value":
            return walk(*arguments, target=self.target, by_value=("runs", "a"))
        if self.way == "copy":
            return walk_on_copy(*arguments, target=self.target)
        return with_what_fits([self.setting], lambda fitting: walk(*arguments, target=self.target, prefetch=fitting))

    def check(self):
        data = self.data(self.values)
        if self.refused:
            with pytest.raises(EPythonError) as raised:
                self.launch(data)
            assert raised.value.kind == "TypeError" and "read-only" in str(raised.value)
            assert list(data) == self.values
            return
        private = self.way in ("by value", "copy") or self.place is memkind.Microcore
        home = list(self.values)
        copies = [list(home) for _ in self.target] if private else [home] * self.cores
        assert self.launch(data) == self.walked(copies)
        if self.place is memkind.Microcore and self.way != "copy":
            by_core = data.copies()
            assert [list(by_core[core]) for core in self.target] == copies
        else:
            assert list(data) == home


def with_what_fits(settings, run):
    """Runs with these settings, or with what the refusals say would fit: two for one argument (the channel's, the memory's)."""
    for _ in range(3 if len(settings) == 1 else 30):
        try:
            return run(settings)
        except UsageError as error:
            refused = re.search(r"prefetch of (\w+)", str(error))[1]
            if re.search(r"at most \d|at most \w+=", str(error)):
                settings = [smaller(one, str(error)) if one.name == refused else one for one in settings]
            else:  # none fits beside those of the others
                settings = [Prefetch(one.name, (one.buffer + 1) // 2, (one.elements + 1) // 2, one.distance, one.access) for one in settings]
    raise AssertionError(f"what was said to fit does not: {settings}")


def smaller(setting, message):
    most = re.search(r"at most (?:buffer=(\d+) with elements=(\d+)|elements=(\d+) with buffer=(\d+)|(\d+))", message)
    buffer, elements = int(most[1] or most[4] or setting.buffer), int(most[2] or most[3] or most[5])
    assert (elements, buffer) != (setting.elements, setting.buffer)
    return Prefetch(setting.name, buffer, elements, setting.distance, setting.access)


def check_three(order, longest):
    """Three arguments of any kinds with settings of their own."""
    length = order.randrange(1, min(longest, 2000) + 1)
    a, b, c = ([order.randrange(-1000, 1000) for _ in range(length)] for _ in range(3))
    case = Case(order, 1, longest)
    case.length, case.cores = length, 1
    case.draw_runs()
    places = [order.choice([list, *KINDS]) for _ in range(3)]
    data = [place(types.int, values) if place in KINDS else list(values) for place, values in zip(places, (a, b, c))]
    settings = [Prefetch(s.name, s.buffer, s.elements, s.distance, "rw") for s in map(case.draw_setting, order.sample("abc", order.randrange(1, 4)))]
    said = (places, settings, case.runs)
    results = with_what_fits(list(settings), lambda fitting: combine(*data, case.runs, target=0, prefetch=fitting))
    for first, step, count in zip(*[iter(case.runs)] * 3):
        for place in range(first, first + count * step, step) if step else [first] * count:
            c[place] = a[place] + b[place]
            b[place] = a[place]
    assert results == [c[case.runs[0]]], said
    assert [list(one) for one in data] == [a, b, c], said


@pytest.fixture
def fresh(clear):
    """No board and no settings, before and after."""
    clear()
    yield
    clear()


def check_many(seed, number, longest):
    order = random.Random(seed)
    board = order.choice(["parallella", "parallella", "pynq-fpu", "pynq-picorv32"])
    machine = {
        "board": board,
        "cores": order.choice([1, 2, 4, 16 if board == "parallella" else 8]),
        "transfer_engine": order.choice(["bytes", "words", "dma", "dma"]),
        **order.choice([{}, {}, {}, {"data": "shared"}, {"heap": order.choice([1024, 2048])}]),
    }
    epython.config(**machine)
    for _ in range(number):
        case = Case(order, machine["cores"], longest)
        try:
            case.check()
        except (AssertionError, EPythonError, UsageError, IndexError) as error:
            raise AssertionError(f"seed {seed}, {machine}: {case}: {error}") from error
        if order.random() < 0.2:
            check_three(order, longest)


@pytest.mark.parametrize("seed", range(24))
def test_any_way_leads_to_the_same(fresh, seed):
    check_many(seed, 10, 1_500)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 150))
def test_a_thousand_ways(fresh, seed):
    check_many(seed, 20, 100_000)
