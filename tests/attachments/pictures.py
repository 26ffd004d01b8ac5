"""Uploads as people have them: phone photos, scans, PDFs, and files that are damaged or made to do harm."""

import struct
import zlib
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

A4_POINTS = (595.28, 841.89)
RED, GREEN, BLUE = (200, 30, 30), (30, 160, 60), (30, 60, 190)
Pixels = NDArray[np.uint8]


def corners(width: int, height: int) -> Image.Image:
    """White, with a red quarter top left and a green one top right: tells how it is turned."""
    picture = Image.new("RGB", (width, height), "white")
    picture.paste(RED, (0, 0, width // 2, height // 2))
    picture.paste(GREEN, (width // 2, 0, width, height // 2))
    return picture


def noise(width: int, height: int, seed: int = 1) -> Image.Image:
    """What no encoder can compress: every pixel black or white in each channel."""
    bits = np.random.default_rng(seed).integers(0, 2, (height, width, 3), dtype=np.uint8)
    return Image.fromarray(bits * np.uint8(255))


def photo(width: int, height: int, seed: int = 1) -> Image.Image:
    """Soft patches with a camera's grain."""
    rng = np.random.default_rng(seed)
    patches = Image.fromarray(rng.integers(0, 256, (height // 40, width // 40, 3), dtype=np.uint8))
    soft = np.asarray(patches.resize((width, height), Image.Resampling.BICUBIC)).astype(np.int16)
    grain = rng.integers(-8, 9, soft.shape, dtype=np.int16)
    return Image.fromarray(np.clip(soft + grain, 0, 255).astype(np.uint8))


def encoded(picture: Image.Image, kind: str = "JPEG", **options: Any) -> bytes:
    """The picture as a file."""
    out = BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def conforming_jpg(**options: Any) -> bytes:
    """An A5 certificate scanned at 96 dpi."""
    return encoded(corners(559, 794), **{"quality": 85, "dpi": (96, 96), **options})


def pdf(pages: int = 1, size: tuple[float, float] = A4_POINTS, password: str = "") -> bytes:
    """Pages that carry their number; a red block stands top left."""
    out = BytesIO()
    encrypt = StandardEncryption(password) if password else None
    canvas = Canvas(out, pagesize=size, encrypt=encrypt)
    for number in range(1, pages + 1):
        canvas.setFillColorRGB(*(part / 255 for part in RED))
        canvas.rect(0, size[1] * 0.9, size[0] * (0.1 + 0.8 * number / pages), size[1] * 0.1, stroke=0, fill=1)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def pdf_with_picture(width: int, height: int, times: int = 1) -> bytes:
    """One A4 page filled by a grey picture that is a few kilobytes packed and width × height bytes unpacked."""
    data = zlib.compress(bytes(width * height), 9)
    draw = b"595 0 0 842 0 0 cm" + b" /P Do" * times
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</XObject<</P 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%b\nendstream" % (len(draw), draw),
        b"<</Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceGray/BitsPerComponent 8"
        b"/Filter/FlateDecode/Length %d>>stream\n%b\nendstream" % (width, height, len(data), data),
    ]
    body = b"%PDF-1.4\n"
    for number, content in enumerate(objects, 1):
        body += b"%d 0 obj%b endobj\n" % (number, content)
    return body + b"trailer<</Root 1 0 R/Size 6>>\n%%EOF\n"


def png_header_only(width: int, height: int) -> bytes:
    """A PNG that promises width × height pixels and holds none: a decoder would first take the memory for them."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(1000))), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )


def jpg_claiming(width: int, height: int, **options: Any) -> bytes:
    """A small JPG whose header is changed to other dimensions."""
    content = bytearray(encoded(corners(64, 64), **options))
    frame = content.index(b"\xff\xc2" if options.get("progressive") else b"\xff\xc0")
    content[frame + 5 : frame + 9] = struct.pack(">HH", height, width)
    return bytes(content)


def jpg_of_many_scans(scans: int, width: int = 4000, height: int = 3000) -> bytes:
    """A progressive JPG of some hundred bytes that makes a decoder pass over the picture again and again."""
    content = jpg_claiming(width, height, progressive=True)
    first = content.index(b"\xff\xda")
    second = content.index(b"\xff\xda", first + 2)
    return content[:second] + content[first:second] * (scans - 1) + b"\xff\xd9"


def pixel(content: bytes, across: float, down: float) -> tuple[int, ...]:
    """The colour at a place given in parts of width and height."""
    picture = Image.open(BytesIO(content)).convert("RGB")
    value = picture.getpixel((int(picture.width * across), int(picture.height * down)))
    assert isinstance(value, tuple)
    return tuple(int(part) for part in value)


def close(colour: tuple[int, ...], wanted: tuple[int, ...], tolerance: int = 12) -> bool:
    """Whether two colours are alike but for what JPEG loses."""
    return all(abs(one - other) <= tolerance for one, other in zip(colour, wanted, strict=True))
