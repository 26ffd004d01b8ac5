"""What takes bytes or text from outside, each with good inputs to start from and the errors it may answer with."""

import io
import random
import uuid
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache

from PIL import Image

from app.attachments.decode import decode_picture
from app.dossiers.documents import clean_number
from app.errors import UserError
from app.signatures.tokens import make_token, open_token
from app.transfer.table_file import open_table
from devices import mrz, sam_frames
from devices.resident_card import BlockError, parse_block
from devices.sources import ReaderError
from devices.travel_document import authenticity, data_groups
from devices.travel_document.errors import DocumentError
from devices.virtual_cards import block_of
from devices.virtual_passport.contents import Holder, personalise
from tests.attachments.pictures import encoded, photo
from tests.devices import cards, documents
from tests.fuzz import archives, papers, routes
from tests.fuzz.mutations import PDF, XML, mutated

KEY = b"k" * 32


@dataclass(frozen=True)
class Target:
    """`run` may raise nothing but `allowed`."""

    name: str
    seeds: Callable[[], tuple[bytes, ...]]
    run: Callable[[bytes], object]
    allowed: tuple[type[Exception], ...]
    mutate: Callable[[Sequence[bytes], random.Random], bytes] = mutated
    one_of: int = 1
    """It gets one of so many cases: what is slow, and read by another target too."""


class _Wire:
    """A reader that sends given bytes and then nothing."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def write(self, content: bytes, /) -> None:
        """Heard and not answered otherwise."""

    def read(self, most: int, seconds: float, /) -> bytes:  # noqa: ARG002  a wire waits
        """The next bytes."""
        taken, self._content = self._content[:most], self._content[most:]
        return taken


def _frame(content: bytes) -> object:
    return sam_frames.exchange(_Wire(content), sam_frames.FIND, 0.0005)


def _frames() -> tuple[bytes, ...]:
    block = block_of(cards.RESIDENT)
    read = sam_frames.answer(b"\x00\x00\x90", b"\x01\x00\x04\x00" + block + bytes(1024))
    return sam_frames.answer(b"\x00\x00\x9f", bytes(4)), sam_frames.answer(b"\x00\x00\x80"), read


def _blocks() -> tuple[bytes, ...]:
    layouts = (cards.RESIDENT, cards.HMT, cards.FOREIGNER_2017, cards.FOREIGNER_2023)
    return tuple(block_of(card) for card in layouts)


@cache
def _chip() -> Mapping[int, bytes]:
    holder = Holder(documents.PASSPORT, documents.portrait(), "王雅达", "12345")
    return personalise(holder, documents.issuer(), "JPEG")


def _chip_file(content: bytes) -> None:
    for read in (data_groups.present, data_groups.details, lambda dg1: data_groups.read_mrz(dg1, cards.TODAY)):
        with suppress(DocumentError, mrz.MrzError):
            read(content)
    with suppress(DocumentError):
        authenticity.check(content, {1: content}, (), documents.NOW)
    data_groups.portrait(content)


def _pictures() -> tuple[bytes, ...]:
    small = photo(60, 40)
    kinds = tuple(encoded(small, kind) for kind in ("JPEG", "PNG", "WEBP", "BMP", "TIFF"))
    return (*kinds, encoded(Image.new("CMYK", (20, 20)), "JPEG"), encoded(Image.new("I;16", (9, 9)), "PNG"))


def _table(content: bytes) -> None:
    with open_table(io.BytesIO(content)) as table:
        for _row in table.rows:
            pass


def _numbers(content: bytes) -> None:
    for kind in ("resident_id", "foreigner_residence", "passport", "officer", "home_return", "taiwan_permit"):
        with suppress(UserError):
            clean_number(kind, content.decode("utf-8", "replace"))


TARGETS = (
    Target("sam_frames", _frames, _frame, (ReaderError,)),
    Target("card_block", _blocks, lambda content: parse_block(content, today=cards.TODAY), (BlockError,)),
    Target(
        "mrz",
        lambda: tuple("\n".join(lines).encode() for lines in (documents.PASSPORT, documents.PERMIT)),
        lambda content: mrz.parse(content.decode("utf-8", "replace"), cards.TODAY),
        (mrz.MrzError,),
    ),
    Target("chip_files", lambda: tuple(_chip().values()), _chip_file, (DocumentError,)),
    Target("pictures", _pictures, lambda content: decode_picture(content, "x"), (UserError,)),
    Target(
        "pdf",
        papers.seeds,
        lambda content: decode_picture(content, "x.pdf", longest=papers.LONGEST),
        (UserError,),
        PDF.mutated,
    ),
    Target("in_worker", lambda: (*_pictures(), *papers.seeds()), papers.in_worker, (UserError,), one_of=20),
    Target("workbook", archives.workbooks, _table, (UserError,)),
    Target(
        "workbook_parts",
        lambda: tuple(map(archives.unpacked, archives.workbooks())),
        lambda parts: _table(archives.packed(parts)),
        (UserError,),
        XML.mutated,
    ),
    Target(
        "delimited_text",
        lambda: tuple('姓名,证件号码\r\n"张,三",1\r\n'.encode(name) for name in ("utf-8-sig", "gb18030", "utf-16")),
        _table,
        (UserError,),
    ),
    Target(
        "sheet_number",
        lambda: (make_token(uuid.UUID(int=7).bytes, KEY).encode(),),
        lambda content: open_token(content.decode("utf-8", "replace"), KEY),
        (),
    ),
    Target("routes", routes.requests, routes.answer, ()),
    Target(
        "id_number",
        lambda: (b"190101199003070012", b"CAN110081080319", "１９０１０１".encode(), b"130503670401001"),
        _numbers,
        (),
    ),
)
