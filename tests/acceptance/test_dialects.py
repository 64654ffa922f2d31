"""Each row of the table of dialects: the same text in both."""

import pytest

# what: (text, legacy, modern): lines of output, or a part of the error message in a tuple
ROWS = {
    "case of names": ("Name = 1\nname = 2\nprint(Name)\n", ["2"], ["1"]),
    "case of keywords": ("x = 1\nIF x == 1:\n  PRINT x\n", ["1"], ("does not start a statement",)),
    "spelling of constants": ("x = true\nif x and not false and none is None:\n  print(1)\n", ["1"], ["1"]),
    "print as statement and call": ("print 1\nprint(2)\nprint 3, 4\nprint(5, 6)\nprint (1 + 2) * 3\n", ["1", "2", "3 4", "5 6", "9"], ["1", "2", "3 4", "5 6", "9"]),
    "/ of ints": ("a = -7\nprint(a / 2)\n", ["-3"], ["-3.5"]),
    "// of ints": ("a = -7\nprint(a // 2)\n", ["-4"], ["-4"]),
    "%": ("a = -7\nprint(a % 3)\nb = -7.5\nprint(b % 2)\n", ["-1", "-1.500000"], ["2", "0.5"]),
    "^": ("a = 2\nprint(a ^ 3)\n", ["8"], ("write ** for power",)),
    "**": ("a = 2\nprint(a * 3 ** 2)\nprint(-a ** 2)\nprint(a ** 3 ** 2)\n", ["36", "4", "64"], ["18", "-4", "512"]),
    "negative exponent": ("a = 2\nprint(a ** -1)\nprint(a ** 0.5)\n", ["0.500000", "1.414214"], ["0.5", "1.4142135"]),
    "range of util": ("from util import range\nn = 0\nfor i in range(3):\n  n += i\nprint(n)\nr = range(1, 3)\nn = 0\nfor i in r:\n  n += i\nprint(n)\n", ["6", "6"], ["3", "3"]),
    "range downwards": ("from util import range\nn = 0\nfor i in range(3, 1, -1):\n  n = n * 10 + i\nprint(n)\n", ["321"], ["32"]),
    "builtin range": ("n = 0\nfor i in range(3):\n  n += i\nprint(n)\n", ("from util import range",), ["3"]),
    "randint": ("from random import randint\nhigh = 0\nlow = 9\nfor i in [0] * 60:\n  r = randint(1, 3)\n  high = max(high, r)\n  low = min(low, r)\nprint(low * 10 + high)\n", ["12"], ["13"]),
    "unlike types": ("a = 1\nprint(a == 'a')\nprint(a != 'a')\n", ["false", "true"], ["False", "True"]),
    "bool by value": ("a = 1 < 2\nprint(a == true)\nprint(a == (2 < 1))\n", ["true", "false"], ["True", "False"]),
    "truthiness": ("n = 0\nfor x in [0, 1, -1]:\n  if x:\n    n += 1\nfor x in ['', 'a']:\n  if x:\n    n += 10\nif []:\n  n = 100\nprint(n)\n", ["12"], ["12"]),
    "and, or": ("a = 0\nprint(a or 5)\nprint(a and 1 / a)\nb = 3\nprint(b and 'x')\n", ["5", "0", "x"], ["5", "0", "x"]),
    "outer assignment": ("n = 1\ndef f():\n  n = 2\nf()\nprint(n)\n", ["2"], ["1"]),
    "outer assignment, later": ("def f():\n  n = 2\nn = 1\nf()\nprint(n)\n", ["1"], ["1"]),
    "global": ("n = 1\ndef f():\n  global n\n  n = 2\nf()\nprint(n)\n", ["2"], ["2"]),
    "scalars as arguments": ("def f(x):\n  x += 1\n  return x\na = 1\nprint(f(a))\nprint(a)\nprint(f(a + 0))\nprint(a)\n", ["2", "2", "3", "2"], ["2", "1", "2", "1"]),
    "lists as arguments": ("def f(x):\n  x[0] = 2\na = [1]\nf(a)\nprint(a[0])\n", ["2"], ["2"]),
    "write past the end": ("a = [1]\nb = a\na[3] = 4\nprint(len(b))\n", ["4"], ("IndexError: index out of range",)),
    "read past the end": ("a = [1]\nprint(a[1])\n", ("IndexError: index out of range",), ("IndexError: index out of range",)),
    "negative index": ("a = [1, 2]\nprint(a[-1])\n", ("IndexError: negative index",), ["2"]),
    "type of elements": ("a = [1, 2]\na[0] = 0.5\nprint(a[1])\na[0] = 3\nprint(a[0])\n", ["2.000000", "3.000000"], ["2.0", "3.0"]),
    "printing": ("print(1 < 2)\nprint(none)\nprint(0.1)\nprint(100000.0 * 100)\nprint(2.0)\n", ["true", "NONE", "0.100000", "10000000.000000", "2.000000"], ["True", "None", "0.1", "10000000.0", "2.0"]),
    "strings": ("a = 'x\\ty'\nb = \"it's\"\nprint(a + b)\nprint(len(a))\nprint(a[0] == 'x')\nprint('a' < 'b')\n", ["x\tyit's", "3", "true", "true"], ["x\tyit's", "3", "True", "True"]),
    "joining": ("print('n=' + 1)\nprint('r=' + 0.5)\nprint(true + 's')\n", ["n=1", "r=0.500000", "trues"], ["n=1", "r=0.5", "Trues"]),
    "break, continue": ("n = 0\nfor i in [1, 2, 3, 4]:\n  if i == 2:\n    continue\n  if i == 4:\n    break\n  n += i\nwhile true:\n  break\nprint(n)\n", ["4"], ["4"]),
    "unary minus and not anywhere": ("a = 3\nb = a * -a\nprint(b)\nprint(a > 2 and not b > 2)\n", ["-9", "true"], ["-9", "True"]),
    "chained comparison": ("a = 2\nprint(1 < a < 3)\nprint(1 < a < 2)\n", ["true", "false"], ["True", "False"]),
    "conditional expression": ("a = 2\nprint('even' if a % 2 == 0 else 'odd')\n", ["even"], ["even"]),
    "empty list, brackets over lines, ;": ("a = []\nb = [1,\n     2]; c = 3\nprint(len(a) + len(b) + c)\n", ["5"], ["5"]),
    "in, hexadecimal": ("print(2 in [1, 2])\nprint(3 not in [1, 2])\nprint(0xFF)\n", ["true", "true", "255"], ["True", "True", "255"]),
    "statements side by side": ("a = 1 b = 2\nprint a + b\n", ["3"], ("expected the end of the statement",)),
    "slices": ("a = [1, 2, 3]\nb = a[1:]\nb[0] = 9\nprint(len(b) * 10 + a[1])\n", ("slices are not supported in the legacy dialect",), ["22"]),
    "append and extend": ("a = [1]\na.append(2)\na.extend([3, 4])\na.extend(a)\nprint(len(a) * 10 + a[7])\n", ("append is not part of the legacy dialect",), ["84"]),
    "nested lists": ("a = [[1, 2], [3]]\na[1] = [4, 5]\nprint(a[1][1])\n", ["5"], ["5"]),
    "comments": ("/* not\nin Python */ print 1 # and\n", ["1"], ("expected",)),
    "chained assignment": ("a = b = 3\nprint(a + b)\n", ["6"], ["6"]),
    "input": ("a = input('')\nb = input('')\nc = input('')\nprint(a + 1)\nprint(b + 1)\nprint(c + '!')\n", ["-2", "2.500000", "x!"], ["-2", "2.5", "x!"]),
}

FEATURES = {
    "class A:\n  pass\n": "classes are not supported",
    "a = {}\n": "dictionaries and sets are not supported",
    "a = {1: 2}\n": "dictionaries and sets are not supported",
    "def f():\n  def g():\n    pass\n": "a function inside a function is not supported",
    "def f():\n  yield 1\n": "generators are not supported",
    "a = lambda x: x\n": "lambda is not supported",
    "try:\n  pass\nexcept:\n  pass\n": "exceptions are not supported",
    "raise 1\n": "exceptions are not supported",
    "with a:\n  pass\n": "with is not supported",
    "a = [x for x in [1]]\n": "list comprehensions are not supported",
    "a = 1, 2\n": "tuples are not supported",
    "a = (1, 2)\n": "tuples are not supported",
    "a, b = 1\n": "tuples are not supported",
    "a = 1 & 2\n": "bitwise operators are not supported",
    "a = 1 << 2\n": "bitwise operators are not supported",
    "del a\n": "del is not supported",
    "assert 1\n": "assert is not supported",
    "def f(a):\n  pass\nf(a=1)\n": "keyword arguments are not supported",
    "def f(*a):\n  pass\n": "a variable number of arguments is not supported",
    "a = f'x'\n": "f-strings are not supported",
    "a = 1j\n": "complex numbers are not supported",
    "a = 3000000000\n": "the integer does not fit 32 bits",
    "import os\n": "the module 'os' is not available on the cores",
    "from epython import offload\n": "a host program is run by Python itself: python3 FILE.py",
    "import threading\nclass A:\n  pass\n": "not supported",
    "from epython import offload\nclass A:\n  pass\n": "a host program is run by Python itself: python3 FILE.py",
    "import paralel\n": "did you mean 'parallel'?",
    "from parallel import coreId\nx = cordid()\n": "unknown name 'cordid'",
    "print coreid()\n": "write at the top: from parallel import coreid",
    "if 1 = 1:\n  pass\n": "compare with ==",
    "if 1 == 1\n  pass\n": "expected ':'",
    "while true:\nprint 1\n": "expected an indented block",
    "a = [1, 2\n": "'[' is never closed",
    "a = 'x\n": "the string is not closed on this line",
    "for i in range(0, 10, 0):\n  pass\nfrom util import range\n": "the step of a range cannot be 0",
    "break\n": "break outside a loop",
    "a = sorted([1])\n": "'sorted' of CPython is not available on the cores",
}


@pytest.mark.parametrize("dialect", ["legacy", "modern"])
def test_table(port, dialect):
    column = 1 if dialect == "legacy" else 2
    wrong = {}
    for what, row in ROWS.items():
        run = port.run(row[0], dialect=dialect, input="-3\n1.5\nx\n")
        expected = row[column]
        if isinstance(expected, tuple):
            good = run.code == 1 and expected[0] in run.errors and "program.py:" in run.errors
        else:
            good = (run.code, run.errors, run.output) == (0, "", expected)
        if not good:
            wrong[what] = (run.output, run.errors)
    assert wrong == {}


@pytest.mark.parametrize("dialect", ["legacy", "modern"])
def test_what_the_language_lacks_is_named(board, dialect):
    """Every message shows line and caret, and most say what to write instead."""
    wrong = {}
    for text, message in FEATURES.items():
        if dialect == "modern" and text.startswith(("print coreid", "for i in range", "from parallel import coreId")):
            continue
        run = board.run(text, dialect=dialect)
        shown = "program.py:" in run.errors and "\n" + " " * 4 in run.errors and "^" in run.errors
        if run.code != 1 or message not in run.errors or not shown:
            wrong[text] = run.errors
    assert wrong == {}
