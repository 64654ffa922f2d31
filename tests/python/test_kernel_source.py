"""What is sent to the compiler for a kernel."""

import linecache
import math
import os
from math import sqrt
from random import randint as draw

import epython
import helpers_elsewhere
import pytest
from epython import coreid, kernel_source, offload, program
from epython.errors import CompileError
from epython.kernel_source import Source
from helpers_elsewhere import shift

FACTOR = 3
WEIGHTS = [0.5, 2, -1]
NAME = 'it\'s "quoted"'
TABLE = {"a": 1}
HUGE = 2**40
LONG = list(range(1000))


def source(*functions):
    return program.source_of(tuple(kernel_source.plain_function(function) for function in functions))


def piece(function):
    return source(function).pieces[function.__name__][0]


def lines_here(first, count):
    return [linecache.getline(__file__, number) for number in range(first, first + count)]


def plain(a, b=2):
    c = a + b
    return c


def test_a_plain_function_is_sent_as_it_stands():
    found = piece(plain)
    assert os.path.samefile(found.file, __file__)
    assert found.text.splitlines(True) == lines_here(found.first_line, 3)
    assert source(plain).chunks() == [found]


@offload
@offload(
    target=[1, 2],
)
def decorated(a):
    return a


def test_decorators_are_not_sent_and_line_numbers_stay():
    found = piece(decorated)
    assert found.text == "def decorated(a):\n    return a\n"
    assert linecache.getline(__file__, found.first_line) == "def decorated(a):\n"


def test_a_nested_function_is_moved_to_the_left():
    def inner(a):
        # a comment

        if a:
            return 1
        return 0

    found = piece(inner)
    assert found.text == "def inner(a):\n    # a comment\n\n    if a:\n        return 1\n    return 0\n"
    assert linecache.getline(__file__, found.first_line).strip() == "def inner(a):"


def annotated(
    a: "int",
    b: float = 2.0,
) -> "list[int]":
    """Says what it does.

    At length.
    """
    total: int = a
    other: float
    return [total, b]


def test_annotations_and_doc_strings_are_blanked_in_place():
    found = piece(annotated)
    assert [line.rstrip() for line in found.text.splitlines()] == [
        "def annotated(",
        "    a       ,",
        "    b        = 2.0,",
        ")               :",
        "    pass",
        "",
        "",
        "",
        "    total      = a",
        "    pass",
        "    return [total, b]",
    ]
    compile(found.text, "annotated", "exec")


def helper(a):
    return a * FACTOR


@offload
def uses_helper(a):
    return helper(a) + WEIGHTS[0]


@offload
def uses_kernel(a):
    return uses_helper(a) + 1


def test_helpers_kernels_and_constants_go_along():
    found = source(uses_kernel)
    assert list(found.pieces) == ["uses_kernel", "uses_helper", "helper"]
    assert found.constants == {"FACTOR": "FACTOR = 3", "WEIGHTS": "WEIGHTS = [0.5, 2, -1]"}
    assert found.chunks()[0] == kernel_source.Piece("<constants>", 1, "WEIGHTS = [0.5, 2, -1]\nFACTOR = 3\n")


def even(n):
    return True if n == 0 else odd(n - 1)


def odd(n):
    return False if n == 0 else even(n - 1)


def test_functions_that_call_each_other():
    assert set(source(even).pieces) == {"even", "odd"}


def from_elsewhere(a):
    return shift(a) + helpers_elsewhere_alias(a)


helpers_elsewhere_alias = helpers_elsewhere.shift


def test_a_helper_of_another_module_brings_its_file_and_its_constants():
    found = source(from_elsewhere)
    assert os.path.basename(found.pieces["shift"][0].file) == "helpers_elsewhere.py"
    assert found.constants == {"OFFSET": "OFFSET = 5", "helpers_elsewhere_alias": "helpers_elsewhere_alias = shift"}


def uses_modules(a):
    return sqrt(a) + math.floor(a) + draw(0, 3)


def test_modules_that_the_cores_have_are_imported_there():
    assert source(uses_modules).constants == {
        "sqrt": "from math import sqrt",
        "math": "import math",
        "draw": "from random import randint as draw",
    }


def is_one_of_the_cores():
    return coreid() + epython.numcores()


def test_what_the_package_lets_the_host_do_as_a_core_is_the_cores_own_in_a_kernel():
    assert source(is_one_of_the_cores).constants == {"coreid": "from parallel import coreid", "epython": "import parallel as epython"}


def imports_inside():
    from parallel import coreid
    import math

    return coreid() + math.floor(1.5)


def test_imports_in_a_kernel_are_left_to_the_compiler():
    assert source(imports_inside).constants == {}


def local_names(a):
    FACTOR = a
    for TABLE in range(3):
        FACTOR += TABLE
    return FACTOR


def test_names_that_a_kernel_binds_itself_are_not_taken_from_outside():
    assert source(local_names).constants == {}


def shadows_a_builtin(a):
    return len(a) + abs(-1) + unknown_name  # noqa: F821


def test_builtins_and_unknown_names_are_left_to_the_compiler():
    assert source(shadows_a_builtin).constants == {}


def test_values_of_a_function_around():
    scale = 4

    def inner(a):
        return a * scale

    assert source(inner).constants == {"scale": "scale = 4"}
    scale = 5
    assert source(inner).constants == {"scale": "scale = 5"}


def uses_text():
    return NAME


def test_strings():
    line = source(uses_text).constants["NAME"]
    assert eval(line.split(" = ", 1)[1]) == NAME


def uses_table():
    return TABLE["a"]


def uses_huge():
    return HUGE


def uses_long():
    return LONG[0]


def uses_module():
    return os.getpid()


@pytest.mark.parametrize(
    "function, error, text",
    [
        (uses_table, CompileError, "TABLE.*dict.*argument"),
        (uses_huge, OverflowError, "HUGE"),
        (uses_long, CompileError, "LONG.*1000 elements.*argument"),
        (uses_module, CompileError, "module os"),
    ],
)
def test_what_cannot_be_shipped_is_named(function, error, text):
    with pytest.raises(error, match=text) as caught:
        source(function)
    if error is CompileError:
        assert caught.value.kernel == function.__name__
        assert caught.value.line == function.__code__.co_firstlineno
        assert f"{__file__}:{caught.value.line}" in str(caught.value)


def star(*a):
    return a


def keyword_only(*, a):
    return a


async def coroutine():
    return 1


def generator():
    yield 1


def sixteen(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p):
    return a


@pytest.mark.parametrize("function", [star, keyword_only, coroutine, generator, sixteen, lambda a: a])
def test_functions_that_cannot_be_kernels_are_refused_at_decoration(function):
    with pytest.raises(CompileError):
        offload(function)


def test_only_functions_can_be_decorated():
    with pytest.raises(TypeError):
        offload(3)
    with pytest.raises(TypeError):
        offload(len)


def test_a_function_without_source_is_an_error_at_launch():
    scope = {}
    exec("def made(a):\n    return a\n", scope)
    with pytest.raises(CompileError, match="source of kernel made"):
        source(offload(scope["made"]))


def test_two_functions_of_one_name():
    def make(text):
        scope = {}
        name = f"<cell {text}>"
        code = f"def same(a):\n    return a + {text}\n"
        linecache.cache[name] = (len(code), None, code.splitlines(True), name)
        exec(compile(code, name, "exec"), scope)
        return scope["same"]

    first, second = make("1"), make("2")
    with pytest.raises(CompileError, match="two different functions named same"):
        source(first, second)
    assert source(first, first).pieces.keys() == {"same"}


def test_what_is_loaded_already_is_recognised():
    loaded, needed = source(uses_kernel, plain), source(uses_helper)
    assert loaded.contains(needed)
    assert not needed.contains(loaded)
    assert loaded.contains(Source())


def test_a_changed_constant_is_noticed(monkeypatch):
    loaded = source(helper)
    monkeypatch.setitem(globals(), "FACTOR", 4)
    assert not loaded.contains(source(helper))


def test_a_kernel_that_does_not_compile_matters_only_when_it_is_launched(monkeypatch):
    @offload
    def good(a):
        return a

    @offload
    def bad(a):
        return {}

    monkeypatch.setattr(program, "_decorated", [])
    program.register(good.host)
    program.register(bad.host)
    sent = []

    def compiler(candidate):
        sent.append(list(candidate.pieces))
        if "bad" in candidate.pieces:
            found = candidate.pieces["bad"][0]
            raise CompileError("no dictionaries", file=found.file, line=found.first_line + 1)

    loaded = program.load(source(good), compiler)
    assert list(loaded.pieces) == ["good"]
    assert sent == [["good", "bad"], ["good"]]
    with pytest.raises(CompileError, match="no dictionaries"):
        program.load(source(bad), compiler)


def test_a_stand_in_for_the_compiler_sees_valid_python():
    for function in (plain, annotated, uses_kernel, from_elsewhere, uses_modules):
        for chunk in source(function).chunks():
            compile(chunk.text, chunk.file, "exec")
