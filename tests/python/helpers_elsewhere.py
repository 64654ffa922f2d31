"""Another module, whose functions and numbers kernels of the tests use."""

OFFSET = 5


def shift(value):
    return value + OFFSET
