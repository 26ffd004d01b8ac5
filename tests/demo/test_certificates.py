"""The demo's made-up certificates."""

from datetime import date

from app.demo.certificates import certificate
from data.models import category


def test_a_rare_character_of_a_name_is_drawn() -> None:
    of = category("titles")
    record = of.model(approved_on=date(2018, 9, 15))
    first, second = (certificate(of, record, f"韦{rare}生") for rare in "\U0002000b\U0002a6d6")
    assert first != second
