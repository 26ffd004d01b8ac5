"""What a browser says it is, in words that its owner knows it by."""

LONGEST_READ, LONGEST = 500, 80


def in_words(user_agent: str) -> str:
    """Browser and system, as `Edge · Windows`; empty when it says neither. Whoever sends it may say anything."""
    import ua_parser  # noqa: PLC0415  only who logs in is asked

    said = ua_parser.parse(user_agent[:LONGEST_READ])
    return " · ".join(part.family for part in (said.user_agent, said.os) if part is not None)[:LONGEST]
