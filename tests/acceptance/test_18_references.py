"""Arguments by reference: of any size, in any order, with any prefetch setting, results are those of an eager copy."""

import random

import pytest
from epython import Prefetch, UsageError, memkind, offload, types

pytestmark = pytest.mark.usefixtures("host")

MILLION = 1_000_000


@offload
def gather(a, first, step, count):
    out = [0] * count
    place = first
    for k in range(count):
        out[k] = a[place]
        place += step
    return out


@offload
def gather_eagerly(a, first, step, count):
    local = a[:]
    out = [0] * count
    place = first
    for k in range(count):
        out[k] = local[place]
        place += step
    return out


@offload
def scale(a, first, step, count):
    place = first
    for k in range(count):
        a[place] = a[place] * 3 + 1
        place += step
    return len(a)


@offload
def ends(a):
    from parallel import coreid

    a[coreid()] = a[len(a) - 1 - coreid()] + coreid()
    return a[len(a) // 2]


def setting(order):
    buffer = order.choice([1, 2, 3, 7, 10, 64, 100, 256, 1000])
    elements = order.randrange(1, min(buffer, 700) + 1)  # a chunk, of which there are two at least; the core has 6.5 KB for them
    return Prefetch("a", buffer, elements, order.choice([0, 1, elements, buffer, 2 * buffer]), order.choice(["r", "rw", "mutable", "readonly"]))


def walk(order, length):
    """Where a kernel goes in a list: first place, step, number of places."""
    step = order.choice([1, 1, 1, 2, 3, 17, -1, -1, -5])
    count = order.randrange(0, min(length, 60) + 1)
    span = (count - 1) * abs(step)
    if count == 0 or span >= length:
        return 0, 1, min(length, 5)
    first = order.randrange(length - span)
    return (first if step > 0 else first + span), step, count


def values(order, length):
    if order.random() < 0.5:
        return [order.randrange(-1000, 1000) for _ in range(length)]
    return [order.randrange(-1000, 1000) / 8 for _ in range(length)]


def check(order, number):
    length = order.choice([1, 2, 3, 5, 31, 32, 33, 100, 255, 256, 257, 1000])
    data = values(order, length)
    kind = order.choice([list, lambda v: v, lambda v: memkind.Host(float if isinstance(v[0], float) else int, v)])(data)
    first, step, count = walk(order, length)
    places = [first + k * step for k in range(count)]
    expected = [data[place] for place in places]
    core = order.randrange(4)
    given = setting(order)
    assert gather(kind, first, step, count, target=core, prefetch=given) == [expected], (number, given)
    if length <= 300:
        assert gather_eagerly(kind, first, step, count, target=core) == [expected]
    writable = Prefetch("a", given.buffer, given.elements, given.distance, "rw")
    after = list(data)
    for place in places:
        after[place] = after[place] * 3 + 1
    assert scale(kind, first, step, count, target=core, prefetch={"a": writable}) == [length]
    assert list(kind) == after, (number, given)


@pytest.mark.parametrize("seed", range(12))
def test_any_setting_gives_the_same_results(host, seed):
    order = random.Random(seed)
    for number in range(3):
        check(order, number)


@pytest.mark.slow
def test_a_thousand_settings(host):
    order = random.Random(18)
    for number in range(500):
        check(order, number)


def test_a_million_elements(host):
    data = memkind.Host(types.int, range(MILLION))
    assert gather(data, 0, 99_999, 11, target=2) == [[k * 99_999 for k in range(11)]]
    assert gather(data, MILLION - 1, -333_333, 4, target=[0, 3]) == [[MILLION - 1 - 333_333 * k for k in range(4)]] * 2
    cores = len(host.cores)
    assert ends(data) == [MILLION // 2] * cores
    assert data[:3] == [999_999, 999_999, 999_999]
    assert data[cores] == cores


def test_every_core_reads_its_own_part(host):
    data = memkind.Host(types.float, [k / 4 for k in range(4000)])

    @offload
    def own(a):
        from parallel import coreid

        total = 0.0
        for k in range(coreid() * 50, coreid() * 50 + 50):
            total += a[k]
        return total

    assert own(data) == [sum(k / 4 for k in range(core * 50, core * 50 + 50)) for core in host.cores]


FORMS = [
    Prefetch("a", 10, 2, 10),
    Prefetch("a", buffer=10, elements=2, distance=10, access="r"),
    [Prefetch("a", 10, 2, 10, "readonly")],
    (Prefetch("a", 10, 2, 10),),
    {"a": (10, 2, 10, "r")},
    {"a": (10, 2, 10)},
    {"a": Prefetch("a", 10, 2, 10)},
    {"a": {"buffer": 10, "elements": 2, "distance": 10}},
    ("a", 10, 2, 10, "r"),
    [("a", 10, 2, 10)],
    None,
    [],
]


@pytest.mark.parametrize("form", FORMS, ids=range(len(FORMS)))
def test_all_published_forms(form):
    @offload(prefetch=form)
    def kernel(a):
        return a[0] + a[1]

    assert kernel([1, 2], target=0) == [3]
    assert kernel([1, 2], target=0, prefetch=None) == [3]


@pytest.mark.parametrize(
    "form, message",
    [
        (Prefetch("b", 10, 2, 10), "no argument 'b'"),
        ({"a": (10, 2)}, "buffer, elements, distance, access"),
        ("a", "must be a Prefetch"),
        ([Prefetch("a", 1, 1, 1), ("a", 1, 1, 1)], "twice"),
    ],
)
def test_settings_that_cannot_be(form, message):
    with pytest.raises(UsageError, match=message):

        @offload(prefetch=form)
        def kernel(a):
            return a[0]


@pytest.mark.parametrize(
    "values, message",
    [
        (("a", 0, 1, 1), "buffer=0"),
        (("a", 4, 0, 1), "elements=0"),
        (("a", 4, 5, 1), "at most 4"),
        (("a", 4, 2, -1), "distance=-1"),
        (("a", 4, 2, 1, "w"), "access"),
        (("a b", 4, 2, 1), "not the name"),
        (("a", 4.0, 2, 1), "buffer must be"),
    ],
)
def test_numbers_that_cannot_be(values, message):
    with pytest.raises(UsageError, match=message):
        Prefetch(*values)


def test_a_scalar_cannot_be_prefetched():
    with pytest.raises(UsageError, match="scalar"):
        gather(5, 0, 1, 1, prefetch=Prefetch("a", 1, 1, 1))
