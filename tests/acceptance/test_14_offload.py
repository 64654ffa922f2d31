"""Offload: results, overrides at a call, precedence, asynchronous launches, waits in any order, a storm of launches."""

import random
import warnings

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


def test_a_storm_of_1000_launches(host):
    """Asynchronous and blocking, all kinds of targets, waits in any order; nothing piles up."""
    order = random.Random(1000)
    pending, done = [], 0
    for n in range(1000):
        target = order.choice([{"target": order.choice(host.cores)}, {"auto": 1}, {"target": order.sample(host.cores, 2)}])
        rounds = order.randrange(6)
        if order.random() < 0.2:
            results = work(rounds, n, **target)
            assert results == [2 * n + rounds] * len(results)
            done += 1
            continue
        pending.append((n, rounds, work(rounds, n, async_=True, **target)))
        if len(pending) > 40 and order.random() < 0.5:
            order.shuffle(pending)
            for _ in range(order.randrange(30)):
                number, turns, handler = pending.pop()
                assert set(handler.wait()) == {2 * number + turns}
                done += 1
    while pending:
        number, turns, handler = pending.pop(order.randrange(len(pending)))
        assert set(handler.wait()) == {2 * number + turns}
        done += 1
    assert done == 1000
    del handler
    session = host.session
    assert len(session._in_use) == 0 and len(session._handlers) == 0


def test_launches_that_nobody_waits_for_do_not_pile_up(host):
    for n in range(500):
        work(0, n, async_=True, target=n % 4)
        if n % 100 == 99:
            work(0, 0, target=[0, 1, 2, 3])
    assert len(host.session._in_use) < 250
