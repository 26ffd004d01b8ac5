"""Messages in the user's language. Chinese is the source (msgid); the catalogues hold the others."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path

SOURCE_LANGUAGE = "zh-CN"
LANGUAGES = {"zh-CN": "中文", "en": "English"}

_language: ContextVar[str] = ContextVar("language", default=SOURCE_LANGUAGE)


def use_language(language: str | None) -> None:
    """Answer in `language` from here on in this thread; an unknown one means Chinese."""
    _language.set(language if language in LANGUAGES else SOURCE_LANGUAGE)


@contextmanager
def in_language(language: str | None) -> Iterator[None]:
    """Speak `language` for a while: what is written to somebody else than the user."""
    before = _language.set(language if language in LANGUAGES else SOURCE_LANGUAGE)
    try:
        yield
    finally:
        _language.reset(before)


def current_language() -> str:
    """The BCP 47 tag of the language in use: `zh-CN` or `en`."""
    return _language.get()


@cache
def catalogue(language: str) -> dict[str, str]:
    """All translations of one language, msgid to text."""
    from babel.messages.pofile import read_po  # noqa: PLC0415  the source language needs none

    path = Path(__file__).parent / language / "messages.po"
    with path.open("rb") as file:
        po = read_po(file)
    return {str(message.id): str(message.string) for message in po if message.id and message.string}


def _(message: str) -> str:
    """The message in the language in use; Chinese where no translation is known."""
    language = _language.get()
    return message if language == SOURCE_LANGUAGE else catalogue(language).get(message, message)


def N_(message: str) -> str:  # noqa: N802  gettext's own name for it
    """Marks a message for the catalogues that `_` translates later."""
    return message


def either(chinese: str, english: str) -> str:
    """The one of two texts, declared side by side, that is in the language in use."""
    return chinese if _language.get() == SOURCE_LANGUAGE else english


def listed(items: Iterable[str]) -> str:
    """Items in a row, with the comma of the language in use."""
    return either("、", ", ").join(items)


def told(name: str, text: str) -> str:
    """A name and what is told of it, with the colon of the language in use."""
    return f"{name}{either('：', ': ')}{text}"
