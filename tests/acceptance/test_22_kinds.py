"""Memory kinds: changing the class moves the data, and nothing else changes; kinds of one's own."""

import struct

import pytest
from epython import memkind, offload, types

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
