"""Item 4: arithmetic in both dialects. Operands are variables where it matters, so that the cores compute and not the compiler."""

import pytest

# expression of a=7, b=2, m=-7, r=7.5, big=2147483647, h=100000, one=1, zero=0: legacy, modern (None: a compile error)
ROWS = [
    ("a/b", "3", "3.5"),
    ("m/b", "-3", "-3.5"),
    ("a//b", "3", "3"),
    ("m//b", "-4", "-4"),
    ("7.0//b", "3.000000", "3.0"),
    ("a%3", "1", "1"),
    ("m%3", "-1", "2"),
    ("m%-3", "-1", "-1"),
    ("a%-3", "1", "-2"),
    ("r%2", "1.500000", "1.5"),
    ("-r%2", "-1.500000", "0.5"),
    ("b^10", "1024", None),
    ("b**10", "1024", "1024"),
    ("b**-1", "0.500000", "0.5"),
    ("b**0.5", "1.414214", "1.4142135"),
    ("r**2", "56.250000", "56.25"),
    ("b**3**2", "64", "512"),
    ("-b**2", "4", "-4"),
    ("a*3**b", "441", "63"),
    ("big+1", "-2147483648", "-2147483648"),
    ("-big-2", "2147483647", "2147483647"),
    ("h*h", "1410065408", "1410065408"),
    ("one/3.0", "0.333333", "0.33333334"),
    ("one*123456789.0", "123456792.000000", "123456790.0"),
    ("one+16777216.0", "16777216.000000", "16777216.0"),
    ("true+one", "2", "2"),
    ("true*r", "7.500000", "7.5"),
    ("a-b-1", "4", "4"),
    ("a-(b-1)", "6", "6"),
    ("0x1F+one", "32", "32"),
    ("1e3+one", "1001.000000", "1001.0"),
    (".5+one", "1.500000", "1.5"),
    ("zero/-10", "0", "-0.0"),
    ("-(-a)", "7", "7"),
    ("+a", "7", "7"),
    ("abs(m)+min(a,b)+max(a,b)", "16", "16"),
    ("int(r)+int(-r)", "0", "0"),
    ("float(a)", "7.000000", "7.0"),
    ("1e20*h", "10000000714945030854279168.000000", "1.0000001e+25"),
]

START = "a=7\nb=2\nm=-7\nr=7.5\nbig=2147483647\nh=100000\none=1\nzero=0\n"


@pytest.mark.parametrize("dialect, column", [("legacy", 1), ("modern", 2)])
def test_table(port, dialect, column):
    rows = [row for row in ROWS if row[column] is not None]
    text = START + "".join(f"print({row[0]})\n" for row in rows)
    printed = port.output(text, dialect=dialect)
    assert {row[0]: line for row, line in zip(rows, printed)} == {row[0]: row[column] for row in rows}


@pytest.mark.parametrize("dialect", ["legacy", "modern"])
def test_folded_by_the_compiler_it_is_the_same(board, dialect):
    """The same expressions with the values written out."""
    values = {"zero": "0", "one": "1", "big": "2147483647", "a": "7", "b": "2", "r": "7.5", "h": "100000"}
    column = 1 if dialect == "legacy" else 2
    rows = [row for row in ROWS if row[column] is not None and not any(word in row[0] for word in ("m", "true", "abs", "int", "float"))]
    import re

    def written_out(expression):
        return re.sub(r"\b[a-z]+\b", lambda name: values.get(name[0], name[0]), expression)

    text = "".join(f"print({written_out(row[0])})\n" for row in rows)
    assert dict(zip([row[0] for row in rows], board.output(text, dialect=dialect))) == {row[0]: row[column] for row in rows}


def test_caret_is_no_operator_of_the_modern_dialect(board):
    errors = board.failure("# epython: modern\nb = 2\nprint(b^10)\n")
    assert "program.py:3:8: error: '^' is not an operator of the modern dialect" in errors
    assert "write ** for power" in errors


@pytest.mark.parametrize("expression", ["a/zero", "a//zero", "a%zero"])
@pytest.mark.parametrize("dialect", ["legacy", "modern"])
def test_division_by_zero(port, dialect, expression):
    errors = port.failure(START + "print(1)\nprint(" + expression + ")\n", dialect=dialect)
    assert "program.py:10: ZeroDivisionError: division by zero (core 0" in errors


def test_division_of_reals_by_zero(port):
    """Infinity in the legacy dialect, an error in the modern one, as in Python."""
    assert port.output(START + "print(r/zero)\nprint(-r/zero)\n", dialect="legacy") == ["inf", "-inf"]
