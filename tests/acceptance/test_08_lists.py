"""Item 8: lists and arrays."""

import pytest

LEGACY = """\
import array
a = [1, 2]
b = a
b[4] = 7
print len(a)
print a[3]
print a[4]
a[1] = 2.5
for x in b:
  print x
c = [0] * 3
c[1] = 9
print c[0] + c[1] + c[2]
d = array(2, 3)
d[1][2] = 5
print d[1][2] + d[0][0]
print ndim(d)
print size(d)
print nbytes(d)
for n in shape(d):
  print n
flatten(d)
print d[5]
e = array(6)
arraycopy(e, d)
print e[5]
print len(3)
for x in [3, 4]:
  y = x
  x = 0
print x
"""


def test_legacy(port):
    expected = ["5", "0", "7", "1.000000", "2.500000", "0.000000", "0.000000", "7.000000", "9", "5", "2", "6", "24", "2", "3", "5", "5", "0", "0"]
    assert port.output(LEGACY) == expected


MODERN = """\
# epython: modern
from array import array, shape, ndim
a = [1, 2]
b = a
b.append(3)
print(a, len(a), a[-1], a[0:2], a[1:], a[:-1])
a[1] = 2.5
print(b)
b[0] = 4
print(a)
print([1, 'two', None, True], [], [[1, 2], [3]])
c = a[:]
c[0] = 9
print(a[0], c[0])
a.extend([5, 6])
print(a)
d = array(2, 2)
d[1][1] = 3
print(d[1][1], shape(d), ndim(d))
print([1, 2] + [3], [0] * 2, 3 in [1, 3], [1, 2] == [1, 2], min([3, 1]), sum([1, 2]))
n = 0
for row in [[1, 2], [3, 4]]:
    for x in row:
        n += x
print(n)
"""


def test_modern(port):
    assert port.output(MODERN) == [
        "[1, 2, 3] 3 3 [1, 2] [2, 3] [1, 2]",
        "[1.0, 2.5, 3.0]",
        "[4.0, 2.5, 3.0]",
        "[1, 'two', None, True] [] [[1, 2], [3]]",
        "4.0 9.0",
        "[4.0, 2.5, 3.0, 5.0, 6.0]",
        "3 [2, 2] 2",
        "[1, 2, 3] [0, 0] True True 1 3",
        "10",
    ]


@pytest.mark.parametrize(
    "statement, says",
    [
        ("print(a[2])", "IndexError: index out of range"),
        ("print(a[n])", "IndexError: negative index"),
        ("a[n] = 1", "IndexError: negative index"),
        ("f[3] = 1", "IndexError: index out of range"),
        ("print(f[0][0])", "IndexError: more indexes than dimensions"),
        ("print(a[1.5])", "TypeError: an index must be an int"),
        ("x = 5\nprint(x[0])", "TypeError: value cannot be indexed"),
    ],
)
def test_errors_legacy(port, statement, says):
    errors = port.failure("import array\na = [1, 2]\nn = -1\nf = array(3)\n" + statement + "\n")
    assert f"program.py:{5 + statement.count(chr(10))}: {says} (core 0" in errors


@pytest.mark.parametrize(
    "statement, says",
    [
        ("print(a[2])", "IndexError: index out of range"),
        ("a[2] = 1", "IndexError: index out of range"),
        ("print(a[-3])", "IndexError: index out of range"),
        ("print(a['x'])", "TypeError: an index must be an int"),
    ],
)
def test_errors_modern(port, statement, says):
    errors = port.failure("a = [1, 2]\n" + statement + "\n", dialect="modern")
    assert f"program.py:2: {says} (core 0" in errors


@pytest.mark.parametrize("statement, says", [("b = a[0:1]", "slices are not supported in the legacy dialect"), ("a.append(1)", "append is not part")])
def test_what_the_legacy_dialect_lacks(board, statement, says):
    assert says in board.failure("a = [1]\n" + statement + "\n")
