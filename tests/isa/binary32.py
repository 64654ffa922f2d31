"""IEEE-754 binary32 in exact arithmetic, for references of floating point units: words, their values as fractions, and rounding."""

from fractions import Fraction

INFINITY = 0x7F800000
LARGEST = 0x7F7FFFFF


def fraction_bits(word):
    return word & 0x7FFFFF


def exponent_field(word):
    return word >> 23 & 255


def is_nan(word):
    return exponent_field(word) == 255 and fraction_bits(word) != 0


def is_infinite(word):
    return exponent_field(word) == 255 and fraction_bits(word) == 0


def is_denormal(word):
    return exponent_field(word) == 0 and fraction_bits(word) != 0


def is_zero(word):
    """A denormal counts as zero."""
    return exponent_field(word) == 0


def exact(word):
    """The value of a finite number."""
    if is_zero(word):
        return Fraction(0)
    value = Fraction(2**23 + fraction_bits(word)) * Fraction(2) ** (exponent_field(word) - 150)
    return -value if word >> 31 else value


def rounded_to_integer(value, truncate):
    """To the nearest, ties to even; or towards zero."""
    whole = abs(value).numerator // abs(value).denominator
    rest = abs(value) - whole
    if not truncate and (rest > Fraction(1, 2) or (rest == Fraction(1, 2) and whole % 2)):
        whole += 1
    return -whole if value < 0 else whole


def rounded(value, truncate=False):
    """A non-zero exact value as (word, "", "overflow" or "underflow"). What is less than the smallest number after rounding becomes zero."""
    sign = 0x80000000 * (value < 0)
    value = abs(value)
    exponent = value.numerator.bit_length() - value.denominator.bit_length()
    if value < Fraction(2) ** exponent:
        exponent -= 1
    mantissa = rounded_to_integer(value / Fraction(2) ** (exponent - 23), truncate)
    if mantissa == 2**24:
        mantissa, exponent = 2**23, exponent + 1
    if exponent > 127:
        return sign | (LARGEST if truncate else INFINITY), "overflow"
    if exponent < -126:
        return sign, "underflow"
    return sign | exponent + 127 << 23 | mantissa - 2**23, ""
