"""Citizen identity numbers (GB 11643-1999): the check digit of ISO 7064 MOD 11-2, birth and sex."""

from datetime import date

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS = "10X98765432"


def check_digit(first17: str) -> str:
    """The 18th character of a number."""
    return CHECKS[sum(int(digit) * weight for digit, weight in zip(first17, WEIGHTS, strict=True)) % 11]


def has_valid_check(number: str) -> bool:
    """Whether an 18-digit number passes its check."""
    return len(number) == 18 and number[:17].isdecimal() and check_digit(number[:17]) == number[17]


def birth_date(number: str) -> date | None:
    """The birth date in a number."""
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None


def is_male(number: str) -> bool:
    """Whether the 17th digit is odd."""
    return int(number[16]) % 2 == 1
