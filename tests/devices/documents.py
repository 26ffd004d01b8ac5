"""Made-up travel documents that the tests put on a reader."""

import io
from datetime import UTC, date, datetime
from functools import cache

from PIL import Image

from devices.mrz import parse
from devices.mrz_writer import compose
from devices.travel_document.pace import ECDH_GENERIC, PaceInfo
from devices.virtual_passport.chip import Chip
from devices.virtual_passport.contents import Holder, PictureFormat, personalise
from devices.virtual_passport.issuer import Issuer, Scheme

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
CAN = "123456"
PASSPORT = compose(
    "TD3",
    code="P",
    issuer="UTO",
    number="X1234567",
    nationality="UTO",
    birth=date(1990, 5, 17),
    sex="F",
    expiry=date(2033, 1, 12),
    surname="OKAFOR",
    given_names="ADA MARIA",
)
PERMIT = compose(
    "CR",
    code="CR",
    number="H12345678",
    optional="<01",
    birth=date(1997, 10, 21),
    sex="M",
    expiry=date(2033, 1, 12),
    other_number="A1234567",
    surname="CHAN",
    given_names="TAI MAN",
)
AES_ON_BRAINPOOL = PaceInfo(f"{ECDH_GENERIC}.2", 13)


def key_of(lines: tuple[str, ...]) -> str:
    """What opens the chip of the document with this zone."""
    return parse("\n".join(lines), NOW.date()).key


@cache
def portrait() -> bytes:
    """A JPEG that is recognisably the same after another compression."""
    noise = Image.effect_noise((240, 300), 12).convert("RGB")
    picture = Image.blend(Image.linear_gradient("L").resize((240, 300)).convert("RGB"), noise, 0.1)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=95)
    return out.getvalue()


@cache
def issuer(scheme: Scheme = "ecdsa") -> Issuer:
    """A country, made once a run."""
    return Issuer.new(scheme, now=NOW)


def chip(
    lines: tuple[str, ...] = PASSPORT,
    *,
    offers: tuple[PaceInfo, ...] = (),
    signed_by: Issuer | None = None,
    picture: PictureFormat = "JPEG2000",
    national_name: str = "",
    personal_number: str = "",
) -> Chip:
    """A document's chip."""
    holder = Holder(lines, portrait(), national_name, personal_number)
    contents = personalise(holder, signed_by, picture)
    return Chip(contents, key_of(lines), CAN if offers else "", offers)
