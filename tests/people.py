"""Made-up people of the tests; their ID numbers begin with an area code that was never assigned."""

import uuid
from datetime import date
from typing import Any

from app.access.rights import Actor, Role
from devices.id_number import check_digit

CLERK = Actor(Role.CLERK, uuid.UUID(int=1), name="窗口")
REVIEWER = Actor(Role.REVIEWER, uuid.UUID(int=2), name="审核")
ADMINISTRATOR = Actor(Role.ADMINISTRATOR, uuid.UUID(int=3), name="管理")


def id_number(born: str = "19900307", sequence: str = "001") -> str:
    """A number that passes its check and is nobody's; an odd sequence is a man's."""
    first = f"190101{born}{sequence}"
    return first + check_digit(first)


NUMBER = id_number()
MOBILE = "13800000001"

IDENTITY: dict[str, Any] = {
    "document_type": "resident_id",
    "number": NUMBER,
    "name": "张三丰",
    "sex": "1",
    "ethnicity": "01",
    "birth_date": date(1990, 3, 7),
    "address": "某市某区某路 1 号",
    "authority": "某市公安局某分局",
    "valid_from": date(2015, 6, 1),
    "valid_to": date(2035, 6, 1),
}

OTHER: dict[str, Any] = {
    **IDENTITY,
    "number": id_number("19850712", "002"),
    "name": "李四娘",
    "sex": "2",
    "birth_date": date(1985, 7, 12),
}

WORK: dict[str, Any] = {
    "employer": "某建设工程有限公司",
    "started_on": date(2014, 3, 4),
    "ended_on": None,
    "title": "G085",
    "position": "施工员",
    "major": "建筑工程",
}

EDUCATION: dict[str, Any] = {
    "school": "某某大学",
    "level": "20",
    "duration": "4 年",
    "major": "土木工程",
    "principal": "",
    "started_on": date(2008, 9, 1),
    "ended_on": date(2012, 6, 30),
    "certificate_number": "10000201205000001",
    "issued_on": date(2012, 6, 30),
    "electronic_number": "",
}
