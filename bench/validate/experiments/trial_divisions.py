#!/usr/bin/env python3
"""How many divisions it takes to test all odd numbers below a limit, each by 3, 5, 7 ... up to its root or its first factor (row V90).

    trial_divisions.py 1000000000        a minute or two
"""
import sys
from math import isqrt

SEGMENT = 1 << 24  # odd numbers at a time


def odd_primes(limit):
    sieve = bytearray([1]) * (limit // 2 + 1)
    for p in range(3, limit + 1, 2):
        if sieve[p // 2]:
            yield p
            sieve[p * p // 2 :: p] = bytes(len(range(p * p // 2, len(sieve), p)))


def divisions(limit):
    primes = list(odd_primes(isqrt(limit)))
    total = 0
    for first in range(0, limit // 2, SEGMENT):  # odd number 2 i + 1 for i from `first` on
        last = min(first + SEGMENT, limit // 2)
        left = bytearray([1]) * (last - first)  # without a factor yet
        if first == 0:
            left[0] = 0
        for p in primes:
            start = p * p // 2
            if start >= last:
                break
            start = max(start, first + (p // 2 - first) % p) - first
            total += left[start::p].count(1) * ((p - 1) // 2)
            left[start::p] = bytes(len(range(start, len(left), p)))
        root = isqrt(2 * first + 1)
        at = first
        while at < last:  # all numbers with the same root
            end = min(last, (root + 1) ** 2 // 2)
            total += left.count(1, at - first, end - first) * ((root - 1) // 2)
            at, root = end, root + 1
    return total


if __name__ == "__main__":
    print(divisions(int(sys.argv[1])))
