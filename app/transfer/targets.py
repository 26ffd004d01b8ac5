"""What can be imported and exported: people and every category, with the columns of their tables.

All of it follows from the declarations in `data.models`: no category's field is named here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from app.errors import UserError
from app.locale import _, either
from data.models import categories
from data.models.declaration import Category, Field
from data.models.dossier import IDENTITY_FIELDS

PEOPLE = "people"
MOBILE = Field("text", "手机号", "Mobile", key="mobile", max_length=30)
WHOSE = ("document_type", "number", "name")
"""Whose record it is: these identity fields stand before the fields of a category."""
FROM_NUMBER = ("document_type", "sex", "birth_date")
"""What a table of people need not say of holders of resident cards: it stands in the number."""
OWNER_PREFIX = "person."


@dataclass(frozen=True)
class TableColumn:
    """One column of a table. `key` is unique in it; a person's field in a category's table has the key `person.…`."""

    key: str
    field: Field
    zh: str
    en: str
    required: bool
    aliases: tuple[str, ...]
    """Other headings that it goes by."""

    @property
    def heading(self) -> str:
        """Its heading in the language in use."""
        return either(self.zh, self.en)


@dataclass(frozen=True)
class Target:
    """What a table holds: people, or the records of a category."""

    key: str
    zh: str
    en: str
    category: Category | None
    columns: tuple[TableColumn, ...]

    @property
    def name(self) -> str:
        """What it is called in the language in use."""
        return either(self.zh, self.en)

    def column(self, key: str) -> TableColumn:
        """The column called `key`. Raises KeyError."""
        return {column.key: column for column in self.columns}[key]


@cache
def targets() -> tuple[Target, ...]:
    """People, then the categories in the order of the menu."""
    people = Target(PEOPLE, "人员", "People", None, tuple(_columns(tuple(IDENTITY_FIELDS.values()), MOBILE)))
    return (people, *(_of_category(category) for category in categories()))


def target(key: str) -> Target:
    """The target called `key`. Raises UserError."""
    for found in targets():
        if found.key == key:
            return found
    raise UserError("target", _("没有「{key}」这一类信息").format(key=key[:40]))


def _of_category(category: Category) -> Target:
    whose = (
        TableColumn(
            OWNER_PREFIX + key,
            IDENTITY_FIELDS[key],
            IDENTITY_FIELDS[key].zh,
            f"Person's {IDENTITY_FIELDS[key].en.lower()}",
            required=key == "number",
            aliases=_PERSON_ALIASES.get(key, ()),
        )
        for key in WHOSE
    )
    return Target(
        category.key, category.zh, category.en, category, (*whose, *_columns(category.fields, category=category))
    )


def _columns(fields: tuple[Field, ...], *more: Field, category: Category | None = None) -> Iterator[TableColumn]:
    starts = {field.starts for field in fields}
    in_list = {column.keys[0]: column for column in category.columns if len(column.keys) == 1} if category else {}
    for field in (*fields, *more):
        zh, en = field.zh, field.en
        if field.key in starts:
            zh, en = f"{field.zh}（起）", f"{field.en} (from)"
        listed = in_list.get(field.key)
        aliases = (field.zh, field.en, *((listed.zh, listed.en) if listed else ()), *_PERSON_ALIASES.get(field.key, ()))
        required = field.required and (category is not None or field.key not in FROM_NUMBER)
        yield TableColumn(field.key, field, zh, en, required, aliases)


_PERSON_ALIASES = {
    "number": ("证件号码", "证件号", "身份证号", "身份证号码", "公民身份号码", "ID number"),
    "mobile": ("手机号码", "手机", "联系电话", "Mobile number", "Phone"),
    "address": ("家庭住址", "地址"),
}
