# The Mandelbrot set in characters: one row per core, printed in order. A point c belongs to the set when z = z*z + c, from z = 0, stays small.
# Made for 16 cores; fewer take several rows each.

from parallel import coreid, numcores, sync

rows = 16
columns = 67
limit = 25          # tries before a point is taken to stay small
left = -2.05        # real part of the first column
across = 0.051      # step from column to column
down = 0.124        # step of the imaginary part from row to row; row 8 is the real axis


def character(cr, ci):
    zr = 0.0
    zi = 0.0
    count = 0
    while count < limit:
        rr = zr * zr
        ii = zi * zi
        if rr + ii > 4.0:
            return " "
        zi = 2.0 * zr * zi + ci
        zr = rr - ii + cr
        count += 1
    return "#"


def draw(row):
    text = ""
    column = 0
    while column < columns:
        text = text + character(left + column * across, (row - 8) * down)
        column += 1
    return text


# Rows are computed side by side, then printed one after the other.
first = 0
while first < rows:
    line = ""
    if first + coreid() < rows:
        line = draw(first + coreid())
    turn = 0
    while turn < numcores():
        if turn == coreid() and first + turn < rows:
            print(line)
        sync()
        turn += 1
    first += numcores()
