"""Number rules of the documents that people come with."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from app.errors import FieldErrors, UserError
from app.locale import N_, _
from app.validation import normalise
from devices import id_number

CARDS = ("resident_id", "hmt_residence", "foreigner_residence")
"""Documents whose 18-digit number carries birth, sex and a check digit (GB 11643-1999)."""


@dataclass(frozen=True)
class NumberRule:
    """What a document's number looks like, and how to say so."""

    pattern: re.Pattern[str]
    zh: str


RULES = {
    "officer": NumberRule(re.compile(r".{4,20}"), N_("4–20 个字")),
    "passport": NumberRule(re.compile(r"[A-Z0-9]{5,15}"), N_("5–15 位字母或数字")),
    "home_return": NumberRule(re.compile(r"[HM]\d{8}(\d{2})?", re.ASCII), N_("H 或 M 加 8 位（旧版 10 位）数字")),
    "taiwan_permit": NumberRule(re.compile(r"\d{8}(\d{2})?[A-Z]?", re.ASCII), N_("8 位（旧版 10 位）数字")),
}


def normalise_number(text: str) -> str:
    """A document number as it is stored: plain letters and digits, upper case, no spaces."""
    return "".join(normalise(text).split()).upper()


def clean_number(document_type: str, text: str, *, as_on_card: bool = False) -> str:
    """A number that fits its document. Raises UserError (`number`).

    `as_on_card` takes a number that does not pass its check: so it stands on the chip.
    """
    number = normalise_number(text)
    if not number:
        raise UserError("number", _("请填写证件号码"))
    if document_type == "foreigner_residence" and id_number.FOREIGNER_2017.fullmatch(number):
        return number
    if document_type in CARDS:
        if id_number.is_legacy(number):
            return id_number.from_legacy(number)
        return _clean_card_number(number, as_on_card=as_on_card)
    rule = RULES.get(document_type)
    if rule is not None and not rule.pattern.fullmatch(number):
        message = _("证件号码应为{rule}，现有 {got} 位，请核对")
        raise UserError("number", message.format(rule=_(rule.zh), got=len(number)))
    return number


def _clean_card_number(number: str, *, as_on_card: bool) -> str:
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number):
        message = _("身份证号应为 18 位（前 17 位是数字，末位是数字或 X），现有 {got} 位，请核对")
        raise UserError("number", message.format(got=len(number)))
    if not as_on_card and not id_number.has_valid_check(number):
        raise UserError("number", _("身份证号未通过校验，请对照证件逐位核对"))
    return number


def contradictions(values: Mapping[str, object]) -> tuple[str, ...]:
    """In what a card contradicts itself: `check_digit`, or `birth_differs_from_number` and `sex_differs`."""
    number = str(values["number"])
    if values["document_type"] not in CARDS or id_number.FOREIGNER_2017.fullmatch(number):
        return ()
    if not id_number.has_valid_check(number):
        return ("check_digit",)
    born, sex = id_number.birth_date(number), values.get("sex")
    checks = {
        "birth_differs_from_number": born is not None and values.get("birth_date") not in (None, born),
        "sex_differs": sex in ("1", "2") and (sex == "1") != id_number.is_male(number),
    }
    return tuple(code for code, is_wrong in checks.items() if is_wrong)


def check_consistency(values: Mapping[str, object]) -> None:
    """Birth and sex must agree with the number of a card. Raises FieldErrors."""
    found = contradictions(values)
    errors: dict[str, str] = {}
    if "birth_differs_from_number" in found:
        errors["birth_date"] = _("出生日期（{typed}）与身份证号中的 {born} 不一致，请核对").format(
            typed=values["birth_date"], born=id_number.birth_date(str(values["number"]))
        )
    if "sex_differs" in found:
        errors["sex"] = _("性别与身份证号第 17 位不一致，请核对")
    if errors:
        raise FieldErrors(errors)
