"""What moves data by reference, byte by byte, by words or by DMA: each engine moves the same elements, as many as were asked for and no others, in as
many requests."""

import epython
import pytest
from epython import Prefetch, memkind, offload, types

COUNTS = [0, 1, 3, 4, 5, 8, 255, 256, 257, 513]


@pytest.fixture(scope="module", params=[(board, engine) for board in ("parallella", "pynq") for engine in ("bytes", "words", "dma")], ids=str)
def engine(request, clear):
    clear()
    epython.config(board=request.param[0], transfer_engine=request.param[1])
    yield request.param[1]
    clear()


def requests():
    return epython.statistics()["host"]["requests"]


@offload
def part(a, first, end):
    return a[first:end]


@offload
def from_copy(a, count):
    copy = a[:]
    return copy[:count]


@offload(prefetch=Prefetch("a", 1026, 513, 0, "rw"))
def fill(a, first, count):
    for k in range(first, first + count):
        a[k] = k + 1


@pytest.mark.parametrize("kind", [memkind.Host, memkind.Shared])
def test_parts_of_any_size(engine, kind):
    data = kind(types.int, range(1000))
    for count in COUNTS:
        for first in (0, 1, 1000 - count):
            assert part(data, first, first + count, target=1) == [list(range(first, first + count))]


@pytest.mark.parametrize("kind", [memkind.Host, memkind.Shared])
def test_stores_of_any_length_touch_nothing_else(engine, kind):
    for count in COUNTS:
        for first in (0, 3):
            data = kind(types.int, [0] * 600)
            fill(data, first, count, target=0)
            assert data[:] == [0] * first + list(range(first + 1, first + count + 1)) + [0] * (600 - first - count)


def test_copies_beyond_the_core_s_memory(engine):
    """All cores at once, so that every transfer waits for others."""
    data = memkind.Host(types.int, range(2000))
    assert from_copy(data, 257) == [list(range(257))] * len(epython.session.current().board["cores"])


def test_a_transfer_takes_one_request_for_each_cell(engine):
    data = memkind.Host(types.int, range(1000))
    part(data, 0, 1, target=0)

    def taken(run):
        before = requests()
        run()
        return requests() - before

    least = taken(lambda: part(data, 0, 0, target=0))
    assert [taken(lambda: part(data, 3, 3 + count, target=0)) - least for count in COUNTS] == [(count + 255) // 256 for count in COUNTS]
