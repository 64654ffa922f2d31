# Doubles a list until no memory is left.

numbers = [1] * 1000
while true:
    longer = [0] * (len(numbers) * 2)
    numbers = longer
