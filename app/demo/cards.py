"""Cards for the virtual reader: any demo person, any kind of card, written for `python -m devices.simulator --watch`."""

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from app.demo.people import DemoPerson
from app.demo.portraits import portrait
from app.demo.words import CITY
from app.locale import N_
from devices.id_number import check_digit

FILE = "demo-card.json"
KINDS = {
    "resident_id": N_("二代身份证"),
    "hmt_residence": N_("港澳台居民居住证"),
    "foreigner_2017": N_("外国人永久居留身份证（2017 版）"),
    "foreigner_2023": N_("外国人永久居留身份证（2023 版）"),
    "passport": N_("外国护照"),
    "home_return": N_("港澳居民来往内地通行证"),
    "taiwan_permit": N_("台湾居民来往大陆通行证"),
    "chip": N_("身份证放在没有安全模块的读卡器上"),
    "other": N_("其他卡（如银行卡）"),
}
"""Kinds of cards that can be laid down."""


def card(person: DemoPerson, kind: str, photo: Path | None) -> dict[str, Any]:
    """The card of a made-up person, of any kind."""
    common: dict[str, Any] = {
        "document_type": "resident_id",
        "number": person.number if person.document_type == "resident_id" else _number("190101", person),
        **{key: getattr(person, key) for key in ("sex", "ethnicity", "birth_date", "address")},
        # Both places on the chip hold fifteen characters.
        "name": person.name[:15],
        "authority": person.authority if person.document_type == "resident_id" else f"{CITY}公安局",
        "valid_from": person.valid_from,
        "valid_to": person.valid_to,
        "photo": str(photo) if photo else None,
    }
    latin = {"name": "", "name_latin": "SPECIMEN " + person.name if person.name.isascii() else "SPECIMEN TARO"}
    match kind:
        case "hmt_residence":
            number = _number("810000", person)
            return common | {"document_type": kind, "number": number, "permit_number": "H90000001", "ethnicity": ""}
        case "foreigner_2017" | "foreigner_2023":
            # UTO is the state of ICAO's specimens.
            number = f"UTO{int(person.mobile[-9:]):012}" if kind == "foreigner_2017" else _number("900000", person)
            return common | latin | {"document_type": "foreigner_residence", "number": number, "nationality": "UTO"}
        case "passport" | "home_return" | "taiwan_permit":
            serial = person.mobile[-8:]
            number = {"passport": f"X{serial}", "home_return": f"H{serial}"}.get(kind, serial)
            end = person.valid_to or person.valid_from.replace(year=person.valid_from.year + 10)
            more = {"document_type": kind, "number": number, "valid_to": end, "can": "123456"}
            return common | {"name_latin": latin["name_latin"], "nationality": "UTO"} | more
        case "chip":
            return {"kind": "chip", "serial": person.mobile[-8:].encode().hex()}
        case "other":
            return {"kind": "other"}
        case _:
            return common


def lay(folder: Path, person: DemoPerson, index: int, kind: str) -> Path:
    """Lay a card on the virtual reader: the simulator follows the file. Returns it."""
    picture = folder / "demo-card.jpg"
    picture.write_bytes(portrait(index, person.sex))
    return write(folder, card(person, kind, picture.resolve()))


def lift(folder: Path) -> None:
    """Take the card off the virtual reader."""
    (folder / FILE).unlink(missing_ok=True)


def write(folder: Path, content: Mapping[str, Any]) -> Path:
    """Put a card's JSON where the simulator looks. Returns the file."""
    file = folder / FILE
    # In one step: the simulator must not read half of it.
    draft = file.with_suffix(".new")
    draft.write_text(json.dumps(content, default=_plain, ensure_ascii=False), "utf-8")
    draft.replace(file)
    return file


def _number(area: str, person: DemoPerson) -> str:
    sequence = f"{int(person.mobile[-4:]) % 500 * 2 + (1 if person.sex == '1' else 0):03}"
    first17 = f"{area}{person.birth_date:%Y%m%d}{sequence}"
    return first17 + check_digit(first17)


def _plain(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(type(value).__name__)
