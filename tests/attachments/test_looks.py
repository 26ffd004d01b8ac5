"""Nearly identical pictures look alike, different ones do not."""

from io import BytesIO

from PIL import Image

from app.attachments.looks import BANDS, NEAR_BITS, apart, looks_of
from tests.records.filing import certificate


def fine(content: bytes) -> bytes:
    look = looks_of(content)["fine_look"]
    assert isinstance(look, bytes)
    return look


def smaller(content: bytes) -> bytes:
    out = BytesIO()
    with Image.open(BytesIO(content)) as picture:
        picture.resize((picture.width * 3 // 4, picture.height * 3 // 4)).save(out, "JPEG", quality=40)
    return out.getvalue()


def test_a_picture_saved_anew_smaller_and_coarser_looks_alike_and_shares_a_band() -> None:
    for number in range(20):
        original = certificate(number)
        again = smaller(original)
        assert apart(fine(original), fine(again)) <= NEAR_BITS
        assert any(looks_of(original)[band] == looks_of(again)[band] for band in BANDS)


def test_another_certificate_on_the_same_form_looks_different() -> None:
    looks = [fine(certificate(number)) for number in range(20)]
    for at, one in enumerate(looks):
        assert all(apart(one, other) > NEAR_BITS for other in looks[:at])


def test_the_bands_fit_their_columns() -> None:
    columns = looks_of(certificate(1))
    assert all(0 <= int(columns[band]) < 2**16 for band in BANDS)
    assert len(fine(certificate(1))) == 32
