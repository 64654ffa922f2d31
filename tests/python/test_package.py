"""The package as a whole, without a board."""

import subprocess
import sys
from pathlib import Path

import epython
import pytest
from epython import offload, offload_multiple, offload_single, server, settings, values
from epython.errors import BoardError, UsageError
from epython.protocol import Frame

PACKAGE = Path(epython.__file__).resolve().parent.parent


def test_importing_has_no_side_effects():
    program = """
import os, signal, threading, warnings, tempfile, atexit
warnings.simplefilter("error")
hooks = atexit._ncallbacks()
folder = set(os.listdir(tempfile.gettempdir()))
import epython
assert threading.active_count() == 1
assert atexit._ncallbacks() == hooks
assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
assert not any(name.startswith("epython") for name in set(os.listdir(tempfile.gettempdir())) - folder)
import sys
assert "numpy" not in sys.modules

@epython.offload
def kernel(a):
    return a
"""
    result = subprocess.run(
        [sys.executable, "-c", program], env={"PYTHONPATH": str(PACKAGE), "EPYSIM": "/nowhere"}, capture_output=True, text=True, timeout=60
    )
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


def test_every_public_name_exists():
    for name in epython.__all__:
        assert getattr(epython, name) is not None


def test_the_function_itself_can_still_be_run_here():
    @offload
    def kernel(a, b=2):
        """Adds."""
        return a + b

    assert kernel.host(1) == 3
    assert kernel.__name__ == "kernel" and kernel.__doc__ == "Adds." and kernel.__wrapped__ is kernel.host


@pytest.mark.parametrize(
    "args, kwargs, sent",
    [((1,), {}, [1]), ((1, 5), {}, [1, 5]), ((1,), {"c": 9}, [1, 2, 9]), ((), {"b": 4, "a": 3}, [3, 4]), ((1, 2, 3), {}, [1, 2, 3])],
)
def test_arguments_are_bound_like_python_does(args, kwargs, sent):
    @offload
    def kernel(a, b=2, c=3):
        return a

    assert kernel._bind(args, kwargs) == sent


@pytest.mark.parametrize("args, kwargs", [((), {}), ((1, 2), {}), ((1,), {"a": 1}), ((1,), {"x": 1})])
def test_wrong_arguments_never_reach_a_board(args, kwargs, monkeypatch):
    monkeypatch.setenv("EPYSIM", "/nowhere")

    @offload
    def kernel(a):
        return a

    with pytest.raises(TypeError, match="kernel"):
        kernel(*args, **kwargs)


def test_a_parameter_of_the_kernel_wins_over_an_option_of_the_same_name():
    @offload
    def kernel(target):
        return target

    assert "target" not in kernel._overrides and "auto" in kernel._overrides


def test_single_and_multiple():
    def kernel():
        return 1

    single, multiple = offload_single(kernel), offload_multiple(cores=4)(kernel)
    assert (single._options["async_"], single._options["auto"]) == (True, 1)
    assert (multiple._options["async_"], multiple._options["auto"]) == (True, 4)
    with pytest.raises(TypeError, match="cores="):
        offload_multiple(kernel)


def test_the_old_spelling_of_async():
    assert offload(**{"async": True})(test_single_and_multiple)._options["async_"] is True


def test_a_missing_binary_is_explained(monkeypatch):
    monkeypatch.setenv("EPYSIM", "/nowhere/epysim")
    with pytest.raises(BoardError, match="EPYSIM=/nowhere/epysim"):
        server.find_binary()


def test_a_binary_that_is_no_board(monkeypatch):
    monkeypatch.setenv("EPYSIM", "/bin/false")

    @offload
    def kernel():
        return 1

    with pytest.raises(BoardError, match="exit code 1"):
        kernel()


def test_the_binary_is_found_on_the_path(monkeypatch, tmp_path):
    monkeypatch.delenv("EPYSIM")
    monkeypatch.setattr(server, "__file__", str(tmp_path / "site" / "epython" / "server.py"))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BoardError, match="PATH"):
        server.find_binary()
    program = tmp_path / "epysim"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    assert server.find_binary() == str(program)


def test_options_of_a_board():
    assert settings.open_message({"cores": range(3), "set": {"a.b": True, "c": 2}, "seed": 0, "code": "shared", "stats": "x", "target": "sim"}) == {
        "cores": [0, 1, 2],
        "set": ["a.b=true", "c=2"],
        "seed": 0,
        "options": {"code": "shared"},
    }
    assert settings.open_message({"cores": "0,5-9", "set": "a=1", "board": None}) == {"cores": "0,5-9", "set": ["a=1"]}
    with pytest.raises(UsageError, match="colour"):
        epython.config(colour="red")
    with pytest.raises(UsageError, match="parallella.*tcp://HOST:PORT"):
        epython.start(target="parallella")


def test_host_time_without_a_board_is_nothing():
    epython.host_time(1.0)
    with pytest.raises(UsageError):
        epython.host_time(-1)


def decoded(value, binary=b""):
    return values.decode(value, Frame(0x8005, 1, {}, binary), lambda number: f"owner of {number}")


@pytest.mark.parametrize(
    "value, expected",
    [
        (42, 42),
        (2.5, 2.5),
        (True, True),
        (None, None),
        ("text", "text"),
        ({"real": "-inf"}, float("-inf")),
        ({"list": []}, []),
        ({"list": [1, {"list": [2.0]}, None]}, [1, [2.0], None]),
        ({"reference": 3}, "owner of 3"),
        ({"function": "f"}, "f"),
    ],
)
def test_values(value, expected):
    assert decoded(value) == expected
    assert type(decoded(value)) is type(expected)


def test_arrays():
    binary = b"".join(number.to_bytes(4, "little") for number in range(6))
    described = {"dtype": "int32", "shape": [6], "offset": 0, "bytes": 24}
    assert decoded({"array": described}, binary) == [0, 1, 2, 3, 4, 5]
    assert decoded({"array": {**described, "shape": [2, 3]}}, binary) == [[0, 1, 2], [3, 4, 5]]
    assert decoded({"array": {**described, "shape": [1, 3, 2]}}, binary) == [[[0, 1], [2, 3], [4, 5]]]
    assert decoded({"array": {**described, "dtype": "bool", "shape": [2], "bytes": 8}}, binary) == [False, True]
    with pytest.raises(BoardError):
        decoded({"tuple": []})
