"""Cards of the tests: made-up people in all four layouts. The numbers of foreigners are the office's own samples."""

from datetime import date
from typing import Any

from devices.id_number import check_digit
from tests.people import IDENTITY

TODAY = date(2026, 11, 24)
JPEG = b"\xff\xd8\xff" + bytes(range(256)) * 4

RESIDENT: dict[str, Any] = IDENTITY
HMT: dict[str, Any] = {
    **IDENTITY,
    "document_type": "hmt_residence",
    "number": "81000019900307001" + check_digit("81000019900307001"),
    "ethnicity": "",
    "permit_number": "H12345678",
    "issues": "02",
}
FOREIGNER_2017: dict[str, Any] = {
    "document_type": "foreigner_residence",
    "number": "CAN110081080319",
    "name": "王大卫",
    "name_latin": "SPECIMEN, DAVID ALEXANDER",
    "sex": "1",
    "birth_date": date(1981, 8, 3),
    "nationality": "CAN",
    "valid_from": date(2018, 6, 1),
    "valid_to": date(2028, 6, 1),
    "card_version": "01",
    "authority_code": "1500",
}
FOREIGNER_2023: dict[str, Any] = {
    "document_type": "foreigner_residence",
    "number": "932682198501010017",
    "name": "",
    "name_latin": "SPECIMEN ALEXANDER JOHN BARTHOLOMEW FITZ GERALD",
    "sex": "1",
    "birth_date": date(1985, 1, 1),
    "nationality": "SAU",
    "valid_from": date(2024, 2, 1),
    "valid_to": date(2034, 2, 1),
    "renewals": "01",
    "former_card": "000",
}
FOREIGNER_2023["name_latin"] = FOREIGNER_2023["name_latin"][:46]
ALL = {"resident": RESIDENT, "hmt": HMT, "foreigner 2017": FOREIGNER_2017, "foreigner 2023": FOREIGNER_2023}
