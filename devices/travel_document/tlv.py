"""BER-TLV as chips write it: tags of one or two bytes, lengths of up to three bytes after the first."""

from collections.abc import Iterator

from devices.travel_document.errors import DocumentError

Node = tuple[int, bytes]
"""A tag and its value."""


def encode(tag: int, *values: bytes) -> bytes:
    """One object out of the parts of its value."""
    value = b"".join(values)
    return tag.to_bytes(2 if tag > 0xFF else 1, "big") + encode_length(len(value)) + value


def encode_length(length: int) -> bytes:
    """A length as BER writes it."""
    if length < 0x80:
        return bytes([length])
    body = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes([0x80 | len(body)]) + body


def header(data: bytes, start: int = 0) -> tuple[int, int, int]:
    """(tag, where the value starts, its length) of the object at `start`. Raises DocumentError (`bad_data`)."""
    try:
        tag = data[start]
        position = start + 1
        if tag & 0x1F == 0x1F:
            tag = tag << 8 | data[position]
            position += 1
        length = data[position]
        position += 1
        if length & 0x80:
            count = length & 0x7F
            if not 1 <= count <= 3:
                raise DocumentError("bad_data", f"length of {count} bytes")
            length = 0
            for _byte in range(count):
                length = length << 8 | data[position]
                position += 1
    except IndexError:
        raise DocumentError("bad_data", "object cut short") from None
    return tag, position, length


def nodes(data: bytes) -> Iterator[Node]:
    """The objects side by side in `data`; zero padding between them is passed over. Raises DocumentError (`bad_data`)."""
    position = 0
    while position < len(data):
        if data[position] == 0:
            position += 1
            continue
        tag, start, length = header(data, position)
        if start + length > len(data):
            raise DocumentError("bad_data", f"object {tag:X} cut short")
        yield tag, data[start : start + length]
        position = start + length


def find(data: bytes, *path: int) -> bytes | None:
    """The value of the first object down a path of tags; None where there is none. Raises DocumentError (`bad_data`)."""
    for tag in path:
        found = next((value for other, value in nodes(data) if other == tag), None)
        if found is None:
            return None
        data = found
    return data


def need(data: bytes, *path: int) -> bytes:
    """As `find`, but what is missing is an error (`bad_data`)."""
    value = find(data, *path)
    if value is None:
        raise DocumentError("bad_data", "no " + "/".join(f"{tag:X}" for tag in path))
    return value
