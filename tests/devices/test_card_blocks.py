"""Readers of other makes: chosen by their ATR, described in a file, and any answers at all."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.card_blocks import (
    PROFILES,
    BlockProfile,
    BlockReadError,
    ProfileError,
    load_profiles,
    profile_for,
    read_blocks,
)
from devices.virtual_cards import ATR, BARE_CHIP_ATR, ResidentCard, block_of
from tests.devices.cards import JPEG, RESIDENT

PHOTO = bytes(range(256)) * 4
OTHER_MAKE = {"name": "other", "atr": "3B00FF", "mask": "FF00FF", "text": "FFCA010000", "header": 0, "photo": []}


def transmit_to(card: ResidentCard) -> Any:
    def transmit(apdu: bytes) -> tuple[bytes, int]:
        answer = card.transmit(apdu)
        return answer[:-2], int.from_bytes(answer[-2:], "big")

    return transmit


@pytest.mark.parametrize(
    ("atr", "name"),
    [
        (ATR, "FF B0"),
        (bytes.fromhex("3B8F8001804F0CA0000003060A90000000000000"), "90 00"),
        (BARE_CHIP_ATR, None),
        (bytes.fromhex("3B8F8001804F0CA000000306030001000000006A"), None),  # a Mifare card
        (b"", None),
    ],
)
def test_the_atr_tells_the_make(atr: bytes, name: str | None) -> None:
    found = profile_for(atr)
    assert (found.name if found else None) == name


def test_the_enciphered_photo_is_put_together_from_its_parts() -> None:
    blocks = read_blocks(transmit_to(ResidentCard(block_of(RESIDENT), photo=PHOTO)), PROFILES[1])
    assert (blocks.text, blocks.photo, blocks.picture) == (block_of(RESIDENT), PHOTO, None)


def test_a_decoded_picture_is_taken_before_the_enciphered_photo() -> None:
    blocks = read_blocks(transmit_to(ResidentCard(block_of(RESIDENT), JPEG, PHOTO)), PROFILES[0])
    assert (blocks.photo, blocks.picture) == (b"", JPEG)


def test_a_card_without_photo_is_read_all_the_same() -> None:
    blocks = read_blocks(transmit_to(ResidentCard(block_of(RESIDENT))), PROFILES[0])
    assert (blocks.text, blocks.photo, blocks.picture) == (block_of(RESIDENT), b"", None)


def test_an_operator_describes_another_make_in_a_file(tmp_path: Path) -> None:
    path = tmp_path / "readers.json"
    path.write_text(json.dumps([OTHER_MAKE]))
    profiles = load_profiles(path)
    found = profile_for(bytes.fromhex("3B77FF"), profiles)
    assert found is not None
    assert (found.name, found.text, found.photo) == ("other", bytes.fromhex("FFCA010000"), ())
    assert read_blocks(lambda _apdu: (block_of(RESIDENT), 0x9000), found).text == block_of(RESIDENT)
    assert profile_for(ATR, profiles) == PROFILES[0]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("nonsense", "JSONDecodeError"),
        ("[1]", "AttributeError"),
        (json.dumps([{**OTHER_MAKE, "mask": "FF"}]), "differ in length"),
        (json.dumps([{**OTHER_MAKE, "colour": "red"}]), "unknown keys: colour"),
        (json.dumps([{**OTHER_MAKE, "atr": "zz"}]), "ValueError"),
    ],
)
def test_a_wrong_file_is_told(tmp_path: Path, content: str, why: str) -> None:
    path = tmp_path / "readers.json"
    path.write_text(content)
    with pytest.raises(ProfileError, match=why):
        load_profiles(path)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(ProfileError, match="No such file"):
        load_profiles(tmp_path / "readers.json")


@given(st.lists(st.tuples(st.binary(max_size=300), st.sampled_from([0x9000, 0x6A82, 0x6F00])), max_size=12))
def test_whatever_a_reader_answers_gives_blocks_or_the_one_error(answers: list[tuple[bytes, int]]) -> None:
    waiting = iter(answers)
    profile: BlockProfile = PROFILES[0]
    try:
        blocks = read_blocks(lambda _apdu: next(waiting, (b"", 0x6F00)), profile)
    except BlockReadError:
        return
    assert len(blocks.text) == 256
    assert len(blocks.photo) in {0, 1024}
