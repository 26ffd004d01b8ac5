"""Files dropped on the upload: read, or refused with a clear message."""

from contextlib import suppress
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from app.errors import UserError
from app.signatures.pages import Page
from app.signatures.reading import read_scan
from app.signatures.scans import open_scan
from tests.signatures.paper import KEY, printed


def image_file(kind: str, mode: str = "RGB", size: tuple[int, int] = (40, 60), **options: Any) -> bytes:
    buffer = BytesIO()
    Image.new(mode, size, (0, 0, 0, 0) if mode == "CMYK" else "white").save(buffer, kind, **options)
    return buffer.getvalue()


def pdf_file(pages: int = 1, **options: Any) -> bytes:
    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=(72, 144), **options)
    for _page in range(pages):
        canvas.rect(10, 10, 20, 20, fill=1)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def pages_of(content: bytes) -> list[Page]:
    with open_scan(content, "scan") as scan:
        return [scan.page(number) for number in range(1, scan.count + 1)]


def refusal(content: bytes, name: str = "签名.jpg") -> UserError:
    with pytest.raises(UserError) as caught:
        read_scan(content, name, KEY)
    return caught.value


@pytest.mark.parametrize(
    ("kind", "mode"),
    [("JPEG", "RGB"), ("JPEG", "L"), ("JPEG", "CMYK"), ("PNG", "RGB"), ("PNG", "RGBA"), ("PNG", "LA"), ("PNG", "1"),
     ("TIFF", "RGB"), ("TIFF", "1"), ("TIFF", "CMYK")],
)  # fmt: skip
def test_every_colour_model_becomes_rgb_on_white(kind: str, mode: str) -> None:
    (page,) = pages_of(image_file(kind, mode))
    assert page.pixels.shape == (60, 40, 3)
    assert page.pixels.min() >= 250


def test_sixteen_bit_grey_keeps_its_brightness() -> None:
    buffer = BytesIO()
    Image.fromarray(np.full((20, 30), 32768, dtype=np.uint16)).save(buffer, "PNG")
    (page,) = pages_of(buffer.getvalue())
    assert abs(int(page.pixels.mean()) - 127) <= 1


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "PA", "RGB", "RGBA", "I;16", "CMYK"])
def test_a_page_scanned_at_600_dpi_is_halved_in_every_colour_model(mode: str) -> None:
    grey = np.zeros((7000, 40), np.uint8)
    grey[:3500] = 255
    paper = Image.fromarray(grey.astype(np.uint16) * 257) if mode == "I;16" else Image.fromarray(grey).convert(mode)
    buffer = BytesIO()
    paper.save(buffer, "TIFF" if mode in {"CMYK", "PA"} else "PNG")
    (page,) = pages_of(buffer.getvalue())
    assert (page.pixels.shape, page.width, page.height) == ((3500, 20, 3), 40, 7000)
    assert page.pixels[:1700].min() >= 250
    assert page.pixels[1800:].max() <= 35


def test_transparent_parts_are_paper() -> None:
    buffer = BytesIO()
    Image.new("RGBA", (10, 10), (0, 0, 0, 0)).save(buffer, "PNG")
    assert pages_of(buffer.getvalue())[0].pixels.min() == 255


def test_every_page_of_a_tiff_and_of_a_pdf_is_read() -> None:
    buffer = BytesIO()
    frames = [Image.new("L", (10 + n, 20), 255) for n in range(3)]
    frames[0].save(buffer, "TIFF", save_all=True, append_images=frames[1:])
    assert [(page.number, page.pixels.shape[1]) for page in pages_of(buffer.getvalue())] == [(1, 10), (2, 11), (3, 12)]
    assert [page.pixels.shape for page in pages_of(pdf_file(2))] == [(400, 200, 3)] * 2


def test_a_png_named_jpg_is_read() -> None:
    assert read_scan(image_file("PNG"), "签名.jpg", KEY).problems == ("no_qr", "no_marks")


def test_an_empty_file_is_refused_by_name() -> None:
    error = refusal(b"")
    assert (error.code, "「签名.jpg」是空的（0 字节）" in error.message) == ("empty_file", True)


def test_a_file_over_ten_megabytes_is_refused_with_both_figures() -> None:
    error = refusal(b"\xff\xd8" + bytes(12 * 1024 * 1024))
    assert (error.code, error.message) == ("file_too_large", "文件大小 12.0 MB，要求不超过 10 MB")


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_a_picture_of_a_hundred_megapixels_is_refused_before_it_is_decoded() -> None:
    error = refusal(image_file("PNG", "1", (10_000, 10_000)))
    assert (error.code, error.message) == ("too_many_pixels", "图片有 10000 万像素，要求不超过 8800 万像素")
    assert refusal(image_file("PNG", "1", (20_000, 10_000))).code == "too_many_pixels"


def test_a_picture_too_long_to_be_turned_is_refused_with_both_figures() -> None:
    error = refusal(image_file("PNG", "1", (10, 40_000)))
    assert (error.code, error.message) == ("too_many_pixels", "图片边长 40000 像素，要求不超过 30000 像素")


@pytest.mark.parametrize("content", [b"hello", b"GIF89a" + bytes(50), b"BM" + bytes(100), b"\0"])
def test_what_is_no_scan_is_refused(content: bytes) -> None:
    assert refusal(content).code == "unsupported_file"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF"])
def test_a_truncated_picture_is_refused(kind: str) -> None:
    noise = Image.fromarray(np.random.default_rng(1).integers(0, 255, (200, 200, 3), dtype=np.uint8))
    buffer = BytesIO()
    noise.save(buffer, kind)
    assert refusal(buffer.getvalue()[:-5000]).code in {"broken_file", "unsupported_file"}


def test_a_truncated_pdf_is_refused() -> None:
    assert refusal(printed()[:300]).code == "broken_file"


def test_an_encrypted_pdf_is_refused_with_what_to_do() -> None:
    error = refusal(pdf_file(encrypt="secret"), "签名.pdf")
    assert (error.code, "去掉密码" in error.message) == ("encrypted_pdf", True)


def test_a_pdf_with_500_pages_is_refused_with_both_figures() -> None:
    error = refusal(pdf_file(500))
    assert (error.code, error.message) == ("too_many_pages", "文件有 500 页，要求不超过 10 页")


@pytest.mark.parametrize("size", [(1, 1), (20_000, 3), (3, 20_000), (7, 7)])
def test_a_picture_of_an_odd_shape_is_read(size: tuple[int, int]) -> None:
    assert read_scan(image_file("PNG", "L", size), "odd.png", KEY).box is None


SMALL_FILES = {
    "jpeg": image_file("JPEG"),
    "png": image_file("PNG"),
    "tiff": image_file("TIFF"),
    "lzw tiff": image_file("TIFF", compression="tiff_lzw"),
    "pdf": pdf_file(),
}


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(sorted(SMALL_FILES)),
    st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 255)), max_size=8),
    st.none() | st.integers(0, 3000),
)
def test_a_damaged_file_is_read_or_refused_and_never_fails(
    kind: str, changes: list[tuple[int, int]], cut: int | None
) -> None:
    damaged = bytearray(SMALL_FILES[kind])
    for place, value in changes:
        damaged[place % len(damaged)] = value
    with suppress(UserError):
        assert read_scan(bytes(damaged[:cut]), "x", KEY).token is None


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from([b"", b"%PDF-1.7\n", b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"II*\0", b"MM\0*"]),
    st.binary(max_size=300),
)
def test_any_bytes_are_read_or_refused_and_never_fail(head: bytes, rest: bytes) -> None:
    with pytest.raises(UserError):
        read_scan(head + rest, "x", KEY)
