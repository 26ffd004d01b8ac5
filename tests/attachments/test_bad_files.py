"""A file that cannot be used gets a clear message, before it can do harm."""

import time
import tracemalloc

import pytest
from PIL import Image

from app.attachments.decode import decode_picture, kind_of
from app.attachments.mend import mend, page_count
from app.errors import UserError
from tests.attachments.pictures import (
    conforming_jpg,
    corners,
    encoded,
    jpg_claiming,
    jpg_of_many_scans,
    noise,
    pdf,
    pdf_with_picture,
    png_header_only,
)

BROKEN = "文件「证书」已损坏或不完整，无法读取，请重新扫描"


def refused(content: bytes, page: int = 0) -> tuple[str, str]:
    """Code and message, told within a second and without much memory."""
    tracemalloc.start()
    started = time.monotonic()
    with pytest.raises(UserError) as raised:
        mend(content, "证书", page)
    seconds = time.monotonic() - started
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert seconds < 2
    assert peak < 50 * 1024 * 1024
    return raised.value.code, raised.value.message


def test_an_empty_file() -> None:
    assert refused(b"") == ("empty_file", "文件「证书」是空的（0 字节），请重新选择")


def test_a_file_of_more_than_10_mb() -> None:
    content = conforming_jpg()
    content += bytes(10 * 1024 * 1024 + 1 - len(content))
    assert refused(content) == ("file_too_large", "文件大小 10.1 MB，要求不超过 10 MB")
    assert mend(content[:-1], "证书").width == 559


def test_a_file_that_is_no_picture() -> None:
    assert refused(b"\x00\x01 text") == (
        "unsupported_file",
        "文件「证书」不是可读的 JPG、PNG、WebP、BMP、TIFF 或 PDF，请转换后重新上传",
    )


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (encoded(corners(100, 100), "GIF"), "GIF"),
        (b"\x00\x00\x00\x18ftypheic" + bytes(50), "HEIC"),
        (b"\x00\x00\x00\x18ftypmif1" + bytes(50), "HEIC"),
        (b"\x00\x00\x00\x18ftypavif" + bytes(50), "AVIF"),
    ],
)
def test_a_picture_of_a_kind_that_is_not_read(content: bytes, kind: str) -> None:
    assert kind_of(content) == kind
    assert refused(content) == (
        "unsupported_file",
        f"{kind} 文件无法转换，请另存为 JPG、PNG 或 PDF 后重新上传",
    )


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "BMP", "TIFF"])
@pytest.mark.parametrize("part", [0.1, 0.5, 0.9])
def test_a_truncated_picture(kind: str, part: float) -> None:
    content = encoded(noise(400, 300), kind)
    assert refused(content[: int(len(content) * part)]) == ("broken_file", BROKEN)


@pytest.mark.parametrize("content", [b"\xff\xd8\xff", b"%PDF-1.7\n", b"BM", b"II*\x00", b"\x89PNG\r\n\x1a\n"])
def test_a_file_that_is_only_its_first_bytes(content: bytes) -> None:
    assert refused(content) == ("broken_file", BROKEN)


@pytest.mark.parametrize(
    ("size", "message"),
    [
        ((10_000, 10_000), "图片为 10000×10000（10000 万像素），要求不超过 5000 万像素，请缩小后重新上传"),
        ((50_000, 60_000), "图片为 50000×60000（300000 万像素），要求不超过 5000 万像素，请缩小后重新上传"),
        ((7_072, 7_072), "图片为 7072×7072（5002 万像素），要求不超过 5000 万像素，请缩小后重新上传"),
    ],
)
def test_a_png_bomb(size: tuple[int, int], message: str) -> None:
    assert refused(png_header_only(*size)) == ("too_many_pixels", message)


def test_a_true_png_of_100_megapixels() -> None:
    bomb = encoded(Image.new("1", (10_000, 10_000)), "PNG")
    assert len(bomb) < 100_000
    assert refused(bomb)[0] == "too_many_pixels"


@pytest.mark.parametrize("kind", ["BMP", "TIFF"])
def test_other_bombs(kind: str) -> None:
    assert refused(encoded(Image.new("1", (8_000, 8_000)), kind))[0] == "too_many_pixels"


def test_a_jpg_that_claims_a_billion_pixels() -> None:
    assert refused(jpg_claiming(65_000, 20_000)) == (
        "too_many_pixels",
        "图片为 65000×20000（130000 万像素），要求不超过 20000 万像素，请缩小后重新上传",
    )


def test_a_progressive_jpg_may_claim_less_because_it_is_held_whole() -> None:
    assert refused(jpg_claiming(10_000, 10_000, progressive=True)) == (
        "too_many_pixels",
        "图片为 10000×10000（10000 万像素），要求不超过 5000 万像素，请缩小后重新上传",
    )


def test_a_jpg_of_very_many_scans() -> None:
    assert refused(jpg_of_many_scans(5000)) == (
        "too_many_scans",
        "图片由 5000 次扫描组成（渐进式 JPG），按 4000×3000 像素要求不超过 83 次，请另存为普通 JPG",
    )


@pytest.mark.parametrize(("size", "shape"), [((200, 100), "PNG"), ((226, 400), "JPEG"), ((20, 20), "BMP")])
def test_a_picture_too_small_to_read(size: tuple[int, int], shape: str) -> None:
    small = (size[0] // 2, size[1] // 2)
    assert refused(encoded(corners(*small), shape)) == (
        "too_small",
        f"图片只有 {small[0]}×{small[1]} 像素，看不清内容，要求至少 226×141 像素，请重新拍照或扫描",
    )


def test_a_picture_far_too_narrow() -> None:
    assert refused(encoded(corners(9000, 300))) == (
        "too_narrow",
        "图片为 9000×300 像素，过于狭长，缩到 A4 以内后短边不足 141 像素，请只截取证件部分",
    )


def test_an_encrypted_pdf() -> None:
    assert refused(pdf(password="secret")) == ("encrypted_pdf", "文件「证书」是加密的 PDF，请去掉密码后重新上传")


def test_a_truncated_pdf() -> None:
    content = pdf()
    assert refused(content[: len(content) // 3]) == ("broken_file", BROKEN)


def test_a_pdf_of_500_pages_opens_only_the_chosen_one() -> None:
    content = pdf(pages=500)
    assert page_count(content, "证书") == 500
    started = time.monotonic()
    assert mend(content, "证书", 499).pages == 500
    assert time.monotonic() - started < 2


@pytest.mark.parametrize("page", [-1, 3])
def test_a_page_that_a_pdf_has_not(page: int) -> None:
    assert refused(pdf(pages=3), page) == ("no_such_page", f"文件共 3 页，没有第 {page + 1} 页")


def test_a_picture_has_one_page() -> None:
    assert page_count(conforming_jpg(), "证书") == 1
    assert refused(conforming_jpg(), 1) == ("no_such_page", "文件共 1 页，没有第 2 页")


def test_a_pdf_page_that_holds_a_bomb() -> None:
    content = pdf_with_picture(20_000, 20_000)
    assert len(content) < 500_000
    assert refused(content) == (
        "too_many_pixels",
        "图片为 20000×20000（40000 万像素），要求不超过 5000 万像素，请缩小后重新上传",
    )


def test_a_pdf_page_that_holds_many_large_pictures() -> None:
    assert refused(pdf_with_picture(6_000, 6_000, times=3)) == (
        "too_many_pixels",
        "这一页上的图片共 10800 万像素，要求不超过 10000 万像素，请以较低的分辨率重新扫描",
    )


def test_a_pdf_page_with_a_large_scan_is_fine() -> None:
    assert mend(pdf_with_picture(4960, 7016), "证书").width == 826


def test_a_pdf_page_of_no_width() -> None:
    assert refused(pdf(size=(14_400, 2)))[0] in {"too_narrow", "too_small"}


def test_a_tiff_of_very_many_pages() -> None:
    dot = Image.new("1", (8, 8))
    content = encoded(dot, "TIFF", save_all=True, append_images=[dot] * 501)
    assert refused(content) == ("too_many_pages", "文件超过 500 页，请只上传需要的那一页")


def test_a_portrait_is_decoded_upright_and_bounded() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    picture = decode_picture(encoded(corners(4000, 3000), exif=exif), "照片.jpg")
    assert (picture.mode, picture.size) == ("RGB", (1500, 2000))
