"""JSON that remembers lines: the same values as Python's own reader, and every mistake in its line."""

import json
import random

import pytest
from laboratory import json_lines


def plain(value):
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    return [plain(inner) for inner in value] if isinstance(value, list) else value


def any_value(generator, depth=0):
    kind = generator.randrange(7 if depth < 4 else 5)
    if kind == 5:
        return [any_value(generator, depth + 1) for _ in range(generator.randrange(4))]
    if kind == 6:
        return {f"k{index}": any_value(generator, depth + 1) for index in range(generator.randrange(4))}
    return [None, True, generator.randrange(-(10**9), 10**9), generator.uniform(-1e9, 1e9), 'a "b" // \\ \n é { }'][kind]


def test_the_same_values_as_python_reads():
    generator = random.Random(1)
    for _ in range(300):
        value = any_value(generator)
        assert plain(json_lines.parse(json.dumps(value, indent=generator.choice([None, 1])), "x")) == value


def test_lines_of_keys_with_comments_between():
    tree = json_lines.parse('{ // one\n "a": 1, /* two\n three */ "b":\n {"c": "//"}}', "x")
    assert (plain(tree), tree.lines, tree["b"].lines) == ({"a": 1, "b": {"c": "//"}}, {"a": 2, "b": 3}, {"c": 4})


@pytest.mark.parametrize(
    "text, message",
    [
        ('{"a": 1,\n"a": 2}', "x:2: 'a' is given twice"),
        ('{"a": 1,\n}', "x:2: not valid JSON: expected a key, not }"),
        ('{\n"a" 1}', "x:2: not valid JSON: expected ':', not 1"),
        ("[1,\n\n", "x:3: not valid JSON: expected a value, not the end of the file"),
        ("[1]\n2", "x:2: not valid JSON: nothing may follow here, not 2"),
        ("[1,\nNaN]", "x:2: not valid JSON: 'NaN]'"),
        ("[01]", "x:1: not valid JSON: expected a value, not 01"),
    ],
)
def test_mistakes_have_their_line(text, message):
    with pytest.raises(json_lines.LocatedError) as error:
        json_lines.parse(text, "x")
    assert str(error.value) == message
