"""Nearly identical pictures look alike, different ones do not, even on the same printed form."""

from io import BytesIO

import pytest
from PIL import Image, ImageDraw, ImageEnhance, ImageFont

from app.attachments.looks import BAND_BITS, BANDS, NEAR_BITS, apart, looks_of, same_spots
from app.signatures.fonts import font_chain

FORM = (
    "姓名：{0}",
    "学校名称：新港海洋大学",
    "学历：大学本科毕业",
    "所学专业：给排水科学与工程",
    "证书编号：{1}",
    "发证日期：{2}",
)
PEOPLE = [("胡伟东", "900581201505528128", "2015-06-30"), ("林晓燕", "900581200705075373", "2007-06-30")]
PEOPLE += [
    (name, f"90058{number * 7919:013}", f"{1990 + number * 3}-0{number % 9 + 1}-{10 + number * 2}")
    for number, name in enumerate(("徐国福", "吕福永", "萧艳丽", "郑亮浩", "唐明成", "彭振新", "薛文鹏", "令狐桂红"), 1)
]


def diploma(person: tuple[str, str, str]) -> bytes:
    picture = Image.new("RGB", (827, 585), "#fffdf6")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((18, 18, 809, 567), outline="#8a1616", width=6)
    font = ImageFont.truetype(str(font_chain().files[0]), 26)
    for at, line in enumerate(FORM):
        draw.text((70, 100 + at * 60), line.format(*person), font=font, fill="#222222")
    return saved(picture, 85)


def saved(picture: Image.Image, quality: int) -> bytes:
    out = BytesIO()
    picture.save(out, "JPEG", quality=quality, dpi=(100, 100))
    return out.getvalue()


def again(content: bytes) -> list[bytes]:
    """The same picture coarser, smaller, darker."""
    with Image.open(BytesIO(content)) as picture:
        smaller = picture.resize((picture.width * 3 // 4, picture.height * 3 // 4))
        return [saved(picture, 40), saved(smaller, 60), saved(ImageEnhance.Brightness(picture).enhance(0.85), 70)]


def fine(content: bytes) -> bytes:
    look = looks_of(content)["fine_look"]
    assert isinstance(look, bytes)
    return look


@pytest.mark.parametrize("person", PEOPLE[:6])
def test_a_picture_saved_anew_is_found_through_a_band_and_is_the_same_in_every_spot(
    person: tuple[str, str, str],
) -> None:
    original = diploma(person)
    looks = looks_of(original)
    for copy in again(original):
        assert apart(fine(original), fine(copy)) <= NEAR_BITS
        assert any(looks_of(copy)[band] == looks[band] for band in BANDS)
        assert same_spots(original, copy)


def test_another_persons_certificate_on_the_same_form_is_another_picture() -> None:
    pictures = [diploma(person) for person in PEOPLE]
    for at, one in enumerate(pictures):
        assert not any(same_spots(one, other) for other in pictures[:at])


def test_the_bands_fit_their_columns() -> None:
    columns = looks_of(diploma(PEOPLE[0]))
    assert all(0 <= int(columns[band]) < 2**BAND_BITS for band in BANDS)
    assert len(fine(diploma(PEOPLE[0]))) == 32
