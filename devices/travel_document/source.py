"""A travel document on a PC/SC reader, from the reader to the same reading as every other card's."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from devices.mrz import Mrz
from devices.pcsc import LOOK_AGAIN_SECONDS, card_link
from devices.pcsc_link import Link
from devices.resident_card import CardReading
from devices.sources import ReaderError
from devices.travel_document.authenticity import Authenticity
from devices.travel_document.certificates import Certificate
from devices.travel_document.errors import DocumentError
from devices.travel_document.reader import Access, Key, TravelDocument, read_document

SOURCE = "icao"
TYPES = {"CR": "home_return", "C<": "home_return", "CT": "taiwan_permit"}
"""Document type by layout of the MRZ; what begins with P is a passport."""


@dataclass(frozen=True)
class ChipReading:
    """What the chip gave as a card's reading, how it was opened, and what the check of its signature came to."""

    reading: CardReading
    access: Access
    authenticity: Authenticity


class LinkTransport:
    """A card on a PC/SC reader as something that brings APDUs to a chip."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def transmit(self, apdu: bytes, /) -> bytes:
        """Send a command. Raises ReaderError."""
        data, status = self._link.transmit(apdu)
        return data + status.to_bytes(2, "big")


def read_chip(
    reader: str | None,
    key: Key,
    *,
    timeout: float,
    now: datetime,
    trusted: Sequence[Certificate] = (),
    extended: bool = False,
) -> ChipReading:
    """Read the travel document on a reader, waiting up to `timeout` seconds for one.

    A document that was changed for another while the daemon did not look answers as pulled, once: hence a second try.

    Raises ReaderError for the reader and the way to the card, DocumentError for the document.
    """

    def once(seconds: float) -> TravelDocument:
        with card_link(reader, seconds) as link:
            return read_document(LinkTransport(link), key, now=now, trusted=trusted, extended=extended)

    try:
        document = once(timeout)
    except ReaderError as error:
        if error.code not in {"card_removed", "not_an_id_card", "read_failed"}:
            raise
        time.sleep(LOOK_AGAIN_SECONDS)
        try:
            document = once(LOOK_AGAIN_SECONDS)
        except ReaderError as again:
            raise (ReaderError("card_removed", error.detail) if again.code == "timeout" else again) from None
    return ChipReading(reading_of(document, now.date()), document.access, document.authenticity)


def document_type(mrz: Mrz) -> str:
    """The type of document that a zone belongs to; empty for kinds that nobody comes to the window with."""
    return TYPES.get(mrz.layout) or ("passport" if mrz.code.startswith("P") else "")


def reading_of(document: TravelDocument, today: date) -> CardReading:
    """The chip's data as a reading. Raises DocumentError (`unsupported`) for another kind of document."""
    kind = document_type(document.mrz)
    if not kind:
        raise DocumentError("unsupported", f"document code {document.mrz.code}")
    national = document.details.name
    return CardReading(
        document_type=kind,
        number=document.mrz.number,
        # DG11 may repeat the name in Latin letters: the name in national characters is one that has such.
        name="" if national.isascii() else national,
        name_latin=document.mrz.name,
        sex=document.mrz.sex,
        birth_date=document.mrz.birth_date,
        address=document.details.address,
        valid_to=document.mrz.expiry,
        photo=document.photo,
        nationality=document.mrz.nationality,
        warnings=warnings_of(document.mrz, today),
        raw=document.groups[1],
        source=SOURCE,
    )


def warnings_of(mrz: Mrz, today: date) -> tuple[str, ...]:
    """What a clerk should look at, in the words of the resident card's warnings."""
    found = []
    if mrz.birth_date is None:
        found.append("birth_unreadable")
    if mrz.expiry is None:
        found.append("validity_unreadable")
    elif mrz.expiry < today:
        found.append("expired")
    return tuple(found)
