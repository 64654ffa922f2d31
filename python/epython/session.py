"""The board behind the decorators: started at the first launch, ended with Python."""

from __future__ import annotations

import atexit
import json
import os
import sys
import threading
import time
import types
import weakref
from typing import Any, Callable, Dict, Iterable, List, Mapping, Optional, Sequence, Set, Tuple, Union

from . import data, device_data, program, protocol, settings, study, values
from .errors import BoardError, EPythonError, UsageError
from .handler import KernelExecutionHandler
from .kernel_source import Source, plain_function
from .memkind import Microcore
from .prefetch import Prefetch
from .protocol import Connection, Frame
from .remote import Remote
from .server import Server

VERSION = "0.1.0"
MANY_DROPPED = 64
POLL_SECONDS = 1e-5  # simulated time that one test() lets pass
SLICE_SECONDS = 1e-3  # simulated time after which a wait lets other threads have the board
QUIET_SECONDS = 1.0  # after which nobody else is expected to help waiting kernels


class Session:
    """One board process and everything it knows of ours. Methods may be called from any thread; one request is on the way at a time."""

    def __init__(self, options: Mapping[str, Any]) -> None:
        settings.check(options)
        options = study.options(options)
        self._lock = threading.RLock()
        self._stats_file = options.get("stats")
        self._local: "weakref.WeakSet[Microcore]" = weakref.WeakSet()
        self._program: Optional[Source] = None  # what is on the cores
        self._placed: Dict[str, int] = {}  # device data on the cores: versions
        self._table = data.DataTable()
        self._raised: Dict[int, Exception] = {}  # by memory kinds of the user's own, per core
        self._in_use: Dict[int, List[data.Entry]] = {}  # per outstanding launch
        self._forgotten: List[int] = []  # launches
        self._usable = True
        self._calls = 0
        self._dropped: Set[int] = set()  # launches whose handlers nobody has any more
        self._dropped_limit = MANY_DROPPED
        self._handlers: "weakref.WeakValueDictionary[int, KernelExecutionHandler]" = weakref.WeakValueDictionary()
        target = options.get("target") or os.environ.get("EPYTHON_TARGET") or "sim"
        self._server: Union[Server, Remote] = Server() if target == "sim" else Remote(target, options.get("tls_authority"))
        self._connection = Connection(self._server.link, _show, self._supply, settings.silence(options))
        try:
            hello = {"protocol": protocol.VERSION, "client": f"epython {VERSION}"}
            if self._server.token is not None:
                hello["token"] = self._server.token
            greeting = self._connection.call(protocol.HELLO, hello)
            self.pid: int = greeting.json["pid"]
            self.board = self._connection.call(protocol.OPEN, settings.open_message(options)).json
        except BaseException:
            self.abort()
            raise

    @property
    def usable(self) -> bool:
        return self._usable

    def launch(
        self,
        kernel: types.FunctionType,
        arguments: Sequence[Any],
        placement: Any,
        by_value: Optional[Tuple[str, ...]] = None,
        prefetched: Optional[Mapping[int, Prefetch]] = None,
        wait: bool = False,
    ) -> KernelExecutionHandler:
        """Queues a kernel; takes no simulated time, but for loading the program when it is not there yet. `wait`: the caller waits for it at
        once, which may take less traffic this way."""
        with self._lock:
            functions = [kernel, *(plain_function(one) for one in arguments if isinstance(plain_function(one), types.FunctionType))]
            local = {place: value for place, value in enumerate(arguments) if isinstance(value, Microcore)}
            for kind in local.values():
                device_data.keep(kind)
            needed = program.source_of(tuple(functions), by_value)
            name = needed.bind(kernel.__name__, len(arguments), {place: kind.variable for place, kind in local.items()})
            self._prepare(needed)
            used: List[data.Entry] = []
            try:
                encoded = [
                    self._argument(value, used, (prefetched or {}).get(place)) for place, value in enumerate(arguments) if place not in local
                ]
            except BaseException:
                self._table.release(used)
                raise
            message: Dict[str, Any] = {"kernel": name, "label": kernel.__name__, "arguments": encoded}
            if wait and threading.active_count() == 1:
                message["wait"] = True
            handler = self._queue(kernel.__name__, message, used, placement)
            for kind in local.values():
                kind.fetch = self._fetching(kind)
                self._local.add(kind)
            return handler

    def _fetching(self, kind: Microcore) -> Callable[[], Sequence[Sequence[Any]]]:
        """How a memory kind gets at the copies of the cores, as all launches so far leave them."""
        name, known = kind.variable, [kind.contents()]
        asked = False

        def fetch() -> Sequence[Sequence[Any]]:
            nonlocal asked, known
            if self._usable and not asked:
                known, asked = self.get(name, "all").wait(), True
            return known

        return fetch

    def put(self, name: str, contents: device_data.Contents, placement: Any) -> KernelExecutionHandler:
        """Queues a copy to device data."""
        with self._lock:
            self._prepare(program.source_of(()))
            return self._put(name, contents, placement)

    def get(self, name: str, placement: Any) -> KernelExecutionHandler:
        """Queues a copy from device data."""
        with self._lock:
            self._prepare(program.source_of(()))
            return self._queue(f"copy_from_device({name!r})", {"get": name}, [], placement)

    def message(self, call: str, arguments: Sequence[device_data.Contents]) -> KernelExecutionHandler:
        """Queues something that the host does as one of the cores."""
        with self._lock:
            if self._program is None or not self._program.text:
                self._prepare(program.source_of(()))
            used: List[data.Entry] = []
            encoded = [self._argument(contents.value, used) if contents.shape else contents.value for contents in arguments]
            return self._queue(call, {"call": call, "arguments": encoded}, used, None)

    def run(self, file: str, text: str, dialect: Optional[str]) -> KernelExecutionHandler:
        """Replaces what is on the cores by a program of its own, which starts at once."""
        with self._lock:
            message: Dict[str, Any] = {"chunks": [{"file": file, "first_line": 1, "text": text}], "run": True}
            if dialect is not None:
                message["dialect"] = dialect
            reply = self._call(protocol.PROGRAM, message).json
            self._program = Source()
            self._program.text = text
            self._placed.clear()
            handler = self._handler(reply, os.path.basename(file), [], len(reply["cores"]))
            self._watch(handler)
            return handler

    def _put(self, name: str, contents: device_data.Contents, placement: Any) -> KernelExecutionHandler:
        used: List[data.Entry] = []
        message: Dict[str, Any] = {"put": name, "value": contents.value}
        if contents.shape:
            message.update(value=self._argument(contents.value, used), shape=contents.shape)
        return self._queue(f"copy_to_device({name!r})", message, used, placement)

    def _prepare(self, needed: Source) -> None:
        """Loads the program when it is not there yet, and gives device data that are new their first value."""
        if self._program is None or not self._program.contains(needed):
            self._program = program.load(needed, self._send_program, self._program)
        for name, variable in device_data.defined().items():
            if self._placed.get(name) != variable.version:
                self._put(name, variable.initial, "all").wait()
                self._placed[name] = variable.version

    def _queue(self, label: str, message: Dict[str, Any], used: List[data.Entry], placement: Any) -> KernelExecutionHandler:
        """Sends a launch, whose arguments `used` are released when it is over."""
        try:
            forgotten = self._take_forgotten()
            if forgotten:
                message["forget"] = forgotten
            buffers, block = self._table.take_unsent()
            if buffers:
                message["buffers"] = buffers
            if placement is None:
                frame = self._call(protocol.MESSAGE, message, block)
            else:
                frame = self._call(protocol.LAUNCH, {**message, "target": placement}, block)
        except BaseException:
            self._table.send_again()
            self._table.release(used)
            raise
        reply = frame.json
        handler = self._handler(reply, label, used, len(reply["cores"]) if "cores" in reply else placement["auto"])
        if "handles" in reply:
            self._take_progress(frame, [handler])
        if not handler.finished:
            self._watch(handler)
        return handler

    def _handler(self, reply: Dict[str, Any], label: str, used: List[data.Entry], asked: int) -> KernelExecutionHandler:
        self._in_use[reply["handle"]] = used
        return KernelExecutionHandler(self, reply["handle"], label, reply.get("cores"), asked)

    def _watch(self, handler: KernelExecutionHandler) -> None:
        """Until it is over, or nobody has it any more."""
        self._handlers[handler.number] = handler
        weakref.finalize(handler, self._dropped.add, handler.number).atexit = False

    def wait(self, handlers: Sequence[KernelExecutionHandler], timeout: Optional[float] = None, any_core: bool = False) -> None:
        """Lets simulated time pass until the launches are done, or `timeout` has passed, or (any_core) one more core has finished."""
        message: Dict[str, Any] = {"handles": [handler.number for handler in handlers]}
        if timeout is not None:
            message["timeout"] = timeout
        if any_core:
            message["any"] = True
        if timeout is None and threading.active_count() > 1:
            self._wait_among_threads(message, handlers, any_core)
        else:
            self._ask(protocol.WAIT, message, handlers)

    def _wait_among_threads(self, message: Dict[str, Any], handlers: Sequence[KernelExecutionHandler], any_core: bool) -> None:
        """Another thread may have something to do with the board meanwhile, on which these kernels may depend. When for a while none had,
        kernels that can only wait for each other are a deadlock."""
        before, calls, quiet_since = self._finished_cores(handlers), self._calls, time.monotonic()
        while not all(handler.finished for handler in handlers):
            alone = time.monotonic() - quiet_since > QUIET_SECONDS
            self._ask(protocol.WAIT, {**message, "timeout": SLICE_SECONDS, "alone": alone}, handlers)
            if any_core and self._finished_cores(handlers) > before:
                return
            time.sleep(0)
            if self._calls > calls:
                calls, quiet_since = self._calls, time.monotonic()

    @staticmethod
    def _finished_cores(handlers: Sequence[KernelExecutionHandler]) -> int:
        return sum(handler.number_finished for handler in handlers)

    def test(self, handlers: Sequence[KernelExecutionHandler], seconds: float = POLL_SECONDS) -> None:
        """Lets a little simulated time pass and looks."""
        self._ask(protocol.TEST, {"handles": [handler.number for handler in handlers], "seconds": seconds}, handlers)

    def outstanding_on(self, core: int) -> List[KernelExecutionHandler]:
        """What has been launched on a core and is not known to be over, in order."""
        with self._lock:
            return [handler for _, handler in sorted(self._handlers.items()) if handler.runs_on(core) and not handler.finished]

    def host_time(self, seconds: float) -> None:
        with self._lock:
            self._take_updates(self._call(protocol.HOST_TIME, {"seconds": seconds}))

    def statistics(self) -> Dict[str, Any]:
        with self._lock:
            document: Dict[str, Any] = self._call(protocol.STATS, {}).json["statistics"]
            if "profile" in document:
                files = {line["file"] for line in document["profile"]["lines"]}
                document["profile"]["sources"] = {name: study.digest(name) for name in sorted(files) if os.path.isfile(name)}
            return document

    def stop(self) -> None:
        """Ends the board, saving what only it has: data in shared memory, statistics, the trace."""
        with self._lock:
            if not self._usable:
                return
            try:
                self._table.bring_home()
                for kind in list(self._local):
                    kind.bring_home()
                if self._stats_file:
                    document = self.statistics()
                    with open(self._stats_file, "w", encoding="utf-8") as file:
                        json.dump(document, file, indent=2)
                        file.write("\n")
                self._call(protocol.CLOSE, {})
            finally:
                self._end(self._server.stop)

    def abort(self) -> None:
        """Ends the board at once."""
        self._end(self._server.kill)

    def leave(self) -> None:
        """Another process (a fork) owns the board; this one only forgets it."""
        self._usable = False

    def _end(self, how: Any) -> None:
        if self._usable:
            self._usable = False
            self._table.abandon()
            self._connection.close()
            how()

    def _call(self, kind: int, message: Dict[str, Any], block: protocol.Bytes = b"") -> Frame:
        """One request. A board that is gone, and Ctrl-C, end the session: the next launch starts another."""
        if not self._usable:
            raise BoardError("the board of this launch has been stopped")
        if kind not in (protocol.WAIT, protocol.TEST):
            self._calls += 1  # something that may help others
        try:
            return self._connection.call(kind, message, block)
        except (BoardError, KeyboardInterrupt):
            self.abort()
            raise

    def _ask(self, kind: int, message: Dict[str, Any], handlers: Sequence[KernelExecutionHandler]) -> None:
        with self._lock:
            if all(handler.finished for handler in handlers):
                return  # another thread was waiting for the same
            self._take_progress(self._call(kind, message), handlers)

    def _take_progress(self, frame: Frame, handlers: Sequence[KernelExecutionHandler]) -> None:
        states = {state["handle"]: state for state in frame.json["handles"]}
        for handler in handlers:
            state = states[handler.number]
            results = {one["core"]: values.decode(one["value"], frame, self._table.owner) for one in state["results"] if "value" in one}
            handler.update(state, results)
        try:
            self._take_updates(frame)
        finally:
            for handler in handlers:
                if handler.finished and handler.number in self._in_use:
                    self._release(handler.number)

    def _take_updates(self, frame: Frame) -> None:
        for update in frame.json.get("updates", ()):
            self._table.update(update["id"], update["first"], frame.block(update))

    def _argument(self, value: Any, used: List[data.Entry], prefetch: Optional[Prefetch] = None) -> Any:
        function = plain_function(value)
        if isinstance(function, types.FunctionType):
            return {"function": function.__name__}
        try:
            return data.scalar(value)
        except LookupError:
            used.append(self._table.use(value, self._fetch))
            return {"reference": used[-1].number, **({} if prefetch is None else prefetch.as_message())}

    def _supply(self, frame: Frame) -> protocol.Answer:
        """A kernel wants elements of a memory kind of the user's own, or stores some. What that raises ends the kernel, and is raised by the wait."""
        try:
            return {}, self._table.supply(frame.json, frame.binary)
        except Exception as error:
            self._raised[frame.json["core"]] = error
            return {"error": f"{type(error).__name__}: {error}"}, b""

    def take_raised(self, cores: Iterable[int]) -> Optional[Exception]:
        """The exception that a memory kind has raised for one of these cores; once."""
        raised = [self._raised.pop(core) for core in cores if core in self._raised]
        return raised[0] if raised else None

    def _fetch(self, number: int) -> protocol.Bytes:
        with self._lock:
            frame = self._call(protocol.FETCH, {"ids": [number]})
            return frame.block(frame.json["buffers"][0])

    def _send_program(self, source: Source) -> None:
        residents = [{"name": name, "dimensions": dimensions} for name, dimensions in source.residents.items()]
        chunks = [piece.as_chunk() for piece in source.chunks()]
        exports = [*source.functions, *sorted(source.bound)]
        study.note_free(self._call(protocol.PROGRAM, {"chunks": chunks, "exports": exports, "resident": residents}).json["free_bytes"])

    def _look_after_dropped(self) -> None:
        """Launches that nobody can wait for are released when they turn out to be over."""
        if len(self._dropped) < self._dropped_limit:
            return
        self._dropped &= self._in_use.keys()
        frame = self._call(protocol.TEST, {"handles": sorted(self._dropped), "seconds": 0.0})
        self._take_updates(frame)
        for state in frame.json["handles"]:
            if state["done"]:
                self._release(state["handle"])
        self._dropped &= self._in_use.keys()
        self._dropped_limit = max(MANY_DROPPED, 2 * len(self._dropped))

    def _release(self, number: int) -> None:
        self._table.release(self._in_use.pop(number))
        self._forgotten.append(number)

    def _take_forgotten(self) -> Dict[str, Any]:
        """What the board need not keep any longer, as the next message says it."""
        self._look_after_dropped()
        ids = self._table.take_forgotten()
        handles, self._forgotten = self._forgotten, []
        return {"handles": handles, "ids": ids} if ids or handles else {}


def _show(frame: Frame) -> None:
    """Output of kernels appears as it comes."""
    message = frame.json
    if frame.type == protocol.OUTPUT:
        print(message["text"], file=sys.stderr if message.get("stream") == "stderr" else sys.stdout, flush=True)
    else:
        print(f"epython: {message['text']}", file=sys.stderr, flush=True)


_lock = threading.RLock()
_current: Optional[Session] = None
_options: Dict[str, Any] = {}
_prepared = False


def current() -> Session:
    """The running board; started when there is none."""
    global _current
    with _lock:
        if _current is None or not _current.usable:
            _prepare()
            _current = Session(_options)
        return _current


def start(target: Optional[str] = None, board: Optional[str] = None, cores: Union[None, int, str, Sequence[int]] = None, **options: Any) -> Dict[str, Any]:
    """Starts a board now, with these options (see config); returns what it is. Without start(), the first launch starts one."""
    with _lock:
        if running():
            raise UsageError("a board is running already; call epython.stop() before starting another")
        before = dict(_options)
        config(target=target, board=board, cores=cores, **options)
        try:
            return dict(current().board)
        except BaseException:  # options that cannot be are not kept for the next launch
            _options.clear()
            _options.update(before)
            raise


def stop() -> None:
    """Ends the board. The next launch starts a fresh one."""
    global _current
    with _lock:
        ending, _current = _current, None
        if ending is not None:
            ending.stop()


def config(**options: Any) -> Dict[str, Any]:
    """Sets options for the next board and returns all that are set. None takes one back. Names: board, cores, set, seed, max_cycles, trace,
    record, stats, profile, code, data, stack, heap, transfer_engine, host_core, fault, silence, checksums."""
    with _lock:
        settings.check(options)
        if options and running():
            raise UsageError("options are for a board that is still to start; call epython.stop() first")
        _options.update(options)
        for name in [name for name, value in _options.items() if value is None]:
            del _options[name]
        return dict(_options)


def host_time(seconds: float) -> None:
    """Says that the host has been busy for so long: the cores go on meanwhile. Without a board there is nothing to go on."""
    if not seconds >= 0:
        raise UsageError(f"host_time needs a number of seconds, 0 or more, not {seconds!r}")
    with _lock:
        session = _current if running() else None
    if session is not None:
        session.host_time(seconds)


def statistics() -> Dict[str, Any]:
    """The statistics document of the board so far."""
    return current().statistics()


def outstanding_on(core: int) -> List[KernelExecutionHandler]:
    """What has been launched on a core and is not known to be over, in order."""
    session = _current
    return session.outstanding_on(core) if session is not None and session.usable else []


def running() -> bool:
    """Whether there is a board."""
    return _current is not None and _current.usable


def _prepare() -> None:
    """Once, at the first board: importing this package has no effects."""
    global _prepared
    if not _prepared:
        _prepared = True
        atexit.register(_at_exit)
        os.register_at_fork(after_in_child=_after_fork)


def _at_exit() -> None:
    try:
        stop()
    except EPythonError as error:
        print(f"epython: {error}", file=sys.stderr)


def _after_fork() -> None:
    global _current, _lock
    _lock = threading.RLock()
    if _current is not None:
        _current.leave()
        _current = None
