"""Passports and travel permits at the window: the zone as it was typed, the chip, and what a clerk is told of both."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from app.dossiers.card_messages import reader_text
from app.dossiers.photo import id_photo
from app.dossiers.reading import identity_of
from app.errors import UserError
from app.locale import N_, _
from app.settings import settings
from data.models import Dossier
from devices import mrz
from devices.drivers import NOT_PCSC
from devices.mrz import Mrz, MrzError
from devices.resident_card import CardReading
from devices.sources import ReaderError
from devices.travel_document import certificates, source
from devices.travel_document.authenticity import Authenticity, Verdict
from devices.travel_document.certificates import Certificate
from devices.travel_document.errors import DocumentError
from devices.travel_document.reader import Key
from devices.travel_document.source import ChipReading

log = logging.getLogger(__name__)
WAIT_SECONDS = 8.0
TYPED = "mrz"
"""The source of a reading whose chip was not read."""

KEPT = ("ethnicity", "address", "authority", "valid_from")
"""What travel documents do not tell, or not all of them."""

FIELDS = {
    "code": N_("证件代码"),
    "issuer": N_("签发国"),
    "number": N_("证件号码"),
    "nationality": N_("国籍"),
    "birth": N_("出生日期"),
    "sex": N_("性别"),
    "expiry": N_("有效期限"),
    "optional": N_("备注栏"),
    "optional2": N_("备注栏"),
    "other_number": N_("身份证号码"),
    "name": N_("姓名"),
    "composite": N_("总校验位"),
}


def now() -> datetime:
    """The moment where the server stands."""
    return datetime.now(UTC).astimezone()


def read_zone(text: str) -> Mrz:
    """The zone that was typed, pasted or scanned. Raises UserError (`mrz_…`) with the place that is wrong."""
    try:
        read = mrz.parse(text, now().date())
    except MrzError as error:
        raise UserError(f"mrz_{error.code}", zone_text(error)) from None
    if not source.document_type(read):
        raise UserError(
            "mrz_kind",
            _("不受理「{code}」类证件。请使用护照、港澳居民来往内地通行证或台湾居民来往大陆通行证").format(
                code=read.code
            ),
        )
    return read


def reading_of_zone(zone: Mrz) -> CardReading:
    """What a zone alone tells: no photo, no name in Chinese characters, nothing that anybody vouches for."""
    return CardReading(
        document_type=source.document_type(zone),
        number=zone.number,
        name="",
        name_latin=zone.name,
        sex=zone.sex,
        birth_date=zone.birth_date,
        valid_to=zone.expiry,
        nationality=zone.nationality,
        warnings=source.warnings_of(zone, now().date()),
        source=TYPED,
    )


def identity(reading: CardReading, known: Dossier | None) -> dict[str, object]:
    """The identity fields of a file; what the document does not tell stays as the file has it."""
    values = identity_of(reading)
    if known is not None:
        values |= {key: getattr(known, key) for key in KEPT if not values[key]}
        values["name"] = reading.name or known.name
    return values


def clean_can(text: str) -> str:
    """The six digits printed on a permit; empty for nothing typed. Raises UserError (`can`)."""
    number = "".join(text.split())
    if number and not (len(number) == 6 and number.isascii() and number.isdigit()):
        raise UserError("can", _("卡号是 6 位数字，现有 {got} 位，请核对").format(got=len(number)))
    return number


def read_chip(key: Key) -> ChipReading:
    """Read the document on the reader, waiting for it (8 s). Raises UserError with the clerk's message."""
    chosen = settings()
    if chosen.card_source == "off":
        raise UserError("off", reader_text("off"))
    try:
        got = source.read_chip(
            None if chosen.card_reader.startswith(NOT_PCSC) else chosen.card_reader or None,
            key,
            timeout=WAIT_SECONDS,
            now=now(),
            trusted=trusted(),
            extended=chosen.chip_extended_length,
        )
    except ReaderError as error:
        raise UserError(error.code, reader_text(error.code).format(seconds=round(WAIT_SECONDS))) from None
    except DocumentError as error:
        log.info("a travel document could not be read: %s", error)
        raise UserError(error.code, document_text(error.code)) from None
    photo = id_photo(got.reading.photo, "chip.jpg") if got.reading.photo else None
    return replace(got, reading=replace(got.reading, photo=photo))


def trusted() -> Sequence[Certificate]:
    """The country certificates of the settings' folder; none without one. Raises UserError (`certificates`)."""
    folder = settings().country_certificates
    if folder is None:
        return ()
    try:
        return certificates.load_folder(folder)
    except (OSError, DocumentError) as error:
        log.warning("country certificates: %s", error)
        text = _("国家签名证书文件夹（CONGYE_COUNTRY_CERTIFICATES）读不出，请管理员检查")
        raise UserError("certificates", text) from None


def zone_text(error: MrzError) -> str:
    """What is wrong with a zone, and where."""
    place = _("第 {line} 行第 {start} 位") if error.start == error.end else _("第 {line} 行第 {start}–{end} 位")
    length = _("机读码第 {line} 行应有 {end} 个字符，现有 {got} 个，请核对")
    message = {
        "empty": _("请输入机读码（证件底部的两行或三行字符）"),
        "length": length if error.line else _("机读码应有 {end} 个字符，现有 {got} 个，请核对"),
        "layout": _("机读码开头不是护照或通行证的代码（P、CR、CT），请核对"),
        "character": _("机读码{place}（{field}）不应是这个字符，请核对"),
        "date": _("机读码{place}（{field}）不是日期，请核对"),
        "check": _("机读码{place}（{field}）与校验位不符，请逐位核对"),
    }[error.code]
    return message.format(
        place=place.format(line=error.line, start=error.start, end=error.end),
        field=_(FIELDS[error.field]) if error.field else "",
        line=error.line,
        end=error.end,
        got=error.got,
    )


def document_text(code: str) -> str:
    """The message for a chip that cannot be read. Raises KeyError for an unknown code."""
    broken = _("芯片内容读不完整。请将证件移开，重新放好后再读；仍不行请只用机读码，或手工录入")
    return {
        "not_a_travel_document": _("这不是带芯片的护照或通行证。请换证件，或只用机读码"),
        "wrong_key": _("机读码或卡号打不开芯片，请与证件逐位核对"),
        "key_blocked": _("输错次数过多，芯片暂时锁住。请将证件移开，稍后再试"),
        "mrz_needed": _("这个芯片不能用卡号打开，请输入机读码"),
        "unsupported": _("本系统读不了这种芯片或证件。请只用机读码，或手工录入"),
        "access_denied": _("芯片拒绝读取。请只用机读码，或手工录入"),
        "file_missing": broken,
        "bad_data": broken,
        "secure_messaging": broken,
        "refused": broken,
    }[code]


def authenticity_text(authenticity: Authenticity) -> str:
    """What the check of the chip's signature came to, in plain words; never more than it showed."""
    match authenticity.verdict:
        case Verdict.VERIFIED:
            text = _("芯片数据由签发国签名，未被改动（{country}）。此项检查不能识别复制的芯片，请同时核对证件")
            return text.format(country=authenticity.country)
        case Verdict.ISSUER_UNKNOWN:
            return _("芯片数据与其签名一致，但签发者未经验证（没有该国证书），不能据此认定证件为真，请核对证件")
        case Verdict.UNCHECKED:
            return _("芯片数据的签名方式本系统不认识，真伪未经验证，请核对证件")
        case Verdict.UNSIGNED:
            return _("芯片没有签名，真伪未经验证，请核对证件")
        case Verdict.ALTERED:
            return _("芯片数据与签名不符，可能被改动，不能据此建档。请查验证件")
