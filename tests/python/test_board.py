"""The package against a real board process: launches, data, failures, and what is left behind."""

import array
import os
import signal
import struct
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from epython import (
    CompileError,
    EPythonError,
    UsageError,
    memkind,
    offload,
    offload_multiple,
    offload_single,
    types,
    wait_all,
    waitAll,
)
from epython.errors import BoardError

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.usefixtures("board")


def f32(value):
    return struct.unpack("f", struct.pack("f", value))[0]


def this_line():
    return sys._getframe(1).f_lineno


# -- kernels


@offload
def add_32(a):
    return a + 32


@offload
def same(a):
    return a


@offload
def who():
    from parallel import coreid

    return coreid()


@offload
def add_lists(a, b):
    out = [0] * len(a)
    for k in range(len(a)):
        out[k] = a[k] + b[k]
    return out


@offload
def double(a):
    for k in range(len(a)):
        a[k] = a[k] * 2


@offload
def add_one(a):
    for k in range(len(a)):
        a[k] = a[k] + 1


@offload
def total(a):
    result = 0
    for k in range(len(a)):
        result += a[k]
    return result


@offload
def count_to(n):
    i = 0
    while i < n:
        i += 1
    return i


@offload
def reads(a, i):
    value = a[i]
    return value


READS_LINE = this_line() - 4


# -- launches


def test_a_blocking_launch_gives_one_result_per_core():
    assert add_32(10) == [42] * 16


def test_results_are_ordered_by_core():
    assert who() == list(range(16))
    assert who(target=[9, 2, 4]) == [2, 4, 9]
    assert who(target=7) == [7]


def test_lists_are_fetched_on_demand():
    a = [(7 * k) % 100 for k in range(100)]
    b = [(13 * k + 5) % 100 for k in range(100)]
    expected = [x + y for x, y in zip(a, b)]
    assert add_lists(a, b) == [expected] * 16
    handler = add_lists(a, b, async_=True, target=[1, 3])
    assert handler.core_ids == (1, 3)
    assert handler.wait() == [expected] * 2
    assert handler.wait() == [expected] * 2
    assert handler.test() and handler.done() and handler.result() == [expected] * 2


@pytest.mark.parametrize("value", [0, 1, -7, 2**31 - 1, -(2**31), True, False, None, 0.0, 2.5, -1e-9, 1e30, float("inf"), float("-inf")])
def test_scalars_there_and_back(value):
    (result,) = same(value, target=3)
    assert type(result) is type(value)
    assert result == (f32(value) if isinstance(value, float) else value)


def test_not_a_number():
    (result,) = same(float("nan"), target=3)
    assert result != result


@pytest.mark.parametrize("value", [2**31, -(2**31) - 1, [1, 2**31]])
def test_ints_that_do_not_fit(value):
    with pytest.raises(OverflowError):
        same(value)


@pytest.mark.parametrize("value", ["text", {}, [[1]], ["a"], object()])
def test_values_that_kernels_cannot_take(value):
    with pytest.raises(TypeError):
        same(value)
    assert add_32(1, target=0) == [33]


@offload
def several(kind):
    if kind == 0:
        return [1, 2, 3]
    if kind == 1:
        return [0.5, 1.5]
    if kind == 2:
        return [True, False]
    if kind == 3:
        return "text"
    if kind == 4:
        return []
    if kind == 5:
        return
    if kind == 6:
        return [1, 2.5, True, None]
    return kind


@pytest.mark.parametrize(
    "kind, expected", enumerate([[1, 2, 3], [0.5, 1.5], [True, False], "text", [], None, [1, 2.5, True, None], 7])
)
def test_results_of_every_type(kind, expected):
    (result,) = several(kind, target=1)
    assert result == expected
    assert type(result) is type(expected)


def test_many_launches():
    assert [add_32(n, target=n % 16) for n in range(1000)] == [[n + 32] for n in range(1000)]


def test_fifteen_arguments():
    @offload
    def fifteen(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o):
        return a + b + c + d + e + f + g + h + i + j + k + l + m + n + o

    assert fifteen(*range(15), target=2) == [105]


def test_defaults_and_keywords():
    @offload
    def sum_of(a, b=20, c=300):
        return a + b + c

    assert sum_of(1, target=0) == [321]
    assert sum_of(1, c=0, target=0) == [21]
    assert sum_of(b=2, a=1, target=0) == [303]


# -- asynchronous launches


def test_launches_on_one_core_run_in_order_and_can_be_waited_for_in_any():
    numbers = [1, 2, 3]
    first = double(numbers, async_=True, target=5)
    second = add_one(numbers, async_=True, target=5)
    third = double(numbers, async_=True, target=5)
    assert third.wait() == [None]
    assert second.wait() == [None] and first.wait() == [None]
    assert numbers == [6, 10, 14]


def test_a_blocking_launch_behind_one_that_was_not_waited_for():
    slow = count_to(2000, async_=True, target=[1, 2])
    assert add_32(1, target=[2]) == [33]
    assert slow.wait() == [2000, 2000]


def test_nothing_happens_until_somebody_waits():
    handler = count_to(100, async_=True, target=4)
    assert (handler.number_running(), handler.number_scheduled(), handler.number_outstanding()) in [(0, 1, 1), (1, 0, 1)]
    polls = 0
    while not handler.test():
        polls += 1
        assert polls < 100000
    assert polls > 0
    assert handler.number_outstanding() == 0
    assert handler.wait() == [100]


@offload
def by_core():
    from parallel import coreid

    i = 0
    while i < 200 * coreid():
        i += 1
    return i


def test_wait_any_reports_every_core_once():
    handler = by_core(async_=True, target=[1, 8, 3])
    seen = {}
    while len(seen) < 3:
        some = handler.wait_any()
        assert some and not some.keys() & seen.keys()
        seen.update(some)
    assert seen == {1: 200, 3: 600, 8: 1600}
    assert handler.wait_any() == {}
    assert handler.wait() == [200, 600, 1600]


def test_auto_takes_cores_that_are_free():
    busy = count_to(5000, async_=True, target=[0, 1])
    free = who(auto=2, async_=True)
    assert free.wait() == [2, 3]
    assert free.core_ids == (2, 3)
    assert not busy.finished
    assert busy.wait() == [5000, 5000]


def test_single_and_multiple():
    single = offload_single(add_32.host)(1)
    several_cores = offload_multiple(cores=5)(add_32.host)(2)
    assert wait_all(single, several_cores) == [[33], [34] * 5]
    assert waitAll() == []


def test_the_old_spelling_of_async():
    @offload(**{"async": True})
    def kernel():
        return 7

    assert kernel(target=3).wait() == [7]
    assert kernel(target=3, asynchronous=False) == [7]


def test_a_timeout_is_in_simulated_seconds_and_leaves_the_launch_alone(board):
    with pytest.raises(TimeoutError, match="count_to"):
        count_to(20000, timeout=1e-4, target=2)
    handler = count_to(20000, target=3, async_=True)
    with pytest.raises(TimeoutError):
        handler.wait(timeout=1e-4)
    assert handler.wait() == [20000]


def test_host_time_lets_the_cores_go_on(board):
    handler = count_to(10, async_=True, target=1)
    board.host_time(0.05)
    assert handler.test()
    assert handler.wait() == [10]


@pytest.mark.parametrize("given", [{"target": 16}, {"target": [0, 99]}, {"auto": 17}])
def test_cores_that_the_board_does_not_have(given):
    with pytest.raises(UsageError):
        add_32(1, **given)
    assert add_32(1, target=15) == [33]


# -- data


def test_kernels_change_lists():
    numbers = [1, 2, 3]
    assert double(numbers, target=4) == [None]
    assert numbers == [2, 4, 6]


@pytest.mark.parametrize("code", "bhilqfd")
def test_kernels_change_arrays(code):
    numbers = array.array(code, [1, 2, 3])
    double(numbers, target=4)
    assert numbers == array.array(code, [2, 4, 6])


def test_mixed_lists_become_real():
    numbers = [1, 0.25]
    double(numbers, target=0)
    assert numbers == [2.0, 0.5]


@pytest.mark.parametrize("value, expected", [((1, 2, 3), 6), (b"\x01\x02", 3), (bytearray(b"\xff\x01"), 256), ([], 0), ([7], 7), ([0.5], 0.5)])
def test_everything_flat_can_be_summed(value, expected):
    assert total(value, target=1) == [expected]


def test_what_cannot_be_changed_is_an_error_on_the_core():
    with pytest.raises(EPythonError, match="read-only") as caught:
        double((1, 2), target=3)
    assert caught.value.core == 3 and caught.value.kernel == "double"


@offload
def copy_shifted(a, b):
    for k in range(len(a) - 1):
        b[k + 1] = a[k]


def test_two_names_for_one_list():
    numbers = [1, 2, 3, 4]
    copy_shifted(numbers, numbers, target=2)
    assert numbers == [1, 1, 1, 1]


def test_a_returned_argument_is_the_list_itself():
    numbers = [1, 2]
    results = same(numbers, target=[1, 2])
    assert results[0] is numbers and results[1] is numbers


@offload
def half(a):
    from parallel import coreid, numcores

    size = len(a) // numcores()
    for k in range(coreid() * size, (coreid() + 1) * size):
        a[k] = a[k] + coreid()


@pytest.mark.parametrize("make", [list, lambda values: memkind.Host(types.int, values), lambda values: memkind.Shared(types.int, values)])
def test_every_core_changes_its_own_part(make):
    data = make([100] * 64)
    half(data)
    assert list(data) == [100 + k // 4 for k in range(64)]
    data[0] = 7
    half(data)
    assert list(data)[:5] == [7, 100, 100, 100, 102]


@pytest.mark.parametrize("kind", [memkind.Host, memkind.Shared])
def test_memory_kinds_give_the_same_results(kind):
    a, b = kind(types.int, range(300)), kind(types.int, 300)
    b[:] = [2 * k for k in range(300)]
    assert add_lists(a, b, target=[0, 15]) == [[3 * k for k in range(300)]] * 2
    reals = kind(types.float, [0.5, 1.5])
    double(reals, target=9)
    assert reals[:] == [1.0, 3.0]
    flags = kind(types.bool, [True, False])
    assert reads(flags, 0, target=1) == [True]


def test_data_larger_than_a_core():
    data = memkind.Host(types.int, range(20000))
    assert reads(data, 19999, target=3) == [19999]
    assert reads(memkind.Shared(types.float, [0.25] * 20000), 12345, target=3) == [0.25]


def test_shared_data_outlive_the_board(board):
    data = memkind.Shared(types.int, [1, 2])
    double(data, target=1)
    board.stop()
    assert data[:] == [2, 4]
    double(data, target=1)
    assert data[:] == [4, 8]


def test_a_kind_of_one_s_own():
    class Squares(memkind.Kind):
        def __init__(self):
            super().__init__(types.int, 5)
            self.changes = []

        def load(self, offset, count):
            return struct.pack(f"<{count}i", *(k * k for k in range(offset, offset + count)))

        def store(self, offset, changed):
            self.changes.append((offset, struct.unpack(f"<{len(changed) // 4}i", changed)))

    squares = Squares()
    assert total(squares, target=0) == [30]
    double(squares, target=0)
    assert squares.changes == [(0, (0,)), (1, (2,)), (2, (8,)), (3, (18,)), (4, (32,))]


def test_numpy_arrays():
    numpy = pytest.importorskip("numpy")
    values = numpy.array([0.5, 1.5], dtype="float64")
    double(values, target=0)
    assert values.tolist() == [1.0, 3.0]
    assert add_32(numpy.int64(3), target=0) == [35]
    assert same(numpy.bool_(True), target=0) == [True]


# -- what goes along with a kernel

FACTOR = 3
WEIGHTS = [1, 10, 100]


def weigh(k):
    return WEIGHTS[k] * FACTOR


@offload
def weighed():
    return weigh(0) + weigh(1) + weigh(2)


@offload
def calls_a_kernel():
    return weighed() + 1


@offload
def applies(f, a):
    return f(a)


def test_helpers_constants_and_kernels(monkeypatch):
    assert weighed(target=1) == [333]
    assert calls_a_kernel(target=1) == [334]
    monkeypatch.setitem(globals(), "FACTOR", 2)
    assert weighed(target=1) == [222]


def test_functions_as_arguments():
    assert applies(add_32, 1, target=2) == [33]
    assert applies(weigh, 1, target=2) == [30]


def test_messages_between_kernels():
    @offload
    def exchange():
        from parallel import coreid, reduce, sendrecv

        me = coreid()
        return [sendrecv(me, me + 1 - 2 * (me % 2)), reduce(me, "max")]

    assert exchange() == [[core ^ 1, 15] for core in range(16)]


def test_print_is_shown_with_the_core(capfd):
    @offload
    def talk(a):
        print("value " + str(a))

    talk(3, target=[4, 9])
    assert sorted(capfd.readouterr().out.splitlines()) == ["[device 4] value 3", "[device 9] value 3"]


# -- failures


def test_a_failing_kernel_names_kernel_file_line_and_core():
    with pytest.raises(EPythonError, match="index out of range") as caught:
        reads([1, 2, 3], 5, target=[6])
    error = caught.value
    assert (error.kernel, error.line, error.core, error.kind, error.cores) == ("reads", READS_LINE, 6, "IndexError", (6,))
    assert os.path.samefile(error.file, __file__)
    assert "reads" in str(error) and f":{READS_LINE}" in str(error) and "6" in str(error)
    assert reads([1, 2, 3], 2) == [3] * 16


def test_a_kernel_that_fails_on_some_cores():
    @offload
    def fails_on_two():
        from parallel import coreid

        return 1 // ((coreid() - 3) * (coreid() - 5))

    handler = fails_on_two(async_=True)
    for _ in range(2):
        with pytest.raises(EPythonError, match="division by zero.*core 5") as caught:
            handler.wait()
        assert caught.value.cores == (3, 5) and caught.value.kind == "ZeroDivisionError"
    assert add_32(1) == [33] * 16


def test_a_kernel_that_does_not_compile():
    @offload
    def wrong():
        a = {}
        return a

    line = this_line() - 3
    with pytest.raises(CompileError) as caught:
        wrong()
    assert caught.value.line == line
    assert os.path.samefile(caught.value.file, __file__)
    assert "^" in str(caught.value)
    assert add_32(1, target=0) == [33]


def test_an_unknown_name_is_a_compile_error():
    @offload
    def lost():
        return nowhere  # noqa: F821

    with pytest.raises(CompileError, match="nowhere"):
        lost()


def test_a_deadlock_is_reported():
    @offload
    def listens():
        from parallel import coreid, recv

        return recv((coreid() + 1) % 16)

    with pytest.raises(EPythonError) as caught:
        listens()
    assert caught.value.kind == "DeadlockError"
    assert len(caught.value.cores) == 16
    assert add_32(1) == [33] * 16


def test_a_kernel_that_never_ends_is_stopped_by_max_cycles(board):
    board.config(max_cycles=2_000_000)

    @offload
    def spins():
        while True:
            pass

    with pytest.raises(EPythonError) as caught:
        spins(target=[2])
    assert caught.value.kind == "TimeoutError" and caught.value.core == 2


def test_input_finds_nobody():
    @offload
    def asks():
        return input()

    with pytest.raises(EPythonError):
        asks(target=0)


# -- boards


def test_start_config_and_stop(board):
    board.config(seed=5)
    described = board.start(cores=[0, 2, 5])
    assert described["cores"] == [0, 2, 5] and described["board"] == "parallella"
    assert who() == [0, 2, 5]
    with pytest.raises(UsageError, match="stop"):
        board.start()
    with pytest.raises(UsageError, match="stop"):
        board.config(seed=6)
    with pytest.raises(UsageError):
        who(target=1)
    board.stop()
    board.stop()


def test_a_launch_of_a_board_that_was_stopped(board):
    handler = add_32(1, async_=True, target=0)
    board.stop()
    with pytest.raises(BoardError, match="stopped"):
        handler.wait()
    assert add_32(1, target=0) == [33]


@pytest.mark.parametrize("options", [{"board": "no-such-board"}, {"cores": "0-99"}, {"cores": 0}, {"set": {"no.such.key": 1}}, {"code": "nowhere"}])
def test_boards_that_cannot_be(board, options):
    with pytest.raises(EPythonError):
        board.start(**options)
    assert add_32(1, target=0) == [33]  # as if nothing had been asked


def test_statistics_are_the_same_every_time(board, tmp_path):
    documents = []
    for turn in range(2):
        file = tmp_path / f"{turn}.json"
        board.start(cores=4, stats=file)
        numbers = [1.5, 2.5]
        double(numbers)
        handler = count_to(50, async_=True)
        while not handler.test():
            pass
        document = board.statistics()
        assert document["board"] == "parallella" and document["cycles"] > 0
        for core in document["cores"]:
            assert sum(core["causes"].values()) == core["cycles"]
        board.stop()
        assert file.read_text().startswith("{")
        document.pop("wall_seconds", None)
        documents.append(document)
    assert documents[0] == documents[1]


def test_threads_can_launch_at_the_same_time():
    results = {}

    def work(number):
        results[number] = [add_32(number * 10 + turn, target=number) for turn in range(5)]

    workers = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert results == {number: [[number * 10 + turn + 32] for turn in range(5)] for number in range(4)}


# -- processes

SCRIPT = """
import os, sys
sys.path.insert(0, {python!r})
import epython
from epython import session

@epython.offload
def spin():
    while True:
        pass

@epython.offload
def quick():
    return 1

if __name__ == "__main__":
    quick(target=0)
    print(session.current().pid, session.current()._server.process.pid, flush=True)
    {then}
"""


def run_script(tmp_path, then):
    file = tmp_path / "script.py"
    file.write_text(SCRIPT.format(python=str(ROOT / "python"), then=then))
    process = subprocess.Popen([sys.executable, str(file)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, "TMPDIR": str(tmp_path)})
    line = process.stdout.readline()
    if not line:
        raise AssertionError(process.communicate()[1])
    return process, [int(pid) for pid in line.split()]


def wait_gone(pids, seconds=5.0):
    deadline = time.monotonic() + seconds
    while any(alive(pid) for pid in pids):
        assert time.monotonic() < deadline, f"still there: {[pid for pid in pids if alive(pid)]}"
        time.sleep(0.02)


def alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def test_nothing_is_left_after_an_ordinary_end(tmp_path):
    process, pids = run_script(tmp_path, "sys.exit(3)")
    _, errors = process.communicate(timeout=20)
    assert process.returncode == 3 and errors == ""
    wait_gone(pids)
    assert [path.name for path in tmp_path.iterdir()] == ["script.py"]


def test_ctrl_c_stops_a_wait_and_leaves_nothing(tmp_path):
    process, pids = run_script(tmp_path, "spin()")
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=5)
    assert "KeyboardInterrupt" in errors
    assert process.returncode != 0
    wait_gone(pids)
    assert [path.name for path in tmp_path.iterdir()] == ["script.py"]


def test_after_ctrl_c_the_next_launch_starts_a_fresh_board(tmp_path):
    process, _ = run_script(
        tmp_path,
        """
    try:
        spin()
    except KeyboardInterrupt:
        print(quick(target=[0, 1]))
""",
    )
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    output, errors = process.communicate(timeout=20)
    assert output.strip() == "[1, 1]", errors


def test_a_python_that_is_killed_takes_its_board_along(tmp_path):
    process, pids = run_script(tmp_path, "spin()")
    process.kill()
    process.communicate()
    wait_gone(pids)
    assert [path.name for path in tmp_path.iterdir()] == ["script.py"]


@pytest.mark.parametrize("which", [0, 1])
def test_a_board_that_is_killed_is_an_error_and_no_hang(tmp_path, which):
    process, pids = run_script(tmp_path, "spin()")
    time.sleep(0.3)
    os.kill(pids[which], signal.SIGKILL)
    _, errors = process.communicate(timeout=5)
    assert "BoardError" in errors and process.returncode == 1
    wait_gone(pids)


def test_a_fork_does_not_share_the_board():
    assert add_32(1, target=0) == [33]
    pid = os.fork()
    if pid == 0:
        try:
            code = 0 if add_32(2, target=0) == [34] else 1
            import epython

            epython.stop()
        except BaseException:
            code = 2
        os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    assert add_32(3, target=0) == [35]
