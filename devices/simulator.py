"""python -m devices.simulator: a made-up person's card on the virtual reader, for demo and tests.

The card is a JSON object with the fields of `CardReading` (days as 1990-03-07, `valid_to` null for 长期) and `photo`, the
path of a JPEG. A `document_type` of `passport`, `home_return` or `taiwan_permit` is a travel document's chip, opened by
what `name_latin`, `number`, `birth_date` and `valid_to` make its zone, and by the six digits of `can`. `"kind"` may be
`chip` (the card on a bare contactless reader; `serial` in hexadecimal) or `other` (a card that is no ID card). With
`--watch`, another content of the file is another card, and no file is no card.
"""

import argparse
import json
import logging
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from devices.virtual_cards import BareChip, OtherCard, ResidentCard, block_of
from devices.virtual_passport import described
from devices.vpcd import FIRST_PORT, Chip, Slot

LOOK_SECONDS = 0.25
LIFTED_SECONDS = 0.6
"""Long enough for the daemon, which looks every 0.4 s, to see that the reader was empty between two cards."""
log = logging.getLogger("devices.simulator")


def chip_of(card: Mapping[str, Any]) -> Chip:
    """The virtual card that a JSON object describes. Raises KeyError, ValueError or OSError."""
    match card.get("kind", "card"):
        case "chip":
            return BareChip(bytes.fromhex(card["serial"]))
        case "other":
            return OtherCard()
        case _ if card["document_type"] in described.CODES:
            return described.chip_of(card)
        case _:
            photo = card.get("photo")
            return ResidentCard(block_of(card), Path(photo).read_bytes() if photo else b"")


def parser() -> argparse.ArgumentParser:
    """The command line."""
    root = argparse.ArgumentParser(prog="python -m devices.simulator", description="A virtual card for vsmartcard-vpcd")
    root.add_argument("card", nargs="?", type=Path, help="JSON file with the card to lay on the reader")
    root.add_argument("--watch", type=Path, metavar="CARD", help="the same, but follow the file's changes")
    root.add_argument(
        "--port", type=int, default=FIRST_PORT, help=f"vpcd's port of the slot (first slot: {FIRST_PORT})"
    )
    return root


def main(arguments: Sequence[str] | None = None) -> int:
    """Lay the card on the reader until interrupted."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    given = parser().parse_args(arguments)
    path: Path | None = given.watch or given.card
    if path is None:
        parser().error("which card? Give a JSON file")
    slot = Slot(given.port)
    try:
        _follow(slot, path, once=given.watch is None)
    except KeyboardInterrupt:
        pass
    finally:
        slot.lift()
    return 0


def _follow(slot: Slot, path: Path, *, once: bool) -> None:
    lying: str | None = None
    while True:
        wanted = _content(path)
        if wanted != lying:
            slot.lift()
            if lying is not None:
                time.sleep(LIFTED_SECONDS)
            _lay(slot, wanted)
            lying = wanted
        if once and wanted is None:
            raise SystemExit(f"{path}: no such file")
        time.sleep(LOOK_SECONDS)


def _lay(slot: Slot, content: str | None) -> None:
    if not content:
        log.info("no card on the reader")
        return
    try:
        slot.lay(chip_of(json.loads(content)))
    except (KeyError, ValueError, OSError) as error:
        log.warning("this card cannot be laid on the reader: %s: %s", type(error).__name__, error)
    else:
        log.info("a card lies on the reader")


def _content(path: Path) -> str | None:
    try:
        return path.read_text("utf-8")
    except OSError:
        return None


if __name__ == "__main__":
    sys.exit(main())
