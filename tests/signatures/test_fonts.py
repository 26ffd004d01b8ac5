"""Chinese fonts for printed sheets."""

import time
from io import BytesIO
from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from app.errors import UserError
from app.signatures import fonts
from app.signatures.fonts import draw_text, font_chain, missing_characters, text_width

RARE = "𠮟𫝀𬺰𰀀𱍐"  # CJK extensions B, D, F, G, H
NOBODY_S = "\U0010fffd"  # private use: no font has it


def test_ordinary_and_rare_names_have_a_font() -> None:
    assert missing_characters(["王小明", "MÜLLER, Jürgen", "阿卜杜拉·买买提", RARE], font_chain()) == []


def test_a_rare_character_takes_the_whole_name_into_its_font() -> None:
    chain = font_chain()
    assert [run for _name, run in chain.runs("王𠮟明")] == ["王𠮟明"]
    assert {name for name, _run in chain.runs("王小明")} == {chain.main_font}


def test_a_character_no_font_has_is_drawn_as_a_box_and_reported() -> None:
    chain, canvas = font_chain(), Canvas(BytesIO())
    text = f"王{NOBODY_S}明{NOBODY_S}"
    assert draw_text(canvas, text, (100, 100), 20, chain) == [NOBODY_S, NOBODY_S]
    assert missing_characters([text, text], chain) == [NOBODY_S]
    assert text_width(text, 20, chain) == pytest.approx(80, abs=0.1)


def test_a_variation_selector_takes_no_room() -> None:
    chain = font_chain()
    assert text_width("葛\U000e0100", 20, chain) == text_width("葛", 20, chain)
    assert missing_characters(["葛\U000e0100"], chain) == []


def test_a_folder_of_one_s_own_comes_first(tmp_path: Path) -> None:
    wanted = next(path for path in font_chain().files if "BabelStone" in path.name)
    (tmp_path / "house.ttf").symlink_to(wanted)
    (tmp_path / "broken.ttf").write_bytes(b"\0\1\0\0 not a font")
    assert font_chain(tmp_path).main_font.endswith("house.ttf")


def test_without_a_chinese_font_the_user_is_told_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(fonts, "_system_folders", list)
    with pytest.raises(UserError, match="no_chinese_font") as caught:
        font_chain(tmp_path / "none")
    assert "fonts-wqy-microhei" in caught.value.message


def test_the_second_call_is_cheap() -> None:
    font_chain()
    begin = time.perf_counter()
    for _turn in range(1000):
        missing_characters(["王小明"], font_chain())
    assert time.perf_counter() - begin < 0.5
