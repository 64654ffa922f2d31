"""How far the figures move for reasons that have nothing to do with the program: the quantum, and better hardware (docs/timing.md)."""

import importlib.util
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def tool(name):
    specification = importlib.util.spec_from_file_location(name, ROOT / f"tools/{name}.py")
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


quantum = tool("quantum_study")
monotonicity = tool("monotonicity_study")


def mean(errors):
    return sum(map(abs, errors.values())) / len(errors)


@pytest.mark.slow
def test_the_default_quantum_is_as_good_as_one_on_the_examples():
    errors = quantum.errors(quantum.cycles_of_examples(1), quantum.cycles_of_examples(None))
    assert len(errors) > 8
    assert max(map(abs, errors.values())) < 0.005
    assert mean(errors) < 0.0005


@pytest.mark.slow
def test_the_default_quantum_is_as_good_as_one_on_the_validation_rows():
    errors = quantum.errors(quantum.values_of_rows(1), quantum.values_of_rows(None))
    assert len(errors) > 70
    assert max(map(abs, errors.values())) < 0.005
    assert mean(errors) < 0.0005


#: cycles in which each of 16 cores looks once at a word in shared memory: elink.read_slots of 2 cycles each
ROUND_OF_LOOKS = 16 * 18 * 2


@pytest.mark.slow
@pytest.mark.parametrize("example", monotonicity.EXAMPLES)
def test_better_hardware_is_not_slower(example):
    """But for the moments at which cores poll: a shift can make one look miss what it saw before, or put the looks of all before a load."""
    assert {key: gain for key, gain in monotonicity.gains(example)[1].items() if gain < -ROUND_OF_LOOKS} == {}


def test_twice_the_speed_of_memory_is_faster():
    base = monotonicity.cycles("hello")
    for key in ("elink.read_latency", "host.service_cycles"):
        assert monotonicity.cycles("hello", f"{key}={monotonicity.IMPROVEMENTS[key]}") < base
