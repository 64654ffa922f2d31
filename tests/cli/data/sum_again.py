# The sum of the same list, over and over: a bit of it that flips changes the sum, and nobody but the program can know.
numbers = [1, 2, 3, 4]
i = 0
while i < 60:
    total = 0
    for number in numbers:
        total = total + number
    i = i + 1
print(total)
