"""Memory kinds: changing the class moves the data, and nothing else changes; kinds of one's own."""

import struct

import pytest
from epython import EPythonError, Prefetch, memkind, offload, types

pytestmark = pytest.mark.usefixtures("host")

KINDS = [memkind.Host, memkind.Shared, memkind.Microcore]


@offload
def add(a, b):
    out = [0] * len(a)
    for k in range(len(a)):
        out[k] = a[k] + b[k]
    return out


@offload
def double(a):
    for k in range(len(a)):
        a[k] = a[k] * 2
    return a[0]


@offload
def mark(a):
    from parallel import coreid

    a[0] = a[0] + coreid()
    return a[0]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("dtype, make", [(types.int, int), (types.float, lambda k: k / 4)])
def test_one_word_changes(host, kind, dtype, make):
    first, second = kind(dtype, 100), kind(dtype, [make(3 * k) for k in range(100)])
    for k in range(100):
        first[k] = make(k)
    assert add(first, second) == [[make(4 * k) for k in range(100)]] * len(host.cores)
    assert double(first, target=[0]) == [0]
    assert first[:] == [make(2 * k) for k in range(100)]
    first[0] = make(8)
    assert double(first, target=[0]) == [make(16)]
    assert first[0] == make(16) and len(first) == 100 and list(first)[99] == make(99 * 4)


@pytest.mark.parametrize("kind", KINDS)
def test_kinds_mixed_with_lists(kind):
    assert add(kind(types.int, [1, 2]), [10, 20], target=1) == [[11, 22]]
    assert add([10, 20], kind(types.int, [1, 2]), target=1) == [[11, 22]]
    flags = kind(types.bool, [True, False])
    assert add(flags, flags, target=0) == [[2, 0]]


def test_every_core_has_a_microcore_copy_of_its_own(host):
    data = memkind.Microcore(types.int, [100, 1])
    assert mark(data) == [100 + core for core in host.cores]
    assert mark(data, target=[1, 2]) == [102, 104]
    expected = [100 + core * (2 if core in (1, 2) else 1) for core in host.cores]
    assert [copy[0] for copy in data.copies()] == expected
    assert data[:] == [100, 1]  # the first core's
    data[1] = 5  # goes to all cores
    assert mark(data) == [100 + core for core in host.cores]
    assert list(data.copies())[3] == [103, 5]


def test_a_shared_buffer_is_one_for_all(host):
    @offload
    def own_place(a):
        from parallel import coreid

        a[coreid()] = coreid() * 10

    for kind in (memkind.Host, memkind.Shared):
        data = kind(types.int, len(host.cores))
        own_place(data)
        assert data[:] == [core * 10 for core in host.cores]


def test_device_is_the_other_name_of_microcore():
    assert memkind.Device is memkind.Microcore


def test_microcore_data_outlive_board_and_program(host):
    data = memkind.Microcore(types.int, [1, 2, 3])
    double(data)

    @offload
    def another(a):
        return a[2]

    assert another(data, target=1) == [6]
    host.epython.stop()
    assert data[:] == [2, 4, 6]
    assert another(data, target=1) == [6]


class File(memkind.Kind):
    """Elements that lie in a file."""

    def __init__(self, path, count):
        super().__init__(types.int, count)
        self.path = path
        path.write_bytes(struct.pack(f"<{count}i", *range(count)))

    def load(self, offset, count):
        with open(self.path, "rb") as file:
            file.seek(4 * offset)
            return file.read(4 * count)

    def store(self, offset, data):
        with open(self.path, "r+b") as file:
            file.seek(4 * offset)
            file.write(data)


class Squares(memkind.Kind):
    """Elements that are computed, and counts of who asked."""

    def __init__(self, count):
        super().__init__(types.float, count)
        self.loads, self.stored = 0, []

    def load(self, offset, count):
        self.loads += 1
        return struct.pack(f"<{count}f", *(k * k / 2 for k in range(offset, offset + count)))

    def store(self, offset, data):
        self.stored.append((offset, struct.unpack(f"<{len(data) // 4}f", data)))


def test_a_kind_in_a_file(tmp_path):
    data = File(tmp_path / "data", 50)
    assert double(data, target=0) == [0]
    assert struct.unpack("<50i", data.path.read_bytes()) == tuple(2 * k for k in range(50))
    assert add(data, data, target=3) == [[4 * k for k in range(50)]]


def test_a_kind_that_computes():
    data = Squares(4)
    assert add(data, [0.0] * 4, target=1) == [[0.0, 0.5, 2.0, 4.5]]
    assert data.loads > 0 and data[3] == 4.5
    double(data, target=1)
    assert [value for _, changed in data.stored for value in changed] == [0.0, 1.0, 4.0, 9.0]


def test_a_kind_that_raises_is_the_caller_s_exception():
    class Broken(memkind.Kind):
        def load(self, offset, count):
            raise LookupError("nobody home")

    with pytest.raises(LookupError, match="nobody home"):
        double(Broken(types.int, 3), target=0)


class Noted(memkind.Kind):
    """Elements that are their own position, and notes of every transfer."""

    def __init__(self, count, fails_at=None):
        super().__init__(types.int, count)
        self.transfers, self.changed, self.fails_at = [], {}, fails_at

    def load(self, offset, count):
        self.transfers.append(("load", offset, count))
        if self.fails_at is not None and offset <= self.fails_at < offset + count:
            raise LookupError(f"nothing at {self.fails_at}")
        return struct.pack(f"<{count}i", *(self.changed.get(k, k) for k in range(offset, offset + count)))

    def store(self, offset, data):
        values = struct.unpack(f"<{len(data) // 4}i", data)
        self.transfers.append(("store", offset, len(values)))
        self.changed.update(enumerate(values, offset))


@offload
def pick(a, first, step, count):
    out = [0] * count
    for k in range(count):
        out[k] = a[first + k * step]
    return out


def test_a_kind_of_one_s_own_is_asked_for_what_a_kernel_touches():
    data = Noted(30_000_000)  # more than the board has memory for
    assert pick(data, 29_999_990, 3, 3, target=1) == [[29_999_990, 29_999_993, 29_999_996]]
    assert data.transfers == [("load", 29_999_990, 1), ("load", 29_999_993, 1), ("load", 29_999_996, 1)]


def test_prefetching_asks_a_kind_for_chunks():
    data = Noted(100)
    assert pick(data, 40, 1, 20, target=0, prefetch=Prefetch("a", 32, 8, 16)) == [list(range(40, 60))]
    assert data.transfers[:3] == [("load", 40, 8), ("load", 48, 8), ("load", 56, 8)]
    assert all(operation == "load" and offset % 8 == 0 for operation, offset, _ in data.transfers)


def test_stores_to_a_kind_come_in_their_order():
    data = Noted(6)
    assert double(data, target=2) == [0]
    assert [one for one in data.transfers if one[0] == "store"] == [("store", k, 1) for k in range(6)]
    assert data[:] == [0, 2, 4, 6, 8, 10]
    data.transfers.clear()
    assert double(data, target=2, prefetch=Prefetch("a", 4, 2, 2, "rw")) == [0]
    assert [one for one in data.transfers if one[0] == "store"] == [("store", 0, 2), ("store", 2, 2), ("store", 4, 2)]
    assert data[:] == [0, 4, 8, 12, 16, 20]


def test_what_a_kind_raises_ends_the_kernel_and_comes_with_both_places():
    data = Noted(50, fails_at=7)
    with pytest.raises(LookupError, match="nothing at 7") as raised:
        pick(data, 0, 1, 10, target=3)
    assert raised.traceback[-1].name == "load"
    on_core = raised.value.__cause__
    assert isinstance(on_core, EPythonError) and (on_core.kind, on_core.core, on_core.kernel) == ("KindError", 3, "pick")
    assert on_core.file == __file__
    assert pick(data, 8, 1, 2, target=3) == [[8, 9]]  # the core goes on
    assert pick(data, 0, 1, 4, target=0, prefetch=Prefetch("a", 8, 4, 4)) == [[0, 1, 2, 3]]  # asked for ahead, and not needed


def test_a_kind_that_returns_too_little_is_told():
    class Short(Noted):
        def load(self, offset, count):
            return b"123"

    with pytest.raises(ValueError, match="returned 3 bytes; 1 elements have 4"):
        pick(Short(5), 0, 1, 1, target=0)


def test_a_list_larger_than_the_board_s_memory():
    data = memkind.Host(types.int, 7_500_000)
    data[7_499_999] = 5
    assert pick(data, 7_499_999, 1, 1, target=0) == [[5]]
    assert pick(data, 7_499_999, -1, 3, target=0, prefetch=Prefetch("a", 64, 16, 32)) == [[5, 0, 0]]
