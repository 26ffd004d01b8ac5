"""Chinese TrueType fonts for PDFs: found on this machine, embedded as subsets, with a fallback for every character.

reportlab embeds TrueType outlines only; fonts with CFF outlines (Noto CJK, PingFang) are passed over.
"""

import os
import struct
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any

from reportlab import rl_config
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont

from app.errors import UserError
from app.locale import _

# Streams as they are, not in ASCII85: every program reads binary ones, and they are a fifth smaller and quicker made.
rl_config.useA85 = 0

# In the order they are tried: text faces first, then those that cover CJK extensions B to H.
KNOWN_FILES = (
    "wqy-microhei.ttc", "msyh.ttc", "simhei.ttf", "simsun.ttc", "deng.ttf",
    "stheiti light.ttc", "stheiti medium.ttc", "songti.ttc", "arial unicode.ttf",
    "babelstonehan.ttf", "hanaminb.ttf", "hanamina.ttf", "simsunb.ttf", "simsunextg.ttf", "mingliub.ttc",
)  # fmt: skip
ESSENTIAL = "建设工程企业从业人员签名信息采集表姓证件号说明"


class CopyableFont(TTFont):  # type: ignore[misc]
    """An embedded font whose text can be copied out beyond the basic plane too.

    reportlab writes U+20000 and above as five hex digits into the ToUnicode map; ISO 32000-1 section 9.10.3 asks for
    UTF-16BE.
    """

    def addObjects(self, doc: Any) -> None:  # noqa: N802
        """Add the font's objects to a reportlab document when it is saved."""
        names = {self.getSubsetInternalName(n, doc)[1:]: codes for n, codes in enumerate(self.state[doc].subsets)}
        super().addObjects(doc)
        fonts = doc.idToObject["BasicFonts"].dict
        for name, codes in names.items():
            stream = doc.idToObject[fonts[name].ToUnicode.name]
            for code in (code for code in codes if code > 0xFFFF):
                wrong, right = f"<{code:04X}>", f"<{chr(code).encode('utf-16-be').hex().upper()}>"
                stream.content = stream.content.replace(wrong, right)


@dataclass(frozen=True)
class FontChain:
    """Font files in the order they are asked for a character. The first that has it draws it."""

    files: tuple[Path, ...]

    def font_name(self, char: str) -> str | None:
        """The registered name of the font that draws `char`, None when none has it."""
        return _font_name(self.files, char)

    def runs(self, text: str) -> Iterator[tuple[str | None, str]]:
        """Stretches of `text` that one font draws; None where no font has the character.

        A text is set in one font where one has all of it, so that a rare character does not stand out of a name.
        """
        visible = "".join(char for char in text if not _invisible(char))
        whole = _font_name(self.files, visible) if visible else None
        if whole is not None:
            yield whole, visible
            return
        for name, chars in groupby(visible, self.font_name):
            yield name, "".join(chars)

    @property
    def main_font(self) -> str:
        """The registered name of the font that draws ordinary Chinese text."""
        name = self.font_name(ESSENTIAL[0])
        if name is None:
            raise no_chinese_font()
        return name


def no_chinese_font() -> UserError:
    """The error when this machine has no usable Chinese font."""
    return UserError(
        "no_chinese_font",
        _(
            "服务器上没有可嵌入的中文 TrueType 字体，无法生成采集表。请安装 fonts-wqy-microhei 或设置 CONGYE_FONT_FOLDER"
        ),
    )


@cache
def font_chain(folder: Path | None = None) -> FontChain:
    """The fonts of this machine, those of `folder` first. Raises UserError `no_chinese_font`."""
    chain = FontChain(tuple(_font_files(folder)))
    if any(chain.font_name(char) is None for char in ESSENTIAL):
        raise no_chinese_font()
    return chain


def missing_characters(texts: Iterable[str], chain: FontChain) -> list[str]:
    """The characters that would be drawn as a marked box, each once, in order."""
    missing = (char for text in texts for name, run in chain.runs(text) if name is None for char in run)
    return list(dict.fromkeys(missing))


def text_width(text: str, size: float, chain: FontChain) -> float:
    """Width of a line in points."""
    return sum(
        len(run) * size if name is None else float(pdfmetrics.stringWidth(run, name, size))
        for name, run in chain.runs(text)
    )


def draw_text(canvas: Any, text: str, at: tuple[float, float], size: float, chain: FontChain) -> list[str]:
    """Draw a line beginning at (x, y) in points; returns the characters no font has, drawn as boxes with their code."""
    x, y = at
    missing: list[str] = []
    for name, run in chain.runs(text):
        if name is None:
            canvas.setFont(chain.main_font, size * 0.4)
            for char in run:
                _draw_missing(canvas, char, (x, y), size)
                x += size
            missing += run
        else:
            canvas.setFont(name, size)
            canvas.drawString(x, y, run)
            x += pdfmetrics.stringWidth(run, name, size)
    return missing


def _draw_missing(canvas: Any, char: str, at: tuple[float, float], size: float) -> None:
    x, y = at
    code = f"{ord(char):04X}"
    half = (len(code) + 1) // 2
    canvas.saveState()
    canvas.setLineWidth(size / 24)
    canvas.rect(x + size * 0.06, y - size * 0.1, size * 0.88, size * 0.92, stroke=1, fill=0)
    canvas.drawCentredString(x + size / 2, y + size * 0.42, code[:half])
    canvas.drawCentredString(x + size / 2, y + size * 0.02, code[half:])
    canvas.restoreState()


def _invisible(char: str) -> bool:
    """Variation selectors choose a glyph's shape and draw nothing themselves."""
    return unicodedata.category(char) == "Mn" and unicodedata.name(char, "").startswith("VARIATION SELECTOR")


def _font_files(folder: Path | None) -> Iterator[Path]:
    if folder is not None and folder.is_dir():
        yield from sorted(path for path in folder.rglob("*") if path.suffix.lower() in {".ttf", ".ttc"})
    found: dict[str, Path] = {}
    for place in _system_folders():
        for path in place.rglob("*.tt?"):
            found.setdefault(path.name.lower(), path)
    yield from (found[name] for name in KNOWN_FILES if name in found)


def _system_folders() -> list[Path]:
    home = Path.home()
    if sys.platform == "win32":
        folders = [
            Path(os.environ.get("WINDIR", "C:/Windows")) / "Fonts",
            home / "AppData/Local/Microsoft/Windows/Fonts",
        ]
    elif sys.platform == "darwin":
        folders = [Path("/System/Library/Fonts"), Path("/Library/Fonts"), home / "Library/Fonts"]
    else:
        folders = [
            Path("/usr/share/fonts"),
            Path("/usr/local/share/fonts"),
            home / ".local/share/fonts",
            home / ".fonts",
        ]
    return [folder for folder in folders if folder.is_dir()]


@lru_cache(maxsize=20_000)
def _font_name(files: tuple[Path, ...], text: str) -> str | None:
    """The first font that has every character of `text`; later fonts are read only when they are asked."""
    codes = {ord(char) for char in text}
    for path in files:
        font = _load(path)
        if font is not None and codes <= font.face.charToGlyph.keys():
            return str(font.fontName)
    return None


@cache
def _load(path: Path) -> CopyableFont | None:
    """A font read and registered once; None for one that cannot be embedded."""
    try:
        font = CopyableFont(path.as_posix(), str(path), shapable=False)
    except (TTFError, OSError, struct.error, ValueError, LookupError):  # CFF outlines, or a damaged file
        return None
    pdfmetrics.registerFont(font)
    return font
