# Core 2 reads past the end of a list.

from parallel import coreid

numbers = [1, 2, 3]
if coreid() == 2:
    print(numbers[coreid() + 5])
