"""From what a reader hands over to what a file keeps."""

from app.dossiers.card_messages import reader_text
from app.errors import UserError
from app.settings import settings
from devices import pcsc
from devices.resident_card import CardReading

WAIT_SECONDS = 8.0


def reader_state() -> pcsc.ReaderStatus | None:
    """The state of the reader at the server; None where the settings have none."""
    if settings().card_source == "off":
        return None
    return pcsc.status(settings().card_reader or None)


def read_card() -> CardReading:
    """Read the card on the reader, waiting for one (8 s). Raises UserError with the clerk's message."""
    if settings().card_source == "off":
        raise UserError("off", reader_text("off"))
    try:
        return pcsc.read_card(settings().card_reader or None, timeout=WAIT_SECONDS)
    except pcsc.ReaderError as error:
        raise UserError(error.code, reader_text(error.code).format(seconds=round(WAIT_SECONDS))) from None


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
