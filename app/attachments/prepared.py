"""A file made ready to be kept: decoded, checked and encoded anew before any transaction begins."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Prepared:
    """A conforming JPG that we encoded ourselves (width and height in pixels), and the columns of its looks."""

    content: bytes
    width: int
    height: int
    dpi: int
    looks: dict[str, int | bytes]


def prepare(content: bytes) -> Prepared:
    """What is kept of a conforming file. It takes long: no transaction may wait for it. Raises UserError (a rule missed)."""
    from app.attachments import looks, mend, rules  # noqa: PLC0415  every page of records knows what is prepared, few prepare

    kept = rules.conforming(mend.reencode(content))
    return Prepared(kept.content, kept.width, kept.height, kept.dpi, looks.looks_of(kept.content))
