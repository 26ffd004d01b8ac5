"""A person's identity data with the photo, as the guide lays them out."""

from collections.abc import Mapping
from html import escape

import streamlit as st

from app.dossiers.masking import masked, masked_address
from app.dossiers.service import today
from app.locale import _
from app.ui import messages
from app.ui.mounting import data_url
from app.validation import label, shown
from data.models import Dossier
from data.models.dossier import IDENTITY_FIELDS

ORDER = ("name", "ethnicity", "document_type", "number", "sex", "birth_date", "authority", "valid_from", "address")


def draw(dossier: Dossier, *, masking: bool = False) -> None:
    """Names and values beside the photo; `masking` hides most of number and address."""
    values, photo = st.columns([4, 1])
    with values:
        identity = identity_values(dossier)
        if masking:
            identity |= {"number": masked(dossier.number), "address": masked_address(dossier.address)}
        messages.facts(facts_of(identity))
    with photo:
        if dossier.photo is not None:
            portrait(dossier.photo)
        else:
            messages.plain(_("没有照片"))
    if dossier.valid_to is not None and dossier.valid_to < today():
        text = _("证件已于 {day} 过期，请本人换证后到受理窗口重新读卡")
        messages.show("warning", text.format(day=dossier.valid_to))


def portrait(photo: bytes) -> None:
    """A photo (JPEG or PNG) in the page itself: Streamlit's own pictures are given to whoever has their address."""
    st.html(f'<img class="cy-portrait" alt="{escape(_("照片"))}" src="{data_url(photo)}">')


def identity_values(dossier: Dossier) -> dict[str, object]:
    """The identity fields of a file."""
    return {key: getattr(dossier, key) for key in IDENTITY_FIELDS}


def facts_of(identity: Mapping[str, object]) -> list[tuple[str, str]]:
    """Names and values in the guide's order."""
    return [(name_of(key), _value(identity, key)) for key in ORDER]


def changes_of(dossier: Dossier, identity: Mapping[str, object], photo: bytes | None) -> list[tuple[str, str, str]]:
    """What would change in a file, field by field: name, old value, new value."""
    old = identity_values(dossier)
    changed = [
        (name_of(key), _value(old, key), _value(identity, key))
        for key in ORDER
        if _value(old, key) != _value(identity, key)
    ]
    if photo is not None and photo != dossier.photo:
        changed.append((_("照片"), _("原照片") if dossier.photo else _("没有照片"), _("新照片")))
    return changed


def name_of(key: str) -> str:
    """What a field of the identity is called on the page."""
    return {"address": _("家庭住址"), "photo": _("照片")}.get(key) or label(IDENTITY_FIELDS[key])


def _value(identity: Mapping[str, object], key: str) -> str:
    value = shown(IDENTITY_FIELDS[key], identity.get(key))
    if key == "valid_from":
        return f"{value} – {shown(IDENTITY_FIELDS['valid_to'], identity.get('valid_to'))}" if value else ""
    return value
