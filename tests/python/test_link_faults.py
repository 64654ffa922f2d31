"""What a client makes of a link, and of a board, that go wrong on purpose (docs/faults.md)."""

import time

import pytest
from epython import BoardError, EPythonError, UsageError, offload

SILENCE = 3  # seconds, the least there is


@offload
def plus(a):
    return a + 32


@pytest.mark.parametrize("fault", [{"frames.drop": 1}, {"frames.truncate": 1}, {"frames.delay": 1, "frames.delay_ms": 5000}])
def test_a_message_that_does_not_come_is_reported(board, fault):
    board.start(cores=2, silence=SILENCE, fault={**fault, "frames.spared": 1, "most": 1})
    begin = time.monotonic()
    with pytest.raises(BoardError, match="the board process has given no sign of life for 3 seconds"):
        plus(10)
    assert time.monotonic() - begin < 30


@pytest.mark.parametrize("seed", range(6))
def test_a_message_that_has_changed_is_reported(board, seed):
    board.start(cores=2, silence=SILENCE, fault={"frames.corrupt": 1, "frames.spared": 1, "most": 1, "seed": seed})
    with pytest.raises(BoardError):
        plus(10)


def test_a_message_that_comes_late_is_survived(board):
    board.start(cores=2, silence=60, fault={"frames.delay": 1, "frames.delay_ms": 50})
    assert plus(10) == [42, 42]


def test_after_a_fault_the_next_launch_has_a_fresh_board(board):
    board.start(cores=2, silence=SILENCE, fault=["frames.drop=1", "frames.spared=1"])
    with pytest.raises(BoardError):
        plus(10)
    board.config(fault=None, silence=None)
    assert plus(10) == [42, 42]


def test_checksums_by_choice(board):
    board.start(cores=2, checksums=True)
    assert plus(10) == [42, 42]


def test_a_core_that_stops(board):
    board.start(cores=2, fault={"core.stop": 1, "core.at": 10_000})
    with pytest.raises(EPythonError, match="the core has stopped by itself") as raised:
        plus(10)
    assert raised.value.cores == (1,)


def test_answers_that_get_lost(board, monkeypatch, capfd):
    monkeypatch.setenv("EPYTHON_FAULT", "answers.drop=0.2 seed=3")
    board.start(cores=2)
    for value in range(5):
        assert plus(value) == [value + 32] * 2
    assert "fault answers.drop" in capfd.readouterr().err


def test_a_host_that_dies(board):
    board.start(cores=2, fault={"host.dead_from": 20_000})
    with pytest.raises(EPythonError, match="LinkError: the host's answer does not reach the core"):
        for value in range(20):
            plus(value)


def test_copies_that_never_come_through(board):
    board.start(cores=2, fault={"copies.corrupt": 1})
    with pytest.raises(BoardError, match="the link to the board is damaged: .* never came through"):
        plus(10)


def test_copies_that_change_now_and_then(board):
    board.start(cores=2, fault={"copies.corrupt": 0.02, "seed": 5})
    for value in range(5):
        assert plus(value) == [value + 32] * 2
    assert board.statistics()["faults"]["count"] > 0


def test_a_kernel_whose_code_has_changed(board):
    board.start(cores=2, fault={"local.flips": 1, "local.core": 1, "local.address": 0x1000, "local.bytes": 1, "local.at": 100_000})
    with pytest.raises(EPythonError, match=r"CoreError: what the core runs is damaged: the VM's .text has changed: the byte at 0x80901000") as raised:
        for value in range(50):
            plus(value)
    assert raised.value.cores == (1,)
    assert plus(10) == [42, 42]  # loaded afresh


@pytest.mark.parametrize("silence", ["long", 0, -1, 2, 1e9])
def test_a_silence_that_cannot_be(board, silence):
    with pytest.raises(UsageError, match="silence must be a number of seconds from 3 to 1000000, not"):
        board.start(silence=silence)


def test_a_fault_that_cannot_be(board):
    with pytest.raises(UsageError, match="--fault answers.drop=2: faults.answers.drop = 2 is impossible: it must be from 0 to 1 fraction"):
        board.start(fault={"answers.drop": 2})


@offload
def add(a, b):
    out = [0] * len(a)
    for k in range(len(a)):
        out[k] = a[k] + b[k]
    return out


@pytest.mark.parametrize(
    "faults",
    [
        ["answers.drop=0.1"],
        ["answers.corrupt=0.05"],
        ["answers.delay=0.2", "answers.delay_cycles=60000"],
        ["answers.delay=0.05", "answers.delay_cycles=1200000"],  # longer than the patience: answers arrive twice
        ["copies.corrupt=0.02"],
    ],
)
@pytest.mark.parametrize("seed", [1, 2])
def test_elements_are_right_or_there_are_none(board, faults, seed):
    a, b = [7 * k % 100 for k in range(60)], [(13 * k + 5) % 100 for k in range(60)]
    board.start(cores=2, fault=[*faults, f"seed={seed}"])
    try:
        sums = add(a, b)
    except EPythonError as error:
        assert error.kind in ("InternalError", "LinkError", "MemoryError", "CoreError"), error
    else:
        assert sums == [[x + y for x, y in zip(a, b)]] * 2
    assert board.statistics()["faults"]["count"] > 0
