"""Checks what people typed against the declared fields; every message names the field, the figure and the mend."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date

from app.errors import FieldErrors, UserError
from app.locale import _, current_language, either
from data.codes import code_table
from data.models.declaration import Category, Field

# Full-width ASCII, as Chinese input methods give it; Chinese punctuation such as （ ） ， stays.
_WIDE = {code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))}
_WIDE |= {0xFF0D: ord("-"), 0xFF0F: ord("/"), 0x3000: ord(" "), 0x00A0: ord(" ")}
_PICTOGRAPHS = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\ufe0f\u20e3]")
_IDEOGRAPHS = re.compile("[\U00020000-\U0002fffd\U00030000-\U0003fffd]")
"""The planes of ideographs: extensions that are newer than Python's tables (H, I …) count as unassigned there."""
EARLIEST = date(1900, 1, 1)
REASON = Field("text", "原因", "Reason", key="reason", required=True, max_length=200, wide=True)


def label(field: Field) -> str:
    """What the field is called in the language in use."""
    return either(field.zh, field.en)


def item_of(category: Category) -> str:
    """What one record of a category is called within a sentence."""
    return either(category.item_zh, category.item_en)


def item_alone(category: Category) -> str:
    """The same where it stands alone, as a title or in a cell: English begins with a capital there."""
    name = item_of(category)
    return name[:1].upper() + name[1:]


def in_declared_order(keys: Iterable[str], fields: Mapping[str, Field]) -> list[str]:
    """The keys as the form has them one under the other, then those that are no fields, always in the same order."""
    places = {key: place for place, key in enumerate(fields)}
    return sorted(keys, key=lambda key: (places.get(key, len(places)), key))


def normalise(text: str) -> str:
    """Composed characters, full-width letters and digits made plain, spaces trimmed and folded."""
    # Numbers and codes are plain already, but for their spaces.
    plain = text if text.isascii() else unicodedata.normalize("NFC", text).translate(_WIDE)
    return " ".join(plain.split())


def clean(
    fields: Iterable[Field], raw: Mapping[str, object], *, today: date, birth_date: date | None = None
) -> dict[str, object]:
    """The values to store, by field. Raises FieldErrors with a message for each field that is wrong."""
    fields = tuple(fields)
    values: dict[str, object] = {}
    errors: dict[str, str] = {}
    for field in fields:
        try:
            values[field.key] = _clean_one(field, raw.get(field.key), today, birth_date)
        except UserError as error:
            errors[field.key] = error.message
    errors |= _wrong_periods(fields, values)
    if errors:
        raise FieldErrors(errors)
    return values


def is_before(birth_date: date | None, values: Mapping[str, object]) -> bool:
    """Whether any day is before the date of birth."""
    return birth_date is not None and any(isinstance(value, date) and value < birth_date for value in values.values())


def clean_reason(reason: object) -> str:
    """Why staff do something to somebody's data (1–200 characters). Raises FieldErrors (`reason`)."""
    try:
        return _clean_text(REASON, reason)
    except UserError as error:
        raise FieldErrors({REASON.key: error.message}) from None


def _clean_one(field: Field, value: object, today: date, birth_date: date | None) -> object:
    match field.kind:
        case "text":
            return _clean_text(field, value)
        case "choice":
            return _clean_choice(field, value)
        case "day":
            return _clean_day(field, value, today, birth_date)


def _clean_text(field: Field, value: object) -> str:
    text = normalise(str(value or ""))
    if field.required and not text:
        raise UserError("required", _("请填写{field}").format(field=label(field)))
    if len(text) > field.max_length:
        message = _("{field}最多 {most} 个字，现有 {got} 个字，请删减")
        raise UserError("too_long", message.format(field=label(field), most=field.max_length, got=len(text)))
    # Nearly every text is printable and without pictographs; only others are looked at character by character.
    plain = text.isprintable() and _PICTOGRAPHS.search(text) is None
    refused = None if plain else next((character for character in text if _is_refused(character)), None)
    if refused is not None:
        message = _("{field}中有不能保存的字符「{character}」（U+{code}），请删除")
        shown = refused if refused.isprintable() else " "
        raise UserError("character", message.format(field=label(field), character=shown, code=f"{ord(refused):04X}"))
    return text


def _is_refused(character: str) -> bool:
    """Emoji and pictographs, control characters and lone surrogates: never part of a name or number."""
    if _IDEOGRAPHS.match(character):
        return False
    return _PICTOGRAPHS.match(character) is not None or unicodedata.category(character) in {"Cc", "Cs", "Cn"}


def _clean_choice(field: Field, value: object) -> str:
    text = str(value or "").strip()
    if not text:
        if field.required:
            raise UserError("required", _("请选择{field}").format(field=label(field)))
        return ""
    code = code_table(field.codes).find(text)
    if code is None:
        message = _("{field}没有「{value}」这一项，请从列表中选择")
        raise UserError("choice", message.format(field=label(field), value=text[:40]))
    return code.value


def _clean_day(field: Field, value: object, today: date, birth_date: date | None) -> date | None:
    if field.open_end and (value is None or value in field.open_end):
        return None
    if value is None or value == "":
        if field.open_end:
            message = _("请填写{field}，或勾选「{open_end}」")
            raise UserError("required", message.format(field=label(field), open_end=either(*field.open_end)))
        if field.required:
            raise UserError("required", _("请填写{field}").format(field=label(field)))
        return None
    day = value if isinstance(value, date) else _parse_day(field, str(value))
    if day < EARLIEST:
        message = _("{field}（{day}）早于 {earliest}，请核对")
        raise UserError("day", message.format(field=label(field), day=day, earliest=EARLIEST))
    if field.past and day > today:
        message = _("{field}（{day}）晚于今天（{today}），请核对")
        raise UserError("future", message.format(field=label(field), day=day, today=today))
    if birth_date is not None and day < birth_date:
        message = _("{field}（{day}）早于出生日期（{birth}），请核对")
        raise UserError("before_birth", message.format(field=label(field), day=day, birth=birth_date))
    return day


def _parse_day(field: Field, text: str) -> date:
    digits = normalise(text).replace("年", "-").replace("月", "-").replace("日", "").replace("/", "-").replace(".", "-")
    try:
        if len(digits) == 8 and digits.isdecimal():
            return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
        year, month, day = (int(part) for part in digits.split("-"))
        return date(year, month, day)
    except ValueError:
        message = _("{field}「{value}」不是日期，请写成 2014-03-25 的样子")
        raise UserError("day", message.format(field=label(field), value=text[:40])) from None


def _wrong_periods(fields: tuple[Field, ...], values: Mapping[str, object]) -> dict[str, str]:
    errors = {}
    for field in fields:
        if not field.starts:
            continue
        start, end = values.get(field.starts), values.get(field.key)
        if isinstance(start, date) and isinstance(end, date) and end < start:
            message = _("{period}的结束（{end}）早于开始（{start}），请核对")
            period = next(label(each) for each in fields if each.key == field.starts)
            errors[field.key] = message.format(period=period, end=end, start=start)
    return errors


def shown(field: Field, value: object) -> str:
    """A stored value as people read it: a code's label, a day as 2014-03-25, an open end as 至今."""
    if value is None or value == "":
        return either(*field.open_end) if field.open_end and value is None else ""
    if field.kind == "choice":
        return code_table(field.codes).label(str(value), current_language())
    return value.isoformat() if isinstance(value, date) else str(value)
