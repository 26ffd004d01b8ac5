"""Demo portraits: the size of an ID photo, light, and always the same."""

import io

import pytest
from PIL import Image

from app.demo.portraits import portrait


@pytest.mark.parametrize("sex", ["1", "2", "0"])
@pytest.mark.parametrize("seed", range(6))
def test_a_portrait_is_a_light_jpeg_in_the_size_of_an_id_photo(seed: int, sex: str) -> None:
    data = portrait(seed, sex)
    image = Image.open(io.BytesIO(data))
    assert (image.format, image.mode, image.size) == ("JPEG", "RGB", (358, 441))
    assert len(data) < 25 * 1024


def test_a_person_always_has_the_same_face() -> None:
    assert portrait(3, "1") == portrait(3, "1")


def test_people_have_different_faces() -> None:
    assert len({portrait(seed, sex) for seed in range(12) for sex in ("1", "2")}) == 24


def test_the_head_stands_before_a_light_background() -> None:
    image = Image.open(io.BytesIO(portrait(1, "2")))
    corner, middle = image.getpixel((4, 4)), image.getpixel((179, 230))
    assert isinstance(corner, tuple)
    assert isinstance(middle, tuple)
    assert min(corner) > 190
    assert middle[0] > middle[2] + 15
