"""A travel document's chip out of the fields of a reading, as the simulator's files have them."""

import io
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from PIL import Image

from devices.mrz import parse
from devices.mrz_writer import compose
from devices.travel_document.pace import ECDH_GENERIC, PaceInfo
from devices.virtual_passport.chip import Chip
from devices.virtual_passport.contents import Holder, personalise
from devices.virtual_passport.issuer import Issuer

CODES = {"passport": ("TD3", "P"), "home_return": ("CR", "CR"), "taiwan_permit": ("CT", "CT")}
"""Layout and document code of the zone, by document type."""
LETTERS = {"1": "M", "2": "F"}
OFFER = PaceInfo(f"{ECDH_GENERIC}.2", 13)


def chip_of(card: Mapping[str, Any]) -> Chip:
    """The chip of a document given by its fields, keyed as `CardReading`.

    `can`, six digits, makes a chip that is opened by PACE too; `photo` is the path of a JPEG. The signature is that of a
    made-up country, another one each time. Raises KeyError, ValueError or OSError.
    """
    lines = zone_of(card)
    photo = Path(card["photo"]).read_bytes() if card.get("photo") else _blank()
    holder = Holder(lines, photo, str(card.get("name") or ""), str(card.get("personal_number") or ""))
    can = str(card.get("can") or "")
    key = parse("\n".join(lines), date.max).key
    return Chip(personalise(holder, Issuer.new()), key, can, (OFFER,) if can else ())


def zone_of(card: Mapping[str, Any]) -> tuple[str, ...]:
    """The lines of the machine readable zone. Raises KeyError or ValueError."""
    layout, code = CODES[card["document_type"]]
    surname, _, given = str(card["name_latin"]).upper().partition(" ")
    values: dict[str, str | date] = {
        "code": code,
        "number": str(card["number"]),
        "birth": _day(card["birth_date"]),
        "expiry": _day(card["valid_to"]),
        "sex": LETTERS.get(str(card.get("sex") or ""), "<"),
        "surname": surname,
        "given_names": given,
    }
    if layout == "TD3":
        country = str(card.get("nationality") or "UTO")
        values |= {"issuer": country, "nationality": country}
    else:
        values["other_number"] = str(card.get("personal_number") or "")
    return compose(layout, **values)


def _day(value: object) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value))


def _blank() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (240, 320), "lightgrey").save(out, "JPEG")
    return out.getvalue()
