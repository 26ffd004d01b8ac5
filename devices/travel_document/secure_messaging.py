"""Secure messaging (Doc 9303 part 11, 9.8): every command and answer encrypted, counted and under a MAC."""

from dataclasses import dataclass, replace

from devices.travel_document import tlv
from devices.travel_document.apdu import Answer, Channel, Command
from devices.travel_document.ciphers import Suite
from devices.travel_document.errors import DocumentError

CRYPTOGRAM, CRYPTOGRAM_ODD, EXPECTED, STATUS, MAC = 0x87, 0x85, 0x97, 0x99, 0x8E
MASKED_CLASS = 0x0C


@dataclass
class Session:
    """The keys of a session and its counter of messages, which both sides keep."""

    suite: Suite
    encryption_key: bytes
    mac_key: bytes
    counter: int = 0

    def step(self) -> bytes:
        """Count one message; the counter's bytes."""
        self.counter = (self.counter + 1) % (1 << 8 * self.suite.block)
        return self.counter.to_bytes(self.suite.block, "big")

    def cryptogram(self, odd: bool, text: bytes, count: bytes) -> bytes:
        """DO 87 (DO 85 with an odd INS) of a text; nothing for no text."""
        if not text:
            return b""
        encrypted = self.suite.encrypt(self.encryption_key, self.suite.pad(text), count)
        return tlv.encode(CRYPTOGRAM_ODD, encrypted) if odd else tlv.encode(CRYPTOGRAM, b"\x01", encrypted)

    def plain(self, objects: dict[int, bytes], count: bytes) -> bytes:
        """The text of the cryptogram among an answer's or command's objects. Raises DocumentError (`bad_data`)."""
        if CRYPTOGRAM_ODD in objects:
            encrypted = objects[CRYPTOGRAM_ODD]
        elif CRYPTOGRAM in objects:
            if objects[CRYPTOGRAM][:1] != b"\x01":
                raise DocumentError("bad_data", "cryptogram without padding indicator")
            encrypted = objects[CRYPTOGRAM][1:]
        else:
            return b""
        return self.suite.unpad(self.suite.decrypt(self.encryption_key, encrypted, count))

    def mac(self, count: bytes, text: bytes) -> bytes:
        """The MAC over a counter and what follows it."""
        return self.suite.message_mac(self.mac_key, count + text)

    def protect(self, command: Command) -> Command:
        """A command as it goes to the chip."""
        count = self.step()
        masked = replace(command, cla=command.cla | MASKED_CLASS)
        body = self.cryptogram(bool(command.ins & 1), command.data, count)
        if command.expected is not None:
            length = command.expected
            body += tlv.encode(EXPECTED, bytes([length & 0xFF]) if length <= 0x100 else length.to_bytes(2, "big"))
        mac = self.mac(count, self.suite.pad(masked.header) + body)
        data = body + tlv.encode(MAC, mac)
        extended = len(data) > 0xFF or (command.expected or 0) > 0x100
        return replace(masked, data=data, expected=0x10000 if extended else 0x100)

    def open(self, answer: Answer) -> Answer:
        """The answer inside a protected one. Raises DocumentError (`secure_messaging`) for one that was altered."""
        count = self.step()
        objects = dict(tlv.nodes(answer.data))
        if MAC not in objects or STATUS not in objects:
            # The chip ends the session when it finds fault with a command, and says so in the clear.
            raise DocumentError("secure_messaging", f"unprotected answer, status {answer.status:04X}")
        self.suite.verify(self.mac(count, before_mac(answer.data)), objects[MAC])
        return Answer(self.plain(objects, count), int.from_bytes(objects[STATUS], "big"))


def before_mac(data: bytes) -> bytes:
    """The objects before the MAC, byte for byte as they were sent, which is what it covers."""
    position = 0
    while position < len(data):
        tag, start, length = tlv.header(data, position)
        if tag == MAC:
            break
        position = start + length
    return data[:position]


class SecureChannel:
    """A channel whose commands and answers go through a session."""

    def __init__(self, channel: Channel, session: Session) -> None:
        self.channel = channel
        self.session = session

    def send(self, command: Command) -> Answer:
        """Exchange one command. Raises DocumentError."""
        return self.session.open(self.channel.send(self.session.protect(command)))
