"""Whoever chooses English reads English: every message has its text, and every declared word its English."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from app import locale
from app.locale import LANGUAGES, SOURCE_LANGUAGE, _, catalogue, use_language
from data.codes import code_table
from data.models import categories
from data.models.declaration import Field
from data.models.dossier import IDENTITY_FIELDS

APP = Path(__file__).parents[2] / "app"
CHINESE = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef\U00020000-\U0003ffff]")


def messages_of_the_source() -> set[str]:
    keywords = {"_": None, "N_": None}
    found = {str(message) for _file, _line, message, *_rest in extract_from_dir(APP, keywords=keywords)}
    assert len(found) > 200
    return found


def catalogue_file(language: str) -> Path:
    return Path(locale.__file__).parent / language / "messages.po"


def placeholders(message: str) -> set[str]:
    """Names and formats: `{time:%H:%M}` is `time:%H:%M`."""
    return {f"{name}:{form}" for _text, name, form, _conversion in Formatter().parse(message) if name is not None}


@pytest.fixture(params=[language for language in LANGUAGES if language != SOURCE_LANGUAGE])
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    yield request.param
    use_language(SOURCE_LANGUAGE)


def test_every_message_of_the_source_is_translated(language: str) -> None:
    untranslated = messages_of_the_source() - set(catalogue(language))
    assert untranslated == set(), "run make messages, then fill in the empty texts"


def test_the_catalogue_keeps_no_message_that_the_source_no_longer_has(language: str) -> None:
    with catalogue_file(language).open("rb") as file:
        po = read_po(file)
    assert {str(message.id) for message in po if message.id} <= messages_of_the_source(), "run make messages"
    assert not po.obsolete, "run make messages"


def test_a_translation_fills_the_same_places(language: str) -> None:
    differing = {
        source: text for source, text in catalogue(language).items() if placeholders(source) != placeholders(text)
    }
    assert differing == {}


def test_no_chinese_is_left_in_a_translation(language: str) -> None:
    assert {source: text for source, text in catalogue(language).items() if CHINESE.search(text)} == {}


def test_the_message_follows_the_language(language: str) -> None:
    assert _("退出") == "退出"
    use_language(language)
    assert _("退出") == "Log out"
    assert _("没有这样的原文") == "没有这样的原文"


def test_every_declared_word_has_its_english() -> None:
    words: dict[str, str] = {}
    for category in categories():
        words |= {category.zh: category.en, category.item_zh: category.item_en}
        words |= {column.zh: column.en for column in category.columns}
        words |= dict(english_of(category.fields))
    words |= dict(english_of(IDENTITY_FIELDS.values()))
    assert {zh: en for zh, en in words.items() if not en or CHINESE.search(en)} == {}


def english_of(fields: Iterable[Field]) -> Iterator[tuple[str, str]]:
    """Chinese and English of the fields' names and choices."""
    for field in fields:
        yield field.zh, field.en
        if field.open_end is not None:
            yield field.open_end
        if field.codes:
            yield from ((code.zh, code.en) for code in code_table(field.codes).codes)
