"""A picture that can be enlarged and turned: attachments, scans, portraits."""

from dataclasses import asdict, dataclass

from app.ui.mounting import data_url, mounter

_mount = mounter("picture")


@dataclass(frozen=True)
class PictureLabels:
    """What stands on the buttons."""

    zoom_in: str
    zoom_out: str
    rotate: str
    fit: str


def picture(image: bytes, *, alt: str, key: str, labels: PictureLabels) -> None:
    """Show a JPEG or PNG, fitted to its frame; buttons and the keys + - r 0 enlarge, shrink, turn and fit it.

    Raises:
        ValueError: the bytes are neither JPEG nor PNG.
    """
    _mount(key=key, data={"image": data_url(image), "alt": alt, "labels": asdict(labels)})
