"""短信用户注册: the typed card is compared with the file, then a mobile is bound to it."""

import uuid
from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.access import captchas, delivery
from app.access.codes import Purpose, Recipient
from app.access.limits import count_try, give_back
from app.access.mobiles import parse_mobile
from app.access.practitioner_login import code_message, count_send, pass_captcha, redeem_code, tries_from
from app.access.rights import Action, Actor, requires
from app.access.sms import Gateway
from app.dossiers.documents import CARDS, clean_number
from app.dossiers.service import bind_mobile, refuse_taken, today
from app.errors import FieldErrors, UserError
from app.locale import _
from app.settings import settings
from app.validation import clean
from data.engine import Database
from data.models import Dossier
from data.models.declaration import Field
from data.models.dossier import IDENTITY_FIELDS, number_index
from devices.characters import unify_middle_dots

TYPED = ("name", "sex", "ethnicity", "birth_date", "address", "number", "authority", "valid_from", "valid_to")


def card_fields() -> tuple[Field, ...]:
    """What the person copies from the card; all of it is required."""
    return tuple(_required(IDENTITY_FIELDS[key]) for key in TYPED)


def _required(field: Field) -> Field:
    names = {"number": ("身份证号", "ID number")}
    zh, en = names.get(field.key, (field.zh, field.en))
    return replace(field, required=field.open_end is None, zh=zh, en=en)


def verify_card(
    database: Database,
    visit: str,
    typed: Mapping[str, object],
    captcha_id: uuid.UUID | None,
    answer: str,
    *,
    address: str = "",
) -> uuid.UUID:
    """The file that the typed card belongs to. Raises FieldErrors, or UserError with the guide's answers.

    `address` is the client's.
    """
    values = _clean_card(typed)
    number = str(values["number"])
    pass_captcha(database, visit, captcha_id, answer, subject=number, address=address)
    count_try(
        database,
        (tries_from(address), settings().limit_address_try),
        (f"register:{number}", settings().limit_register_try),
    )
    with database.write() as db:
        captchas.spend(db, captcha_id)
    with database.read() as db:
        of_card, dossier = _find(db, number)
    _refuse_registered(dossier)
    if any(_comparable(getattr(of_card, key)) != _comparable(value) for key, value in values.items()):
        raise UserError("card_differs", _("所填信息与建档信息不一致，请对照身份证逐项核对后重新填写"))
    with database.write() as db:
        give_back(db, tries_from(address))
    return dossier.id


def send_code(
    database: Database, through: Gateway, dossier_id: uuid.UUID, mobile: str, *, visit: str = "", address: str = ""
) -> None:
    """Send a registration code to the mobile that a verified person wants to bind. Raises UserError."""
    mobile = parse_mobile(mobile)
    count_send(database, mobile, address)
    with database.write() as db:
        dossier = db.get_one(Dossier, dossier_id)
        refuse_taken(db, dossier_id, mobile)
        message = code_message(db, visit, Recipient(dossier.number, mobile, Purpose.REGISTER))
    delivery.send(database, message, through)


def complete(
    database: Database, actor: Actor, dossier_id: uuid.UUID, mobile: str, code: str, *, visit: str = ""
) -> None:
    """Bind the mobile to the file of a verified person. Raises UserError."""
    mobile = parse_mobile(mobile)
    count_try(database, (f"register:{dossier_id}", settings().limit_code_try))
    with database.read() as db:
        number = db.get_one(Dossier, dossier_id).number
    redeem_code(database, visit, Recipient(number, mobile, Purpose.REGISTER), code)
    with database.write() as db:
        _bind(db, actor, dossier_id, mobile)


@requires(Action.SELF_REGISTER)
def _bind(db: Session, actor: Actor, dossier_id: uuid.UUID, mobile: str) -> None:
    dossier = db.get_one(Dossier, dossier_id)
    _refuse_registered(dossier)
    bind_mobile(db, dossier, mobile, "sms")


def _clean_card(typed: Mapping[str, object]) -> dict[str, object]:
    values = clean(card_fields(), typed, today=today())
    try:
        values["number"] = clean_number("resident_id", str(values["number"]))
    except UserError as error:
        raise FieldErrors({"number": error.message}) from None
    return values


def _find(db: Session, number: str) -> tuple[Dossier, Dossier]:
    """The file of a card, and the one that registers: another one where it was merged into that."""
    cards = select(Dossier).where(Dossier.number_index == number_index(number), Dossier.document_type.in_(CARDS))
    usable = or_(Dossier.state == "open", Dossier.merged_into.is_not(None))
    of_card = db.scalar(cards.where(usable).order_by(Dossier.merged_into.is_not(None)))
    dossier = db.get(Dossier, of_card.merged_into) if of_card and of_card.merged_into else of_card
    if of_card is None or dossier is None or dossier.state != "open":
        raise UserError("no_file", _("该身份证尚未完成人员读卡建档"))
    return of_card, dossier


def _refuse_registered(dossier: Dossier) -> None:
    if dossier.self_service == "window":
        raise UserError("opened_at_window", _("用户已经完成人员读卡建档，可以使用建档信息直接登录"))
    if dossier.self_service == "sms":
        raise UserError("registered", _("该证件号已经注册过短信用户，无法再次注册"))


def _comparable(value: object) -> object:
    # Spaces and the many middle dots are how people type, not who they are.
    return unify_middle_dots("".join(value.split())) if isinstance(value, str) else value
