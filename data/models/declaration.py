"""How a table says what people see of it: the fields of its form, the columns of its list.

A column made by `text`, `choice`, `day` or `period_end` carries a `Field`; a record class carries a `Category`.
Forms, lists, validation, imports and exports follow from these two and from nothing else.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import Any, Literal

from sqlalchemy import Date, String
from sqlalchemy.orm import DeclarativeBase, MappedColumn, mapped_column

Kind = Literal["text", "choice", "day"]
Finds = Literal["", "company", "certificate", "facet", "expiry"]
"""What the search makes of a field: a company, a certificate's number, a choice to filter by, a day of expiry."""
FIELD = "field"


@dataclass(frozen=True)
class Field:
    """One field of a form. `key` is the column's name."""

    kind: Kind
    zh: str
    en: str
    key: str = ""
    required: bool = False
    max_length: int = 0
    codes: str = ""
    """Name of the code table of a choice."""
    past: bool = False
    """A day that cannot lie in the future."""
    wide: bool = False
    """Takes a whole line of the form."""
    starts: str = ""
    """This day ends the period that the named field starts."""
    open_end: tuple[str, str] | None = None
    """What an open end of a period is called (zh, en): 至今, 长期; stored as NULL."""
    finds: Finds = ""
    ended: tuple[str, ...] = ()
    """Choices that say that the record is over, whatever day it would have expired on."""


@dataclass(frozen=True)
class Column:
    """One column of a list: one field, or the two ends of a period in one cell."""

    keys: tuple[str, ...]
    zh: str
    en: str
    weight: int = 2
    months: bool = False
    """Days are shown as year and month."""


@dataclass(frozen=True)
class Category:
    """What people see of a record class."""

    key: str
    page: str
    zh: str
    en: str
    item_zh: str
    item_en: str
    editable: bool
    """The practitioner keeps these records; otherwise they arrive by import and are read only."""
    attachment: bool
    model: type[Any]
    fields: tuple[Field, ...]
    columns: tuple[Column, ...]
    known_by: tuple[str, ...]
    """Fields that together tell a record of a person from the person's others."""

    @cached_property
    def finding(self) -> tuple[Field, ...]:
        """The fields that the search makes something of."""
        return tuple(field for field in self.fields if field.finds)

    def field(self, key: str) -> Field:
        """The field called `key`. Raises KeyError."""
        for field in self.fields:
            if field.key == key:
                return field
        raise KeyError(key)


@dataclass(frozen=True)
class Declared:
    """The part of a `Category` that a record class writes down itself."""

    page: str
    zh: str
    en: str
    item: tuple[str, str]
    editable: bool
    attachment: bool
    columns: tuple[str | Column, ...]
    known_by: tuple[str, ...]


def declare(
    page: str,
    zh: str,
    en: str,
    *,
    item: tuple[str, str],
    known_by: tuple[str, ...],
    columns: Sequence[str | Column] = (),
    editable: bool = True,
    attachment: bool = False,
) -> Declared:
    """Declare a category. `columns` are fields' keys, or Columns where the list's words differ; none: all fields.

    `known_by` are the fields by which an import knows a record again.
    """
    return Declared(page, zh, en, item, editable, attachment, tuple(columns), known_by)


def text(
    zh: str, en: str, *, required: bool = False, max_length: int = 100, wide: bool = False, finds: Finds = ""
) -> MappedColumn[Any]:
    """A line of text."""
    field = Field("text", zh, en, required=required, max_length=max_length, wide=wide, finds=finds)
    return mapped_column(String(max_length), default="", info={FIELD: field})


def choice(
    zh: str, en: str, codes: str, *, required: bool = False, finds: Finds = "", ended: tuple[str, ...] = ()
) -> MappedColumn[Any]:
    """A choice from the code table `codes`; the code's value is stored. `ended` are those of records that are over."""
    field = Field("choice", zh, en, required=required, codes=codes, finds=finds, ended=ended)
    return mapped_column(String(24), default="", info={FIELD: field})


def day(zh: str, en: str, *, required: bool = False, past: bool = False) -> MappedColumn[Any]:
    """A day; `past` refuses days after today."""
    return mapped_column(Date, info={FIELD: Field("day", zh, en, required=required, past=past)})


def period_end(
    start: str,
    zh: str,
    en: str,
    *,
    required: bool = False,
    open_end: tuple[str, str] | None = None,
    finds: Finds = "",
) -> MappedColumn[Any]:
    """The end of the period that the field `start` begins."""
    required = required and open_end is None
    field = Field("day", zh, en, required=required, starts=start, open_end=open_end, finds=finds)
    return mapped_column(Date, info={FIELD: field})


def fields_of(model: type[DeclarativeBase]) -> tuple[Field, ...]:
    """The declared fields of a table, in the order of its class."""
    return tuple(
        replace(column.info[FIELD], key=column.key) for column in model.__table__.columns if FIELD in column.info
    )


@cache
def category_of(model: type[Any]) -> Category:
    """The category that a record class declares."""
    declared: Declared = model.declared
    fields = fields_of(model)
    by_key = {field.key: field for field in fields}
    columns = tuple(
        given if isinstance(given, Column) else Column((given,), by_key[given].zh, by_key[given].en)
        for given in declared.columns or tuple(by_key)
    )
    return Category(
        key=model.__tablename__,
        page=declared.page,
        zh=declared.zh,
        en=declared.en,
        item_zh=declared.item[0],
        item_en=declared.item[1],
        editable=declared.editable,
        attachment=declared.attachment,
        model=model,
        fields=fields,
        columns=columns,
        known_by=declared.known_by,
    )
