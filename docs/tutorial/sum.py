# epython: modern
numbers = [0] * 200
for i in range(len(numbers)):
    numbers[i] = i
total = 0
for turn in range(5):
    for n in numbers:
        total += n
print(total)
