"""Values from the host to a kernel and back."""

import array
import struct

import pytest
from epython import CompileError, EPythonError, UsageError, memkind, offload, types

pytestmark = pytest.mark.usefixtures("host")


def f32(value):
    return struct.unpack("f", struct.pack("f", value))[0]


@offload
def same(a):
    return a


@offload
def copy(a):
    return a[:]


@offload
def total(a):
    result = 0
    for k in range(len(a)):
        result += a[k]
    return result


@offload
def length(a):
    return len(a)


@offload
def is_none(a):
    return a is None


@offload
def increase(a):
    for k in range(len(a)):
        a[k] = a[k] + 1


@pytest.mark.parametrize("value", [False, True, 0, -7, 2**31 - 1, -(2**31), 1e-9, -1e-9, 0.0, -0.0, 3.4e38, 1e-45, float("inf"), None])
def test_scalars(value):
    (result,) = same(value, target=1)
    assert type(result) is type(value)
    assert result == (f32(value) if isinstance(value, float) else value)
    assert str(result) == str(f32(value) if isinstance(value, float) else value)


def test_none_is_none():
    assert is_none(None, target=0) == [True]
    assert is_none(0, target=0) == [False]


@pytest.mark.parametrize(
    "value",
    [[7], [-7], [], [False], [True, False], [1e-9], [0.5, -2.0], list(range(300)), (1, 2, 3), (2.5,), array.array("i", [1, -2]), array.array("d", [0.5])],
)
def test_sequences(value):
    (result,) = copy(value, target=1)
    assert result == [f32(one) if isinstance(one, float) else one for one in value]
    assert [type(one) for one in result] == [type(one) for one in value]
    assert length(value, target=0) == [len(value)]


@pytest.mark.parametrize("value, expected", [(b"\x01\xff", 256), (bytearray(b"\x02"), 2), (memoryview(b"\x03\x04"), 7), (array.array("b", [-3, 1]), -2)])
def test_bytes(value, expected):
    assert total(value, target=2) == [expected]


@pytest.mark.parametrize("value", [2**31, -(2**31) - 1, 10**30, [1, 2**31], array.array("q", [2**40]), {"a": 1}.__len__() << 31])
def test_ints_that_do_not_fit(value):
    with pytest.raises(OverflowError, match="32-bit"):
        same(value)


@pytest.mark.parametrize("value", ["text", ["a"], {}, {1}, [[1, 2], [3, 4]], [1, None], object(), 1j, lambda: 1, open])
def test_values_that_cannot_be_shipped(value):
    with pytest.raises((TypeError, CompileError)):
        same(value)


def test_numpy():
    numpy = pytest.importorskip("numpy")
    for value in (numpy.int8(-7), numpy.int64(7), numpy.float32(1e-9), numpy.float64(0.5), numpy.bool_(False)):
        (result,) = same(value, target=0)
        assert result == f32(value.item()) if isinstance(result, float) else result == value.item()
        assert type(result) is type(value.item())
    with pytest.raises(OverflowError):
        same(numpy.int64(2**40))
    for dtype in ("int8", "uint16", "int32", "int64", "float32", "float64"):
        data = numpy.array([1, 2, 3], dtype=dtype)
        assert total(data, target=0) == [6]
        increase(data, target=0)
        assert data.tolist() == [2, 3, 4] and data.dtype == dtype
    assert copy(numpy.array([True, False]), target=0) == [[True, False]]
    assert copy(numpy.array([]), target=0) == [[]]
    assert total(numpy.arange(6).reshape(2, 3), target=0) == [15]
    with pytest.raises(TypeError, match="contiguous"):
        total(numpy.arange(6)[::2])
    with pytest.raises(TypeError):
        total(numpy.array(["a"]))


def test_the_arguments_are_bound_like_python_does():
    @offload
    def kernel(a, b=20, c=a_constant):
        return a * 10000 + b * 100 + c

    assert kernel(1, target=0) == [12007]
    assert kernel(1, c=3, target=0) == [12003]
    assert kernel(b=2, a=1, target=0) == [10207]
    for args, names in (((), {}), ((1, 2, 3, 4), {}), ((1,), {"a": 2}), ((1,), {"d": 2})):
        with pytest.raises(TypeError, match="kernel"):
            kernel(*args, **names)


a_constant = 7


def test_the_number_of_arguments():
    names = [f"a{n}" for n in range(15)]
    scope = compiled(f"def many({', '.join(names)}):\n    return {' + '.join(names)}\n")
    assert offload(scope["many"])(*range(15), target=0) == [105]
    scope = compiled(f"def many({', '.join(names)}, a15):\n    return a15\n")
    with pytest.raises(CompileError, match="at most 15"):
        offload(scope["many"])


def compiled(text):
    """Functions of a text that inspect can find."""
    import linecache

    file = f"<text {hash(text)}>"
    linecache.cache[file] = (len(text), None, text.splitlines(True), file)
    scope = {}
    exec(compile(text, file, "exec"), scope)
    return scope


@pytest.mark.parametrize("body", ["*a", "**a", "a, *, b", "a, /, b"])
def test_parameters_that_a_core_cannot_have(body):
    with pytest.raises(CompileError):
        offload(compiled(f"def kernel({body}):\n    return 1\n")["kernel"])


def test_captured_objects_that_cannot_be_shipped():
    captured = {"a": 1}

    @offload
    def kernel():
        return captured

    with pytest.raises(CompileError, match="captured"):
        kernel()
    big = 2**40

    @offload
    def overflows():
        return big

    with pytest.raises(OverflowError, match="big"):
        overflows()


def test_copies_of_arguments():
    data = [1, 2, 3]

    @offload(by_value="a")
    def kernel(a, b):
        a[0] = 10
        b[0] = b[0] + 1
        return a

    assert kernel(data, [5], target=[0, 1]) == [[10, 2, 3]] * 2
    assert data == [1, 2, 3]
    with pytest.raises(UsageError, match="no argument 'c'"):
        kernel(data, data, by_value="c")


def test_a_read_only_argument_cannot_be_changed():
    for value in ((1, 2), b"\x01", memoryview(b"\x01")):
        with pytest.raises(EPythonError, match="read-only"):
            increase(value, target=0)


def test_kinds_know_their_type():
    for kind in (memkind.Host, memkind.Shared):
        assert copy(kind(types.float, [1, 2]), target=0) == [[1.0, 2.0]]
        assert copy(kind(types.bool, [0, 1]), target=0) == [[False, True]]
        assert length(kind(types.int, 0), target=0) == [0]
        with pytest.raises(OverflowError):
            kind(types.int, [2**31])
