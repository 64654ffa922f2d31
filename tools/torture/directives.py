"""What a test of GCC's suite says about itself: the DejaGnu directives in its comments, and the .x file next to it.

directives.read(source, level, target) gives a Plan: the options to compile with, why the test is not for this target (or None), and
whether it is expected to fail. Only what the gcc.c-torture/execute folders use is understood; an unknown word is an error, so that
nothing is passed over in silence.
"""

import fnmatch
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import List, Optional

from targets import Target

class UnknownDirective(Exception):
    """The test uses a word that is not understood here."""


@dataclass
class Plan:
    options: List[str] = field(default_factory=list)
    unsupported: Optional[str] = None  # the reason
    expected_to_fail: Optional[str] = None  # the reason
    needs_big_stack: bool = False


def words(text: str) -> List[str]:
    """The words of a Tcl list: braces and double quotes group, a backslash takes the next letter as it is."""
    found, i = [], 0
    while i < len(text):
        if text[i].isspace():
            i += 1
            continue
        if text[i] == "{":
            depth, start = 1, i + 1
            i = start
            while i < len(text) and depth:
                depth += {"{": 1, "}": -1}.get(text[i], 0)
                i += 1
            found.append(text[start : i - 1])
        elif text[i] == '"':
            word, i = "", i + 1
            while i < len(text) and text[i] != '"':
                i += text[i] == "\\"
                word, i = word + text[i], i + 1
            found.append(word)
            i += 1
        else:
            start = i
            while i < len(text) and not text[i].isspace():
                i += 1
            found.append(text[start:i])
    return found


def has(name: str, target: Target) -> bool:
    if name not in target.effective:
        raise UnknownDirective(f"effective target '{name}'")
    return target.effective[name]


def selected(selector: str, target: Target) -> bool:
    """Whether a selector ("{ ! { avr-*-* x86_64-*-* } } && int32") names this target."""
    if "&&" in selector or "||" in selector or "!" in selector:
        tokens = re.findall(r"&&|\|\||!|[{}]|[^\s{}!]+", selector)
        return _expression(tokens, target)
    names = re.findall(r"[^\s{}]+", selector)
    return any(fnmatch.fnmatch(target.triplet, n) if "-" in n or "*" in n else has(n, target) for n in names)


def _expression(tokens: List[str], target: Target) -> bool:
    value = _term(tokens, target)
    while tokens and tokens[0] in ("&&", "||"):
        operator, other = tokens.pop(0), _term(tokens, target)
        value = (value and other) if operator == "&&" else (value or other)
    return value


def _term(tokens: List[str], target: Target) -> bool:
    token = tokens.pop(0)
    if token == "!":
        return not _term(tokens, target)
    if token == "{":
        value = _expression(tokens, target)
        while tokens[0] != "}":  # a list of names: any of them
            value = _expression(tokens, target) or value
        tokens.pop(0)
        return value
    return fnmatch.fnmatch(target.triplet, token) if "-" in token else has(token, target)


def _applies(arguments: List[str], options: List[str], target: Target) -> bool:
    """dg-skip-if and dg-xfail-if: COMMENT SELECTOR [{OPTIONS...} [{OTHER OPTIONS...}]]: one of the former, none of the latter."""
    if not selected(arguments[1], target):
        return False
    given = " " + " ".join(options) + " "

    def any_of(text: str) -> bool:
        return any(re.search(r"\s" + re.escape(o).replace(r"\*", ".*") + r"\s", given) for o in words(text) if o)

    included = len(arguments) < 3 or not words(arguments[2]) or any_of(arguments[2])
    excluded = len(arguments) > 3 and any_of(arguments[3])
    return included and not excluded


def _condition(text: str, target: Target) -> bool:
    """A condition of an .x file."""
    text = re.sub(r'\[\s*istarget\s+"((?:[^"\\]|\\.)*)"\s*\]', lambda m: str(fnmatch.fnmatch(target.triplet, m.group(1))), text)
    text = re.sub(r"\[\s*check_effective_target_(\w+)\s*\]", lambda m: str(target.effective.get(m.group(1), False)), text)
    text = re.sub(r"\[\s*string-match[^\]]*\]", "False", text)
    text = text.replace("&&", " and ").replace("||", " or ").replace("!", " not ").replace("{", "(").replace("}", ")")
    if not re.fullmatch(r"(\s|True|False|and|or|not|[()])*", text):
        raise UnknownDirective(f"condition '{text}'")
    return bool(eval(text, {"__builtins__": {}}))  # only the six words above


def _run_x(text: str, plan: Plan, target: Target) -> bool:
    """An .x file: a Tcl script that returns 1 when the test is to be skipped. True when it has returned."""
    text = re.sub(r"^\s*#.*$", "", text, flags=re.M).replace("\\\n", " ")
    commands, current, depth, bracket = [], "", 0, 0
    for letter in text:
        depth += {"{": 1, "}": -1}.get(letter, 0)
        bracket += {"[": 1, "]": -1}.get(letter, 0)
        if letter in "\n;" and depth == 0 and bracket == 0:
            commands.append(current.strip())
            current = ""
        else:
            current += letter
    commands.append(current.strip())
    for command in filter(None, commands):
        bracketed = re.match(r"if\s+(\[[^{]*\])\s*(\{.*)$", command, re.S)
        parts = ["if", bracketed.group(1), *words(bracketed.group(2))] if bracketed else words(command)
        if parts[0] == "if":
            if _condition(parts[1], target) and _run_x(parts[2], plan, target):
                return True
        elif parts[0] == "return":
            if parts[1] != "0":
                plan.unsupported = "its .x file excludes this target"
            return True
        elif parts[0] == "lappend" and parts[1] == "additional_flags":
            plan.options += parts[2:]
        elif parts[:2] == ["set", "torture_execute_xfail"]:
            plan.expected_to_fail = "its .x file expects it"
        elif parts[0] not in ("global", "set"):  # the other settings are for targets that are not ours
            raise UnknownDirective(f".x command '{parts[0]}'")
    return False


def read(source: Path, level: str, target: Target) -> Plan:
    plan = Plan()
    text = source.read_text(encoding="latin-1")
    options: List[str] = []
    extra: List[str] = []
    found = [words(m.group(1)) for m in re.finditer(r"\{\s*(dg-[a-z-]+(?:[^{}\n]|\{(?:[^{}]|\{[^{}]*\})*\})*)\}", text)]

    def chosen(arguments: List[str]) -> List[str]:
        if len(arguments) > 2 and not selected(re.sub(r"^\s*target\b", "", arguments[2]), target):
            return []
        return words(arguments[1])

    for arguments in found:
        name = arguments[0]
        if name == "dg-options":
            options = chosen(arguments) or options
        elif name == "dg-additional-options":
            extra += chosen(arguments)
    plan.options += options + extra
    given = [level] + plan.options
    for arguments in found:
        name = arguments[0]
        if name == "dg-require-effective-target":
            if not has(arguments[1], target):
                plan.unsupported = f"GCC's suite requires {arguments[1]}"
        elif name == "dg-skip-if":
            if _applies(arguments[1:], given, target):
                plan.unsupported = f"GCC's suite skips it here: {arguments[1] or 'no reason given'}"
        elif name in ("dg-xfail-if", "dg-xfail-run-if"):
            if _applies(arguments[1:], given, target):
                plan.expected_to_fail = f"GCC's suite expects it: {arguments[1]}"
        elif name == "dg-require-stack-size":
            plan.needs_big_stack = True
        elif name == "dg-do":
            if arguments[1] != "run":
                raise UnknownDirective(" ".join(arguments))
        elif name not in (
            "dg-options",
            "dg-additional-options",
            "dg-add-options",  # stack_size and ieee add nothing for this target
            "dg-require-alias",
            "dg-require-weak",  # ELF has both
            "dg-prune-output",
        ):
            raise UnknownDirective(name)
    script = source.with_suffix(".x")
    if script.exists():
        _run_x(script.read_text(), plan, target)
    return plan
