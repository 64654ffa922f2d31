"""Python functions on the cores of a board: an ordinary Python program in which some functions run elsewhere.

    python3 examples/offload.py [BOARD]

needs epysim built and the package in reach (this program finds it in the source tree by itself). A board is started at the first launch, the
Parallella unless another was started before.
"""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "python"))

from epython import offload, start


@offload
def mykernel(a):
    return a + 32


@offload
def add(a, b):
    """Sums two lists that stay on the host: an element comes over when the core touches it."""
    out = [0] * len(a)
    for k in range(len(a)):
        out[k] = a[k] + b[k]
    return out


def compact(results):
    """One line however many cores and elements there are."""
    first = results[0]
    same = "the same" if all(result == first for result in results) else "different"
    return f"{len(results)} x {first[:3]} ... {first[-1]} ({len(first)} elements, {same} on every core)"


if __name__ == "__main__":
    if len(sys.argv) > 1:
        start(board=sys.argv[1])

    answers = mykernel(10)
    print("mykernel(10):", answers)
    cores = len(answers)
    assert answers == [42] * cores

    nums1 = [(7 * k) % 100 for k in range(1000)]
    nums2 = [(13 * k + 5) % 100 for k in range(1000)]
    expected = [a + b for a, b in zip(nums1, nums2)]

    sums = add(nums1, nums2)
    print("add on all cores:", compact(sums))
    assert sums == [expected] * cores

    handler = add(nums1, nums2, async_=True, target=[1, 3])
    print("started on cores", *handler.core_ids)
    sums = handler.wait()
    print("add on cores 1 and 3:", compact(sums))
    assert sums == [expected] * 2
