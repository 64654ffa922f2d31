#!/usr/bin/env python3
"""Makes functions that leave their frames alike return through the same instructions.

    share_returns.py TAILS.s FILE.s...

The files are a compiler's output for the Epiphany and are rewritten in place; what they share goes into TAILS.s. A return that restores
registers takes 12 to 24 bytes, a jump to another one like it takes 4 (and 3 cycles). The compiler has no option for that; others have it
(GCC's -mcall-prologues for the AVR).
"""

import re
import sys
from collections import Counter
from pathlib import Path

RESTORE = re.compile(r"\t(?:ldr(d?) (?:r(\d+)|lr),\[sp(?:,#\d+)?\]|add sp,sp,#\d+)$")
RESULT = re.compile(r"\tmov r0,r(\d+)$")
MARK = re.compile(r"\.L(?:M|CFI|VL|BE|BB)\d+:$")  # of the debugger: nobody jumps there
RETURN = "\trts"


def find(lines, end):
    """What ends in the return at `end`: where its restoring begins, its instructions, and what of these lines stays: marks, and a result that
    is set between them, which comes first then and so may not depend on them."""
    begin, instructions, stays, used = end, [RETURN], [], set()
    while True:
        line = lines[begin - 1]
        restore, result = RESTORE.match(line), RESULT.match(line)
        if restore and not (restore[2] and used & {int(restore[2]), int(restore[2]) + (restore[1] == "d")}):
            instructions.insert(0, line)
        elif result or MARK.match(line):
            stays.insert(0, line)
            used |= {0, int(result[1])} if result else set()
        else:
            return begin, tuple(instructions), stays
        begin -= 1


def main(tails, files):
    texts = {file: Path(file).read_text().splitlines() for file in files}
    returns = [(file, end, *find(lines, end)) for file, lines in texts.items() for end, line in enumerate(lines) if line == RETURN]
    returns = [found for found in returns if len(found[3]) > 2]  # a shorter one is as short as a jump
    uses = Counter(instructions for _, _, _, instructions, _ in returns)
    shared = [instructions for instructions in uses if sum(n for other, n in uses.items() if other[-len(instructions) :] == instructions) > 1]
    names = {instructions: f"epy_return_{number}" for number, instructions in enumerate(sorted(shared))}
    for file, end, begin, instructions, stays in reversed(returns):
        if instructions in names:
            texts[file][begin : end + 1] = [*stays, f"\tb {names[instructions]}"]
    for file, lines in texts.items():
        Path(file).write_text("\n".join(lines) + "\n")
    out = []
    left = sorted(shared, key=len, reverse=True)
    while left:
        longest = left[0]
        out += [f'\t.section .text.{names[longest]},"ax",@progbits', "\t.balign 4"]
        for first in range(len(longest)):
            if longest[first:] in left:
                left.remove(longest[first:])
                out.append(f"\t.globl {names[longest[first:]]}\n{names[longest[first:]]}:")
            out.append(longest[first])
    Path(tails).write_text("\n".join(out) + "\n")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
