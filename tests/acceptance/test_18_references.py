"""Arguments by reference: large ones, every core's own part, and prefetch settings in all their forms. (Results whatever the way: test_18_any_way.)"""

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
def ends(a):
    from parallel import coreid

    a[coreid()] = a[len(a) - 1 - coreid()] + coreid()
    return a[len(a) // 2]


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
        (("a", 2**31, 1, 2), "buffer=2147483648 is too large; at most 2147483647"),
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


@pytest.fixture
def small_heap(host):
    host.epython.stop()
    host.epython.config(heap=1024)
    yield
    host.epython.stop()
    host.epython.config(heap=None)


@pytest.mark.parametrize(
    "setting, message",
    [
        (("a", 400, 10, 10), r"prefetch of a: buffer=400 takes \d+ bytes of a core's memory, which has 1024 left for it; at most buffer=120 with elements=10$"),
        (("a", 400, 200, 10), r"prefetch of a: buffer=400 takes .*; at most elements=108 with buffer=216$"),
        (("a", 9000, 3000, 10), r"prefetch of a: elements=3000 is too large for the core's channel, .*; at most 2560$"),
        (("b", 4, 2, 2), r"gather has no argument 'b'"),
    ],
)
def test_a_launch_that_cannot_be_is_refused_and_the_next_runs(small_heap, setting, message):
    with pytest.raises(UsageError, match=message):
        gather(list(range(20_000)), 0, 1, 3, prefetch=Prefetch(*setting))
    assert gather(list(range(20_000)), 5, 1, 3, target=0, prefetch=Prefetch("a", 40, 10, 10)) == [[5, 6, 7]]


class Own(memkind.Kind):
    def load(self, offset, count):
        return b"".join((5).to_bytes(4, "little") for _ in range(count))


@pytest.mark.parametrize("make", [list, lambda v: memkind.Host(types.int, v), lambda v: memkind.Shared(types.int, v), lambda v: Own(types.int, len(v))])
def test_a_refused_launch_leaves_its_data_as_they_were(host, make):
    data = make([5] * 40)
    for _ in range(2):
        with pytest.raises(UsageError, match="no core 99"):
            gather(data, 0, 1, 3, target=99)
        assert gather(data, 0, 1, 3, target=0) == [[5, 5, 5]]
        assert gather([7, 8], 0, 1, 2, target=0) == [[7, 8]]


def test_data_that_the_board_had_no_room_for(host):
    if host.session.board["board"] != "parallella":
        return  # has room for more
    too_large = memkind.Shared(types.int, 9_000_000)
    for _ in range(2):
        with pytest.raises(UsageError, match="out of shared memory"):
            gather(too_large, 0, 1, 3, target=0)
        assert gather([7, 8], 0, 1, 2, target=0) == [[7, 8]]
    assert too_large[8_999_999] == 0
