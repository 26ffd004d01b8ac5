"""From what a reader hands over to what a file keeps."""

from dataclasses import replace
from functools import cache

from app.dossiers.card_messages import reader_text, warning_text
from app.dossiers.documents import contradictions
from app.dossiers.photo import card_photo
from app.errors import UserError
from app.locale import _, current_language
from app.settings import settings
from data.codes import code_table
from devices import drivers
from devices.card_blocks import PROFILES, BlockProfile, load_profiles
from devices.resident_card import CardReading
from devices.sources import CardSource, ChipSerial, ReaderError, ReaderStatus
from devices.usb_ids import parse_ids

WAIT_SECONDS = 8.0


def source(reader: str = "") -> CardSource | None:
    """The driver that the settings name, for the reader chosen on the page or else the settings'; None for none."""
    chosen = settings()
    if chosen.card_source == "off":
        return None
    return drivers.choose(chosen.card_source, reader or chosen.card_reader, _profiles(), parse_ids(chosen.usb_readers))


def reader_state(reader: str = "") -> ReaderStatus | None:
    """The state of the reader at the server; None where the settings have none."""
    driver = source(reader)
    return driver.status() if driver else None


def read_document(reader: str = "", *, wait: float = WAIT_SECONDS) -> CardReading | ChipSerial:
    """Read what lies on the reader, waiting for it. Raises UserError with the clerk's message."""
    driver = source(reader)
    if driver is None:
        raise UserError("off", reader_text("off"))
    try:
        found = driver.read(wait)
    except ReaderError as error:
        raise UserError(error.code, reader_text(error.code).format(seconds=round(wait))) from None
    # The block itself has done its work: it is not kept in anybody's session.
    return replace(found, photo=card_photo(found.photo), raw=b"") if isinstance(found, CardReading) else found


def identity_of(reading: CardReading) -> dict[str, object]:
    """A reading as the identity fields of a file."""
    return {
        "document_type": reading.document_type,
        "number": reading.number,
        "name": reading.name or reading.name_latin,
        "sex": reading.sex,
        # A code that no table knows is shown to the clerk (`unknown_ethnicity`) and not kept.
        "ethnicity": "" if unknown_ethnicity(reading) else reading.ethnicity,
        "birth_date": reading.birth_date,
        "address": reading.address,
        "authority": reading.authority,
        "valid_from": reading.valid_from,
        # None would mean 长期: an end that could not be read is left empty, so that it is asked for.
        "valid_to": "" if "validity_unreadable" in reading.warnings else reading.valid_to,
    }


def warnings_of(reading: CardReading) -> list[str]:
    """What the clerk has to look at before keeping a reading."""
    texts = [warning_text(code) for code in reading.warnings]
    return [*texts, unknown] if (unknown := unknown_ethnicity(reading)) else texts


def contradicts_itself(reading: CardReading) -> bool:
    """Whether the clerk has to compare number, birth and sex with the card before the reading may be kept."""
    return bool(contradictions(identity_of(reading)))


def unknown_ethnicity(reading: CardReading) -> str:
    """The message about an ethnicity's code that GB/T 3304 does not have; empty where all is well."""
    if not reading.ethnicity or code_table("ethnicity").find(reading.ethnicity) is not None:
        return ""
    return _("证件上的民族代码 {code} 不在国家标准中，民族未填，请核对证件").format(code=reading.ethnicity)


def registered_area(number: str) -> str:
    """Where a citizen's number was first given out, as a hint: areas change while numbers stay for life."""
    area = code_table("province").find(number[:2])
    if area is None:
        return _("未列入名录（仅供参考，不影响建档）")
    return code_table("province").label(area.value, current_language())


@cache
def _profiles() -> tuple[BlockProfile, ...]:
    path = settings().card_profiles
    return PROFILES if path is None else load_profiles(path)
