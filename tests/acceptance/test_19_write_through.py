"""What a core stores by reference is seen in its order; cores that share data never tear an element."""

import pytest
from epython import memkind, offload, types, wait_all

pytestmark = pytest.mark.usefixtures("host")


@offload
def writes_in_order(a, rounds):
    for k in range(rounds):
        a[1] = k
        a[0] = k
    return a[0]


@offload
def watches(a, rounds):
    """How often a later store was seen before an earlier one."""
    wrong = 0
    last = 0
    for k in range(rounds):
        second = a[0]
        first = a[1]
        if first < second or first < last:
            wrong += 1
        last = first
    return wrong


@offload
def raises_half(a, half):
    size = len(a) // 2
    for k in range(half * size, half * size + size):
        a[k] = a[k] + half + 1


@offload
def same_element(a, low, high, rounds):
    """Stores one of two numbers again and again, and counts what is neither."""
    torn = 0
    for k in range(rounds):
        if k % 2 == 0:
            a[0] = low
        else:
            a[0] = high
        seen = a[0]
        if seen != low and seen != high:
            torn += 1
    return torn


def kinds(values):
    return [list(values), memkind.Host(types.int, values), memkind.Shared(types.int, values)]


@pytest.mark.parametrize("place", range(3), ids=["list", "Host", "Shared"])
def test_stores_of_one_core_are_seen_in_order(place):
    data = kinds([0, 0])[place]
    writer = writes_in_order(data, 60, target=0, async_=True)
    watcher = watches(data, 60, target=1, async_=True)
    assert wait_all(watcher, writer) == [[0], [59]]
    assert list(data) == [59, 59]


@pytest.mark.parametrize("place", range(3), ids=["list", "Host", "Shared"])
def test_two_cores_raise_two_halves(place):
    data = kinds(range(100))[place]
    for _ in range(2):
        lower = raises_half(data, 0, target=1, async_=True)
        upper = raises_half(data, 1, target=3, async_=True)
        wait_all(lower, upper)
    assert list(data) == [k + 2 for k in range(50)] + [k + 4 for k in range(50, 100)]


@pytest.mark.parametrize("place", range(3), ids=["list", "Host", "Shared"])
def test_two_cores_on_one_element(place):
    data = kinds([0x01020304])[place]
    low, high = 0x01020304, -0x01020305
    one = same_element(data, low, high, 40, target=0, async_=True)
    other = same_element(data, high, low, 40, target=2, async_=True)
    assert wait_all(one, other) == [[0], [0]]
    assert list(data)[0] in (low, high)
