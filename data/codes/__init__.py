"""Published code tables, kept as CSV files that name their standard.

A file's first line is a comment, `# STANDARD | TITLE`; `value,zh,en` rows follow.
"""

import csv
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources
from typing import Literal

DIRECTORY = resources.files(__name__)
SUFFIX = ".csv"
COLUMNS = ["value", "zh", "en"]


class CodeTableError(LookupError):
    """No such code table, or its file breaks the layout; `code` is stable for callers."""

    def __init__(self, code: Literal["unknown_code_table", "malformed_code_table"], name: str) -> None:
        super().__init__(f"{code}: {name}")
        self.code = code
        self.name = name


@dataclass(frozen=True, slots=True)
class Code:
    """One entry: the value that is stored and what people read."""

    value: str
    zh: str
    en: str


@dataclass(frozen=True)
class CodeTable:
    """One table in its published order."""

    name: str
    standard: str
    title: str
    codes: tuple[Code, ...]

    def get(self, value: str) -> Code | None:
        """The entry stored as `value`."""
        return self._by_value.get(value)

    def find(self, text: str) -> Code | None:
        """The entry whose value, Chinese or English text is `text`; spaces around and letter case do not matter."""
        return self._by_text.get(text.strip().casefold())

    def label(self, value: str, language: str) -> str:
        """What people read for `value`: English for `en…`, else Chinese; an unknown value reads as itself."""
        code = self.get(value)
        if code is None:
            return value
        return code.en if language.startswith("en") else code.zh

    @cached_property
    def _by_value(self) -> dict[str, Code]:
        return {code.value: code for code in self.codes}

    @cached_property
    def _by_text(self) -> dict[str, Code]:
        # Written last wins: a value beats a Chinese text, and that an English one.
        texts = {code.en.casefold(): code for code in self.codes}
        texts |= {code.zh.casefold(): code for code in self.codes}
        return texts | {code.value.casefold(): code for code in self.codes}


@cache
def code_table(name: str) -> CodeTable:
    """The table of that name; raises CodeTableError for a name without a file."""
    if name not in table_names():
        raise CodeTableError("unknown_code_table", name)
    heading, *lines = (DIRECTORY / f"{name}{SUFFIX}").read_text(encoding="utf-8").splitlines()
    standard, separator, title = heading.removeprefix("# ").partition(" | ")
    header, *rows = csv.reader(lines)
    if not separator or header != COLUMNS:
        raise CodeTableError("malformed_code_table", name)
    return CodeTable(name, standard, title, tuple(Code(*row) for row in rows))


@cache
def table_names() -> tuple[str, ...]:
    """The names of all tables, sorted."""
    return tuple(sorted(file.name.removesuffix(SUFFIX) for file in DIRECTORY.iterdir() if file.name.endswith(SUFFIX)))
