"""The host's Python as one more core of a program on the board: `epysim run --full-python PROGRAM.py`, `epysim run --interactive [PROGRAM.py]`.

    $ epysim run --cores 4 --interactive program.py
    >>> send(20, 0)
    >>> recv(1)
    21
    >>> program.wait()

All names of the package are there, and `program`, the handler of what runs on the cores. At the prompt (`python3 -i`) the board stays, with its device
data, for kernels and for other programs by run(); without one, standard input has a program, and what runs on the cores is waited for at its end.
"""

import sys

from epython import *  # noqa: F403
from epython import EPythonError, KernelExecutionHandler, run

try:
    program = run(sys.argv[1]) if len(sys.argv) > 1 else None
except EPythonError as error:
    print(error, file=sys.stderr)
    sys.exit(1)


def _from_standard_input() -> int:
    exec(compile(sys.stdin.read(), "<stdin>", "exec"), globals())
    try:
        if isinstance(program, KernelExecutionHandler):
            program.wait()
    except EPythonError as error:
        print(f"epysim: {error}", file=sys.stderr)
        return 1
    return 0


if not sys.flags.interactive:
    sys.exit(_from_standard_input())
