"""Vendor and product ids of USB readers, as an operator writes them."""

UsbId = tuple[int, int]
KNOWN: tuple[UsbId, ...] = ((0x0400, 0xC35A), (0x2B19, 0x0200), (0x0103, 0x6066))
"""Vendor and product of the makes that are publicly known."""


class UsbIdError(ValueError):
    """A text that is no list of vendor and product ids; the text says why."""


def parse_ids(text: str) -> tuple[UsbId, ...]:
    """Ids written as `0400:C35A`, with commas. Raises UsbIdError."""
    try:
        pairs = [tuple(int(part, 16) for part in each.split(":")) for each in text.replace(",", " ").split()]
        found = tuple((vendor, product) for vendor, product in pairs)
    except ValueError:
        raise UsbIdError(f"{text}: expected vendor and product as in 0400:C35A, with commas") from None
    if not all(0 <= part <= 0xFFFF for pair in found for part in pair):
        raise UsbIdError(f"{text}: a vendor or product has at most four hexadecimal digits")
    return found
