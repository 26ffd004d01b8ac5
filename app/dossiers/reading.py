"""From what a reader hands over to what a file keeps."""

from app.dossiers.card_messages import reader_text
from app.errors import UserError
from app.settings import settings
from devices import drivers
from devices.resident_card import CardReading
from devices.sources import CardSource, ChipSerial, ReaderError, ReaderStatus

WAIT_SECONDS = 8.0


def source() -> CardSource | None:
    """The driver that the settings name; None for none."""
    chosen = settings()
    return None if chosen.card_source == "off" else drivers.choose(chosen.card_source, chosen.card_reader)


def reader_state() -> ReaderStatus | None:
    """The state of the reader at the server; None where the settings have none."""
    driver = source()
    return driver.status() if driver else None


def read_card() -> CardReading:
    """Read the card on the reader, waiting for one (8 s). Raises UserError with the clerk's message."""
    driver = source()
    if driver is None:
        raise UserError("off", reader_text("off"))
    try:
        reading = driver.read(WAIT_SECONDS)
    except ReaderError as error:
        raise UserError(error.code, reader_text(error.code).format(seconds=round(WAIT_SECONDS))) from None
    if isinstance(reading, ChipSerial):
        raise UserError("not_an_id_card", reader_text("not_an_id_card"))
    return reading


def identity_of(reading: CardReading) -> dict[str, object]:
    """A reading as the identity fields of a file."""
    return {
        "document_type": reading.document_type,
        "number": reading.number,
        "name": reading.name or reading.name_latin,
        "sex": reading.sex,
        "ethnicity": reading.ethnicity,
        "birth_date": reading.birth_date,
        "address": reading.address,
        "authority": reading.authority,
        "valid_from": reading.valid_from,
        # None would mean 长期: an end that could not be read is left empty, so that it is asked for.
        "valid_to": "" if "validity_unreadable" in reading.warnings else reading.valid_to,
    }
