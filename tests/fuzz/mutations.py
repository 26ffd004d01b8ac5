"""Inputs made out of good ones: cut, doubled, with bytes changed, put in and taken out; and some of pure chance."""

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass

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


@dataclass(frozen=True)
class Language:
    """A language of text: where a value stands in it, where a whole element, and values that may make trouble.

    What is changed by it mostly stays well-formed, and so gets further into its reader than bytes changed at random.
    """

    value: re.Pattern[bytes]
    element: re.Pattern[bytes]
    values: tuple[bytes, ...]

    def mutated(self, seeds: Sequence[bytes], chance: random.Random) -> bytes:
        """One input: values and elements are changed, doubled, put in each other's place and taken out."""
        if chance.random() < 0.3:
            return mutated(seeds, chance)
        content = chance.choice(seeds)
        for _edit in range(chance.randint(1, MOST_EDITS)):
            is_value = chance.random() < 0.7
            found = list((self.value if is_value else self.element).finditer(content))
            if not found:
                continue
            one, other = chance.choice(found), chance.choice(found)[0]
            new = chance.choice((*self.values, other) if is_value else (b"", other, one[0] * 2))
            content = content[: one.start()] + new + content[one.end() :]
        return content


NUMBERS = (b"0", b"-1", b"1", b"3.5", b"65536", b"4294967296", b"99999999999999999999", b"1e999")
XML = Language(
    re.compile(rb'(?<==")[^"]*(?=")|(?<=>)[^<>]+(?=<)'),
    re.compile(rb"<(\w+)[^<>]*?(?:/>|>[^<>]*</\1>)"),
    (
        *NUMBERS, b"", b"nan", b"true", b"A1", b"XFE1048577", b"A1:XFD1048576", b"2026-13-40T25:61:61", b"s", b"d", b"e",
        b"b", b"inlineStr", b"&#0;", b"&amp;", b"../../x", b"%s%n{0}", "\u202e文".encode(), b"x" * 5000,
    ),
)  # fmt: skip
PDF = Language(
    re.compile(rb"(?<=[\s\[(/])-?[\w.]+(?=[\s\])/<>])"),
    re.compile(rb"<<[^<>]*>>|\[[^\[\]]*\]|\d+ \d+ obj.*?endobj|\([^()]*\)|\d+ \d+ R", re.DOTALL),
    (
        *NUMBERS,
        b"",
        b"null",
        b"true",
        b"()",
        b"<<>>",
        b"[]",
        b"1 0 R",
        b"9 0 R",
        b"FlateDecode",
        b"Indexed",
        b"Do",
        b"q " * 300,
    ),
)
