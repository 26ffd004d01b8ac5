"""Any photo, scan or PDF page becomes a conforming JPG in one click."""

import re
from io import BytesIO

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from PIL import ExifTags, Image, ImageCms

from app.attachments.mend import Mended, mend, planned, reencode
from app.attachments.rules import LIMIT_BYTES, LOWEST_DPI, check, conforming, scale_fits
from app.attachments.sources import Dpi, Size
from app.errors import UserError
from tests.attachments.pictures import (
    GREEN,
    RED,
    close,
    conforming_jpg,
    corners,
    encoded,
    noise,
    pdf,
    photo,
    pixel,
)

WHITE = (255, 255, 255)
METADATA = (b"Exif", b"ICC_PROFILE", b"http://ns.adobe.com", b"Photoshop", b"\xff\xfe")


def mended(content: bytes, name: str = "照片.jpg", page: int = 0) -> Mended:
    """The mended file, which conforms in every case."""
    made = mend(content, name, page)
    assert check(made.content, name) == []
    kept = conforming(made.content)
    assert (kept.width, kept.height, kept.dpi) == (made.width, made.height, made.dpi)
    assert not [mark for mark in METADATA if mark in made.content]
    return made


def exif(orientation: int = 1, secret: str = "") -> Image.Exif:
    tags = Image.Exif()
    tags[ExifTags.Base.Orientation] = orientation
    tags[ExifTags.Base.ImageDescription] = secret
    return tags


def test_a_12_megapixel_photo_fills_a4_at_100_dpi_with_nearly_300_kb() -> None:
    made = mended(encoded(photo(4000, 3000), quality=90, dpi=(72, 72)))
    assert (made.width, made.height, made.dpi, made.pages) == (1103, 827, 100, 1)
    assert made.quality >= 80
    assert len(made.content) > LIMIT_BYTES * 0.7


def test_a_48_megapixel_photo_works() -> None:
    made = mended(encoded(corners(8000, 6000), quality=60))
    assert (made.width, made.height) == (1103, 827)
    assert close(pixel(made.content, 0.25, 0.25), RED)


def test_a_100_megapixel_jpg_is_decoded_at_a_fraction() -> None:
    made = mended(encoded(Image.new("RGB", (10_000, 10_000), GREEN), quality=60))
    assert (made.width, made.height) == (827, 827)
    assert close(pixel(made.content, 0.5, 0.5), GREEN)


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "BMP", "TIFF", "JPEG", "MPO"])
def test_every_kind_of_picture(kind: str) -> None:
    made = mended(encoded(corners(1000, 800), kind), "照片")
    assert made.width > made.height
    assert close(pixel(made.content, 0.25, 0.25), RED)
    assert close(pixel(made.content, 0.75, 0.25), GREEN)
    assert close(pixel(made.content, 0.5, 0.75), WHITE)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_that_exif_turns_is_stored_upright(orientation: int, kind: str) -> None:
    stored = {
        1: None, 2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_90, 7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }[orientation]  # fmt: skip
    upright = corners(600, 400)
    turned = upright if stored is None else upright.transpose(stored)
    made = mended(encoded(turned, kind, exif=exif(orientation)))
    assert (made.width, made.height) == (600, 400)
    assert close(pixel(made.content, 0.25, 0.25), RED)
    assert close(pixel(made.content, 0.75, 0.25), GREEN)


def test_what_exif_told_is_gone() -> None:
    assert b"SECRET" not in mended(encoded(corners(900, 700), exif=exif(secret="SECRET"), comment=b"SECRET")).content


@pytest.mark.parametrize("kind", ["JPEG", "TIFF"])
def test_a_cmyk_picture(kind: str) -> None:
    cyan = Image.new("CMYK", (800, 600), (255, 0, 0, 0))
    assert close(pixel(mended(encoded(cyan, kind)).content, 0.5, 0.5), (0, 255, 255))


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_a_16_bit_picture(kind: str) -> None:
    greys = np.full((600, 800), 40_000, dtype=np.uint16)
    greys[:300, :400] = 65_535
    made = mended(encoded(Image.fromarray(greys), kind))
    assert close(pixel(made.content, 0.75, 0.75), (156, 156, 156))
    assert close(pixel(made.content, 0.2, 0.2), WHITE)


def test_a_32_bit_picture_with_values_that_are_none() -> None:
    greys = np.full((600, 800), 0.5, dtype=np.float32)
    greys[0, :3] = (np.nan, np.inf, 255.0)
    assert pixel(mended(encoded(Image.fromarray(greys), "TIFF")).content, 0.5, 0.5) < (10, 10, 10)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_transparent_parts_become_white_paper(mode: str) -> None:
    layer = Image.new("RGBA", (800, 600), (0, 0, 0, 0))
    layer.paste((0, 0, 0, 255), (0, 0, 400, 300))
    content = pixel(mended(encoded(layer.convert(mode), "PNG")).content, 0.75, 0.75)
    assert close(content, WHITE)


@pytest.mark.parametrize("mode", ["1", "L", "P"])
def test_pictures_of_few_colours(mode: str) -> None:
    assert close(pixel(mended(encoded(corners(1600, 1200).convert(mode), "PNG")).content, 0.5, 0.75), WHITE)


def test_colours_are_converted_by_the_profile() -> None:
    swapped = ImageCms.ImageCmsProfile(BytesIO(_profile_with_swapped_primaries()))
    made = mended(encoded(Image.new("RGB", (800, 600), (255, 0, 0)), icc_profile=swapped.tobytes()))
    assert close(pixel(made.content, 0.5, 0.5), (0, 255, 0), 25)


def _profile_with_swapped_primaries() -> bytes:
    """sRGB whose red channel is green light and the other way round."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return profile.replace(b"rXYZ", b"tmpX").replace(b"gXYZ", b"rXYZ").replace(b"tmpX", b"gXYZ")


@pytest.mark.parametrize(
    "profile",
    [b"garbage" * 30, ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()],
    ids=["garbage", "of another colour model"],
)
def test_a_useless_profile_is_left_out(profile: bytes) -> None:
    made = mended(encoded(Image.new("RGB", (800, 600), RED), icc_profile=profile))
    assert close(pixel(made.content, 0.5, 0.5), RED)


def test_a_scan_keeps_its_size_on_paper() -> None:
    made = mended(encoded(corners(3508, 4961), dpi=(300, 300)))
    assert (made.width, made.height, made.dpi) == (1169, 1654, 100)


def test_a_scan_at_a_permitted_resolution_keeps_its_pixels() -> None:
    made = mended(encoded(corners(827, 583), "PNG", dpi=(80, 80)))
    assert (made.width, made.height, made.dpi) == (827, 583, 80)


def test_a_fax_with_oblong_pixels_gets_its_true_shape() -> None:
    made = mended(encoded(corners(1728, 1145).convert("1"), "TIFF", dpi=(204, 98)))
    assert (made.width, made.height, made.dpi) == (830, 1145, 98)


def test_a_small_picture_is_not_blown_up() -> None:
    made = mended(encoded(corners(300, 190), "PNG"))
    assert (made.width, made.height) == (300, 190)
    assert made.dpi == 95


def test_a_page_full_of_noise_still_gets_under_300_kb() -> None:
    made = mended(encoded(noise(1220, 1732), "PNG", dpi=(100, 100)))
    assert made.dpi == 72


@pytest.mark.parametrize("size", [(1220, 1732), (878, 1247)])
def test_noise_of_the_largest_size_of_each_resolution(size: tuple[int, int]) -> None:
    dpi = 100 if size[0] > 1000 else 72
    assert len(mended(encoded(noise(*size), "PNG", dpi=(dpi, dpi))).content) < LIMIT_BYTES


def test_a_pdf_page_keeps_its_size_on_paper() -> None:
    made = mended(pdf(), "毕业证.pdf")
    assert (made.width, made.height, made.dpi, made.pages) == (827, 1169, 100, 1)
    assert close(pixel(made.content, 0.5, 0.05), RED)
    assert close(pixel(made.content, 0.5, 0.5), WHITE)


def test_the_chosen_page_of_a_pdf_and_of_a_tiff() -> None:
    document = pdf(pages=3)
    assert [close(pixel(mended(document, page=page).content, 0.6, 0.05), RED) for page in range(3)] == [
        False,
        True,
        True,
    ]
    sheets = [Image.new("RGB", (800, 600), colour) for colour in (RED, GREEN)]
    tiff = encoded(sheets[0], "TIFF", save_all=True, append_images=sheets[1:])
    assert mended(tiff).pages == 2
    assert close(pixel(mended(tiff, page=1).content, 0.5, 0.5), GREEN)


def test_a_pdf_page_of_poster_size_is_fitted_to_a4() -> None:
    made = mended(pdf(size=(14_400, 10_000)), "海报.pdf")
    assert (made.width, made.height) == (1169, 812)


def test_an_accepted_file_is_encoded_anew_without_what_it_carried() -> None:
    content = conforming_jpg(exif=exif(6, secret="SECRET"), comment=b"SECRET", icc_profile=b"SECRET")
    kept = reencode(content + b"SECRET")
    assert b"SECRET" not in kept
    assert not [mark for mark in METADATA if mark in kept]
    made = conforming(kept)
    assert (made.width, made.height, made.dpi) == (794, 559, 96)


def test_a_mended_file_loses_next_to_nothing_when_it_is_kept() -> None:
    first = mended(encoded(photo(2000, 1500), quality=95)).content
    again = reencode(first)
    pictures = [np.asarray(Image.open(BytesIO(content))).astype(np.int16) for content in (first, again)]
    assert np.abs(pictures[0] - pictures[1]).mean() < 1.0
    assert 0.9 < len(again) / len(first) <= 1.05


@pytest.mark.parametrize("quality", [30, 85])
def test_a_noisy_file_is_kept_under_300_kb(quality: int) -> None:
    content = encoded(noise(500, 500), quality=quality, subsampling=2, dpi=(100, 100))
    assert check(content, "a.jpg") == []
    assert check(reencode(content), "a.jpg") == []


def test_a_file_that_only_its_own_encoder_gets_under_300_kb_is_refused_with_its_figure() -> None:
    content = encoded(noise(1220, 1732), quality=5, subsampling=2, dpi=(100, 100), optimize=True)
    assert check(content, "a.jpg") == []
    with pytest.raises(UserError, match="too_detailed") as raised:
        reencode(content)
    assert re.fullmatch(
        r"图片细节过密，重新编码后有 3\d\d KB，要求小于 300 KB，请以较低的分辨率重新扫描", raised.value.message
    )


def test_a_tiny_file_is_not_made_coarse_to_stay_tiny() -> None:
    grey = encoded(corners(559, 794).convert("L"), quality=90, dpi=(96, 96), optimize=True)
    levels = np.asarray(Image.open(BytesIO(grey)).convert("L")).astype(np.int16)
    kept = np.asarray(Image.open(BytesIO(reencode(grey))).convert("L")).astype(np.int16)
    assert np.abs(levels - kept).max() <= 8


def test_a_file_that_misses_a_rule_is_not_kept() -> None:
    with pytest.raises(UserError) as raised:
        reencode(encoded(corners(1900, 2680), dpi=(230, 230), quality=20))
    assert (raised.value.code, raised.value.message) == ("dpi", "分辨率为 230 dpi，要求 72–100 dpi")


SIDES = st.integers(1, 70_000)
CERTIFICATES = st.tuples(st.integers(227, 70_000), st.floats(0.2, 1)).map(
    lambda side: (side[0], max(142, int(side[0] * side[1])))
)
RESOLUTIONS = st.none() | st.tuples(*[st.floats(0.01, 1e9)] * 2)


@given(CERTIFICATES, RESOLUTIONS)
def test_every_picture_of_a_sensible_shape_has_a_plan_that_conforms(size: Size, dpi: Dpi | None) -> None:
    plan = planned(size, dpi)
    assert 72 <= plan.dpi <= 100
    assert scale_fits(plan.size, (plan.dpi, plan.dpi))
    assert plan.size[0] <= size[0]
    assert plan.size[1] <= size[1]


@given(st.tuples(st.integers(250, 1224), st.integers(400, 1734)), st.integers(72, 100))
def test_fewer_pixels_of_a_large_picture_still_conform(size: Size, dpi: int) -> None:
    assume(scale_fits(size, (dpi, dpi)))
    assert scale_fits(planned(size, (dpi, dpi)).at(72).size, (72, 72))


@given(st.tuples(SIDES, st.integers(1, 140)) | st.tuples(st.integers(1, 225), st.integers(1, 225)))
def test_a_picture_that_cannot_conform_is_told_its_size(size: Size) -> None:
    with pytest.raises(UserError) as raised:
        planned(size, None)
    assert f"{size[0]}×{size[1]}" in raised.value.message


def test_the_size_that_a_picture_is_told_to_have_at_least_is_enough() -> None:
    with pytest.raises(UserError) as raised:
        planned((225, 141), None)
    assert "226×141" in raised.value.message
    assert planned((226, 141), None).dpi == LOWEST_DPI
