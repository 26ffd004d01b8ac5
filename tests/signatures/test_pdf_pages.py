"""Pages of a PDF as scanners make them: a picture that fills the page, turned, cut, in black and white."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import numpy as np
import pypdfium2 as pdfium
import pytest
from PIL import Image

from app.signatures.pages import Page
from app.signatures.reading import read_scan
from app.signatures.scans import open_scan
from app.signatures.tokens import make_token
from tests.signatures.paper import KEY, TOKEN, overlap, signed

OTHER = make_token(bytes(16), KEY)


def scanned(image: Image.Image, dpi: int, change: Callable[[Any], None] | None = None) -> bytes:
    """A PDF of one page with the picture on it, changed as its maker's program would."""
    buffer = BytesIO()
    image.save(buffer, "PDF", resolution=dpi)
    document = pdfium.PdfDocument(buffer.getvalue())
    if change is not None:
        change(document[0])
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def only_page(content: bytes) -> Page:
    with open_scan(content, "扫描.pdf") as scan:
        assert scan.count == 1
        return scan.page(1)


def two_sheets() -> Image.Image:
    """Two people's sheets side by side, as an A3 scanner sees them."""
    return Image.fromarray(np.hstack([signed(100).pixels, signed(100, token=OTHER).pixels]))


def test_a_jpeg_that_fills_the_page_keeps_its_own_pixels() -> None:
    paper = signed(150)
    content = scanned(Image.fromarray(paper.pixels), 150)
    assert only_page(content).pixels.shape == paper.pixels.shape
    reading = read_scan(content, "扫描.pdf", KEY)
    assert (reading.token, reading.problems) == (TOKEN, ())
    assert overlap(np.array(reading.box), paper.box) >= 0.99


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_a_page_turned_by_its_pdf_is_read_and_shown_upright(degrees: int) -> None:
    content = scanned(Image.fromarray(signed(100).pixels), 100, lambda page: page.set_rotation(degrees))
    reading = read_scan(content, "扫描.pdf", KEY)
    assert (reading.token, reading.problems) == (TOKEN, ())
    shown = Image.open(BytesIO(reading.page_jpeg))
    assert shown.height > shown.width


def test_what_a_pdf_cuts_off_its_page_is_not_read() -> None:
    """Whoever looks at the page sees one sheet: the other one is nobody's business."""
    left_half = scanned(two_sheets(), 100, lambda page: page.set_cropbox(0, 0, page.get_width() / 2, page.get_height()))
    reading = read_scan(left_half, "扫描.pdf", KEY)
    assert (reading.token, reading.problems) == (TOKEN, ())


def test_a_picture_larger_than_its_page_is_read_where_it_is_seen() -> None:
    half = scanned(two_sheets(), 100, lambda page: page.set_mediabox(0, 0, page.get_width() / 2, page.get_height()))
    reading = read_scan(half, "扫描.pdf", KEY)
    assert (reading.token, reading.problems) == (TOKEN, ())


@pytest.mark.parametrize("degrees", [0, 90])
def test_a_black_and_white_page_is_read(degrees: int) -> None:
    bits = Image.fromarray(signed(200).pixels).convert("1", dither=Image.Dither.NONE)
    content = scanned(bits, 200, lambda page: page.set_rotation(degrees))
    assert b"CCITTFaxDecode" in content
    reading = read_scan(content, "扫描.pdf", KEY)
    assert (reading.token, reading.problems) == (TOKEN, ())
    assert reading.signature_png is not None
