"""Mobile numbers in E.164."""

import phonenumbers

from app.errors import UserError
from app.locale import _
from app.settings import settings
from app.validation import normalise

MOBILE_TYPES = {phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE}


def parse_mobile(text: str) -> str:
    """A mobile as `+8613800000000`. Raises UserError (`mobile`)."""
    typed = normalise(text)
    if not typed:
        raise UserError("mobile", _("请填写手机号码"))
    try:
        number = phonenumbers.parse(typed, settings().default_region)
    except phonenumbers.NumberParseException:
        number = None
    if (
        number is None
        or not phonenumbers.is_valid_number(number)
        or phonenumbers.number_type(number) not in MOBILE_TYPES
    ):
        digits = sum(character.isdigit() for character in typed)
        raise UserError("mobile", _("手机号码不正确：填写了 {digits} 位数字，应为 11 位手机号码").format(digits=digits))
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def national(mobile: str) -> str:
    """A mobile as people of its country write it, without spaces: `13800000000`."""
    number = phonenumbers.parse(mobile)
    return phonenumbers.national_significant_number(number)
