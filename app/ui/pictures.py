"""The words on the picture viewer."""

from app.locale import _
from app.ui.components import PictureLabels


def labels() -> PictureLabels:
    """Its buttons in the language in use."""
    return PictureLabels(zoom_in=_("放大"), zoom_out=_("缩小"), rotate=_("旋转"), fit=_("适合窗口"))
