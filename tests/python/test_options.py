"""Options of the decorator and of the call."""

import warnings

import pytest

from epython import options
from epython.errors import UsageError


def placed(base=None, **given):
    return options.placement(options.combine(options.combine(options.DEFAULTS, base or {}), given))


def test_all_cores_unless_told_otherwise():
    assert placed() == "all"


@pytest.mark.parametrize("target, ids", [(3, [3]), ([3, 1], [1, 3]), (range(2, 5), [2, 3, 4]), ((0,), [0])])
def test_target(target, ids):
    assert placed(target=target) == ids


def test_auto_before_target_before_all():
    with pytest.warns(UserWarning, match="auto is used"):
        assert placed(auto=2, target=[1]) == {"auto": 2}
    assert placed(target=[1], all=True) == [1]


def test_the_call_overrides_the_decorator():
    assert placed({"target": 3}, target=5) == [5]
    assert placed({"target": 3}, auto=2) == {"auto": 2}
    assert placed({"auto": 2}, target=[3]) == {"auto": 2}


def test_auto_none_at_the_call_gives_target_back():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert placed({"auto": 2}, auto=None, target=[9]) == [9]


@pytest.mark.parametrize("name", ["async_", "asynchronous", "async"])
def test_spellings_of_async(name):
    assert options.combine(options.DEFAULTS, {name: True})["async_"] is True
    assert options.combine({**options.DEFAULTS, "async_": True}, {name: False})["async_"] is False


def test_no_cores_at_all():
    with pytest.raises(UsageError, match="no cores"):
        placed(all=False)


@pytest.mark.parametrize(
    "given, error",
    [
        ({"auto": 0}, UsageError),
        ({"auto": True}, UsageError),
        ({"auto": 1.5}, UsageError),
        ({"target": []}, UsageError),
        ({"target": [1, 1]}, UsageError),
        ({"target": -1}, UsageError),
        ({"target": "x"}, TypeError),
        ({"target": 1.5}, TypeError),
        ({"device": 7}, UsageError),
        ({"timeout": 0}, UsageError),
        ({"colour": 1}, TypeError),
        ({"prefetch": "a"}, UsageError),
        ({"by_value": (1,)}, TypeError),
    ],
)
def test_unsuitable_options(given, error):
    with pytest.raises(error):
        options.combine(options.DEFAULTS, given)
