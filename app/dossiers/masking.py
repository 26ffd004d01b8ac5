"""Personal numbers and addresses as lists show them."""

from app.access.mobiles import national

SHOWN_OF_ADDRESS = 6


def masked(number: str) -> str:
    """A number with its first three and last four characters, stars between."""
    return number if len(number) < 8 else f"{number[:3]}{'*' * (len(number) - 7)}{number[-4:]}"


def masked_mobile(mobile: str | None) -> str:
    """A mobile (E.164) as people of its country write it, masked; nothing where there is none."""
    return masked(national(mobile)) if mobile else ""


def masked_address(address: str) -> str:
    """An address down to its district."""
    return f"{address[:SHOWN_OF_ADDRESS]}****" if address else ""
