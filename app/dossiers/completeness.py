"""What a file still lacks."""

from collections.abc import Mapping, Sequence

from app.locale import _
from app.validation import item_of
from data.models import Dossier, categories


def missing(dossier: Dossier, found: Mapping[str, Sequence[object]], *, has_signature: bool) -> list[str]:
    """The names of what is not there: photo, mobile, categories that the practitioner keeps, signature."""
    lacking = [item_of(each) for each in categories() if each.editable and not found.get(each.key)]
    if dossier.photo is None:
        lacking.insert(0, _("照片"))
    if dossier.mobile is None:
        lacking.append(_("手机号"))
    if not has_signature:
        lacking.append(_("个人签名"))
    return lacking
