"""Variables that every core keeps for itself: define, copy to, copy from."""

import random

import pytest
from epython import (
    CompileError,
    EPythonError,
    UsageError,
    copy_from_device,
    copy_to_device,
    declare_on_device,
    device_data,
    define_on_device,
    offload,
)

pytestmark = pytest.mark.usefixtures("host")

count = 0
ratio = 0.5
flag = False
nothing = None
numbers = [1, 2, 3]
single = [7]
empty = []
reals = [0.5, 1.5]
grid = [[1, 2, 3], [4, 5, 6]]
cube = [[[1, 2]], [[3, 4]], [[5, 6]]]
NAMES = ["count", "ratio", "flag", "nothing", "numbers", "single", "empty", "reals", "grid", "cube"]


@pytest.fixture(scope="module", autouse=True)
def defined(host):
    for name in NAMES[:-2]:
        define_on_device(name)
    define_on_device(grid)
    declare_on_device(cube)
    yield
    device_data.clear()


@offload
def increase(by):
    count += by
    return count


@offload
def add_core():
    from parallel import coreid

    for k in range(len(numbers)):
        numbers[k] = numbers[k] + coreid()
    grid[1][2] = grid[1][2] * 10


@offload
def element(row, column):
    return grid[row][column]


@pytest.fixture(autouse=True)
def as_defined():
    for name in NAMES:
        copy_to_device(name, globals()[name])


@pytest.mark.parametrize("name", NAMES)
def test_what_was_defined_is_there(host, name):
    value = globals()[name]
    copies = copy_from_device(name)
    assert copies == [value] * len(host.cores)
    assert {type(one) for one in copies} == {type(value)}


def test_kernels_assign_without_global(host):
    assert increase(2) == [2] * len(host.cores)
    assert increase(3, target=[1, 2]) == [5, 5]
    assert copy_from_device(count, target=[0, 1, 3]) == [2, 5, 2]
    assert count == 0  # the host's own


def test_arrays_are_each_core_s_own(host):
    add_core()
    assert copy_from_device(numbers) == [[n + core for n in numbers] for core in host.cores]
    assert copy_from_device("grid", target=1) == [[[1, 2, 3], [4, 5, 60]]]
    assert grid == [[1, 2, 3], [4, 5, 6]]


@pytest.mark.parametrize("target", [0, 2, [1], [3, 0], range(1, 4)])
def test_a_subset_of_the_cores(host, target):
    cores = [target] if isinstance(target, int) else list(target)
    copy_to_device("numbers", [9, 8], target=target)
    assert copy_from_device("numbers") == [[9, 8] if core in cores else numbers for core in host.cores]
    assert copy_from_device("numbers", target=target) == [[9, 8]] * len(cores)


@pytest.mark.parametrize("value", [5, 2.5, True, None, [4], [], [1.5] * 300, [[1], [2]], [[[1.5, 2.5]], [[3.5, 4.5]]], [[1, 2, 3]]])
def test_a_copy_may_change_type_and_shape(value):
    copy_to_device("grid", value, target=1)
    assert copy_from_device("grid", target=[0, 1]) == [grid, value]


def test_numpy_arrays_keep_their_shape():
    numpy = pytest.importorskip("numpy")
    copy_to_device("grid", numpy.arange(6, dtype="float64").reshape(3, 2))
    assert copy_from_device("grid", target=1) == [[[0, 1], [2, 3], [4, 5]]]
    assert element(2, 1, target=1) == [5.0]
    copy_to_device("count", numpy.float32(1.5), target=0)
    assert copy_from_device("count", target=0) == [1.5]


def test_asynchronous_copies():
    there = copy_to_device("count", 40, async_=True)
    back = copy_from_device("count", target=[1, 2], async_=True)
    assert back.wait() == [40, 40] and there.wait() is not None
    assert copy_from_device("count", target=0, **{"async": True}).wait() == [40]


def test_random_arrays_there_and_back():
    order = random.Random(17)
    for _ in range(10):
        rows, columns = order.randrange(1, 6), order.randrange(1, 9)
        value = [[order.randrange(-(2**31), 2**31) for _ in range(columns)] for _ in range(rows)]
        core = order.randrange(4)
        copy_to_device("grid", value, target=core)
        assert copy_from_device("grid", target=core) == [value]


def test_the_data_outlive_a_failure_and_a_new_kernel(host):
    add_core()
    copy_to_device("count", 11, target=1)

    @offload
    def fails():
        return numbers[99]

    with pytest.raises(EPythonError, match="index"):
        fails(target=[1])

    @offload
    def new():
        return count + numbers[0]

    assert new() == [(11 if core == 1 else 0) + 1 + core for core in host.cores]
    assert copy_from_device("cube", target=1) == [cube]


def test_defined_in_a_function_and_again():
    local = 3
    define_on_device(local)

    @offload
    def kernel():
        return local

    assert kernel(target=1) == [3]
    define_on_device("local", 4.5)
    assert kernel(target=1) == [4.5]


def test_a_fresh_board_starts_with_what_was_defined(host):
    increase(5)
    host.epython.stop()
    assert increase(1, target=0) == [1]


@pytest.mark.parametrize("value", ["text", {}, [[1, 2], [3]], [1, [2]], [None], object()])
def test_what_cannot_be_device_data(value):
    with pytest.raises(TypeError):
        copy_to_device("count", value)
    with pytest.raises(TypeError):
        define_on_device("unsuitable", value)


def test_ints_that_do_not_fit():
    with pytest.raises(OverflowError):
        copy_to_device("count", 2**31)
    with pytest.raises(OverflowError):
        copy_to_device("numbers", [1, -(2**31) - 1])


def test_names_that_are_not_there():
    with pytest.raises(UsageError, match="define_on_device"):
        copy_to_device("never_defined", 1)
    with pytest.raises(UsageError, match="define_on_device"):
        copy_from_device("never_defined")
    with pytest.raises(NameError):
        define_on_device("no_such_variable")
    with pytest.raises(UsageError, match="name"):
        define_on_device(object())
    with pytest.raises(UsageError):
        copy_from_device("count", target=99)


def test_an_assignment_in_a_kernel_of_another_module_is_no_accident():
    scope = {"__name__": "elsewhere"}
    import linecache

    text = "def elsewhere():\n    count = 1\n    return count\n"
    linecache.cache["<elsewhere>"] = (len(text), None, text.splitlines(True), "<elsewhere>")
    exec(compile(text, "<elsewhere>", "exec"), scope)
    with pytest.raises(CompileError, match="count"):
        offload(scope["elsewhere"])(target=0)


@offload
def other_types():
    from array import array
    from parallel import coreid

    ratio = array(2, 1, 2)
    ratio[1][0][1] = coreid()
    flag = reals[0:0]
    numbers[0] = 2.5


def test_a_new_kernel_finds_what_others_have_left(host):
    """A new kernel means that the cores are loaded anew: values, types and shapes stay, also shapes that only kernels have made."""
    other_types()
    names = ("ratio", "flag", "numbers", "cube")
    before = {name: repr(copy_from_device(name)) for name in names}
    assert before["ratio"] == repr([[[[0, 0]], [[0, core]]] for core in host.cores])
    assert before["numbers"] == repr([[2.5, 2.0, 3.0] for _ in host.cores])

    @offload
    def second():
        return ratio[1][0][1] + len(flag) + numbers[1]

    assert second() == [core + 2.0 for core in host.cores]
    assert {name: repr(copy_from_device(name)) for name in names} == before
