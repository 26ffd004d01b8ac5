"""Commands, answers and objects of chips: round trips, and any bytes whatever."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.travel_document import data_groups, pace, tlv
from devices.travel_document.apdu import Command, PlainChannel, decode
from devices.travel_document.errors import DocumentError
from tests.devices.documents import NOW

BYTE = st.integers(0, 255)


class Answers:
    """A chip that gives one answer after another."""

    def __init__(self, *answers: str) -> None:
        self.answers = [bytes.fromhex(answer) for answer in answers]
        self.sent: list[str] = []

    def transmit(self, apdu: bytes) -> bytes:
        self.sent.append(apdu.hex())
        return self.answers.pop(0)


@given(
    st.builds(
        Command,
        cla=BYTE,
        ins=BYTE,
        p1=BYTE,
        p2=BYTE,
        data=st.binary(max_size=400),
        expected=st.one_of(st.none(), st.integers(1, 0x10000)),
    )
)
def test_a_command_is_understood_as_it_was_meant(command: Command) -> None:
    assert decode(command.encode()) == command


@pytest.mark.parametrize(
    ("command", "encoded"),
    [
        (Command(0, 0xA4, 4, 12), "00a4040c"),
        (Command(0, 0xB0, 0, 0, b"", 256), "00b0000000"),
        (Command(0, 0xB0, 0, 0, b"", 1000), "00b000000003e8"),
        (Command(0, 0xB0, 0, 0, b"", 65536), "00b00000000000"),
        (Command(0, 0x86, 0, 0, b"\x01\x02", 256), "0086000002010200"),
        (Command(0, 0x86, 0, 0, bytes(256), 65536), "00860000000100" + "00" * 256 + "0000"),
    ],
)
def test_lengths_are_short_where_they_can_be(command: Command, encoded: str) -> None:
    assert command.encode().hex() == encoded


def test_an_answer_in_two_parts_is_put_together() -> None:
    chip = Answers("01026102", "03049000")
    assert PlainChannel(chip).send(Command(0, 0xB0, 0, 0, b"", 4)).need() == b"\x01\x02\x03\x04"
    assert chip.sent[1] == "00c0000002"


def test_a_chip_that_knows_the_length_better_is_asked_again() -> None:
    chip = Answers("6c03", "0102039000")
    assert PlainChannel(chip).send(Command(0, 0xB0, 0, 0, b"", 8)).need() == b"\x01\x02\x03"
    assert chip.sent[1] == "00b0000003"


@pytest.mark.parametrize(
    ("status", "code"),
    [
        ("6300", "wrong_key"),
        ("63c2", "wrong_key"),
        ("6982", "access_denied"),
        ("6983", "key_blocked"),
        ("6988", "secure_messaging"),
        ("6a82", "file_missing"),
        ("6d00", "unsupported"),
        ("6f00", "refused"),
    ],
)
def test_a_status_word_has_a_meaning(status: str, code: str) -> None:
    with pytest.raises(DocumentError) as caught:
        PlainChannel(Answers(status)).send(Command(0, 0xA4, 4, 12)).need()
    assert caught.value.code == code


def test_an_answer_without_a_status_word_is_no_answer() -> None:
    with pytest.raises(DocumentError, match="status word"):
        PlainChannel(Answers("90")).send(Command(0, 0xA4, 4, 12))


@given(st.integers(1, 0xFF).filter(lambda tag: tag & 0x1F != 0x1F), st.binary(max_size=300))
def test_an_object_is_read_as_it_was_written(tag: int, value: bytes) -> None:
    assert list(tlv.nodes(tlv.encode(tag, value))) == [(tag, value)]


@given(
    st.binary(max_size=120),
    st.sampled_from([b"", b"\x60\x05\x5c", b"\x61\x07\x5f\x1f", b"\x75\x7f\x61", b"\x6b\x5f\x0e"]),
)
def test_any_bytes_are_read_or_refused_with_a_code(content: bytes, start: bytes) -> None:
    data = start + content
    for parse in (
        decode,
        data_groups.present,
        data_groups.portrait,
        data_groups.details,
        pace.offers,
        lambda raw: data_groups.read_mrz(raw, NOW.date()),
        lambda raw: list(tlv.nodes(raw)),
    ):
        with suppress(DocumentError):
            parse(data)


@given(st.binary(max_size=200))
def test_a_portrait_of_any_bytes_is_refused_with_a_code(picture: bytes) -> None:
    for signature in data_groups.SIGNATURES:
        block = tlv.encode(0x7F60, tlv.encode(0x5F2E, signature + picture))
        with pytest.raises(DocumentError):
            data_groups.portrait(tlv.encode(0x75, tlv.encode(0x7F61, block)))


@given(st.binary(max_size=200))
def test_card_access_of_any_set_is_read_or_refused(content: bytes) -> None:
    with suppress(DocumentError):
        pace.offers(tlv.encode(0x31, content))
    with suppress(DocumentError):
        pace.offers(tlv.encode(0x31, tlv.encode(0x30, content)))
