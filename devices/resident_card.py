"""The text block of a resident card: 256 bytes of UTF-16LE in one of four layouts, told apart by a type flag.

The layouts are those of 《二代证机读信息说明》 and 《港澳台居民居住证机读信息规范（试行版）》; the two of the foreigners' cards
are as readers hand them over.
"""

from dataclasses import dataclass, field
from datetime import date

from devices import id_number
from devices.characters import encode_private, is_private, unify_middle_dots

BLOCK_BYTES = 256
FLAG_OFFSET = 248
LONG_TERM = "长期"
REPLACEMENT = "\ufffd"

LAYOUTS = {" ": "resident_id", "J": "hmt_residence", "I": "foreigner_residence", "Y": "foreigner_residence"}
"""Document type by flag."""


@dataclass(frozen=True)
class CardReading:
    """A card as it was read. Texts are as on the card, with public characters; nothing is guessed.

    `number` has 18 digits (15-digit ones are brought to 18), or 15 characters on foreigners' cards of 2017. `valid_to` is
    None for 长期, and also where `warnings` has `validity_unreadable`. Personal data stay out of the representation.
    """

    document_type: str
    number: str = field(repr=False)
    name: str = field(repr=False)
    name_latin: str = field(default="", repr=False)
    sex: str = field(default="", repr=False)
    """GB/T 2261.1."""
    ethnicity: str = field(default="", repr=False)
    """GB/T 3304, two digits; empty where the card has none."""
    birth_date: date | None = field(default=None, repr=False)
    address: str = field(default="", repr=False)
    authority: str = field(default="", repr=False)
    valid_from: date | None = field(default=None, repr=False)
    valid_to: date | None = field(default=None, repr=False)
    photo: bytes | None = field(default=None, repr=False)
    """A picture (JPEG, PNG or BMP) where the reader, or a decoder, gave one."""
    permit_number: str = field(default="", repr=False)
    """Residence permit of Hong Kong, Macao and Taiwan: number of the travel permit."""
    issues: str = ""
    """The same card: how often it was issued."""
    nationality: str = ""
    """Foreigners' cards: ISO 3166-1 alpha-3."""
    card_version: str = ""
    """Foreigners' card of 2017."""
    authority_code: str = ""
    """Foreigners' card of 2017: code of the accepting authority."""
    renewals: str = ""
    """Foreigners' card of 2023."""
    former_card: str = field(default="", repr=False)
    """Foreigners' card of 2023: the link to the number of the card before."""
    warnings: tuple[str, ...] = ()
    raw: bytes = field(default=b"", repr=False)
    """The block itself. For checks and tests; it is not kept."""
    source: str = ""
    """Which driver read it: `pcsc`, …"""


class BlockError(ValueError):
    """A block that is no card's. `code` is `length`, `flag` or `empty`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def parse_block(block: bytes, *, today: date, photo: bytes | None = None, source: str = "") -> CardReading:
    """Read a text block. Whatever does not fit is told in `warnings`. Raises BlockError and nothing else."""
    if len(block) != BLOCK_BYTES:
        raise BlockError("length")
    flag = block[FLAG_OFFSET : FLAG_OFFSET + 2].decode("utf-16-le", "replace").replace("\0", " ")
    if flag not in LAYOUTS:
        raise BlockError("flag")
    cut = _Cut(block)
    values = {" ": _resident, "J": _hmt, "I": _foreigner_2017, "Y": _foreigner_2023}[flag](cut)
    if not values["number"]:
        raise BlockError("empty")
    if id_number.is_legacy(values["number"]):
        values["number"] = id_number.from_legacy(values["number"])
        cut.warnings.append("legacy_number")
    birth, valid_from, valid_to = cut.days(values.pop("birth"), values.pop("from"), values.pop("to"))
    warnings = [*cut.warnings, *_misfits(flag, values, birth, (valid_from, valid_to), today)]
    return CardReading(
        document_type=LAYOUTS[flag],
        birth_date=birth,
        valid_from=valid_from,
        valid_to=valid_to,
        photo=photo,
        warnings=tuple(dict.fromkeys(warnings)),
        raw=block,
        source=source,
        **values,
    )


class _Cut:
    """Cuts texts out of a block and collects what could not be read."""

    def __init__(self, block: bytes) -> None:
        self.block = block
        self.warnings: list[str] = []

    def code(self, offset: int, length: int) -> str:
        """Letters and digits: upper case, without spaces."""
        text = self.block[offset : offset + length].decode("utf-16-le", "replace").replace("\0", " ")
        return "".join(text.split()).upper()

    def text(self, *parts: tuple[int, int]) -> str:
        """Text for people: public characters, one kind of middle dot. A name may go on in a second part."""
        content = b"".join(self.block[offset : offset + length] for offset, length in parts)
        text = unify_middle_dots(encode_private(_decoded(content)))
        if any(character == REPLACEMENT or is_private(character) for character in text):
            self.warnings.append("rare_character")
        return " ".join(text.split())

    def days(self, birth: str, start: str, end: str) -> tuple[date | None, date | None, date | None]:
        """Birth and validity; an end that is 长期 is None."""
        born, valid_from = _day(birth), _day(start)
        valid_to = None if end == LONG_TERM else _day(end)
        if born is None:
            self.warnings.append("birth_unreadable")
        if valid_from is None or (valid_to is None and end != LONG_TERM):
            self.warnings.append("validity_unreadable")
        return born, valid_from, valid_to


def _resident(cut: _Cut) -> dict[str, str]:
    return {
        "name": cut.text((0, 30)),
        "sex": cut.code(30, 2),
        "ethnicity": cut.code(32, 4),
        "birth": cut.code(36, 16),
        "address": cut.text((52, 70)),
        "number": cut.code(122, 36),
        "authority": cut.text((158, 30)),
        "from": cut.code(188, 16),
        "to": cut.code(204, 16),
    }


def _hmt(cut: _Cut) -> dict[str, str]:
    # The ethnicity's place is reserved here.
    return _resident(cut) | {"ethnicity": "", "permit_number": cut.code(220, 18), "issues": cut.code(238, 4)}


def _foreigner_2017(cut: _Cut) -> dict[str, str]:
    return {
        "name_latin": cut.text((0, 120)),
        "sex": cut.code(120, 2),
        "number": cut.code(122, 30),
        "nationality": cut.code(152, 6),
        "name": cut.text((158, 30)),
        "from": cut.code(188, 16),
        "to": cut.code(204, 16),
        "birth": cut.code(220, 16),
        "card_version": cut.code(236, 4),
        "authority_code": cut.code(240, 8),
    }


def _foreigner_2023(cut: _Cut) -> dict[str, str]:
    # Renewals stand where others have the ethnicity, the Latin name where others have the address.
    return {
        "name": cut.text((0, 30)),
        "sex": cut.code(30, 2),
        "renewals": cut.code(32, 4),
        "birth": cut.code(36, 16),
        "name_latin": cut.text((52, 70), (220, 22)),
        "number": cut.code(122, 36),
        "from": cut.code(188, 16),
        "to": cut.code(204, 16),
        "nationality": cut.code(242, 6),
        "former_card": cut.code(250, 6),
    }


def _misfits(
    flag: str, values: dict[str, str], birth: date | None, validity: tuple[date | None, date | None], today: date
) -> list[str]:
    number, sex = values["number"], values["sex"]
    checks = {
        "not_yet_valid": validity[0] is not None and today < validity[0],
        "expired": validity[1] is not None and validity[1] < today,
        "prefix_differs": not id_number.prefix_fits(number, LAYOUTS[flag], of_2017=flag == "I"),
    }
    # Foreigners' numbers of 2017 hold neither a check digit nor a sex.
    if flag != "I":
        sound = id_number.has_valid_check(number)
        checks["check_digit"] = not sound
        checks["birth_differs_from_number"] = sound and birth is not None and id_number.birth_date(number) != birth
        checks["sex_differs"] = sound and sex in {"1", "2"} and (sex == "1") != id_number.is_male(number)
    return [code for code, is_wrong in checks.items() if is_wrong]


def _decoded(content: bytes) -> str:
    """Strict UTF-16LE; half a surrogate pair becomes U+FFFD and the rest stays."""
    return content.decode("utf-16-le", "replace").replace("\0", " ")


def _day(digits: str) -> date | None:
    if len(digits) != 8 or not (digits.isascii() and digits.isdigit()):
        return None
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None
