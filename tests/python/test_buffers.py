"""Python values to typed buffers and back."""

import array
import struct

import pytest

from epython import buffers
from epython.types import bool32, float32, int32


@pytest.mark.parametrize(
    "values, kind",
    [
        ([1, 2, 3], int32),
        ([], int32),
        ([7], int32),
        ([True, False], bool32),
        ([True, 2], int32),
        ([1, 2.5], float32),
        ([True, 0.5], float32),
        ((1.0, 2.0), float32),
    ],
)
def test_element_type_of_a_list(values, kind):
    assert buffers.infer(values) is kind


@pytest.mark.parametrize("values", [["a"], [[1, 2], [3, 4]], [None], [1, object()], [1 + 2j]])
def test_what_is_not_a_flat_list_of_numbers_is_refused(values):
    with pytest.raises(TypeError, match="element"):
        buffers.infer(values)


def test_bytes_are_little_endian_and_four_per_element():
    assert buffers.pack([1, -2], int32) == struct.pack("<ii", 1, -2)
    assert buffers.pack([1.5], float32) == struct.pack("<f", 1.5)
    assert buffers.pack([True, False], bool32) == struct.pack("<II", 1, 0)


def test_round_trips():
    ints = [0, 1, -1, 2**31 - 1, -(2**31)]
    assert buffers.unpack(buffers.pack(ints, int32), int32) == ints
    assert buffers.unpack(buffers.pack([True, False], bool32), bool32) == [True, False]
    reals = [0.0, 1e-9, -7.25, 3.4e38]
    assert buffers.unpack(buffers.pack(reals, float32), float32) == [struct.unpack("f", struct.pack("f", real))[0] for real in reals]


def test_reals_are_rounded_to_float32():
    assert buffers.unpack(buffers.pack([0.1, 123456789.0], float32), float32) == [0.10000000149011612, 123456792.0]


def test_a_real_too_large_becomes_infinite():
    assert buffers.unpack(buffers.pack([1e39, -1e39], float32), float32) == [float("inf"), float("-inf")]


@pytest.mark.parametrize("number", [2**31, -(2**31) - 1, 2**40])
def test_ints_outside_32_bits_are_refused(number):
    with pytest.raises(OverflowError, match="32-bit"):
        buffers.pack([1, number], int32)
    with pytest.raises(OverflowError, match="element 1"):
        buffers.pack([1, number], int32)
    with pytest.raises(OverflowError):
        buffers.as_int32(number)


def test_a_real_in_an_int_buffer_is_refused():
    with pytest.raises(TypeError):
        buffers.pack([1, 2.5], int32)


@pytest.mark.parametrize(
    "source, kind, values, writable",
    [
        (array.array("i", [1, -2]), int32, [1, -2], True),
        (array.array("q", [1, -2]), int32, [1, -2], True),
        (array.array("f", [0.5]), float32, [0.5], True),
        (array.array("d", [0.1]), float32, [0.10000000149011612], True),
        (b"\x01\xff", int32, [1, 255], False),
        (bytearray(b"\x05"), int32, [5], True),
        (array.array("i"), int32, [], True),
    ],
)
def test_objects_with_the_buffer_protocol(source, kind, values, writable):
    found, data, can_write = buffers.from_buffer(memoryview(source))
    assert found is kind
    assert buffers.unpack(data, kind) == values
    assert can_write is writable


def test_a_wide_int_array_is_checked():
    with pytest.raises(OverflowError):
        buffers.from_buffer(memoryview(array.array("q", [2**31])))


def test_a_view_with_gaps_is_refused():
    with pytest.raises(TypeError, match="contiguous"):
        buffers.from_buffer(memoryview(array.array("i", range(8)))[::2])


@pytest.mark.parametrize("code", "bhilqfd")
def test_changes_come_back_in_the_array_s_own_type(code):
    target = array.array(code, [0] * 6)
    kind = float32 if code in "fd" else int32
    buffers.store_to_buffer(memoryview(target), 2, buffers.pack([3, 4], kind), kind)
    assert target == array.array(code, [0, 0, 3, 4, 0, 0])


def test_a_change_that_does_not_fit_the_array_is_an_error():
    target = bytearray(4)
    with pytest.raises(OverflowError, match="element 1"):
        buffers.store_to_buffer(memoryview(target), 1, buffers.pack([300], int32), int32)



class TestNumPy:
    """NumPy arrays go through the buffer protocol; the package never imports NumPy."""

    numpy = None

    @pytest.fixture(autouse=True)
    def _numpy(self):
        self.numpy = pytest.importorskip("numpy")

    @pytest.mark.parametrize("dtype, kind", [("int32", int32), ("int64", int32), ("uint8", int32), ("float32", float32), ("float64", float32), ("bool", bool32)])
    def test_there_and_back(self, dtype, kind):
        values = self.numpy.array([1, 0, 1], dtype=dtype)
        found, data, writable = buffers.from_buffer(memoryview(values))
        assert found is kind and writable
        assert buffers.unpack(data, kind) == [1, 0, 1]
        buffers.store_to_buffer(memoryview(values), 1, buffers.pack([1], kind), kind)
        assert values.tolist() == [1, 1, 1]

    def test_two_dimensions_are_taken_row_by_row(self):
        kind, data, _ = buffers.from_buffer(memoryview(self.numpy.arange(6, dtype="float64").reshape(2, 3)))
        assert buffers.unpack(data, kind) == [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]

    def test_scalars_in_a_list(self):
        values = [self.numpy.int64(3), self.numpy.int16(4)]
        assert buffers.infer(values) is int32
        assert buffers.unpack(buffers.pack(values, int32), int32) == [3, 4]
        assert buffers.infer([self.numpy.float64(1)]) is float32
        assert buffers.infer([self.numpy.bool_(True)]) is bool32

    def test_foreign_byte_order_is_refused(self):
        with pytest.raises(TypeError):
            buffers.from_buffer(memoryview(self.numpy.array([1, 2], dtype=">i4")))
