"""Signatures drawn on a screen."""

from contextlib import suppress
from io import BytesIO

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from app.errors import UserError
from app.signatures.drawn import drawing

WAVE = [[0.1 + 0.02 * step, 0.2 + 0.1 * float(np.sin(step)), 0.5] for step in range(30)]
JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4),
)


def test_strokes_become_a_transparent_signature_and_a_picture_on_white() -> None:
    drawn = drawing([WAVE, [[0.8, 0.1, 0.5]]])
    alpha = np.asarray(Image.open(BytesIO(drawn.png)))[:, :, 3]
    assert alpha.max() == 255
    assert alpha[:20].max() == alpha[:, :20].max() == 0
    assert Image.open(BytesIO(drawn.picture)).getpixel((2, 2)) == (255, 255, 255)


def test_a_harder_press_draws_a_wider_line() -> None:
    ink = [
        int((np.asarray(Image.open(BytesIO(drawing([[[x, y, p] for x, y, _p in WAVE]]).png)))[:, :, 3] > 0).sum())
        for p in (0.1, 0.9)
    ]
    assert ink[1] > 1.5 * ink[0]


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ([], "empty_pad"),
        ([[]], "empty_pad"),
        ([[[0.5, 0.5, 0.5]]], "too_small"),
        ([[[0.5, 0.5]]], "bad_strokes"),
        ([[[2, 0.5, 0.5]]], "bad_strokes"),
        ("x", "bad_strokes"),
        ([[]] * 401, "bad_strokes"),
        ([[[0.1, 0.1, 0.5]] * 40_001], "bad_strokes"),
    ],
)
def test_what_is_no_signature_is_refused(sent: object, code: str) -> None:
    with pytest.raises(UserError) as caught:
        drawing(sent)
    assert caught.value.code == code


@given(JSON)
def test_anything_a_browser_sends_is_drawn_or_refused(sent: object) -> None:
    with suppress(UserError):
        drawing(sent)
