"""The decorators: a call of the decorated function becomes a launch on the cores.

    @offload
    def mykernel(a):
        return a + 32

    mykernel(10)                                   # a list: one result per core
    mykernel(10, async_=True, target=[1, 3])       # a handler: wait() gives the results of cores 1 and 3
"""

from __future__ import annotations

import functools
import inspect
import types
from typing import Any, Callable, Dict, List, Optional, Sequence, Tuple, Union

from . import options, program, study
from .data import is_scalar
from .errors import UsageError
from .handler import KernelExecutionHandler
from .kernel_source import check_signature, plain_function
from .prefetch import Prefetch
from .prefetch import settings as prefetch_settings
from .session import current

Result = Union[List[Any], KernelExecutionHandler]


class Offloaded:
    """A function that runs on the cores. `host` is the function as it was, for running it here."""

    def __init__(self, function: types.FunctionType, chosen: Dict[str, Any]) -> None:
        check_signature(function)
        functools.update_wrapper(self, function)
        self.host = function
        self.__epython_kernel__ = function
        self._options = chosen
        self._signature = inspect.signature(function)
        self._parameters = list(self._signature.parameters)
        self._required = sum(one.default is one.empty for one in self._signature.parameters.values())
        # a parameter of the kernel wins over an option of the same name
        self._overrides = frozenset(options.NAMES) - set(self._parameters)
        options.check_names(chosen, function.__name__, self._parameters)
        program.register(function, options.by_value(chosen))

    def __call__(self, *args: Any, **kwargs: Any) -> Result:
        given = {name: kwargs.pop(name) for name in list(kwargs) if name in self._overrides}
        chosen = options.combine(self._options, given) if given else self._options
        arguments = self._bind(args, kwargs)
        if "prefetch" in given or "by_value" in given:
            options.check_names(chosen, self.host.__name__, self._parameters)
        prefetched = self._prefetched(chosen, arguments)
        wait = not chosen["async_"] and chosen["timeout"] is None
        handler = current().launch(self.host, arguments, options.placement(chosen), options.by_value(chosen), prefetched, wait)
        return handler if chosen["async_"] else handler.wait(chosen["timeout"])

    def _bind(self, args: Tuple[Any, ...], kwargs: Dict[str, Any]) -> List[Any]:
        """The arguments in the order of the parameters; defaults at the end are left to the core."""
        if not kwargs and self._required <= len(args) <= len(self._parameters):
            return list(args)
        try:
            bound = self._signature.bind(*args, **kwargs)
        except TypeError as error:
            raise TypeError(f"{self.host.__name__}(): {error}") from None
        given = len(bound.arguments)
        if list(bound.arguments) != self._parameters[:given]:
            bound.apply_defaults()
        return list(bound.arguments.values())

    def _prefetched(self, chosen: Dict[str, Any], arguments: Sequence[Any]) -> Dict[int, Prefetch]:
        """The prefetch settings by place of the argument."""
        settings = prefetch_settings(chosen["prefetch"])
        if study.asked():
            settings = study.prefetch(settings, self._parameters)
            study.place(self._parameters, arguments)
            study.observe(self.host.__name__, self._parameters, arguments, settings, options.by_value(chosen))
        if not settings:
            return {}
        places = {name: place for place, name in enumerate(self._parameters)}
        given = {places[name]: setting for name, setting in settings.items() if places[name] < len(arguments)}
        for place, setting in given.items():
            if is_scalar(arguments[place]):
                raise UsageError(f"prefetch of {setting.name}: this argument of {self.host.__name__} is a scalar, which is passed by value")
        return given

    def __repr__(self) -> str:
        return f"<offloaded {self.host.__qualname__}>"


def offload(
    func: Optional[Callable[..., Any]] = None,
    *,
    async_: bool = False,
    asynchronous: Optional[bool] = None,
    target: options.Target = None,
    auto: Optional[int] = None,
    all: bool = True,
    device: int = options.ALL_DEVICES,
    prefetch: Any = None,
    by_value: Any = (),
    timeout: Optional[float] = None,
    **old_names: Any,
) -> Any:
    """Runs a function on the cores.

    async_ (or asynchronous): return a handler at once instead of the results. target: these cores. auto: any so many cores that are
    free. all: every core (the default). auto counts before target, target before all. timeout: simulated seconds until TimeoutError.
    prefetch: see Prefetch. by_value: names of list arguments of which each core gets a copy of its own, instead of a reference. device:
    accepted for older programs. Each may also be given at a call, where it overrides the decorator. The old spelling is accepted as offload(**{"async": True}).
    """
    given: Dict[str, Any] = {
        "async_": async_,
        "asynchronous": asynchronous,
        "target": target,
        "auto": auto,
        "all": all,
        "device": device,
        "prefetch": prefetch,
        "by_value": by_value,
        "timeout": timeout,
        **old_names,
    }
    chosen = options.combine(options.DEFAULTS, given)
    if func is None:
        return lambda function: Offloaded(plain_function(function), chosen)
    return Offloaded(plain_function(func), chosen)


def offload_single(func: Optional[Callable[..., Any]] = None, **given: Any) -> Any:
    """Runs on one core, whichever is free, asynchronously: wait() gives a list of one result."""
    chosen: Dict[str, Any] = {"async_": True, "auto": 1, **given}
    return offload(func, **chosen)


def offload_multiple(func: Optional[Callable[..., Any]] = None, *, cores: Optional[int] = None, **given: Any) -> Any:
    """Runs on `cores` cores that are free, asynchronously."""
    if cores is None:
        raise TypeError("offload_multiple needs the number of cores: @offload_multiple(cores=4)")
    chosen: Dict[str, Any] = {"async_": True, "auto": cores, **given}
    return offload(func, **chosen)
