"""What makers' services say of a card, brought to the text block that the card itself has, so that one parser reads all."""

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from devices import id_number
from devices.resident_card import LONG_TERM, BlockError, CardReading, parse_block
from devices.virtual_cards import block_of

SEXES = {"男": "1", "女": "2", "M": "1", "F": "2", "未知": "0", "未说明": "9"}
NATIONS = [
    "汉",
    "蒙古",
    "回",
    "藏",
    "维吾尔",
    "苗",
    "彝",
    "壮",
    "布依",
    "朝鲜",
    "满",
    "侗",
    "瑶",
    "白",
    "土家",
    "哈尼",
    "哈萨克",
    "傣",
    "黎",
    "傈僳",
    "佤",
    "畲",
    "高山",
    "拉祜",
    "水",
    "东乡",
    "纳西",
    "景颇",
    "柯尔克孜",
    "土",
    "达斡尔",
    "仫佬",
    "羌",
    "布朗",
    "撒拉",
    "毛南",
    "仡佬",
    "锡伯",
    "阿昌",
    "普米",
    "塔吉克",
    "怒",
    "乌孜别克",
    "俄罗斯",
    "鄂温克",
    "德昂",
    "保安",
    "裕固",
    "京",
    "塔塔尔",
    "独龙",
    "鄂伦春",
    "赫哲",
    "门巴",
    "珞巴",
    "基诺",
]
"""GB/T 3304 in the order of its codes 01 to 56."""
SPECIAL_NATIONS = {"穿青人": "81", "其他": "97", "外国血统中国籍人士": "98"}
PICTURES = (b"\xff\xd8\xff", b"\x89PNG", b"BM")


class FieldsError(ValueError):
    """An answer that holds no card."""


def reading_of(values: Mapping[str, str], *, today: date, source: str, raw: bytes) -> CardReading:
    """The reading of a card given by texts, keyed as `CardReading`, `photo` in Base64.

    `raw` is the answer that they stand in. Raises FieldsError.
    """
    number = "".join(values["number"].split()).upper()
    card = {
        **values,
        "document_type": _type_of(number),
        "number": number,
        "sex": _sex(values["sex"]),
        "ethnicity": _nation(values["ethnicity"]),
        "birth_date": _digits(values["birth_date"]),
        "valid_from": _digits(values["valid_from"]),
        "valid_to": "" if values["valid_to"].strip() == LONG_TERM else _digits(values["valid_to"]) or "?",
    }
    try:
        reading = parse_block(block_of(card), today=today, source=source)
    except (BlockError, ValueError) as error:
        raise FieldsError(type(error).__name__) from None
    return replace(reading, photo=_photo(values["photo"]), raw=raw)


def _type_of(number: str) -> str:
    """The kind of card, which its number tells."""
    if number.startswith(id_number.HMT_PREFIXES):
        return "hmt_residence"
    if number.startswith(id_number.FOREIGNER_PREFIX) or id_number.FOREIGNER_2017.fullmatch(number):
        return "foreigner_residence"
    return "resident_id"


def _sex(text: str) -> str:
    found = SEXES.get(text.strip().upper(), text.strip())
    return found if found in {"0", "1", "2", "9"} else ""


def _nation(text: str) -> str:
    name = text.strip()
    if name.isascii() and name.isdigit():
        return name.zfill(2)[:2]
    if name in SPECIAL_NATIONS:
        return SPECIAL_NATIONS[name]
    name = name.removesuffix("族")
    return f"{NATIONS.index(name) + 1:02}" if name in NATIONS else ""


def _digits(text: str) -> str:
    """A day in any spelling as YYYYMMDD; empty for what is none."""
    parts = re.fullmatch(r"\s*(\d{4})\D?(\d{1,2})\D?(\d{1,2})\D*", text, re.ASCII)
    return f"{parts[1]}{parts[2]:0>2}{parts[3]:0>2}" if parts else ""


def _photo(text: str) -> bytes | None:
    """The picture in Base64, with or without the head of a data address; None for what is no picture."""
    try:
        picture = base64.b64decode(text.rpartition("base64,")[2])
    except (binascii.Error, ValueError):
        return None
    return picture if picture.startswith(PICTURES) else None
