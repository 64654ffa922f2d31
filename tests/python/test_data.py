"""What is registered with a board, and where changes by kernels go."""

import array
import gc
import struct

import pytest
from epython import data, memkind, types


def ints(*values):
    return struct.pack(f"<{len(values)}i", *values)


@pytest.fixture
def table():
    return data.DataTable()


def no_fetch(number):
    raise AssertionError("nothing should be fetched")


@pytest.mark.parametrize(
    "value, sent",
    [
        (None, None),
        (True, True),
        (-7, -7),
        (1e-9, 1e-9),
        (float("nan"), {"real": "nan"}),
        (float("inf"), {"real": "inf"}),
        (float("-inf"), {"real": "-inf"}),
    ],
)
def test_scalars(value, sent):
    assert data.scalar(value) == sent
    assert type(data.scalar(value)) is type(sent)


def test_scalars_out_of_range():
    with pytest.raises(OverflowError):
        data.scalar(2**31)


@pytest.mark.parametrize("value", [[1], (1,), b"a", "text", {}, array.array("i", [1])])
def test_what_is_not_a_scalar(value):
    with pytest.raises(LookupError):
        data.scalar(value)


@pytest.mark.parametrize("value", ["text", {}, object(), {1, 2}])
def test_what_cannot_be_passed(table, value):
    with pytest.raises(TypeError, match="cannot be passed to a kernel"):
        table.use(value, no_fetch)


def test_a_list_is_sent_once_while_it_is_in_use(table):
    numbers = [1, 2, 3]
    entry = table.use(numbers, no_fetch)
    assert table.use(numbers, no_fetch) is entry
    described, block = table.take_unsent()
    assert described == [{"id": 1, "dtype": "int32", "kind": "host", "count": 3, "mutable": True, "offset": 0, "bytes": 12}]
    assert block == ints(1, 2, 3)
    assert table.take_unsent() == ([], b"")
    table.release([entry])
    assert table.take_forgotten() == []
    table.release([entry])
    assert table.take_forgotten() == [1]
    assert table.use(numbers, no_fetch).number == 2


def test_changes_by_a_kernel_appear_in_the_list(table):
    numbers = [1, 2, 3]
    entry = table.use(numbers, no_fetch)
    table.update(entry.number, 1, ints(7, 8))
    assert numbers == [1, 7, 8]
    assert table.use(numbers, no_fetch) is entry  # the board has just these values


def test_a_list_changed_by_the_host_meanwhile_is_another_buffer(table):
    numbers = [1, 2, 3]
    entry = table.use(numbers, no_fetch)
    numbers[0] = 9
    other = table.use(numbers, no_fetch)
    assert other is not entry
    assert [one["id"] for one in table.take_unsent()[0]] == [1, 2]


def test_equal_lists_are_different_buffers(table):
    assert table.use([1], no_fetch) is not table.use([1], no_fetch)


@pytest.mark.parametrize("value", [(1, 2), b"ab"])
def test_what_cannot_change_is_sent_read_only(table, value):
    entry = table.use(value, no_fetch)
    assert table.take_unsent()[0][0]["mutable"] is False
    table.update(entry.number, 0, ints(5))  # a server that did so nevertheless changes nothing
    assert value in ((1, 2), b"ab")


def test_changes_by_a_kernel_appear_in_an_array(table):
    numbers = array.array("d", [1, 2, 3])
    entry = table.use(numbers, no_fetch)
    assert table.take_unsent()[0][0]["dtype"] == "float32"
    table.update(entry.number, 2, struct.pack("<f", 0.5))
    assert numbers.tolist() == [1, 2, 0.5]


def test_several_buffers_share_one_block(table):
    table.use([1], no_fetch)
    table.use([2.0, 3.0], no_fetch)
    described, block = table.take_unsent()
    assert [(one["offset"], one["bytes"]) for one in described] == [(0, 4), (4, 8)]
    assert block == ints(1) + struct.pack("<2f", 2, 3)


def test_an_empty_list(table):
    table.use([], no_fetch)
    assert table.take_unsent() == ([{"id": 1, "dtype": "int32", "kind": "host", "count": 0, "mutable": True, "offset": 0, "bytes": 0}], b"")


def test_a_host_kind_stays_and_is_sent_again_only_when_the_host_changed_it(table):
    kind = memkind.Host(types.int, [1, 2])
    entry = table.use(kind, no_fetch)
    assert table.take_unsent()[1] == ints(1, 2)
    table.update(entry.number, 0, ints(5))
    table.release([entry])
    assert kind[:] == [5, 2]
    assert table.use(kind, no_fetch) is entry
    assert table.take_unsent() == ([], b"")
    kind[1] = 6
    table.use(kind, no_fetch)
    assert table.take_unsent()[1] == ints(5, 6)
    assert table.take_forgotten() == []


def test_a_collected_kind_is_forgotten(table):
    kind = memkind.Host(types.int, [1, 2])
    number = table.use(kind, no_fetch).number
    del kind
    gc.collect()
    assert table.take_forgotten() == [number]


def test_a_shared_kind_is_fetched_when_the_host_looks_after_a_launch(table):
    kind = memkind.Shared(types.int, [1, 2])
    asked = []

    def fetch(number):
        asked.append(number)
        return ints(8, 9)

    entry = table.use(kind, fetch)
    assert table.take_unsent()[0][0]["kind"] == "shared"
    assert asked == []
    assert kind[:] == [8, 9] and len(asked) == 1
    assert kind[:] == [8, 9] and len(asked) == 2  # the launch may still change it
    table.release([entry])
    assert kind[:] == [8, 9] and len(asked) == 3
    assert kind[:] == [8, 9] and len(asked) == 3


def test_data_only_the_board_has_are_saved_before_it_goes(table):
    kind = memkind.Shared(types.int, [1])
    table.release([table.use(kind, lambda number: ints(4))])
    table.bring_home()
    table.abandon()
    assert kind[0] == 4


def test_a_kind_of_the_user_is_loaded_and_stored(table):
    class Log(memkind.Kind):
        def __init__(self):
            super().__init__(types.int, 3)
            self.stored = []

        def load(self, offset, count):
            return ints(*range(10 + offset, 10 + offset + count))

        def store(self, offset, changed):
            self.stored.append((offset, bytes(changed)))

    log = Log()
    entry = table.use(log, no_fetch)
    described, block = table.take_unsent()
    assert block == b"" and described == [{"id": entry.number, "dtype": "int32", "kind": "client", "count": 3, "mutable": True}]
    assert table.supply({"do": "load", "id": entry.number, "first": 1, "count": 2}, b"") == ints(11, 12)
    assert table.supply({"do": "store", "id": entry.number, "first": 2, "count": 1}, ints(7)) == b""
    assert log.stored == [(2, ints(7))]
    table.release([entry])
    assert table.use(log, no_fetch) is entry and table.take_unsent() == ([], b"")


def test_returned_references_are_the_user_s_own_objects(table):
    numbers, kind = [1, 2], memkind.Host(types.int, 1)
    assert table.owner(table.use(numbers, no_fetch).number) is numbers
    assert table.owner(table.use(kind, no_fetch).number) is kind
    assert table.owner(99) is None
