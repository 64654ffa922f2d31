"""Offload: results, overrides at a call, precedence, asynchronous launches, waits in any order, a storm of launches."""

import gc
import os
import random
import re
import warnings
from pathlib import Path

import pytest
from epython import offload, offload_multiple, offload_single, wait_all

pytestmark = pytest.mark.usefixtures("host")


@offload
def who():
    from parallel import coreid

    return coreid()


@offload
def work(rounds, value):
    i = 0
    while i < rounds:
        i += 1
    return value * 2 + i


@offload
def by_core(rounds):
    from parallel import coreid

    i = 0
    while i < rounds * coreid():
        i += 1
    return coreid()


def test_the_result_is_a_list_with_an_entry_per_core(host):
    assert who() == host.cores
    assert who(target=host.cores[1]) == [host.cores[1]]


def test_overrides_at_a_call():
    @offload(target=[1, 2], async_=True)
    def kernel(a):
        from parallel import coreid

        return a * 100 + coreid()

    assert kernel(1).wait() == [101, 102]
    assert kernel(2, target=[0, 3], async_=False) == [200, 203]
    assert kernel(3, async_=False) == [301, 302]
    assert len(kernel(4, auto=3).wait()) == 3


def test_auto_before_target_before_all():
    @offload(auto=2)
    def kernel():
        from parallel import coreid

        return coreid()

    assert len(kernel()) == 2
    with pytest.warns(UserWarning, match="auto is used"):
        assert len(kernel(auto=2, target=[5])) == 2
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert kernel(auto=None, target=[5]) == [5]
        assert who(target=[3], all=True) == [3]


@pytest.mark.parametrize("spelling", ["async_", "asynchronous", "async"])
def test_spellings_of_async(spelling):
    assert work(1, 1, target=0, **{spelling: True}).wait() == [3]


def test_waits_in_any_order():
    order = random.Random(14)
    handlers = [work(order.randrange(50), n, async_=True, target=[order.randrange(4)]) for n in range(20)]
    expected = {handler: None for handler in handlers}
    for handler in order.sample(handlers, len(handlers)):
        expected[handler] = handler.wait()
    rounds = random.Random(14)
    for n, handler in enumerate(handlers):
        turns, _ = rounds.randrange(50), rounds.randrange(4)
        assert expected[handler] == [2 * n + turns]


def test_a_second_wait_gives_the_same():
    handler = work(3, 4, async_=True, target=[0, 2])
    assert handler.wait() == [11, 11]
    assert handler.wait() == [11, 11]
    assert handler.test() and handler.result() == [11, 11]
    assert (handler.number_running(), handler.number_scheduled(), handler.number_outstanding()) == (0, 0, 0)


def test_wait_any_yields_each_core_once(host):
    handler = by_core(30, async_=True)
    seen = []
    while len(seen) < len(host.cores):
        some = handler.wait_any()
        assert some and all(core == value for core, value in some.items())
        seen += some
    assert sorted(seen) == host.cores
    assert handler.wait_any() == {}
    assert handler.wait() == host.cores


def test_a_blocking_launch_behind_one_that_was_not_waited_for():
    slow = work(3000, 1, async_=True, target=[1, 2])
    assert work(0, 5, target=[2]) == [10]
    assert slow.wait() == [3002, 3002]


def test_the_state_of_a_launch(host):
    first = work(2000, 0, async_=True, target=1)
    second = work(2000, 0, async_=True, target=1)
    assert (first.number_running() + first.number_scheduled(), second.number_scheduled()) == (1, 1)
    assert not second.test() and not second.test_any()
    first.wait()
    assert second.number_outstanding() == 1
    second.wait()
    assert second.test_any() and second.number_outstanding() == 0


def test_joined_launches():
    both = work(10, 1, async_=True, target=1)
    both.append(work(5, 2, async_=True, target=[2, 3]))
    assert both.core_ids == (1, 2, 3)
    assert both.wait() == [12, 9, 9]
    assert both.wait_any() == {1: 12, 2: 9, 3: 9}


def test_single_and_multiple():
    @offload_single
    def single(a):
        return a

    @offload_multiple(cores=3)
    def multiple(a):
        return a

    assert wait_all(single(1), multiple(2)) == [[1], [2] * 3]


@offload
def total(values, factor):
    s = 0
    for value in values:
        s += value * factor
    values[0] = s
    return [s, factor]


def resident_kb(pid):
    return int(re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())[1])


class Storm:
    """Launches of all kinds: asynchronous and blocking, of a few cores and of all, with numbers and with lists, waited for in any order."""

    def __init__(self, host, seed):
        self.host = host
        self.order = random.Random(seed)
        self.pending = []
        self.done = 0

    def target(self):
        cores = self.host.cores
        some = self.order.sample(cores, self.order.randrange(1, 5))
        return self.order.choice([{"target": self.order.choice(cores)}, {"auto": 1}, {"auto": 3}, {"target": some}, {"all": True}])

    def launch(self, n):
        target = self.target()
        if self.order.random() < 0.2:
            values = [n, 1, 2]
            kernel, arguments, expected = total, (values, 3), [(n + 3) * 3, 3]
            target = {"target": self.order.choice(self.host.cores)}  # one core alone writes into the list
        else:
            rounds = self.order.randrange(6)
            kernel, arguments, expected = work, (rounds, n), 2 * n + rounds
        if self.order.random() < 0.2:
            self.check(kernel(*arguments, **target), expected)
        else:
            self.pending.append((kernel(*arguments, async_=True, **target), expected))

    def check(self, results, expected):
        assert results == [expected] * len(results) and results
        self.done += 1

    def wait_for_some(self, count):
        self.order.shuffle(self.pending)
        for _ in range(count):
            handler, expected = self.pending.pop()
            self.check(handler.wait(), expected)

    def run(self, first, last):
        for n in range(first, last):
            self.launch(n)
            if len(self.pending) > 40 and self.order.random() < 0.5:
                self.wait_for_some(self.order.randrange(30))
        self.wait_for_some(len(self.pending))

    def memory(self):
        """KB of this process and of the board's."""
        gc.collect()
        return [resident_kb(pid) for pid in (os.getpid(), self.host.session.pid)]


def assert_nothing_is_left(host):
    assert len(host.session._in_use) == 0 and len(host.session._handlers) == 0


def test_a_storm_of_1000_launches(host):
    storm = Storm(host, 1000)
    storm.run(0, 300)
    before = storm.memory()
    storm.run(300, 1000)
    assert storm.done == 1000
    assert_nothing_is_left(host)
    for process, earlier in zip(storm.memory(), before):
        assert process < earlier + 4096


@pytest.mark.slow
def test_a_storm_of_10000_launches_takes_no_more_memory_than_one_of_2000(host):
    storm = Storm(host, 10000)
    storm.run(0, 2000)
    before = storm.memory()
    storm.run(2000, 10000)
    assert storm.done == 10000
    assert_nothing_is_left(host)
    for process, earlier in zip(storm.memory(), before):
        assert process < earlier + 2048


def test_launches_that_nobody_waits_for_do_not_pile_up(host):
    for n in range(500):
        work(0, n, async_=True, target=n % 4)
        if n % 100 == 99:
            work(0, 0, target=[0, 1, 2, 3])
    assert len(host.session._in_use) < 250
