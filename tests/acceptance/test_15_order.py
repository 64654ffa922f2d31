"""What is launched on one core, and copied to it, happens there in the order of the calls; cores do not wait for each other."""

import random

import pytest
from epython import device_data
from epython import copy_from_device, copy_to_device, define_on_device, offload, wait_all

pytestmark = pytest.mark.usefixtures("host")

a = 0
b = [1, 2, 3, 4]


@pytest.fixture(scope="module", autouse=True)
def defined(host):
    define_on_device(a)
    define_on_device(b)
    yield
    device_data.clear()


@offload
def A(rounds):
    i = 0
    while i < rounds:
        i += 1
    a = a * 10 + 1


@offload
def B(rounds):
    i = 0
    while i < rounds:
        i += 1
    a = a * 10 + 2


@offload
def C(rounds):
    i = 0
    while i < rounds:
        i += 1
    a = a * 10 + 3


@offload
def total():
    result = 0
    for k in range(len(b)):
        result += b[k]
    return result


@pytest.mark.parametrize("seed", range(10))
def test_a_b_c_on_one_core(host, seed):
    order = random.Random(seed)
    core = order.choice(host.cores)
    copy_to_device("a", 0, target=core)
    handlers = [kernel(order.randrange(300), async_=True, target=core) for kernel in (A, B, C)]
    order.shuffle(handlers)
    for handler in handlers:
        handler.wait()
    assert copy_from_device("a", target=core) == [123]


def test_many_on_many_cores(host):
    order = random.Random(15)
    copy_to_device("a", 0)
    expected = {core: 0 for core in host.cores}
    handlers = []
    for _ in range(60):
        digit, kernel = order.choice([(1, A), (2, B), (3, C)])
        cores = order.sample(host.cores, order.randrange(1, 4))
        handlers.append(kernel(order.randrange(50), async_=True, target=cores))
        for core in cores:
            expected[core] = wrapped(expected[core] * 10 + digit)
        if order.random() < 0.2:
            core = order.choice(host.cores)
            handlers.append(copy_to_device("a", 7, target=core, async_=True))
            expected[core] = 7
    order.shuffle(handlers)
    wait_all(*handlers)
    assert copy_from_device("a") == [expected[core] for core in host.cores]


def wrapped(number):
    return (number + 2**31) % 2**32 - 2**31


def test_a_launch_never_overtakes_one_for_the_same_core():
    slow = A(5000, async_=True, target=[0, 1])
    behind = B(0, async_=True, target=[1, 2])
    behind.wait()
    assert slow.test()  # core 1 had to do A first, and core 0 is as fast
    slow.wait()


def test_cores_do_not_wait_for_each_other():
    slow = A(50000, async_=True, target=0)
    quick = B(0, async_=True, target=[3])
    quick.wait()
    assert not slow.finished
    slow.wait()


def test_a_copy_between_two_kernels():
    """One of two cores gets new data between two launches: it sums the new, the other one the old."""
    copy_to_device(b, [1, 2, 3, 4])
    before = total(async_=True, target=[0, 1])
    copy_to_device(b, [10, 20, 30, 40], target=0, async_=True)
    after = total(async_=True, target=[0, 1])
    assert wait_all(after, before) == [[100, 10], [10, 10]]


def test_a_copy_takes_the_data_at_the_call():
    data = [5, 6]
    copy = copy_to_device("b", data, target=2, async_=True)
    data[0] = 1000
    copy.wait()
    assert total(target=2) == [11]
    copy_to_device("b", [1, 2, 3, 4])


def test_a_copy_back_has_its_place_too():
    copy_to_device("a", 0, target=1)
    first = copy_from_device("a", target=1, async_=True)
    A(200, async_=True, target=1)
    second = copy_from_device("a", target=1, async_=True)
    assert wait_all(second, first) == [[1], [0]]
