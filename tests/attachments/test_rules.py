"""A file that misses a rule is told which one, with its own figure."""

import pytest
from PIL import ExifTags, Image

from app.attachments.rules import LIMIT_BYTES, check, conforming, inspect, requirements
from app.errors import UserError
from tests.attachments.pictures import conforming_jpg, corners, encoded, jpg_claiming, noise, pdf


def told(content: bytes, name: str = "证书.jpg") -> dict[str, str]:
    return {problem.code: problem.message for problem in check(content, name)}


def exif_with(tags: dict[ExifTags.Base, float]) -> Image.Exif:
    exif = Image.Exif()
    for tag, value in tags.items():
        exif[tag] = value
    return exif


def test_the_guides_sentence() -> None:
    assert requirements() == "附件要求：分辨率 72dpi~100dpi，比例 1:1，类型 JPG，大小小于300KB"


def test_a_conforming_scan_has_no_problem_and_its_figures_are_known() -> None:
    content = conforming_jpg()
    assert told(content) == {}
    accepted = conforming(content)
    assert (accepted.width, accepted.height, accepted.dpi, accepted.content) == (559, 794, 96, content)


@pytest.mark.parametrize("dpi", [72, 100])
def test_the_bounds_of_the_resolution_belong_to_it(dpi: int) -> None:
    assert told(conforming_jpg(dpi=(dpi, dpi))) == {}


@pytest.mark.parametrize("dpi", [71, 101, 230])
def test_a_wrong_resolution_is_told(dpi: int) -> None:
    content = encoded(corners(1890, 2650), dpi=(dpi, dpi))
    assert told(content)["dpi"] == f"分辨率为 {dpi} dpi，要求 72–100 dpi"


def test_a_file_of_230_dpi_that_keeps_the_other_rules_is_told_only_that() -> None:
    assert list(told(encoded(corners(1900, 2680), dpi=(230, 230), quality=20))) == ["dpi"]


def test_a_large_file_is_told_its_size_rounded_up() -> None:
    content = encoded(noise(800, 800), dpi=(96, 96), quality=80)
    kilobytes = -(-len(content) // 1024)
    assert told(content) == {"size": f"文件大小 {kilobytes} KB，要求小于 300 KB"}


def test_300_kb_is_not_less_than_300_kb() -> None:
    content = conforming_jpg()
    padded = content + bytes(LIMIT_BYTES - len(content))
    assert told(padded) == {"size": "文件大小 300 KB，要求小于 300 KB"}
    assert told(padded[:-1]) == {}


@pytest.mark.parametrize(
    ("pillow", "kind"), [("PNG", "PNG"), ("WEBP", "WebP"), ("BMP", "BMP"), ("TIFF", "TIFF"), ("GIF", "GIF")]
)
def test_another_type_named_jpg_is_told_what_it_is(pillow: str, kind: str) -> None:
    assert told(encoded(corners(300, 200), pillow))["not_jpg"] == f"文件实际类型为 {kind}，要求 JPG"


def test_a_pdf_is_told_what_it_is() -> None:
    assert told(pdf(), "毕业证.pdf") == {"not_jpg": "文件实际类型为 PDF，要求 JPG"}


def test_a_jpg_counts_by_its_content_whatever_its_name() -> None:
    assert told(conforming_jpg(), "毕业证.png") == {}


@pytest.mark.parametrize("content", [conforming_jpg(dpi=(0, 0)), encoded(corners(559, 794))])
def test_a_missing_resolution_is_told(content: bytes) -> None:
    assert told(content) == {"no_dpi": "未标明分辨率，要求 72–100 dpi"}


def test_exif_that_states_no_resolution_states_none() -> None:
    exif = exif_with({ExifTags.Base.Make: 1})
    assert "no_dpi" in told(encoded(corners(559, 794), exif=exif))


@pytest.mark.parametrize(("unit", "value"), [(2, 96.0), (3, 37.8)])
def test_a_resolution_in_exif_counts(unit: int, value: float) -> None:
    tags = {
        ExifTags.Base.XResolution: value,
        ExifTags.Base.YResolution: value,
        ExifTags.Base.ResolutionUnit: unit,
    }
    assert told(encoded(corners(559, 794), exif=exif_with(tags))) == {}


def test_a_distorted_scale_is_told() -> None:
    assert told(conforming_jpg(dpi=(96, 72))) == {"dpi_differ": "横向分辨率 96 dpi 与纵向 72 dpi 不同，比例不是 1:1"}


@pytest.mark.parametrize(
    ("size", "dpi", "paper"),
    [
        ((4000, 3000), 72, "1411×1058"),
        ((1240, 1754), 72, "437×619"),
        ((120, 90), 96, "32×24"),
        ((1100, 100), 96, "291×26"),
    ],
)
def test_a_picture_that_is_no_certificates_size_is_not_one_to_one(size: tuple[int, int], dpi: int, paper: str) -> None:
    message = told(encoded(corners(*size), dpi=(dpi, dpi), quality=30))["scale"]
    assert (
        message
        == f"按 {dpi} dpi 计算，原件为 {paper} 毫米，比例不是 1:1（证件在卡片 54×86 毫米与 A3 297×420 毫米之间）"
    )


@pytest.mark.parametrize("size", [(204, 324), (324, 204), (583, 827), (1123, 1587), (1587, 1123)])
def test_cards_and_sheets_up_to_a3_are_one_to_one(size: tuple[int, int]) -> None:
    assert told(encoded(corners(*size), dpi=(96, 96), quality=60)) == {}


def test_an_empty_file_is_told() -> None:
    assert told(b"") == {"empty_file": "文件「证书.jpg」是空的（0 字节），请重新选择"}


def test_what_is_no_picture_is_told() -> None:
    assert told(b"hello", "说明.jpg") == {"unreadable": "无法识别文件「说明.jpg」的类型，要求 JPG"}


@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize("part", [0.3, 0.6, 0.9])
def test_a_truncated_jpg_is_told(part: float, *, progressive: bool) -> None:
    content = encoded(noise(559, 794), dpi=(96, 96), quality=30, progressive=progressive)
    assert told(content[: int(len(content) * part)]) == {
        "broken_file": "文件「证书.jpg」已损坏或不完整，无法读取，请重新扫描"
    }


def test_a_jpg_that_claims_too_many_pixels_is_not_decoded() -> None:
    assert told(jpg_claiming(40_000, 30_000)) == {
        "too_many_pixels": "图片为 40000×30000（120000 万像素），要求不超过 20000 万像素，请缩小后重新上传"
    }


def test_a_file_too_large_to_read_is_told_its_size_without_decoding() -> None:
    content = conforming_jpg() + bytes(11 * 1024 * 1024)
    assert list(told(content)) == ["size"]
    assert inspect(content, "a.jpg").size is None


def test_keeping_a_file_that_misses_rules_raises_them_all() -> None:
    content = encoded(noise(1500, 1500), dpi=(230, 230))
    with pytest.raises(UserError) as raised:
        conforming(content)
    assert raised.value.code == "size"
    assert "230 dpi" in raised.value.message
