"""Reads a travel document from the first command to the verdict on its authenticity."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from devices.mrz import Mrz
from devices.travel_document import authenticity, bac, data_groups, files, pace
from devices.travel_document.apdu import Channel, PlainChannel, Transport
from devices.travel_document.authenticity import Authenticity
from devices.travel_document.certificates import Certificate
from devices.travel_document.data_groups import Details
from devices.travel_document.errors import DocumentError

Access = Literal["PACE", "BAC"]


@dataclass(frozen=True)
class Key:
    """What the clerk has: the MRZ information, or the six digits printed on the card, or both."""

    mrz: str = field(default="", repr=False)
    can: str = field(default="", repr=False)


@dataclass(frozen=True)
class TravelDocument:
    """What was read. `groups` are the files as they are on the chip, by data group."""

    mrz: Mrz
    details: Details
    photo: bytes | None
    """JPEG; None where it was not asked for, is not there or cannot be decoded."""
    access: Access
    authenticity: Authenticity
    groups: dict[int, bytes] = field(repr=False)


def read_document(
    transport: Transport,
    key: Key,
    *,
    now: datetime,
    trusted: Sequence[Certificate] = (),
    photo: bool = True,
    extended: bool = False,
) -> TravelDocument:
    """Open the chip and read it. Raises DocumentError and what the transport raises.

    `extended` says that chip and reader know extended lengths. Fingerprints (DG3) are never read.
    """
    channel, access = _open(PlainChannel(transport), key)
    present = data_groups.present(files.read(channel, files.COM, extended=extended))
    groups = {1: files.read(channel, files.DG1, extended=extended)}
    if 11 in present:
        groups[11] = files.read(channel, files.DG11, extended=extended)
    # A list that names nothing known is a list gone wrong: the portrait is there whatever it says.
    if photo and (2 in present or not present):
        groups[2] = files.read(channel, files.DG2, extended=extended)
    sod = _sod(channel, extended)
    return TravelDocument(
        mrz=data_groups.read_mrz(groups[1], now.date()),
        details=data_groups.details(groups[11]) if 11 in groups else Details(),
        photo=_portrait(groups.get(2)),
        access=access,
        authenticity=authenticity.check(sod, groups, trusted, now),
        groups=groups,
    )


def _open(plain: PlainChannel, key: Key) -> tuple[Channel, Access]:
    offered, several = _offers(plain)
    if offered:
        password = pace.Password.can(key.can) if key.can else pace.Password.mrz(key.mrz)
        channel = pace.open_chip(plain, offered[0], password, several=several)
        files.select_application(channel)
        return channel, "PACE"
    files.select_application(plain)
    if not key.mrz:
        raise DocumentError("mrz_needed", "the chip has no PACE of a known kind")
    return bac.open_chip(plain, key.mrz), "BAC"


def _offers(plain: PlainChannel) -> tuple[list[pace.PaceInfo], bool]:
    """The ways in by PACE; none where the chip has no EF.CardAccess, or one that we cannot read."""
    try:
        return pace.offers(files.read(plain, files.CARD_ACCESS))
    except DocumentError:
        return [], False


def _sod(channel: Channel, extended: bool) -> bytes | None:
    """EF.SOD; None where there is none. Some chips say that in the clear and end the session, so it is read last."""
    try:
        return files.read(channel, files.SOD, extended=extended)
    except DocumentError as error:
        if error.code in {"file_missing", "secure_messaging"}:
            return None
        raise


def _portrait(dg2: bytes | None) -> bytes | None:
    try:
        return data_groups.portrait(dg2) if dg2 is not None else None
    except DocumentError:
        return None
