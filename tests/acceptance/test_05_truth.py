"""Item 5: truth, short circuit, not, chained comparison, bool equality."""

import pytest

YES_NO = """\
import parallel
def verdict(x):
  if x:
    return "yes"
  return "no"
for x in [0, 1, -1]:
  print(verdict(x))
for x in [0.0, 0.5]:
  print(verdict(x))
for x in ["", "a"]:
  print(verdict(x))
print(verdict(none))
print(verdict(true))
print(verdict(false))
print(verdict([]))
print(verdict([0]))
n = 3
while n:
  n -= 1
print(n)
"""


@pytest.mark.parametrize("dialect", ["legacy", "modern"])
def test_conditions(port, dialect):
    expected = ["no", "yes", "yes", "no", "yes", "no", "yes", "no", "yes", "no", "no", "yes", "0"]
    assert port.output(YES_NO, dialect=dialect) == expected


COUNTER = """\
count = [0]
def touch(x):
  count[0] += 1
  return x
a = touch(0) and touch(1)
print(a)
print(count[0])
b = touch(2) or touch(3)
print(b)
print(count[0])
c = touch(0) or touch(0.5) and touch("end")
print(c)
print(count[0])
if touch(false) and touch(true) or touch(none):
  print("never")
print(count[0])
print(touch(1) and touch(none))
"""


@pytest.mark.parametrize("dialect, nothing", [("legacy", "NONE"), ("modern", "None")])
def test_short_circuit_yields_the_operand(port, dialect, nothing):
    assert port.output(COUNTER, dialect=dialect) == ["0", "1", "2", "2", "end", "5", "7", nothing]


# expression: value in both dialects
ROWS = [
    ("not a is none", True),
    ("not n is none", False),
    ("a is not none", True),
    ("n is none", True),
    ("1 < a < 5", True),
    ("1 < a < 3", False),
    ("3 >= a > 2 > 1", True),
    ("true == true", True),
    ("t == (a == 3)", True),
    ("t == false", False),
    ("t != false", True),
    ("not t", False),
    ("not a == 4", True),
    ("t and not n", True),
    ("not (a == 3 and t)", False),
    ("'a' == 1", False),
    ("'a' != 1", True),
    ("n == 0", False),
    ("n != 0", True),
    ("n == none", True),
    ("'abc' == 'ab' + 'c'", True),
    ("'abc' < 'abd'", True),
    ("a == 3.0", True),
    ("a < 3.5", True),
    ("t == 1", True),
    ("a in [1, 2, 3]", True),
    ("a not in [1, 2]", True),
    ("(a if t else n) == 3", True),
]


@pytest.mark.parametrize("dialect", ["legacy", "modern"])
def test_values_of_comparisons(port, dialect):
    text = "a=3\nn=none\nt=a==3\n" + "".join(f"x={row[0]}\nprint(x)\n" for row in ROWS)
    spelling = {True: "true", False: "false"} if dialect == "legacy" else {True: "True", False: "False"}
    printed = port.output(text, dialect=dialect)
    assert dict(zip([row[0] for row in ROWS], printed)) == {row[0]: spelling[row[1]] for row in ROWS}


def test_legacy_spellings(port):
    assert port.output("b = none\nif ! b is none:\n  print 1\nelse:\n  print 2\nif 3 <> 4:\n  print 3\n", dialect="legacy") == ["2", "3"]


@pytest.mark.parametrize("text, says", [("print(!x)", "write not"), ("print(x <> 1)", "write !=")])
def test_the_modern_dialect_has_python_s(board, text, says):
    assert says in board.failure("x = 1\n" + text + "\n", dialect="modern")


def test_order_of_unlike_types_is_an_error(port):
    for expression, what in [("'a' < 1", "TypeError"), ("none < 1", "TypeError"), ("[1] < [2]", "TypeError")]:
        errors = port.failure(f"x = {expression.split()[0]}\ny = {expression.split()[2]}\nprint(x < y)\n", dialect="modern")
        assert what in errors and "program.py:3" in errors
