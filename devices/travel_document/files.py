"""Finds and reads the files of a chip, in as many pieces as it needs."""

from devices.travel_document import tlv
from devices.travel_document.apdu import END_OF_FILE, OK, Channel, Command
from devices.travel_document.errors import DocumentError

APPLICATION = bytes.fromhex("A0000002471001")
CARD_ACCESS, COM, SOD = 0x011C, 0x011E, 0x011D
DG1, DG2, DG11 = 0x0101, 0x0102, 0x010B
SHORT_PIECE = 0xDF
"""Bytes asked for at once: with secure messaging around them they fit a short answer (256)."""
LONG_PIECE = 0x0600
"""Bytes asked for at once where chip and reader know extended lengths."""
LARGEST = 1 << 20
"""No file of a travel document is near this; what says so is broken."""
EVEN_READ_END = 0x8000
"""Where the offset no longer fits the two bytes of an even READ BINARY."""


def select_application(channel: Channel) -> None:
    """Choose the travel document on the chip. Raises DocumentError (`not_a_travel_document`)."""
    answer = channel.send(Command(0x00, 0xA4, 0x04, 0x0C, APPLICATION))
    if answer.status in {0x6A82, 0x6A81, 0x6A86, 0x6D00, 0x6E00, 0x6999, 0x6900}:
        raise DocumentError("not_a_travel_document", f"status {answer.status:04X}")
    answer.need()


def read(channel: Channel, identifier: int, *, extended: bool = False) -> bytes:
    """A whole file. Raises DocumentError (`file_missing`, `access_denied`, `bad_data` …)."""
    channel.send(Command(0x00, 0xA4, 0x02, 0x0C, identifier.to_bytes(2, "big"))).need()
    content = channel.send(Command(0x00, 0xB0, 0x00, 0x00, b"", 8)).need(END_OF_FILE)
    _tag, start, length = tlv.header(content)
    end = start + length
    if end > LARGEST:
        raise DocumentError("bad_data", f"file {identifier:04X} of {end} bytes")
    piece = LONG_PIECE if extended else SHORT_PIECE
    while len(content) < end:
        wanted = min(piece, end - len(content))
        status, part = _read_part(channel, len(content), wanted)
        if status not in {OK, END_OF_FILE} and piece > SHORT_PIECE:
            piece = SHORT_PIECE
            continue
        if not part:
            raise DocumentError("bad_data", f"file {identifier:04X} ends after {len(content)} of {end} bytes")
        content += part
    return content[:end]


def _read_part(channel: Channel, offset: int, wanted: int) -> tuple[int, bytes]:
    if offset < EVEN_READ_END:
        wanted = min(wanted, EVEN_READ_END - offset)
        answer = channel.send(Command(0x00, 0xB0, offset >> 8, offset & 0xFF, b"", wanted))
        part = answer.data
    else:
        data = tlv.encode(0x54, offset.to_bytes(3, "big"))
        answer = channel.send(Command(0x00, 0xB1, 0x00, 0x00, data, wanted + 4))
        part = tlv.need(answer.data, 0x53) if answer.data else b""
    if wanted <= SHORT_PIECE:
        answer.need(END_OF_FILE)
    return answer.status, part[:wanted]
