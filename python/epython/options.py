"""The options of a launch: given to the decorator, overridden at a call, combined here."""

from __future__ import annotations

import warnings
from typing import Any, Callable, Dict, Iterable, List, Mapping, Optional, Sequence, Tuple, Union

from . import prefetch
from .errors import UsageError

ALL_DEVICES = 0
EPIPHANY_DEVICE = 1

Target = Union[None, int, Iterable[int]]

NAMES = ("async_", "asynchronous", "async", "target", "auto", "all", "device", "prefetch", "by_value", "timeout")
DEFAULTS: Dict[str, Any] = {
    "async_": False,
    "target": None,
    "auto": None,
    "all": True,
    "device": ALL_DEVICES,
    "prefetch": None,
    "by_value": (),
    "timeout": None,
}


def combine(base: Mapping[str, Any], given: Mapping[str, Any]) -> Dict[str, Any]:
    """`base`, which has been checked, with what `given` overrides. Checks names and values; warns when auto and target are given together."""
    unknown = [name for name in given if name not in NAMES]
    if unknown:
        raise TypeError(f"offload has no option {unknown[0]!r}; it has {', '.join(name for name in NAMES if name != 'async')}")
    combined = dict(base)
    for name, value in given.items():
        if name in ("asynchronous", "async"):
            if value is not None:
                combined["async_"] = bool(value)
        else:
            combined[name] = value
    if given.get("auto") is not None and given.get("target") is not None:
        warnings.warn("auto and target are both given: auto is used (any cores), target is ignored", stacklevel=4)
    for name, value in given.items():
        if name in _CHECKS:
            _CHECKS[name](value)
    return combined


def placement(options: Mapping[str, Any]) -> Union[str, List[int], Dict[str, int]]:
    """Which cores, in the link protocol's words: auto before target before all."""
    if options["auto"] is not None:
        return {"auto": options["auto"]}
    if options["target"] is not None:
        return cores(options["target"])
    if options["all"]:
        return "all"
    raise UsageError("no cores to run on: give auto=, target= or all=True")


def cores(target: Target) -> List[int]:
    """A core id, or several."""
    ids = [target] if isinstance(target, int) and not isinstance(target, bool) else target
    try:
        listed = [int(one) for one in ids]  # type: ignore[union-attr]
    except (TypeError, ValueError):
        raise TypeError(f"target must be a core id or several (a list, a range, ...), not {target!r}") from None
    if not listed:
        raise UsageError("target names no core")
    if len(set(listed)) != len(listed) or min(listed) < 0:
        raise UsageError(f"target {listed} names a core twice, or a negative one")
    return sorted(listed)


def by_value(options: Mapping[str, Any]) -> Tuple[str, ...]:
    """The arguments of which each core gets a copy of its own."""
    given = options["by_value"]
    if not given:
        return ()
    names = (given,) if isinstance(given, str) else tuple(given)
    if not all(isinstance(name, str) for name in names):
        raise TypeError(f"by_value must name arguments, not {given!r}")
    return names


def check_names(options: Mapping[str, Any], kernel: str, parameters: Sequence[str]) -> None:
    """Raises UsageError when an option names an argument that the kernel does not have."""
    for option, names in (("prefetch", tuple(prefetch.settings(options["prefetch"]))), ("by_value", by_value(options))):
        for name in names:
            if name not in parameters:
                raise UsageError(f"{option}: kernel {kernel} has no argument {name!r}; it has {', '.join(parameters) or 'none'}")


def _check_auto(auto: Any) -> None:
    if auto is not None and (isinstance(auto, bool) or not isinstance(auto, int) or auto < 1):
        raise UsageError(f"auto must be a number of cores, 1 or more, not {auto!r}")


def _check_device(device: Any) -> None:
    if device not in (ALL_DEVICES, EPIPHANY_DEVICE):
        raise UsageError(f"device must be epython.ALL_DEVICES or epython.EPIPHANY_DEVICE, not {device!r}")


def _check_timeout(timeout: Any) -> None:
    if timeout is not None and not timeout > 0:
        raise UsageError(f"timeout must be a number of simulated seconds above 0, not {timeout!r}")


def _check_target(target: Any) -> None:
    if target is not None:
        cores(target)


_CHECKS: Dict[str, Callable[[Any], Any]] = {
    "auto": _check_auto,
    "device": _check_device,
    "timeout": _check_timeout,
    "target": _check_target,
    "prefetch": prefetch.settings,
    "by_value": lambda given: by_value({"by_value": given}),
}
