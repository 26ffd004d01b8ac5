"""Checks the rows of a table: each comes out with the values to store, or with what is wrong in which column."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from app.dossiers import documents
from app.dossiers import service as dossiers
from app.errors import FieldErrors, UserError
from app.locale import _, either
from app.records.adding import Standing
from app.transfer.cells import Cell, has_lost_digits, plain
from app.transfer.table_file import Row
from app.transfer.targets import OWNER_PREFIX, Target
from app.validation import clean, label
from data.codes import code_table
from data.direct import OfKeys
from data.models import Dossier
from data.models.declaration import Field
from data.models.dossier import IDENTITY_FIELDS, number_index
from devices import id_number
from devices.characters import MIDDLE_DOT, encode_private, unify_middle_dots

NUMBER, DOCUMENT_TYPE = OWNER_PREFIX + "number", OWNER_PREFIX + "document_type"


@dataclass(slots=True)
class Candidate:
    """A row of the table after its checks. `given` are the columns that hold something in it."""

    row: int
    cells: tuple[object, ...]
    given: dict[str, Cell]
    values: dict[str, Any] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)
    dossier_id: uuid.UUID | None = None
    birth_date: date | None = None
    earlier: tuple[int, bool] | None = None
    """The number of the earlier row of the table that is about the same, and whether it says the same."""
    ready: Standing | None = None
    """The record that the row becomes if it is new."""

    def __reduce__(self) -> tuple[Any, ...]:
        """As its values: what is handed over by the thousand need not name them."""
        return Candidate, tuple(getattr(self, name) for name in Candidate.__slots__)

    @property
    def is_repeated(self) -> bool:
        """Whether an earlier row of the table says the same."""
        return self.earlier is not None and self.earlier[1]


@dataclass(frozen=True, slots=True)
class _Owner:
    id: uuid.UUID
    document_type: str
    name: str
    birth_date: date | None
    state: str


_owner = aliased(Dossier)
# A file that was brought into another is found by its number still.
_OWNERS = OfKeys(
    select(Dossier.number_index, _owner.id, Dossier.document_type, _owner.name, _owner.birth_date, _owner.state).join(
        _owner, _owner.id == func.coalesce(Dossier.merged_into, Dossier.id)
    ),
    Dossier.__table__.c.number_index,
)


class Checker:
    """Checks rows of one table. `columns` tells which of the file's columns holds what."""

    def __init__(self, target: Target, columns: Mapping[str, int], today: date) -> None:
        self.target = target
        self.today = today
        self._columns = dict(columns)

    def candidates(self, db: Session, rows: Sequence[Row]) -> list[Candidate]:
        """The rows, each checked as far as it can be without looking at what is known of it already."""
        found = [self._read(number, cells) for number, cells in rows]
        if self.target.category is None:
            for candidate in found:
                self._check_person(candidate)
        else:
            self._find_owners(db, found)
            for candidate in found:
                self._check_record(candidate, self.target.category.fields)
        return found

    def _read(self, number: int, cells: tuple[object, ...]) -> Candidate:
        candidate = Candidate(number, cells, {})
        for key, column in self._columns.items():
            value = cells[column] if column < len(cells) else None
            if has_lost_digits(value):
                candidate.problems[key] = _("数字超过 15 位，Excel 已丢失末尾几位。请把单元格设为文本格式后重新填写")
            elif (cell := plain(value)) is not None:
                candidate.given[key] = cell
        return candidate

    def _check_record(self, candidate: Candidate, fields: tuple[Field, ...]) -> None:
        raw = sheet_values(fields, candidate.given)
        try:
            values = clean(fields, raw, today=self.today, birth_date=candidate.birth_date)
        except FieldErrors as error:
            for key, message in (error.fields | _missing_ends(fields, candidate.given, error)).items():
                candidate.problems.setdefault(key, message)
        else:
            candidate.values = values

    def _find_owners(self, db: Session, candidates: list[Candidate]) -> None:
        typed = {str(candidate.given[NUMBER]) for candidate in candidates if NUMBER in candidate.given}
        indices = {number: number_index(documents.normalise_number(number)) for number in typed}
        owners: dict[bytes, list[_Owner]] = {}
        for index, *columns in _OWNERS.all(db.connection(), set(indices.values())):
            owners.setdefault(index, []).append(_Owner(*columns))
        for candidate in candidates:
            index = indices.get(str(candidate.given.get(NUMBER)))
            self._set_owner(candidate, [] if index is None else owners.get(index, []))

    def _set_owner(self, candidate: Candidate, found: list[_Owner]) -> None:
        if NUMBER not in candidate.given:
            candidate.problems.setdefault(NUMBER, _("请填写证件号码"))
            return
        if type_text := candidate.given.get(DOCUMENT_TYPE):
            code = code_table(IDENTITY_FIELDS["document_type"].codes).find(str(type_text))
            if code is None:
                candidate.problems[DOCUMENT_TYPE] = _("没有「{value}」这种证件，请从列表中选择").format(
                    value=str(type_text)[:40]
                )
                return
            found = [owner for owner in found if owner.document_type == code.value]
        match found:
            case []:
                candidate.problems[NUMBER] = _("没有这个证件号的档案，请先读卡建档或导入人员")
            case [owner]:
                self._accept_owner(candidate, owner)
            case _:
                candidate.problems[NUMBER] = _("有几份档案用这个证件号，请填写证件类型")

    def _accept_owner(self, candidate: Candidate, owner: _Owner) -> None:
        candidate.dossier_id, candidate.birth_date = owner.id, owner.birth_date
        name = candidate.given.get(f"{OWNER_PREFIX}name")
        if owner.state != "open":
            candidate.problems[NUMBER] = _("档案已关闭，不能导入")
        elif name is not None and _letters(str(name)) != _letters(owner.name):
            candidate.problems[f"{OWNER_PREFIX}name"] = _("姓名与档案不一致，请核对证件号码和姓名")

    def _check_person(self, candidate: Candidate) -> None:
        given = candidate.given
        number = documents.normalise_number(str(given.get("number", "")))
        given.setdefault("document_type", "resident_id")
        raw = {**sheet_values(tuple(IDENTITY_FIELDS.values()), given), "number": number}
        if given["document_type"] in _CARD_TEXTS and id_number.has_valid_check(number):
            # Both stand in the number, so a table need not repeat them.
            raw["birth_date"] = raw.get("birth_date") or id_number.birth_date(number)
            raw["sex"] = raw.get("sex") or ("1" if id_number.is_male(number) else "2")
        try:
            values, mobile = dossiers.clean_identity(raw, str(given.get("mobile", "")))
        except FieldErrors as error:
            for key, message in (_number_problem(raw) | error.fields).items():
                candidate.problems.setdefault(key, message)
        else:
            candidate.values = values | ({"mobile": mobile} if mobile else {})
            given |= {key: str(values[key]) for key in ("birth_date", "sex") if values[key]}


_CARD_TEXTS = {
    text
    for card in documents.CARDS
    for code in [code_table("document_type").get(card)]
    if code is not None
    for text in (code.value, code.zh, code.en)
}


def sheet_values(fields: Sequence[Field], given: Mapping[str, Cell]) -> dict[str, Any]:
    """Cells as `clean` takes them: an empty end of a period that was not begun either is an open one."""
    raw: dict[str, Any] = {each.key: given.get(each.key, "") for each in fields}
    for each in fields:
        if each.open_end and each.key not in given and each.starts not in given:
            raw[each.key] = None
        elif isinstance(raw[each.key], str) and each.kind == "day":
            raw[each.key] = raw[each.key].strip()
    return raw


def _missing_ends(fields: Sequence[Field], given: Mapping[str, Cell], error: FieldErrors) -> dict[str, str]:
    """A table has no box to tick for an open end: one writes it."""
    message = _("请填写{field}，没有结束就写「{open_end}」")
    return {
        each.key: message.format(field=label(each), open_end=either(*each.open_end))
        for each in fields
        if each.open_end and each.key in error.fields and each.key not in given
    }


def _number_problem(raw: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong with the number, where other fields are wrong too and it was not looked at."""
    code = code_table("document_type").find(str(raw["document_type"]))
    try:
        documents.clean_number(code.value if code else "", str(raw["number"]))
    except UserError as error:
        return {"number": error.message}
    return {}


def _letters(name: str) -> str:
    """A name without what spreadsheets vary: spaces, middle dots, letter case, GBK's private characters."""
    unified = unify_middle_dots(encode_private(name.casefold()))
    return "".join(character for character in unified if not character.isspace() and character != MIDDLE_DOT)
