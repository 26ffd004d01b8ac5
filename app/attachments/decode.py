"""Any uploaded file as a picture: told by its content, measured by its header, decoded only when it is safe to."""

from collections.abc import Iterator
from contextlib import contextmanager

from PIL import Image

from app.attachments import pdf, raster
from app.attachments.sources import Source
from app.errors import UserError
from app.isolation import isolated
from app.locale import _

MEGABYTE = 1024 * 1024
MAX_BYTES = 10 * MEGABYTE
LONGEST = 2000

_SIGNATURES = (
    (0, b"\xff\xd8\xff", "JPG"),
    (0, b"\x89PNG\r\n\x1a\n", "PNG"),
    (8, b"WEBP", "WebP"),
    (0, b"II*\x00", "TIFF"),
    (0, b"MM\x00*", "TIFF"),
    (0, b"BM", "BMP"),
    (0, b"GIF8", "GIF"),
    (4, b"ftypavif", "AVIF"),
    (4, b"ftyphei", "HEIC"),
    (4, b"ftyphev", "HEIC"),
    (4, b"ftypmif1", "HEIC"),
)


def kind_of(content: bytes) -> str:
    """`JPG`, `PNG`, `WebP`, `BMP`, `TIFF`, `PDF`, `GIF`, `AVIF` or `HEIC` by the first bytes; empty when unknown."""
    for offset, signature, kind in _SIGNATURES:
        if content.startswith(signature, offset):
            return kind
    return "PDF" if b"%PDF-" in content[:1024] else ""  # ISO 32000-1 annex H: readers look for it in 1024 bytes


@contextmanager
def opened(content: bytes, filename: str, page: int = 0) -> Iterator[Source]:
    """One page (from 0) of a file, not yet decoded.

    Raises UserError `empty_file`, `file_too_large`, `unsupported_file`, `broken_file`, `encrypted_pdf`,
    `no_such_page`, `too_many_pages`, `too_many_pixels`.
    """
    _refuse_by_size(content, filename)
    kind = kind_of(content)
    if kind == "PDF":
        with pdf.opened(content, filename, page) as source:
            yield source
    elif kind in raster.READERS:
        with raster.opened(kind, content, filename, page) as source:
            yield source
    else:
        raise _unsupported(kind, filename)


@isolated
def page_count(content: bytes, filename: str) -> int:
    """How many pages a PDF or TIFF has; 1 for other pictures. Raises UserError as `opened` does."""
    with opened(content, filename) as source:
        return source.pages


def decode_picture(content: bytes, filename: str, page: int = 0, *, longest: int = LONGEST) -> Image.Image:
    """The picture in sRGB, upright, without metadata, its longer side at most `longest` pixels.

    Raises UserError as `opened` does.
    """
    with opened(content, filename, page) as source:
        width, height = source.size
        scale = min(1.0, longest / max(width, height))
        return source.draw((max(1, round(width * scale)), max(1, round(height * scale))))


def _refuse_by_size(content: bytes, filename: str) -> None:
    if not content:
        raise UserError("empty_file", _("文件「{name}」是空的（0 字节），请重新选择").format(name=filename))
    if len(content) > MAX_BYTES:
        message = _("文件大小 {got} MB，要求不超过 {want} MB")
        # Rounded up, so that a file just over the limit is not told to have exactly the limit.
        got = -(-len(content) * 10 // MEGABYTE) / 10
        raise UserError("file_too_large", message.format(got=got, want=MAX_BYTES // MEGABYTE))


def _unsupported(kind: str, filename: str) -> UserError:
    if kind:
        message = _("{kind} 文件无法转换，请另存为 JPG、PNG 或 PDF 后重新上传").format(kind=kind)
    else:
        message = _("文件「{name}」不是可读的 JPG、PNG、WebP、BMP、TIFF 或 PDF，请转换后重新上传").format(name=filename)
    return UserError("unsupported_file", message)
