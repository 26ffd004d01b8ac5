"""What a list shows of a file, as one sealed text of its row in the index: a page opens fifty, and reads no other rows."""


def text_of(name: str, number: str, mobile: str | None, state: str) -> str:
    """The text that is kept. None of the four can hold a line's end."""
    return "\n".join((name, number, mobile or "", state))


def parts_of(text: str) -> tuple[str, str, str | None, str]:
    """Name, document number, mobile and state."""
    name, number, mobile, state = text.split("\n")
    return name, number, mobile or None, state
