"""The signed number in a sheet's QR code."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.signatures.tokens import looks_like_token, make_token, open_token

KEY = b"k" * 32
IDS = st.binary(min_size=16, max_size=16)


@given(IDS)
def test_a_sheet_number_opens_with_the_key_it_was_signed_with(sheet_id: bytes) -> None:
    assert open_token(make_token(sheet_id, KEY), KEY) == sheet_id


@given(IDS, st.binary(min_size=16, max_size=32).filter(lambda key: key.rstrip(b"\0") != KEY))
def test_another_installation_s_number_opens_nothing(sheet_id: bytes, other: bytes) -> None:
    assert open_token(make_token(sheet_id, other), KEY) is None


@given(IDS, st.integers(0, 46), st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"))
def test_a_number_with_one_changed_character_opens_nothing(sheet_id: bytes, place: int, char: str) -> None:
    token = make_token(sheet_id, KEY)
    forged = token[:place] + char + token[place + 1 :]
    assert open_token(forged, KEY) == (sheet_id if forged == token else None)


@given(st.text(max_size=60) | st.text(alphabet="S1AB27=é", min_size=47, max_size=47).map(lambda t: "S1" + t[2:]))
def test_any_other_text_opens_nothing(text: str) -> None:
    assert open_token(text, KEY) is None


def test_a_number_fits_the_alphanumeric_qr_code_and_looks_like_one() -> None:
    token = make_token(bytes(16), KEY)
    assert re.fullmatch(r"[A-Z0-9]{47}", token)
    assert looks_like_token(token)
    assert not looks_like_token("https://example.invalid/")


def test_an_id_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="16 bytes, not 15"):
        make_token(bytes(15), KEY)
