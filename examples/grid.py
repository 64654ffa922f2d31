# Arrays have a fixed size and up to seven dimensions. A loop visits all elements, row by row.

from array import array, ndim, shape

grid = array(4, 6)
row = 0
while row < 4:
    column = 0
    while column < 6:
        grid[row][column] = row * 10 + column
        column += 1
    row += 1

total = 0
for value in grid:
    total += value

print("A grid of " + ndim(grid) + " dimensions, " + shape(grid)[0] + " by " + shape(grid)[1] + ": " + grid[3][5] + " in the last corner, " + total + " in all")
