"""Memory kinds as the host sees them."""

import pytest

from epython import buffers, memkind, types


@pytest.mark.parametrize("kind", [memkind.Host, memkind.Shared])
class TestResident:
    def test_zero_at_first(self, kind):
        data = kind(types.int, 4)
        assert len(data) == 4
        assert list(data) == [0, 0, 0, 0]
        assert kind(types.float, 2)[:] == [0.0, 0.0]
        assert kind(types.bool, 1)[0] is False

    def test_from_a_sequence(self, kind):
        assert kind(types.int, range(5))[1:4] == [1, 2, 3]
        assert kind(types.float, [1, 2])[:] == [1.0, 2.0]
        assert list(kind(types.int, kind(types.int, [7, 8]))) == [7, 8]

    def test_indexes_and_slices(self, kind):
        data = kind(types.int, 6)
        data[0] = 5
        data[-1] = 9
        data[1:3] = [6, 7]
        data[3:5] = (value for value in (1, 2))
        assert data[:] == [5, 6, 7, 1, 2, 9]
        data[::2] = [0, 0, 0]
        assert data[:] == [0, 6, 0, 1, 0, 9]
        assert data[::-1] == [9, 0, 1, 0, 6, 0]
        assert data[4:2] == []

    @pytest.mark.parametrize("index", [6, -7, 100])
    def test_out_of_range(self, kind, index):
        data = kind(types.int, 6)
        with pytest.raises(IndexError, match="6 elements"):
            data[index]
        with pytest.raises(IndexError):
            data[index] = 1

    def test_the_length_is_fixed(self, kind):
        with pytest.raises(ValueError, match="length"):
            kind(types.int, 4)[0:2] = [1, 2, 3]

    def test_values_are_checked(self, kind):
        with pytest.raises(OverflowError):
            kind(types.int, 1)[0] = 2**31
        with pytest.raises(TypeError):
            kind(types.int, 1)[0] = 0.5

    @pytest.mark.parametrize("arguments", [(types.int, -1), (types.int, True), (types.int, None), ("double", 3), (complex, 3)])
    def test_nonsense_is_refused(self, kind, arguments):
        with pytest.raises(TypeError):
            kind(*arguments)

    def test_python_types_and_names_are_element_types(self, kind):
        assert kind(int, 1).dtype is types.int32
        assert kind("float32", 1).dtype is types.float32
        assert kind(bool, 1).dtype is types.bool


def test_a_change_by_the_host_makes_a_new_version():
    data = memkind.Host(types.int, 3)
    before = data.version
    data[1] = 4
    assert data.version > before
    now = data.version
    data.update(0, b"\x07\0\0\0")
    assert data.version == now and data[0] == 7


def test_what_the_board_gives_back_whole_is_taken_over():
    kind = memkind.Host(types.int, [1, 2, 3])
    received = memoryview(bytearray(buffers.pack([4, 5, 6], types.int)))
    kind.update(0, received)
    assert kind[:] == [4, 5, 6] and kind.load(0, 3).obj is received.obj
    kind.update(1, memoryview(received.obj)[:4])  # a part of what was received: copied
    assert kind[:] == [4, 4, 6]
    own = bytearray(buffers.pack([7, 8, 9], types.int))
    kind.store(0, memoryview(own))  # the host's own memory is not taken over
    own[0] = 99
    assert kind[:] == [7, 8, 9]


def test_unseen_changes_are_fetched_when_the_host_looks():
    data, asked = memkind.Shared(types.int, 2), []

    def fetch():
        asked.append(1)
        return b"\x01\0\0\0\x02\0\0\0", len(asked) < 2

    data.fetch = fetch
    assert data[0] == 1
    assert data[1] == 2
    assert data[:] == [1, 2]
    assert len(asked) == 2  # not asked again once it cannot change any more


def test_microcore_is_the_host_s_until_a_kernel_has_used_it():
    data = memkind.Microcore(types.int, [1, 2, 3])
    data[1] = 20
    assert data[:] == [1, 20, 3] and len(data) == 3 and data.copies() == []
    data.fetch = lambda: [[5, 6, 7], [8, 9, 10]]
    assert data[:] == [5, 6, 7] and data.copies()[1] == [8, 9, 10]
    data[0] = 1
    assert data[:] == [1, 6, 7] and data.copies() == []
    assert memkind.Device is memkind.Microcore


def test_a_kind_of_one_s_own_needs_load_and_store():
    with pytest.raises(NotImplementedError, match="load"):
        memkind.Kind(types.int, 3)[0]
