"""Inputs made out of good ones: cut, doubled, with bytes changed, put in and taken out; and some of pure chance."""

import random
from collections.abc import Sequence

INTERESTING = (0x00, 0x01, 0x20, 0x7F, 0x80, 0x81, 0x82, 0xFE, 0xFF)
MOST_EDITS = 8


def mutated(seeds: Sequence[bytes], chance: random.Random) -> bytes:
    """One input. The same state of `chance` gives the same one."""
    if chance.random() < 0.05:
        return chance.randbytes(chance.randrange(300))
    content = bytearray(chance.choice(seeds))
    for _edit in range(chance.randint(1, MOST_EDITS)):
        _edit_once(content, chance)
    return bytes(content)


def _edit_once(content: bytearray, chance: random.Random) -> None:
    place = chance.randrange(len(content) + 1)
    match chance.randrange(7):
        case 0:
            del content[place:]
        case 1:
            del content[place : place + chance.randint(1, 16)]
        case 2:
            content[place:place] = chance.randbytes(chance.randint(1, 16))
        case 3:
            content[place:place] = content[place : place + chance.randint(1, 64)]
        case 4 if place < len(content):
            content[place] = chance.choice(INTERESTING)
        case 5 if place < len(content):
            content[place] ^= 1 << chance.randrange(8)
        case _ if place < len(content):
            content[place] = chance.randrange(256)
