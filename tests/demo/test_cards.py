"""Cards of the demo: every kind can be laid on the virtual reader for every made-up person."""

import json
from pathlib import Path

import pytest

from app.demo import cards
from app.demo.people import demo_people
from devices.resident_card import parse_block
from devices.simulator import chip_of
from devices.virtual_cards import block_of
from tests.devices.cards import TODAY

PEOPLE = list(demo_people(220))
LAYOUTS = ("resident_id", "hmt_residence", "foreigner_2017", "foreigner_2023")


@pytest.mark.parametrize("kind", cards.KINDS)
def test_every_kind_of_every_document_holder_is_a_card(kind: str, tmp_path: Path) -> None:
    for index in (0, 2, 5, 10, 11, 12, 13, 14, 200):
        file = cards.lay(tmp_path, PEOPLE[index], index, kind)
        assert chip_of(json.loads(file.read_text("utf-8"))).atr
    cards.lift(tmp_path)
    assert not file.exists()


@pytest.mark.parametrize("kind", LAYOUTS)
def test_a_card_in_the_chips_layout_holds_together(kind: str) -> None:
    for person in PEOPLE:
        reading = parse_block(block_of(cards.card(person, kind, None)), today=TODAY)
        assert set(reading.warnings) <= {"expired"}
        assert reading.birth_date == person.birth_date
