"""What a text in the search box may mean: each meaning is a list of conditions that hold together."""

import re
import uuid
from contextlib import suppress
from functools import lru_cache
from typing import NamedTuple

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from app.access.mobiles import parse_mobile
from app.dossiers.documents import normalise_number
from app.dossiers.readings import completions, is_pinyin
from app.dossiers.terms import MOBILE_TAIL, MOST_OF_NAME, TAILS, company_terms, name_key, number_key, pieces, term
from app.errors import UserError
from data.direct import Direct
from data.models import Dossier
from data.models.dossier import mobile_index, number_index
from data.vault import Vault, vault

MOST_COMPLETIONS = 60
MOST_REMEMBERED = 1_000
"""Texts whose meanings are remembered."""
_LATIN = re.compile(r"[a-zü]+").fullmatch
_DIGIT = re.compile(r"\d").search
_BY_NUMBER = Direct(select(Dossier.id).where(Dossier.number_index == bindparam("index")))
_BY_MOBILE = Direct(select(Dossier.id).where(Dossier.mobile_index == bindparam("index")))


class AnyTerm(NamedTuple):
    """The file has one of the terms; `of_name`: they are terms of its name."""

    terms: tuple[int, ...]
    of_name: bool = False


class NameHas(NamedTuple):
    """The name has this piece (already as a name's key): checked on the rows that the terms found."""

    text: str


class CompanyHas(NamedTuple):
    """A company of the person has this text in its name. `pieces`: the terms of all pairs in it; nothing finds a single character."""

    text: str
    pieces: tuple[int, ...]


class OneOf(NamedTuple):
    """The file is one of these."""

    ids: tuple[uuid.UUID, ...]


Condition = AnyTerm | NameHas | CompanyHas | OneOf


class Meaning(NamedTuple):
    """Conditions that hold together, and the terms of files and of companies that they ask for."""

    conditions: tuple[Condition, ...]
    terms: frozenset[int]


def meaning(*conditions: Condition) -> Meaning:
    """What these conditions mean."""
    terms: set[int] = set()
    for item in conditions:
        match item:
            case AnyTerm():
                terms.update(item.terms)
            case CompanyHas():
                terms.update(item.pieces)
    return Meaning(conditions, frozenset(terms))


def meanings(db: Session, text: str) -> list[Meaning]:
    """Everything the text may mean; a file that fits one of them is found. Empty for an empty text."""
    found = list(_words(vault(), text))
    if found and _DIGIT(text):
        found += _numbers(db, text)
    return found


@lru_cache(maxsize=MOST_REMEMBERED)
def _words(_keys: Vault, text: str) -> tuple[Meaning, ...]:
    """What a text may mean that is no number; the same for each page of a search. Terms hang on the keys."""
    key = name_key(text)
    if not key:
        return ()
    found = [_name(key)]
    if _LATIN(key):
        found.append(meaning(_latin(key.replace("ü", "v"))))
    if len(key) > 1 and not key.isdecimal():
        found.append(meaning(company_has(key)))
    return tuple(found)


def company_has(text: str) -> CompanyHas:
    """The condition that a company has a part of a name."""
    return CompanyHas(text, tuple(company_terms(text)) if len(text) > 1 else ())


def _name(key: str) -> Meaning:
    found = [AnyTerm((term("name", piece),), of_name=True) for piece in pieces(key, MOST_OF_NAME)]
    return meaning(*found) if len(key) <= MOST_OF_NAME else meaning(*found, NameHas(key))


def _latin(key: str) -> AnyTerm:
    """Initials, whole pinyin, or pinyin whose last syllable is still being typed."""
    found = [term("initials", key), term("pinyin", key)]
    for at in range(len(key) - 1, max(-1, len(key) - 6), -1):
        if is_pinyin(key[:at]):
            found += [term("pinyin", key[:at] + syllable) for syllable in completions(key[at:])]
    return AnyTerm(tuple(dict.fromkeys(found[:MOST_COMPLETIONS])), of_name=True)


def _numbers(db: Session, text: str) -> list[Meaning]:
    number = normalise_number(text)
    found = [meaning(AnyTerm((term("certificate", number_key(text)),)))]
    exact = [_BY_NUMBER.send(db.connection(), index=number_index(number))]
    with suppress(UserError):
        exact.append(_BY_MOBILE.send(db.connection(), index=mobile_index(parse_mobile(text))))
    if ids := [dossier_id for sent in exact for (dossier_id,) in sent.rows()]:
        found.append(meaning(OneOf(tuple(ids))))
    if len(number) in TAILS:
        tails = [term("digits", number)]
        if len(number) == MOBILE_TAIL:
            tails.append(term("mobile", number))
        found.append(meaning(AnyTerm(tuple(tails))))
    return found
