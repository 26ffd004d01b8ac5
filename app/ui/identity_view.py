"""A person's identity data with the photo, as the guide lays them out."""

from collections.abc import Mapping

import streamlit as st

from app.locale import _
from app.ui import messages
from app.validation import label, shown
from data.models import Dossier
from data.models.dossier import IDENTITY_FIELDS

ORDER = ("name", "ethnicity", "document_type", "number", "sex", "birth_date", "authority", "valid_from", "address")


def draw(dossier: Dossier) -> None:
    """Names and values beside the photo."""
    values, photo = st.columns([4, 1])
    with values:
        messages.facts(facts_of(identity_values(dossier)))
    with photo:
        if dossier.photo is not None:
            st.image(dossier.photo, caption=_("照片"), width=180)
        else:
            messages.plain(_("没有照片"))


def identity_values(dossier: Dossier) -> dict[str, object]:
    """The identity fields of a file."""
    return {key: getattr(dossier, key) for key in IDENTITY_FIELDS}


def facts_of(identity: Mapping[str, object]) -> list[tuple[str, str]]:
    """Names and values in the guide's order."""
    return [(_name(key), _value(identity, key)) for key in ORDER]


def changes_of(dossier: Dossier, identity: Mapping[str, object]) -> list[str]:
    """What would change in a file, a line a field: name, old value, new value."""
    old = identity_values(dossier)
    return [
        _("{field}：{old} → {new}").format(field=_name(key), old=_value(old, key), new=_value(identity, key))
        for key in ORDER
        if _value(old, key) != _value(identity, key)
    ]


def _name(key: str) -> str:
    return _("家庭住址") if key == "address" else label(IDENTITY_FIELDS[key])


def _value(identity: Mapping[str, object], key: str) -> str:
    value = shown(IDENTITY_FIELDS[key], identity.get(key))
    if key == "valid_from":
        return f"{value} – {shown(IDENTITY_FIELDS['valid_to'], identity.get('valid_to'))}" if value else ""
    return value
