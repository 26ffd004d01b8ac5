"""Number rules of the documents that people come with."""

import re
from dataclasses import dataclass
from datetime import date

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
    "home_return": NumberRule(re.compile(r"[HM]\d{8}(\d{2})?"), N_("H 或 M 加 8 位（旧版 10 位）数字")),
    "taiwan_permit": NumberRule(re.compile(r"\d{8}(\d{2})?[A-Z]?"), N_("8 位（旧版 10 位）数字")),
}


def normalise_number(text: str) -> str:
    """A document number as it is stored: plain letters and digits, upper case, no spaces."""
    return "".join(normalise(text).split()).upper()


def clean_number(document_type: str, text: str) -> str:
    """A number that fits its document. Raises UserError (`number`)."""
    number = normalise_number(text)
    if not number:
        raise UserError("number", _("请填写证件号码"))
    if document_type == "foreigner_residence" and id_number.FOREIGNER_2017.fullmatch(number):
        return number
    if document_type in CARDS:
        if id_number.is_legacy(number):
            return id_number.from_legacy(number)
        return _clean_card_number(number)
    rule = RULES.get(document_type)
    if rule is not None and not rule.pattern.fullmatch(number):
        message = _("证件号码应为{rule}，现有 {got} 位，请核对")
        raise UserError("number", message.format(rule=_(rule.zh), got=len(number)))
    return number


def _clean_card_number(number: str) -> str:
    if not re.fullmatch(r"\d{17}[\dX]", number):
        message = _("身份证号应为 18 位（前 17 位是数字，末位是数字或 X），现有 {got} 位，请核对")
        raise UserError("number", message.format(got=len(number)))
    if not id_number.has_valid_check(number):
        raise UserError("number", _("身份证号未通过校验，请对照证件逐位核对"))
    return number


def check_consistency(values: dict[str, object]) -> None:
    """Birth and sex must agree with the number of a card. Raises FieldErrors."""
    number = str(values["number"])
    if values["document_type"] not in CARDS or id_number.FOREIGNER_2017.fullmatch(number):
        return
    errors: dict[str, str] = {}
    born = id_number.birth_date(number)
    if isinstance(born, date) and values.get("birth_date") not in (None, born):
        errors["birth_date"] = _("出生日期（{typed}）与身份证号中的 {born} 不一致，请核对").format(
            typed=values["birth_date"], born=born
        )
    if values.get("sex") in ("1", "2") and (values["sex"] == "1") != id_number.is_male(number):
        errors["sex"] = _("性别与身份证号第 17 位不一致，请核对")
    if errors:
        raise FieldErrors(errors)
