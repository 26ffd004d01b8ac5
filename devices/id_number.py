"""Citizen identity numbers (GB 11643-1999): the check digit of ISO 7064 MOD 11-2, birth, sex, prefixes.

The first six digits are the area of first registration. Areas come and go while numbers stay for life, so an area is a
hint and never a reason to refuse.
"""

import re
from datetime import date

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS = "10X98765432"
HMT_PREFIXES = ("81", "82", "83")
"""Residents of Hong Kong, Macao and Taiwan."""
FOREIGNER_PREFIX = "9"
FOREIGNER_2017 = re.compile(r"[A-Z]{3}[0-9]{12}")
"""Foreigners' residence cards of 2017: ISO 3166-1 alpha-3 and twelve digits; the number holds no birth or sex."""
_LEGACY = re.compile(r"[0-9]{15}")
_WHOLE = re.compile(r"[0-9]{17}[0-9X]")


def check_digit(first17: str) -> str:
    """The 18th character of a number."""
    return CHECKS[sum(int(digit) * weight for digit, weight in zip(first17, WEIGHTS, strict=True)) % 11]


def has_valid_check(number: str) -> bool:
    """Whether an 18-digit number passes its check."""
    return bool(_WHOLE.fullmatch(number)) and check_digit(number[:17]) == number[17]


def is_legacy(number: str) -> bool:
    """Whether this is a 15-digit number, as they were given out until 1999."""
    return bool(_LEGACY.fullmatch(number))


def from_legacy(number: str) -> str:
    """The 18 digits of a 15-digit number: the century put in, the check digit put on."""
    first17 = f"{number[:6]}19{number[6:]}"
    return first17 + check_digit(first17)


def birth_date(number: str) -> date | None:
    """The birth date in a number."""
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None


def is_male(number: str) -> bool:
    """Whether the 17th digit is odd."""
    return int(number[16]) % 2 == 1


def prefix_fits(number: str, document_type: str, *, of_2017: bool = False) -> bool:
    """Whether a number begins as those on cards of this type do."""
    match document_type:
        case "hmt_residence":
            return number.startswith(HMT_PREFIXES)
        case "foreigner_residence":
            return bool(FOREIGNER_2017.fullmatch(number)) if of_2017 else number.startswith(FOREIGNER_PREFIX)
        case _:
            return not number.startswith((*HMT_PREFIXES, FOREIGNER_PREFIX))
