"""From a scan or a photo of the signed sheet to the signature."""

from dataclasses import replace
from io import BytesIO
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image

from app.signatures.problems import CODES, problem_text
from app.signatures.reading import ScanReading, read_pages, read_scan
from app.signatures.tokens import make_token
from tests.signatures.paper import (
    BLACK,
    BLUE,
    KEY,
    RED,
    TOKEN,
    Paper,
    blank,
    overlap,
    printed,
    recall_and_precision,
    signed,
)

OTHER = make_token(bytes(16), KEY)


def read(paper: Paper, **options: Any) -> ScanReading:
    return read_scan(paper.file("JPEG", **(options or {"quality": 60})), "扫描.jpg", KEY)


def assert_found(paper: Paper, reading: ScanReading, least_overlap: float = 0.97, least_recall: float = 0.96) -> None:
    assert (reading.token, reading.problems) == (TOKEN, ())
    assert reading.box is not None
    assert reading.signature_png is not None
    assert overlap(np.array(reading.box), paper.box) >= least_overlap
    recall, precision = recall_and_precision(reading.signature_png)
    assert recall >= least_recall
    assert precision >= 0.8


@pytest.mark.parametrize("dpi", [100, 150, 300])
def test_a_flatbed_scan_gives_person_box_and_signature(dpi: int) -> None:
    paper = signed(dpi)
    assert_found(paper, read(paper), 0.99)


@pytest.mark.parametrize("degrees", [90, 180, 270, 3.7, -8, 45, 133])
def test_a_turned_scan_is_read_at_any_angle(degrees: float) -> None:
    paper = signed(150).turned(degrees)
    assert_found(paper, read(paper), 0.99)


@pytest.mark.parametrize("dpi", [100, 150, 300])
def test_a_photo_in_uneven_light_is_read(dpi: int) -> None:
    paper = signed(dpi).photographed().unevenly_lit()
    assert_found(paper, read(paper))


def test_a_photo_from_the_side_and_turned_is_read() -> None:
    paper = signed(200).photographed(0.25).turned(200).unevenly_lit(0.35)
    assert_found(paper, read(paper))


@pytest.mark.parametrize("ink", [BLACK, BLUE, RED])
def test_any_ink_is_kept_with_its_colour(ink: tuple[int, int, int]) -> None:
    paper = signed(150, ink=ink)
    reading = read(paper, quality=90)
    assert_found(paper, reading)
    assert reading.signature_png is not None
    layers = np.asarray(Image.open(BytesIO(reading.signature_png)))
    assert np.abs(layers[layers[:, :, 3] == 255][:, :3].mean(axis=0) - ink).max() < 30


def test_the_signature_is_transparent_with_a_margin() -> None:
    png = read(signed(150)).signature_png
    assert png is not None
    image = Image.open(BytesIO(png))
    alpha = np.asarray(image)[:, :, 3]
    assert image.mode == "RGBA"
    assert alpha[:20].max() == alpha[:, :20].max() == alpha[-20:].max() == 0
    assert alpha.max() == 255


def test_a_pdf_and_a_tiff_of_several_pages_find_the_sheet_among_them() -> None:
    buffer = BytesIO()
    cover = Image.new("RGB", (800, 1100), "white")
    cover.save(buffer, "TIFF", save_all=True, append_images=[Image.fromarray(signed(150).pixels)])
    reading = read_scan(buffer.getvalue(), "扫描.tif", KEY)
    assert (reading.page, reading.token, reading.problems) == (2, TOKEN, ())
    reading = read_scan(printed(), "空白.pdf", KEY)
    assert (reading.page, reading.token, reading.problems) == (1, TOKEN, ("empty_box",))
    assert (reading.width, reading.height) == (1654, 2339)


def test_two_people_s_sheets_in_one_file_belong_to_nobody() -> None:
    buffer = BytesIO()
    first, second = (Image.fromarray(signed(100, token=token).pixels) for token in (TOKEN, OTHER))
    first.save(buffer, "TIFF", save_all=True, append_images=[second])
    reading = read_scan(buffer.getvalue(), "两张.tif", KEY)
    assert (reading.token, reading.signature_png, reading.problems) == (None, None, ("two_sheets",))
    assert [page.token for page in read_pages(buffer.getvalue(), "两张.tif", KEY)] == [TOKEN, OTHER]


def test_two_sheets_in_one_picture_belong_to_nobody() -> None:
    pixels = np.hstack([signed(100).pixels, signed(100, token=OTHER).pixels])
    reading = read(Paper(pixels, np.eye(3)))
    assert (reading.token, reading.box, reading.problems) == (None, None, ("two_sheets",))


@pytest.mark.parametrize("paper", [blank(100), blank(150).photographed().unevenly_lit()], ids=["scan", "photo"])
def test_an_empty_box_is_told(paper: Paper) -> None:
    reading = read(paper)
    assert (reading.token, reading.signature_png, reading.problems) == (TOKEN, None, ("empty_box",))


def test_a_sheet_signed_with_another_key_has_no_token_but_its_signature() -> None:
    reading = read_scan(signed(150).file(), "扫描.png", bytes(32))
    assert (reading.token, reading.problems) == (None, ("foreign_qr",))
    assert reading.signature_png is not None


def test_a_code_of_another_system_is_told() -> None:
    reading = read(signed(150, token="https://example.org/form/1"))
    assert (reading.token, reading.problems) == (None, ("foreign_qr",))
    assert reading.signature_png is not None


def test_without_a_qr_code_the_marks_still_give_the_signature() -> None:
    paper = signed(150)
    paper.pixels[900:1150, 900:1150] = 255
    reading = read(paper)
    assert (reading.token, reading.problems) == (None, ("no_qr",))
    assert reading.box is not None
    assert overlap(np.array(reading.box), paper.box) >= 0.99


def test_a_cropped_mark_is_told_and_the_box_still_found() -> None:
    paper = signed(150)
    paper.pixels[:140, :140] = 255
    reading = read(paper)
    assert (reading.token, reading.problems) == (TOKEN, ("mark_missing",))
    assert reading.box is not None
    assert overlap(np.array(reading.box), paper.box) >= 0.99


@pytest.mark.parametrize("degrees", [0, 20, 180])
def test_without_marks_the_person_is_known_and_the_printed_frame_gives_the_place(degrees: float) -> None:
    paper = signed(150)
    for rows in (slice(0, 150), slice(-150, None)):
        paper.pixels[rows] = 255
    paper = paper.turned(degrees)
    reading = read(paper)
    assert (reading.token, reading.problems) == (TOKEN, ("no_marks",))
    assert reading.box is not None
    assert overlap(np.array(reading.box), paper.box) >= 0.99


def test_without_marks_and_frame_nothing_is_cut() -> None:
    paper = signed(150)
    for rows in (slice(0, 900), slice(-150, None)):
        paper.pixels[rows] = 255
    reading = read(paper)
    assert (reading.token, reading.box, reading.signature_png) == (TOKEN, None, None)
    assert reading.problems == ("no_marks",)


def test_a_box_outside_the_picture_is_told() -> None:
    paper = signed(150)
    reading = read(Paper(paper.pixels[:, 400:].copy(), paper.to_pixels))
    assert reading.token == TOKEN
    assert "box_cut_off" in reading.problems
    assert reading.box is None


def test_a_faint_a_small_and_an_overflowing_signature_are_told() -> None:
    assert read(signed(150, ink=(205, 205, 205))).problems == ("faint",)
    assert "touches_frame" in read(signed(150, offset=40)).problems
    small = blank(150)
    cv2.line(small.pixels, (600, 650), (640, 660), BLACK, 5)
    assert read(small).problems == ("too_small",)
    assert read(signed(60), quality=95).problems == ("low_resolution",)


@pytest.mark.parametrize("pen", [0.4, 0.7])
@pytest.mark.parametrize("blur", [0.32, 0.45, 0.55, 0.65])
def test_a_blurred_picture_is_told_however_blurred(blur: float, pen: float) -> None:
    """`blur` is the standard deviation in mm."""
    paper = signed(200, pen=pen)
    blurred = np.asarray(cv2.GaussianBlur(paper.pixels, (0, 0), blur * 200 / 25.4), dtype=np.uint8)
    assert "blurred" in read(replace(paper, pixels=blurred)).problems


@pytest.mark.parametrize("bend", [0.4, 0.8, 1.5])
def test_bent_paper_is_not_blurred(bend: float) -> None:
    """`bend` in mm: how far a line printed straight swings out."""
    paper = signed(200)
    height, width = paper.pixels.shape[:2]
    down, across = np.mgrid[0:height, 0:width].astype(np.float32)
    swing = bend * 200 / 25.4 * np.sin(2 * np.pi * across / 900)
    waved = cv2.remap(paper.pixels, across, down + swing.astype(np.float32), cv2.INTER_LINEAR)
    reading = read(replace(paper, pixels=np.asarray(waved, dtype=np.uint8)))
    assert (reading.token, reading.problems) == (TOKEN, ())


def test_dust_a_fold_and_a_shadow_are_no_ink() -> None:
    paper = blank(200)
    pixels = paper.pixels
    pixels[:, 1000:1003] = (pixels[:, 1000:1003] * 0.94).astype(np.uint8)
    pixels[:900] = (pixels[:900] * 0.6).astype(np.uint8)
    pixels[800, 600] = 0
    assert read(paper).problems == ("empty_box",)


@pytest.mark.parametrize("seed", range(3))
def test_a_picture_of_something_else_is_kept_and_says_what_it_lacks(seed: int) -> None:
    rough = np.random.default_rng(seed).integers(0, 255, (30, 40, 3), dtype=np.uint8)
    picture = np.asarray(cv2.resize(rough, (1200, 900), interpolation=cv2.INTER_CUBIC), dtype=np.uint8)
    reading = read(Paper(picture, np.eye(3)))
    assert (reading.token, reading.box, reading.signature_png) == (None, None, None)
    assert reading.problems == ("no_qr", "no_marks")
    assert Image.open(BytesIO(reading.page_jpeg)).size == (1200, 900)


@pytest.mark.parametrize("degrees", [0, 90, 180, 270])
def test_the_page_is_shown_upright_small_and_without_metadata(degrees: int) -> None:
    reading = read(signed(300).turned(degrees))
    image = Image.open(BytesIO(reading.page_jpeg))
    assert (image.format, image.height, dict(image.getexif())) == ("JPEG", 1600, {})
    gray = np.asarray(image.convert("L"))
    assert gray[:150, :150].min() < 60  # a mark in the corner
    assert (gray[250:450, 300:850] < 128).sum() > (gray[1150:1350, 300:850] < 128).sum()  # the title above


def test_a_photo_that_is_no_sheet_is_shown_as_the_camera_held_it() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    buffer = BytesIO()
    Image.new("RGB", (300, 200), "gray").save(buffer, "JPEG", exif=exif)
    assert Image.open(BytesIO(read_scan(buffer.getvalue(), "照片.jpg", KEY).page_jpeg)).size == (200, 300)


def test_every_problem_has_a_message_that_says_what_to_do() -> None:
    assert all("请" in problem_text(code) for code in CODES)
