"""Whatever a text holds, it stays inside its place."""

import json
from dataclasses import replace
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.access.sms import Message, templates
from tests.access.sms.listener import MESSAGE

ANY_TEXT = st.text(st.characters(exclude_categories=[]))
TEXT = st.text()


@given(text=ANY_TEXT)
def test_a_json_body_stays_json_and_equals_what_went_in(text: str) -> None:
    body = templates.fill(
        '{"a": "{text}", "b": ["x{text}y"], "c": {seconds}}',
        templates.values(replace(MESSAGE, text=text)),
        templates.in_body("application/json"),
    )
    assert json.loads(body) == {"a": text, "b": [f"x{text}y"], "c": 90}
    assert body.isascii()


@given(text=TEXT)
def test_a_form_body_equals_what_went_in(text: str) -> None:
    body = templates.fill(
        "a={text}&b=1",
        templates.values(replace(MESSAGE, text=text)),
        templates.in_body("application/x-www-form-urlencoded; charset=utf-8"),
    )
    assert parse_qs(body, keep_blank_values=True) == {"a": [text], "b": ["1"]}


@given(text=ANY_TEXT)
def test_a_header_value_is_printable_ascii_whatever_goes_in(text: str) -> None:
    assert all(" " < character <= "~" for character in templates.in_header(text))


@pytest.mark.parametrize(
    ("mobile", "national"),
    [("+8613800000000", "13800000000"), ("+85251234567", "51234567"), ("+99912345678", "99912345678")],
)
def test_the_national_number_has_no_country_code(mobile: str, national: str) -> None:
    assert templates.national_number(mobile) == national


def test_a_message_shows_nothing_personal_in_a_trace_back() -> None:
    message: Message = replace(MESSAGE, text="您的动态密码")
    assert not [word for word in (message.mobile, message.code, message.text) if word in repr(message)]
